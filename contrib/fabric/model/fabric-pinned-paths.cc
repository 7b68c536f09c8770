/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pinned-paths.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PinnedPaths);

TypeId
PinnedPaths::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::PinnedPaths")
                            .SetParent<EcmpHash>()
                            .SetGroupName("Fabric")
                            .AddConstructor<PinnedPaths>();
    return tid;
}

PinnedPaths::PinnedPaths() = default;

PinnedPaths::~PinnedPaths() = default;

uint64_t
PinnedPaths::KeyOf(FabricAddress source, FabricAddress destination, uint32_t queuePair)
{
    // A hash of 64 bits: two of a million flows share one with a probability of 3e-8.
    const uint64_t pair = uint64_t{source} << 32 | destination;
    return MixBits(MixBits(pair + GOLDEN_GAMMA) + queuePair);
}

void
PinnedPaths::Pin(FabricAddress source, FabricAddress destination, uint32_t queuePair, uint16_t port)
{
    m_pins.Get(KeyOf(source, destination, queuePair)).port = port;
}

void
PinnedPaths::Unpin(FabricAddress source, FabricAddress destination, uint32_t queuePair)
{
    if (Entry* entry = m_pins.Find(KeyOf(source, destination, queuePair)))
    {
        entry->port = NONE;
    }
}

uint16_t
PinnedPaths::DoSelect(const Frame& frame, const PortGroup& ports)
{
    if (frame.kind == FrameKind::ROCE)
    {
        const Entry* entry =
            m_pins.Find(KeyOf(frame.source, frame.destination, frame.roce.destinationQp));
        if (entry &&
            std::find(ports.live.begin(), ports.live.end(), entry->port) != ports.live.end())
        {
            return entry->port;
        }
    }
    return Hash(frame, ports);
}

} // namespace ns3::fabric
