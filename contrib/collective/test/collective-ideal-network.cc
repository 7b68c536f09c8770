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
