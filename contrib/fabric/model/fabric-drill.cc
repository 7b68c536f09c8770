/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-drill.h"

#include "fabric-switch.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Drill);

TypeId
Drill::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Drill")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<Drill>()
            .AddAttribute("Samples",
                          "Random ports looked at for each packet (d, 2 in the paper).",
                          UintegerValue(2),
                          MakeUintegerAccessor(&Drill::m_samples),
                          MakeUintegerChecker<uint32_t>(1, 64))
            .AddAttribute("Memory",
                          "Best ports remembered from packet to packet (m, 1 in the paper).",
                          UintegerValue(1),
                          MakeUintegerAccessor(&Drill::m_memory),
                          MakeUintegerChecker<uint32_t>(0, 64));
    return tid;
}

Drill::Drill()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

bool
Drill::KeepsOrder() const
{
    return false;
}

int64_t
Drill::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
Drill::DoSetup(Switch& owner)
{
    m_owner = &owner;
    m_slowness = SlownessOf(owner);
}

void
Drill::AddCandidate(uint16_t port)
{
    for (const Candidate& candidate : m_candidates)
    {
        if (candidate.port == port)
        {
            return;
        }
    }
    const uint32_t order = m_candidates.size();
    const double drain = m_owner->GetPort(port).GetQueuedBytes() * m_slowness[port];
    m_candidates.push_back({drain, order, port});
}

uint16_t
Drill::DoSelect(const Frame& frame, const PortGroup& ports)
{
    if (ports.id >= m_remembered.size())
    {
        m_remembered.resize(ports.id + 1);
    }
    auto& remembered = m_remembered[ports.id];
    m_candidates.clear();
    for (uint32_t i = 0; i < m_samples; ++i)
    {
        AddCandidate(ports.At(m_random->GetInteger(0, ports.total - 1)));
    }
    for (const uint16_t port : remembered)
    {
        if (std::find(ports.live.begin(), ports.live.end(), port) != ports.live.end())
        {
            AddCandidate(port);
        }
    }
    std::sort(m_candidates.begin(),
              m_candidates.end(),
              [](const auto& a, const auto& b)
              { return a.drain != b.drain ? a.drain < b.drain : a.order < b.order; });
    remembered.clear();
    for (uint32_t i = 0; i < m_candidates.size() && i < m_memory; ++i)
    {
        remembered.push_back(m_candidates[i].port);
    }
    return m_candidates.front().port;
}

} // namespace ns3::fabric
