/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_HEADROOM_H
#define FABRIC_HEADROOM_H

#include "fabric-time.h"

#include <cstdint>

namespace ns3::fabric
{

class Port;

/**
 * @ingroup fabric
 * What decides how much arrives between the decision to pause a class and its end at the peer.
 */
struct HeadroomParameters
{
    uint64_t bitRate{0};        ///< rate of the link, bit/s
    Ticks propagation{0};       ///< one-way delay of the cable
    Ticks receiveLatency{0};    ///< our pipeline, before a frame is accounted
    Ticks responseTime{0};      ///< of the peer, from the arrival of a PFC frame to its effect
    uint32_t peerFrameBytes{0}; ///< largest frame of the class that the peer sends
    uint32_t ownFrameBytes{0};  ///< largest frame of ours that may delay the PFC frame; 0 for none
    uint32_t interframeBytes{20}; ///< preamble and gap
};

/**
 * @param port a port with its link, which asks its peer to pause
 * @param maxFrame largest frame of either side, bytes
 * @return what decides its headroom, the response time of the peer included
 */
HeadroomParameters GetHeadroomParameters(const Port& port, uint32_t maxFrame);

/**
 * The least headroom that never drops, in this simulator: after the decision, our own frame on the
 * wire ends, the PFC frame is sent and travels, the peer obeys after its response time and the
 * frame it has begun, and everything on the cable and in our pipeline still arrives. In the limit
 * of short frames this is 2 C d plus one frame of each side plus C times the latencies.
 *
 * @param parameters of link and peer
 * @return bytes, counting only whole frames of the peer since only those occupy the buffer
 */
uint64_t MinimumHeadroom(const HeadroomParameters& parameters);

/**
 * The inverse of MinimumHeadroom: how long a cable may be.
 *
 * @param headroomBytes memory for the headroom of one class of one port
 * @param parameters of link and peer; the propagation is ignored
 * @return the longest one-way delay at which nothing is dropped; negative if even a cable of no
 *         length is too long. For much memory this is 8 headroomBytes / (2 C)
 */
Ticks LongestLosslessDelay(uint64_t headroomBytes, const HeadroomParameters& parameters);

/**
 * Headroom (xoff) as SONiC provisions it (SONiC, "Dynamic headroom calculation"): largest frame
 * plus the propagation sum (frame, cable both ways, MAC and PHY, response time of the peer), blown
 * up by the worst case of small packets in cells.
 */
struct SonicHeadroom
{
    uint32_t cellBytes{254};          ///< buffer cell of the ASIC (Spectrum-2: 144, Tomahawk: 254)
    uint32_t smallPacketPercent{100}; ///< share of packets that are small, 0..100
    uint32_t macPhyBytes{800};        ///< delay of MAC and PHY, in bytes (0.8 KB in SONiC's tables)
    uint32_t gearboxBytes{0};         ///< delay of a gearbox, in bytes

    /**
     * @param parameters of link and peer; the response time is that of IEEE 802.3 for the rate, or
     *        the given one if it is longer
     * @return bytes of headroom
     */
    uint64_t Compute(const HeadroomParameters& parameters) const;
};

/**
 * @param bitRate rate of a link, bit/s
 * @return the longest response to PAUSE that IEEE 802.3 Annex 31B.3.7 allows at that rate, quanta;
 *         of the next higher rate of the standard if the rate is none of it
 */
uint32_t PauseResponseQuanta(uint64_t bitRate);

} // namespace ns3::fabric

#endif /* FABRIC_HEADROOM_H */
