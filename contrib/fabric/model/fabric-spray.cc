/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-spray.h"

#include <algorithm>
#include <utility>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(RandomSpray);
NS_OBJECT_ENSURE_REGISTERED(RoundRobinSpray);

TypeId
RandomSpray::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::RandomSpray")
                            .SetParent<LoadBalancer>()
                            .SetGroupName("Fabric")
                            .AddConstructor<RandomSpray>();
    return tid;
}

RandomSpray::RandomSpray()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

bool
RandomSpray::KeepsOrder() const
{
    return false;
}

int64_t
RandomSpray::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

uint16_t
RandomSpray::DoSelect(const Frame& frame, const PortGroup& ports)
{
    return ports.At(m_random->GetInteger(0, ports.total - 1));
}

TypeId
RoundRobinSpray::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::RoundRobinSpray")
                            .SetParent<LoadBalancer>()
                            .SetGroupName("Fabric")
                            .AddConstructor<RoundRobinSpray>();
    return tid;
}

RoundRobinSpray::RoundRobinSpray()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

bool
RoundRobinSpray::KeepsOrder() const
{
    return false;
}

int64_t
RoundRobinSpray::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

uint16_t
RoundRobinSpray::DoSelect(const Frame& frame, const PortGroup& ports)
{
    if (ports.id >= m_rounds.size())
    {
        m_rounds.resize(ports.id + 1);
    }
    Round& round = m_rounds[ports.id];
    if (round.next >= round.order.size() || round.version != ports.version)
    {
        Shuffle(ports, round.order);
        round.next = 0;
        round.version = ports.version;
    }
    return round.order[round.next++];
}

void
RoundRobinSpray::Shuffle(const PortGroup& ports, std::vector<uint16_t>& order)
{
    if (ports.ends.empty())
    {
        order = ports.live;
        for (std::size_t i = order.size() - 1; i > 0; --i)
        {
            std::swap(order[i], order[m_random->GetInteger(0, i)]);
        }
        return;
    }
    // The turns of a port of weight w: one at a random place of each w-th part of the round.
    std::vector<std::pair<double, uint16_t>> turns;
    for (std::size_t i = 0; i < ports.live.size(); ++i)
    {
        const uint32_t weight = ports.GetWeight(i);
        for (uint32_t turn = 0; turn < weight; ++turn)
        {
            turns.emplace_back((turn + m_random->GetValue(0, 1)) / weight, ports.live[i]);
        }
    }
    std::sort(turns.begin(), turns.end());
    order.clear();
    for (const auto& turn : turns)
    {
        order.push_back(turn.second);
    }
}

} // namespace ns3::fabric
