/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-scale-up-domain.h"

#include "ns3/abort.h"
#include "ns3/assert.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(ScaleUpDomain);

TypeId
ScaleUpDomain::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::ScaleUpDomain")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<ScaleUpDomain>()
            .AddAttribute("Rate",
                          "Net rate of an accelerator's port, each direction, above 0 (default: "
                          "A100, 12 NVLink 3 of 25 GB/s).",
                          DataRateValue(DataRate("2400Gbps")),
                          MakeDataRateAccessor(&ScaleUpDomain::m_rate),
                          MakeDataRateChecker())
            .AddAttribute("Latency",
                          "One-way latency from accelerator to accelerator (default: near NCCL's "
                          "0.47 us for a hop over NVLink).",
                          TimeValue(NanoSeconds(500)),
                          MakeTimeAccessor(&ScaleUpDomain::m_latency),
                          MakeTimeChecker(Time(0)));
    return tid;
}

ScaleUpDomain::ScaleUpDomain()
    : m_links(*this),
      m_deliverAlarm(new DeliverAlarm(this)),
      m_reduction(CreateObject<ScaleUpReduction>())
{
}

ScaleUpDomain::~ScaleUpDomain()
{
    m_deliverAlarm->Detach();
    m_deliverAlarm->Unref();
}

void
ScaleUpDomain::DoDispose()
{
    m_user = nullptr;
    m_links.Stop();
    m_reduction->Dispose();
    m_deliverAlarm->Set(fabric::NEVER);
    Object::DoDispose();
}

void
ScaleUpDomain::Setup(uint32_t nodeId, uint32_t accelerators, ScaleUpUser* user)
{
    NS_ABORT_MSG_IF(m_rate.GetBitRate() == 0, "the rate of a scale-up domain is 0");
    fabric::RequirePicoseconds();
    m_nAccelerators = accelerators;
    m_user = user;
    m_channelsOf.assign(std::size_t{accelerators} * accelerators, {});
    for (uint32_t port = 0; port < 2 * accelerators; ++port)
    {
        m_links.AddLink(m_rate.GetBitRate());
    }
    m_links.SetContext(nodeId);
    m_deliverAlarm->SetContext(nodeId);
    m_reduction->Setup(nodeId, m_links, accelerators, m_latency);
}

uint32_t
ScaleUpDomain::GetNAccelerators() const
{
    return m_nAccelerators;
}

DataRate
ScaleUpDomain::GetRate() const
{
    return m_rate;
}

Ptr<ScaleUpReduction>
ScaleUpDomain::GetReduction() const
{
    return m_reduction;
}

const ScaleUpDomain::Counters&
ScaleUpDomain::GetCounters() const
{
    return m_counters;
}

uint64_t
ScaleUpDomain::GetNComputations() const
{
    return m_links.GetNComputations();
}

void
ScaleUpDomain::Send(uint32_t source, uint32_t destination, const Message& message)
{
    NS_ASSERT_MSG(source < m_nAccelerators && destination < m_nAccelerators &&
                      source != destination,
                  "transfer from " << source << " to " << destination << " of " << m_nAccelerators);
    ++m_counters.messagesSent;
    m_counters.bytesSent += message.bytes;
    m_links.Send(FindStream(source, destination, message.channel), message);
}

uint32_t
ScaleUpDomain::FindStream(uint32_t source, uint32_t destination, uint32_t channel)
{
    Channels& channels = m_channelsOf[source * m_nAccelerators + destination];
    for (const auto& [candidate, stream] : channels)
    {
        if (candidate == channel)
        {
            return stream;
        }
    }
    const uint32_t stream = m_links.AddStream({{source}, {m_nAccelerators + destination}});
    channels.emplace_back(channel, stream);
    return stream;
}

void
ScaleUpDomain::MessageLeft(uint32_t, const Message& message)
{
    if (message.destination >= FIRST_SCALE_UP_GROUP)
    {
        m_reduction->FlowLeft(message);
        return;
    }
    m_deliveries.Push({fabric::NowTicks() + m_latency.GetTimeStep(), message});
    if (m_deliveries.GetSize() == 1)
    {
        m_deliverAlarm->Set(m_deliveries[0].at);
    }
}

void
ScaleUpDomain::Deliver()
{
    const Ticks now = fabric::NowTicks();
    while (!m_deliveries.IsEmpty() && m_deliveries[0].at <= now)
    {
        const Message message = m_deliveries.Pop().message;
        ++m_counters.messagesArrived;
        m_counters.bytesArrived += message.bytes;
        if (m_user)
        {
            m_user->TransferArrived(message);
        }
    }
    if (!m_deliveries.IsEmpty())
    {
        m_deliverAlarm->Set(m_deliveries[0].at);
    }
}

} // namespace ns3::cluster
