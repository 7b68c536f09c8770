/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-scale-up-domain.h"

#include "ns3/abort.h"
#include "ns3/assert.h"

#include <algorithm>

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
    : m_progressAlarm(new ProgressAlarm(this)),
      m_deliverAlarm(new DeliverAlarm(this))
{
}

ScaleUpDomain::~ScaleUpDomain()
{
    m_progressAlarm->Detach();
    m_progressAlarm->Unref();
    m_deliverAlarm->Detach();
    m_deliverAlarm->Unref();
}

void
ScaleUpDomain::DoDispose()
{
    m_user = nullptr;
    m_progressAlarm->Set(fabric::NEVER);
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
    m_ports.assign(2 * std::size_t{accelerators}, {});
    m_streamsOf.assign(std::size_t{accelerators} * accelerators, {});
    m_progressAlarm->SetContext(nodeId);
    m_deliverAlarm->SetContext(nodeId);
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

const ScaleUpDomain::Counters&
ScaleUpDomain::GetCounters() const
{
    return m_counters;
}

void
ScaleUpDomain::Send(uint32_t source, uint32_t destination, const Message& message)
{
    NS_ASSERT_MSG(source < m_nAccelerators && destination < m_nAccelerators &&
                      source != destination,
                  "transfer from " << source << " to " << destination << " of " << m_nAccelerators);
    ++m_counters.messagesSent;
    m_counters.bytesSent += message.bytes;
    Stream& stream = FindStream(source, destination, message.channel);
    stream.queue.Push(message);
    if (!stream.active)
    {
        StartNext(stream);
    }
}

ScaleUpDomain::Stream&
ScaleUpDomain::FindStream(uint32_t source, uint32_t destination, uint32_t channel)
{
    std::vector<Stream*>& candidates = m_streamsOf[source * m_nAccelerators + destination];
    for (Stream* stream : candidates)
    {
        if (stream->channel == channel)
        {
            return *stream;
        }
    }
    m_streams.push_back(std::make_unique<Stream>());
    Stream& stream = *m_streams.back();
    stream.index = static_cast<uint32_t>(m_streams.size() - 1);
    stream.channel = channel;
    stream.egress = source;
    stream.ingress = m_nAccelerators + destination;
    candidates.push_back(&stream);
    return stream;
}

void
ScaleUpDomain::Leave(Stream& stream)
{
    m_deliveries.Push({fabric::NowTicks() + m_latency.GetTimeStep(), stream.queue.Pop()});
    if (m_deliveries.GetSize() == 1)
    {
        m_deliverAlarm->Set(m_deliveries[0].at);
    }
}

void
ScaleUpDomain::StartNext(Stream& stream)
{
    while (!stream.queue.IsEmpty() && stream.queue[0].bytes == 0)
    {
        Leave(stream);
    }
    if (stream.queue.IsEmpty())
    {
        if (stream.active)
        {
            Deactivate(stream);
        }
        return;
    }
    stream.remaining = Work{stream.queue[0].bytes} * 8'000'000'000'000ULL;
    stream.updatedAt = fabric::NowTicks();
    if (stream.active)
    {
        ScheduleFinish(stream); // the shares stay as they are
        return;
    }
    stream.active = true;
    Port& egress = m_ports[stream.egress];
    Port& ingress = m_ports[stream.ingress];
    egress.active.push_back(&stream);
    ingress.active.push_back(&stream);
    if (egress.active.size() == 1 && ingress.active.size() == 1)
    {
        stream.rate = m_rate.GetBitRate();
        ScheduleFinish(stream);
        return;
    }
    // Shares are computed in an event of their own, once for all that starts at this time.
    stream.rate = 0;
    m_dirtyPorts.push_back(stream.egress);
    m_dirtyPorts.push_back(stream.ingress);
    m_progressAlarm->SetNoLater(fabric::NowTicks());
}

void
ScaleUpDomain::Deactivate(Stream& stream)
{
    stream.active = false;
    for (const uint32_t index : {stream.egress, stream.ingress})
    {
        std::vector<Stream*>& active = m_ports[index].active;
        active.erase(std::find(active.begin(), active.end(), &stream));
        if (!active.empty())
        {
            m_dirtyPorts.push_back(index);
        }
    }
}

void
ScaleUpDomain::ScheduleFinish(Stream& stream)
{
    const Work duration = (stream.remaining + stream.rate - 1) / stream.rate;
    const Ticks at = stream.updatedAt + static_cast<Ticks>(duration);
    if (m_finishes.Contains(stream))
    {
        m_finishes.Update(stream, at);
    }
    else
    {
        m_finishes.Push(stream, at);
    }
    m_progressAlarm->SetNoLater(m_finishes.GetTopTime());
}

void
ScaleUpDomain::Progress()
{
    const Ticks now = fabric::NowTicks();
    m_due.clear();
    while (!m_finishes.IsEmpty() && m_finishes.GetTopTime() <= now)
    {
        m_due.push_back(&m_finishes.Pop());
    }
    std::sort(m_due.begin(),
              m_due.end(),
              [](const Stream* a, const Stream* b) { return a->index < b->index; });
    for (Stream* stream : m_due)
    {
        Leave(*stream);
        StartNext(*stream);
    }
    if (!m_dirtyPorts.empty())
    {
        ComputeRates();
    }
    if (!m_finishes.IsEmpty())
    {
        m_progressAlarm->Set(m_finishes.GetTopTime());
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

void
ScaleUpDomain::ComputeRates()
{
    ++m_counters.rateComputations;
    CollectCoupled();
    const Ticks now = fabric::NowTicks();
    for (Stream* stream : m_coupledStreams)
    {
        stream->remaining -= Work{stream->rate} * static_cast<uint64_t>(now - stream->updatedAt);
        stream->updatedAt = now;
        stream->rate = 0;
    }
    ShareFairly();
    for (Stream* stream : m_coupledStreams)
    {
        ScheduleFinish(*stream);
    }
}

void
ScaleUpDomain::CollectCoupled()
{
    ++m_visit;
    m_coupledPorts.clear();
    m_coupledStreams.clear();
    const auto addPort = [this](uint32_t index)
    {
        Port& port = m_ports[index];
        if (port.visit != m_visit && !port.active.empty())
        {
            port.visit = m_visit;
            port.free = m_rate.GetBitRate();
            port.unfixed = static_cast<uint32_t>(port.active.size());
            m_coupledPorts.push_back(index);
        }
    };
    for (uint32_t index : m_dirtyPorts)
    {
        addPort(index);
    }
    m_dirtyPorts.clear();
    for (std::size_t i = 0; i < m_coupledPorts.size(); ++i)
    {
        for (Stream* stream : m_ports[m_coupledPorts[i]].active)
        {
            if (stream->visit != m_visit)
            {
                stream->visit = m_visit;
                m_coupledStreams.push_back(stream);
                addPort(stream->egress);
                addPort(stream->ingress);
            }
        }
    }
}

void
ScaleUpDomain::ShareFairly()
{
    std::size_t left = m_coupledStreams.size();
    while (left > 0)
    {
        // The port that has least to give to each of its streams decides for them.
        uint64_t share = UINT64_MAX;
        Port* bottleneck = nullptr;
        for (uint32_t index : m_coupledPorts)
        {
            Port& port = m_ports[index];
            if (port.unfixed > 0 && port.free / port.unfixed < share)
            {
                share = port.free / port.unfixed;
                bottleneck = &port;
            }
        }
        share = std::max<uint64_t>(share, 1); // streams always move
        for (Stream* stream : bottleneck->active)
        {
            if (stream->rate > 0)
            {
                continue;
            }
            stream->rate = share;
            --left;
            for (const uint32_t index : {stream->egress, stream->ingress})
            {
                m_ports[index].free -= std::min(share, m_ports[index].free);
                --m_ports[index].unfixed;
            }
        }
    }
}

} // namespace ns3::cluster
