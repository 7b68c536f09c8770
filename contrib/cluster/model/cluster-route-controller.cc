/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-route-controller.h"

#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(RouteController);

namespace
{

/** @return whether an end of a link is a bonded port of a NIC */
bool
IsBonded(const TopologyGraph& graph, const TopologyGraph::End& end)
{
    const auto& vertex = graph.GetVertex(end.vertex);
    return vertex.kind == TopologyGraph::Kind::SERVER &&
           vertex.nicPorts[end.port].bond != TopologyGraph::NONE;
}

} // namespace

TypeId
RouteController::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::RouteController")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<RouteController>()
            .AddAttribute("ConvergenceTime",
                          "From the change of a link to new routes in all switches. Default: BGP "
                          "in data centres takes 0.1 to 1 s.",
                          TimeValue(MilliSeconds(100)),
                          MakeTimeAccessor(&RouteController::m_convergenceTime),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource(
                "Computed",
                "Routes were computed: number of links between switches, and of bonded NIC "
                "ports, that are down.",
                MakeTraceSourceAccessor(&RouteController::m_computed),
                "ns3::cluster::RouteController::ComputedTracedCallback");
    return tid;
}

RouteController::RouteController() = default;

RouteController::~RouteController() = default;

void
RouteController::DoDispose()
{
    m_event.Cancel();
    m_cluster = nullptr;
    Object::DoDispose();
}

void
RouteController::Setup(const Cluster& cluster)
{
    m_cluster = &cluster;
    const TopologyGraph& graph = cluster.GetGraph();
    for (uint32_t edge = 0; edge < graph.GetEdges().size(); ++edge)
    {
        const auto& link = graph.GetEdge(edge);
        const bool bonded = IsBonded(graph, link.a) || IsBonded(graph, link.b);
        if (bonded || (cluster.GetSwitch(link.a.vertex) && cluster.GetSwitch(link.b.vertex)))
        {
            m_edges.push_back(edge);
            cluster.GetLink(edge)->GetPort(0)->AddLinkChangeCallback(
                MakeCallback(&RouteController::LinkChanged, this));
        }
    }
}

uint32_t
RouteController::GetNComputations() const
{
    return m_nComputations;
}

void
RouteController::LinkChanged()
{
    if (m_cluster && m_event.IsExpired())
    {
        m_event = Simulator::Schedule(m_convergenceTime, &RouteController::Compute, this);
    }
}

void
RouteController::Compute()
{
    std::vector<bool> down(m_cluster->GetGraph().GetEdges().size(), false);
    uint32_t nDown = 0;
    for (const uint32_t edge : m_edges)
    {
        down[edge] = !m_cluster->GetLink(edge)->GetPort(0)->IsLinkUp();
        nDown += down[edge];
    }
    const auto switches = m_cluster->GetSwitches();
    const auto routes = std::make_shared<const std::vector<SwitchRoutes>>(
        ComputeRoutes(m_cluster->GetGraph(), switches, down, m_cluster->GetPathRule()));
    for (uint32_t v = 0; v < switches.size(); ++v)
    {
        if (const auto device = switches[v])
        {
            Simulator::ScheduleWithContext(device->GetNodeId(),
                                           Time(0),
                                           [device, routes, v]()
                                           { ApplyRoutes(*device, (*routes)[v]); });
        }
    }
    ++m_nComputations;
    m_computed(nDown);
}

} // namespace ns3::cluster
