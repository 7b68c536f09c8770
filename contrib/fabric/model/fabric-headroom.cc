/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-headroom.h"

#include "fabric-link.h"
#include "fabric-pause.h"
#include "fabric-port.h"

#include <algorithm>

namespace ns3::fabric
{

namespace
{
/** @param ticks a time @param bitRate a rate @return bytes sent meanwhile, rounded up */
uint64_t
BytesIn(Ticks ticks, uint64_t bitRate)
{
    const auto bits = static_cast<__uint128_t>(ticks) * bitRate;
    constexpr uint64_t BITS_PER_BYTE_AND_SECOND = 8'000'000'000'000ULL;
    return static_cast<uint64_t>((bits + BITS_PER_BYTE_AND_SECOND - 1) / BITS_PER_BYTE_AND_SECOND);
}
} // namespace

namespace
{
/** @param parameters of link and peer @return time of a frame of the peer on the link */
Ticks
PeerFrameTicks(const HeadroomParameters& parameters)
{
    return SerializationTicks(parameters.peerFrameBytes + parameters.interframeBytes,
                              parameters.bitRate);
}

/**
 * @param parameters of link and peer
 * @return time from the decision to pause until the last frame is delivered, the cable apart
 */
Ticks
TicksBesidesCable(const HeadroomParameters& parameters)
{
    const uint64_t rate = parameters.bitRate;
    const uint32_t gap = parameters.interframeBytes;
    // The decision falls when a frame is delivered that has to go into the headroom itself. From
    // then until the peer begins no further frame:
    const Ticks ownFrame =
        parameters.ownFrameBytes ? SerializationTicks(parameters.ownFrameBytes + gap, rate) : 0;
    const Ticks silence =
        ownFrame + SerializationTicks(PFC_FRAME_BYTES + gap, rate) + parameters.responseTime;
    // A frame begun just before is delivered this much after the decision.
    return silence + PeerFrameTicks(parameters) + parameters.receiveLatency;
}
} // namespace

HeadroomParameters
GetHeadroomParameters(const Port& port, uint32_t maxFrame)
{
    HeadroomParameters parameters;
    parameters.bitRate = port.GetBitRate();
    parameters.propagation = port.GetLink()->GetDelay().GetTimeStep();
    parameters.receiveLatency = port.GetReceiveLatency();
    parameters.peerFrameBytes = maxFrame;
    parameters.ownFrameBytes = maxFrame;
    if (const auto peer = port.GetPeer())
    {
        parameters.responseTime = peer->GetPauseReceiver().GetResponseTicks();
    }
    return parameters;
}

uint64_t
MinimumHeadroom(const HeadroomParameters& parameters)
{
    // Frames are delivered one frame time apart, the first at the decision.
    const Ticks frame = PeerFrameTicks(parameters);
    const Ticks last = TicksBesidesCable(parameters) + 2 * parameters.propagation;
    // A frame whose start coincides with the end of the response time still goes out.
    return static_cast<uint64_t>(last / frame + 1) * parameters.peerFrameBytes;
}

Ticks
LongestLosslessDelay(uint64_t headroomBytes, const HeadroomParameters& parameters)
{
    const auto frames = static_cast<Ticks>(headroomBytes / parameters.peerFrameBytes);
    const Ticks forCable = frames * PeerFrameTicks(parameters) - TicksBesidesCable(parameters);
    return forCable <= 0 ? -1 : (forCable - 1) / 2;
}

uint32_t
PauseResponseQuanta(uint64_t bitRate)
{
    constexpr uint64_t GIGA = 1'000'000'000ULL;
    if (bitRate <= 10 * GIGA)
    {
        return 67;
    }
    if (bitRate <= 25 * GIGA)
    {
        return 80;
    }
    if (bitRate <= 40 * GIGA)
    {
        return 118;
    }
    if (bitRate <= 50 * GIGA)
    {
        return 147;
    }
    if (bitRate <= 100 * GIGA)
    {
        return 394;
    }
    if (bitRate <= 200 * GIGA)
    {
        return 453;
    }
    if (bitRate <= 400 * GIGA)
    {
        return 905;
    }
    // 800 Gb/s and above: the time of 400 Gb/s at the higher rate
    return 905 * ((bitRate + 400 * GIGA - 1) / (400 * GIGA));
}

uint64_t
SonicHeadroom::Compute(const HeadroomParameters& parameters) const
{
    const double worst = cellBytes > 128 ? cellBytes / 64.0 : 2.0 * cellBytes / (1.0 + cellBytes);
    const double occupancy = (100.0 - smallPacketPercent + smallPacketPercent * worst) / 100.0;
    const uint64_t cable = BytesIn(parameters.propagation, parameters.bitRate);
    const uint64_t response =
        std::max<uint64_t>(uint64_t{PauseResponseQuanta(parameters.bitRate)} * 64,
                           BytesIn(parameters.responseTime, parameters.bitRate));
    const uint64_t pipeline = BytesIn(parameters.receiveLatency, parameters.bitRate);
    const double propagation =
        parameters.ownFrameBytes + 2.0 * (cable + gearboxBytes) + macPhyBytes + response + pipeline;
    return static_cast<uint64_t>(parameters.peerFrameBytes + propagation * occupancy);
}

} // namespace ns3::fabric
