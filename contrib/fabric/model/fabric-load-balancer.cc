/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-load-balancer.h"

#include "fabric-flow-table.h"
#include "fabric-switch.h"

#include "ns3/boolean.h"
#include "ns3/node.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(LoadBalancer);
NS_OBJECT_ENSURE_REGISTERED(EcmpHash);

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

bool
LoadBalancer::IsStateless() const
{
    return false;
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

bool
EcmpHash::IsStateless() const
{
    return true;
}

void
EcmpHash::DoSetup(Switch& owner)
{
    const uint64_t node = m_seedByNode ? owner.GetNodeId() + uint64_t{1} : 0;
    m_salt = MixBits((node << 32 | m_seed) + GOLDEN_GAMMA);
}

uint16_t
EcmpHash::DoSelect(const Frame& frame, const PortGroup& ports)
{
    const uint64_t hash = FlowHash(frame, m_salt);
    // The upper half times n, divided by 2^32: an index without a division.
    return ports.live[((hash >> 32) * ports.live.size()) >> 32];
}

} // namespace ns3::fabric
