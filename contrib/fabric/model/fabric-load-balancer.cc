/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-load-balancer.h"

#include "fabric-switch.h"

#include "ns3/boolean.h"
#include "ns3/node.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(LoadBalancer);
NS_OBJECT_ENSURE_REGISTERED(EcmpHash);

namespace
{
/** @param x any number @return its bits thoroughly mixed (SplitMix64) */
uint64_t
Mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

constexpr uint64_t GOLDEN_GAMMA = 0x9e3779b97f4a7c15ULL; ///< SplitMix64's increment
} // namespace

TypeId
LoadBalancer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::LoadBalancer").SetParent<Object>().SetGroupName("Fabric");
    return tid;
}

int64_t
LoadBalancer::AssignStreams(int64_t stream)
{
    return 0;
}

void
LoadBalancer::DoSetup(Switch& owner)
{
}

TypeId
EcmpHash::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::EcmpHash")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<EcmpHash>()
            .AddAttribute("Seed",
                          "Seed of the hash.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&EcmpHash::m_seed),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute(
                "SeedByNode",
                "Whether the id of the switch's node is part of the seed. False makes all "
                "switches of one seed choose alike: hash polarisation.",
                BooleanValue(true),
                MakeBooleanAccessor(&EcmpHash::m_seedByNode),
                MakeBooleanChecker());
    return tid;
}

void
EcmpHash::DoSetup(Switch& owner)
{
    const uint64_t node = m_seedByNode ? owner.GetNodeId() + uint64_t{1} : 0;
    m_salt = Mix((node << 32 | m_seed) + GOLDEN_GAMMA);
}

uint16_t
EcmpHash::DoSelect(const Frame& frame, const PortGroup& ports)
{
    const uint64_t pair = uint64_t{frame.source} << 32 | frame.destination;
    const uint64_t hash = Mix(Mix(pair + GOLDEN_GAMMA) + frame.entropy + m_salt);
    // The upper half times n, divided by 2^32: an index without a division.
    return ports.live[((hash >> 32) * ports.live.size()) >> 32];
}

} // namespace ns3::fabric
