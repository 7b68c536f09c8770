/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "flow-level-paths.h"

#include "ns3/cluster-path-probe.h"
#include "ns3/fabric-load-balancer.h"
#include "ns3/fabric-switch.h"

#include <algorithm>

namespace ns3::flowlevel
{

using cluster::FluidLinks;

FlowPaths::FlowPaths(const cluster::Cluster& cluster)
    : m_cluster(cluster)
{
}

bool
FlowPaths::AreHashed() const
{
    const auto switches = m_cluster.GetSwitches();
    return std::all_of(switches.begin(),
                       switches.end(),
                       [](const Ptr<fabric::Switch>& device)
                       {
                           const auto balancer = device ? device->GetLoadBalancer() : nullptr;
                           return !device || (balancer && balancer->IsStateless());
                       });
}

uint32_t
FlowPaths::GetDirection(uint32_t edge, uint32_t vertex) const
{
    return 2 * edge + (m_cluster.GetGraph().GetEdge(edge).a.vertex == vertex ? 0 : 1);
}

std::optional<FlowPath>
FlowPaths::FindHashed(fabric::FabricAddress source,
                      fabric::FabricAddress destination,
                      uint16_t entropy) const
{
    const auto edges = cluster::PathProbe(m_cluster).Trace(source, destination, entropy);
    if (!edges)
    {
        return std::nullopt;
    }
    FlowPath path;
    path.edges = *edges;
    uint32_t vertex = m_cluster.GetAttachment(source).server;
    for (const uint32_t edge : *edges)
    {
        path.uses.push_back({GetDirection(edge, vertex), FluidLinks::WHOLE});
        vertex = m_cluster.GetGraph().GetFarEnd(edge, vertex).vertex;
    }
    return path;
}

std::optional<FlowPath>
FlowPaths::FindEven(fabric::FabricAddress source, fabric::FabricAddress destination) const
{
    const auto& graph = m_cluster.GetGraph();
    const auto& from = m_cluster.GetAttachment(source);
    const auto& to = m_cluster.GetAttachment(destination);
    const uint32_t edge = graph.GetVertex(from.server).edges[from.port];
    FlowPath path;
    path.uses.push_back({GetDirection(edge, from.server), FluidLinks::WHOLE});
    path.edges.push_back(edge);
    if (graph.GetVertex(to.server).edges[to.port] == edge)
    {
        return path; // cabled to each other
    }
    std::vector<Part> parts{{graph.GetFarEnd(edge, from.server).vertex, FluidLinks::WHOLE}};
    uint32_t wayAt = parts[0].vertex; // how far path.edges has come
    while (!parts.empty())
    {
        std::vector<Part> next;
        for (const Part& part : parts)
        {
            const std::size_t before = path.uses.size();
            if (path.edges.size() > graph.GetVertices().size() ||
                !Divide(part, destination, path, next))
            {
                return std::nullopt; // a circle, or no way
            }
            if (part.vertex == wayAt)
            {
                path.edges.push_back(path.uses[before].link / 2);
            }
        }
        wayAt = graph.GetFarEnd(path.edges.back(), wayAt).vertex;
        parts = std::move(next);
    }
    return path;
}

bool
FlowPaths::Divide(const Part& part,
                  fabric::FabricAddress destination,
                  FlowPath& path,
                  std::vector<Part>& next) const
{
    const auto& graph = m_cluster.GetGraph();
    const auto device = m_cluster.GetSwitch(part.vertex);
    const auto* group = device ? device->GetRoutingTable().Find(destination) : nullptr;
    if (!group || group->live.empty())
    {
        return false;
    }
    uint32_t left = part.share;
    for (std::size_t i = 0; i < group->live.size(); ++i)
    {
        const bool isLast = i + 1 == group->live.size();
        const auto share = static_cast<uint32_t>(
            isLast ? left : uint64_t{part.share} * group->GetWeight(i) / group->total);
        if (share == 0)
        {
            continue;
        }
        left -= share;
        const uint32_t edge = graph.GetVertex(part.vertex).edges[group->live[i]];
        path.uses.push_back({GetDirection(edge, part.vertex), share});
        const uint32_t far = graph.GetFarEnd(edge, part.vertex).vertex;
        const auto merged = std::find_if(
            next.begin(), next.end(), [far](const Part& p) { return p.vertex == far; });
        if (graph.GetVertex(far).kind == cluster::TopologyGraph::Kind::SERVER)
        {
            continue; // it has arrived
        }
        if (merged != next.end())
        {
            merged->share += share;
        }
        else
        {
            next.push_back({far, share});
        }
    }
    return true;
}

} // namespace ns3::flowlevel
