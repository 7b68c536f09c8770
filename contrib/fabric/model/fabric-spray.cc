/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-spray.h"

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

int64_t
RandomSpray::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

uint16_t
RandomSpray::DoSelect(const Frame& frame, const PortGroup& ports)
{
    return ports.live[m_random->GetInteger(0, ports.live.size() - 1)];
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
    if (round.next >= round.order.size() || round.order.size() != ports.live.size())
    {
        round.order = ports.live;
        round.next = 0;
        for (std::size_t i = round.order.size() - 1; i > 0; --i)
        {
            std::swap(round.order[i], round.order[m_random->GetInteger(0, i)]);
        }
    }
    return round.order[round.next++];
}

} // namespace ns3::fabric
