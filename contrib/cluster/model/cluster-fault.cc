/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-fault.h"

#include "cluster-cluster.h"
#include "cluster-object-spec.h"

#include "ns3/simulator.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(Fault);

namespace
{

/** @return what a description of a fault may name */
SpecFamily
FaultFamily()
{
    return {Fault::GetTypeId(), "fault", ""};
}

} // namespace

TypeId
Fault::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::Fault")
                            .SetParent<Object>()
                            .SetGroupName("Cluster")
                            .AddAttribute("Start",
                                          "When it begins.",
                                          TimeValue(Time(0)),
                                          MakeTimeAccessor(&Fault::m_start),
                                          MakeTimeChecker(Time(0)))
                            .AddAttribute("Duration",
                                          "How long it lasts; 0: for ever.",
                                          TimeValue(Time(0)),
                                          MakeTimeAccessor(&Fault::m_duration),
                                          MakeTimeChecker(Time(0)));
    return tid;
}

Time
Fault::GetStart() const
{
    return m_start;
}

Time
Fault::GetDuration() const
{
    return m_duration;
}

std::string
Fault::Check(const TopologyGraph& graph) const
{
    return DoCheck(graph);
}

void
Fault::Schedule(Ptr<Cluster> cluster)
{
    const uint32_t node = DoGetNode(*cluster);
    const Ptr<Fault> self(this);
    Simulator::ScheduleWithContext(node, m_start, [self, cluster] { self->DoBegin(*cluster); });
    cluster->GetProgressWatch()->Expect(m_start + m_duration);
    if (m_duration > Time(0))
    {
        Simulator::ScheduleWithContext(
            node, m_start + m_duration, [self, cluster] { self->DoEnd(*cluster); });
    }
}

Ptr<Fault>
CreateFault(const std::string& spec, const TopologyGraph& graph, std::vector<TopologyError>& errors)
{
    const auto fault = DynamicCast<Fault>(CreateFromSpec(spec, FaultFamily(), errors));
    if (!fault)
    {
        return nullptr;
    }
    const std::string why = fault->Check(graph);
    if (!why.empty())
    {
        errors.push_back({why, {1, 1}});
        return nullptr;
    }
    return fault;
}

std::string
GetFaultHelp()
{
    return DescribeSpecs(FaultFamily());
}

} // namespace ns3::cluster
