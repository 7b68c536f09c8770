/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ideal-network.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::collective::test
{

NS_OBJECT_ENSURE_REGISTERED(IdealNetwork);

TypeId
IdealNetwork::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::test::IdealNetwork")
                            .SetParent<cluster::MessageNetwork>()
                            .SetGroupName("Collective")
                            .AddConstructor<IdealNetwork>();
    return tid;
}

void
IdealNetwork::SetShape(const Shape& shape)
{
    m_shape = shape;
    m_outFree.assign(shape.nAccelerators, Time(0));
    m_inFree.assign(shape.nAccelerators, Time(0));
    m_bytesSent.assign(shape.nAccelerators, 0);
    m_inFlight.assign(shape.nAccelerators, 0);
    m_mostInFlight.assign(shape.nAccelerators, 0);
    m_random = CreateObject<UniformRandomVariable>();
    m_random->SetStream(shape.stream);
}

void
IdealNetwork::Break()
{
    m_broken = true;
}

uint32_t
IdealNetwork::GetNAccelerators() const
{
    return m_shape.nAccelerators;
}

uint32_t
IdealNetwork::GetNodeId(uint32_t accelerator) const
{
    return accelerator / m_shape.perServer;
}

uint32_t
IdealNetwork::GetDomain(uint32_t accelerator) const
{
    return accelerator / m_shape.perServer;
}

DataRate
IdealNetwork::GetScaleOutRate(uint32_t accelerator) const
{
    const int64_t perByte = m_shape.perByte.GetTimeStep();
    return DataRate(perByte > 0 ? 8000000000000 / perByte : 0);
}

DataRate
IdealNetwork::GetScaleUpRate(uint32_t accelerator) const
{
    return GetScaleOutRate(accelerator);
}

double
IdealNetwork::GetScaleOutEfficiency() const
{
    return 1;
}

uint64_t
IdealNetwork::GetBytesSent(uint32_t accelerator) const
{
    return m_bytesSent[accelerator];
}

uint32_t
IdealNetwork::GetMostInFlight(uint32_t accelerator) const
{
    return m_mostInFlight[accelerator];
}

uint32_t
IdealNetwork::FindGroup(const std::vector<uint32_t>& members,
                        const std::string& scheme,
                        std::string& reason)
{
    const auto known = std::find(m_groups.begin(), m_groups.end(), members);
    if (known != m_groups.end())
    {
        return cluster::FIRST_GROUP + (known - m_groups.begin());
    }
    if (m_groups.size() >= m_mostGroups)
    {
        reason = "no more groups";
        return cluster::NO_GROUP;
    }
    m_groups.push_back(members);
    return cluster::FIRST_GROUP + m_groups.size() - 1;
}

void
IdealNetwork::LimitGroups(uint32_t n)
{
    m_mostGroups = n;
}

void
IdealNetwork::SendToGroup(const cluster::Message& message)
{
    auto& messages = m_contributions[{message.destination, message.tag}];
    messages.push_back(message);
    const auto& members = m_groups[message.destination - cluster::FIRST_GROUP];
    if (messages.size() < members.size())
    {
        return;
    }
    for (const auto& each : messages)
    {
        Simulator::ScheduleWithContext(GetNodeId(each.source),
                                       m_shape.latency +
                                           Time(m_shape.perByte.GetTimeStep() * each.bytes),
                                       &IdealNetwork::ResultArrives,
                                       this,
                                       each);
    }
    m_contributions.erase({message.destination, message.tag});
}

void
IdealNetwork::ResultArrives(cluster::Message message)
{
    Confirm(message);
    std::swap(message.source, message.destination);
    NotifyReceived(message);
}

void
IdealNetwork::DoSend(const cluster::Message& message)
{
    const Time now = Simulator::Now();
    m_bytesSent[message.source] += message.bytes;
    auto& inFlight = m_inFlight[message.source];
    m_mostInFlight[message.source] = std::max(m_mostInFlight[message.source], ++inFlight);
    if (m_broken)
    {
        Simulator::ScheduleWithContext(
            GetNodeId(message.source), m_shape.latency, &IdealNetwork::Fail, this, message);
        return;
    }
    if (message.destination >= cluster::FIRST_GROUP)
    {
        SendToGroup(message);
        return;
    }
    const uint32_t node = GetNodeId(message.destination);
    if (m_shape.jitter.IsStrictlyPositive())
    {
        auto& last = m_lastArrival[{message.source, message.destination, message.channel}];
        const Time late(m_random->GetInteger(0, m_shape.jitter.GetTimeStep()));
        last = std::max(last, now + m_shape.latency + late);
        Simulator::ScheduleWithContext(node, last - now, &IdealNetwork::TailArrives, this, message);
        return;
    }
    auto& free = m_outFree[message.source];
    const Time start = std::max(now, free);
    free = start + Time(m_shape.perByte.GetTimeStep() * message.bytes);
    Simulator::ScheduleWithContext(
        node, start + m_shape.latency - now, &IdealNetwork::HeadArrives, this, message);
}

void
IdealNetwork::HeadArrives(cluster::Message message)
{
    auto& free = m_inFree[message.destination];
    free = std::max(Simulator::Now(), free) + Time(m_shape.perByte.GetTimeStep() * message.bytes);
    Simulator::Schedule(free - Simulator::Now(), &IdealNetwork::TailArrives, this, message);
}

void
IdealNetwork::TailArrives(cluster::Message message)
{
    Simulator::ScheduleWithContext(
        GetNodeId(message.source), Time(0), &IdealNetwork::Confirm, this, message);
    NotifyReceived(message);
}

void
IdealNetwork::Confirm(cluster::Message message)
{
    --m_inFlight[message.source];
    NotifySent(message);
}

void
IdealNetwork::Fail(cluster::Message message)
{
    --m_inFlight[message.source];
    NotifyFailed(message, "the network is broken");
}

} // namespace ns3::collective::test
