/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-ecmp-hash.h"

#include "fabric-switch.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(EcmpHash);

TypeId
EcmpHash::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::EcmpHash")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<EcmpHash>()
            .AddAttribute("Fields",
                          "What is hashed: source, destination, entropy (UDP source port), qp "
                          "(destination queue pair: E-ECMP) and class, joined by commas.",
                          HashFieldsValue(HashFields()),
                          MakeHashFieldsAccessor(&EcmpHash::m_fields),
                          MakeHashFieldsChecker())
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

EcmpHash::EcmpHash() = default;

EcmpHash::~EcmpHash() = default;

bool
EcmpHash::IsStateless() const
{
    return true;
}

void
EcmpHash::DoSetup(Switch& owner)
{
    const uint64_t node = m_seedByNode ? owner.GetNodeId() + uint64_t{1} : 0;
    m_hash = FieldHash(m_fields, MixBits((node << 32 | m_seed) + GOLDEN_GAMMA));
}

uint16_t
EcmpHash::DoSelect(const Frame& frame, const PortGroup& ports)
{
    return Hash(frame, ports);
}

} // namespace ns3::fabric
