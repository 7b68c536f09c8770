/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-ecn-agent.h"

#include "fabric-proportional-ecn-policy.h"
#include "fabric-switch.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(EcnAgent);

namespace
{

/** @return a factory of the policy that comes with us */
ObjectFactory
DefaultPolicy()
{
    ObjectFactory factory;
    factory.SetTypeId(ProportionalEcnPolicy::GetTypeId());
    return factory;
}

/** @return the sum of a counter over the classes */
uint64_t
SumOf(const std::array<uint64_t, N_CLASSES>& counter)
{
    return std::accumulate(counter.begin(), counter.end(), uint64_t{0});
}

} // namespace

TypeId
EcnAgent::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::EcnAgent")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddConstructor<EcnAgent>()
            .AddAttribute("Interval",
                          "Time between two decisions; 0, the default: thresholds stay as they "
                          "are. Agents on switches take about a millisecond.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&EcnAgent::m_interval),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Samples",
                          "How often per interval the queues are looked at, 1 or more.",
                          UintegerValue(10),
                          MakeUintegerAccessor(&EcnAgent::m_samples),
                          MakeUintegerChecker<uint32_t>(1, 1000))
            .AddAttribute("Policy",
                          "Who decides for a port: type and attributes.",
                          ObjectFactoryValue(DefaultPolicy()),
                          MakeObjectFactoryAccessor(&EcnAgent::m_policyFactory),
                          MakeObjectFactoryChecker())
            .AddTraceSource("Tuned",
                            "A port was shown to its policy, which named new parameters.",
                            MakeTraceSourceAccessor(&EcnAgent::m_tuned),
                            "ns3::fabric::EcnAgent::TunedTracedCallback");
    return tid;
}

EcnAgent::~EcnAgent() = default;

void
EcnAgent::DoDispose()
{
    m_event.Cancel();
    m_watches.clear();
    Object::DoDispose();
}

void
EcnAgent::Setup(Switch& owner)
{
    for (uint16_t i = 0; i < owner.GetNPorts(); ++i)
    {
        Watch watch{};
        watch.port = &owner.GetPort(i);
        watch.marker = DynamicCast<RedMarker>(owner.GetMarker(i));
        if (watch.marker)
        {
            watch.policy = m_policyFactory.Create()->GetObject<EcnPolicy>();
            NS_ABORT_MSG_IF(!watch.policy,
                            m_policyFactory.GetTypeId().GetName()
                                << " is no ns3::fabric::EcnPolicy");
        }
        m_watches.push_back(watch);
    }
}

void
EcnAgent::Wake()
{
    m_awake = true;
    m_sample = 0;
    for (Watch& watch : m_watches)
    {
        Begin(watch);
    }
    m_event =
        Simulator::Schedule(m_interval / static_cast<int64_t>(m_samples), &EcnAgent::Sample, this);
}

void
EcnAgent::Begin(Watch& watch) const
{
    const auto counters = watch.port->GetCounters();
    watch.queueSum = 0;
    watch.queueMax = 0;
    watch.txBytes = SumOf(counters.txBytes);
    watch.txFrames = SumOf(counters.txFrames);
    watch.marks = counters.ecnMarks;
}

void
EcnAgent::Sample()
{
    for (Watch& watch : m_watches)
    {
        const uint64_t bytes = watch.port->GetQueues().GetBytes();
        watch.queueSum += bytes;
        watch.queueMax = std::max(watch.queueMax, bytes);
    }
    if (++m_sample == m_samples)
    {
        m_sample = 0;
        bool active = false;
        for (uint16_t i = 0; i < m_watches.size(); ++i)
        {
            active |= Tune(i, m_watches[i]);
            Begin(m_watches[i]);
        }
        if (!active)
        {
            m_awake = false;
            return;
        }
    }
    m_event =
        Simulator::Schedule(m_interval / static_cast<int64_t>(m_samples), &EcnAgent::Sample, this);
}

bool
EcnAgent::Tune(uint16_t index, Watch& watch)
{
    const auto counters = watch.port->GetCounters();
    EcnObservation seen{};
    seen.txFrames = SumOf(counters.txFrames) - watch.txFrames;
    if (!watch.marker || seen.txFrames == 0)
    {
        return seen.txFrames > 0;
    }
    seen.bitRate = watch.port->GetBitRate();
    seen.interval = m_interval.GetTimeStep();
    seen.meanQueueBytes = static_cast<double>(watch.queueSum) / m_samples;
    seen.maxQueueBytes = watch.queueMax;
    seen.txBytes = SumOf(counters.txBytes) - watch.txBytes;
    seen.marks = counters.ecnMarks - watch.marks;
    const double linkBits = 8.0 * (seen.txBytes + seen.txFrames * watch.port->GetInterframeBytes());
    seen.utilization =
        std::min(1.0, linkBits / (static_cast<double>(seen.bitRate) * seen.interval * 1e-12));
    seen.current = watch.marker->GetThresholds();
    const EcnThresholds next = watch.policy->Decide(seen);
    watch.marker->SetThresholds(next);
    if (!m_tuned.IsEmpty())
    {
        m_tuned(index, seen, next);
    }
    return true;
}

} // namespace ns3::fabric
