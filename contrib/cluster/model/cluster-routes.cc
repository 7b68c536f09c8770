/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-routes.h"

#include "cluster-path-weights.h"

#include "ns3/fabric-scheduled-switch.h"

#include <algorithm>
#include <optional>

namespace ns3::cluster
{

namespace
{

/** @return whether the ports of a switch are to have weights */
bool
IsWeighted(const fabric::Switch& device)
{
    if (const auto scheduled = dynamic_cast<const fabric::ScheduledSwitch*>(&device))
    {
        return scheduled->IsWeighted();
    }
    return device.GetLoadBalancer() && device.GetLoadBalancer()->IsWeighted();
}

} // namespace

Ptr<fabric::FabricDirectory>
InstallRoutes(const TopologyGraph& graph,
              const std::vector<Ptr<fabric::Switch>>& switches,
              ShortestPaths::Rule rule)
{
    ShortestPaths paths(graph);
    auto directory = Create<fabric::FabricDirectory>();
    for (uint32_t v = 0; v < switches.size(); ++v)
    {
        if (switches[v])
        {
            fabric::RoutingTable& table = switches[v]->GetRoutingTable();
            table.SetDirectory(directory);
            if (paths.GetLeafOfVertex(v) != ShortestPaths::NONE)
            {
                table.SetLeaf(paths.GetLeafOfVertex(v));
            }
        }
    }
    for (uint32_t address = 0; address < graph.GetNAttachments(); ++address)
    {
        const uint32_t leaf = paths.GetLeafOfAttachment(address);
        if (leaf == ShortestPaths::NONE)
        {
            directory->Add(paths.GetNLeaves());
            continue;
        }
        directory->Add(leaf);
        switches[paths.GetLeafVertex(leaf)]->GetRoutingTable().SetHostPort(
            directory->Find(address).slot, paths.GetLeafPort(address));
    }
    const auto routes = ComputeRoutes(graph, switches, {}, rule);
    for (uint32_t v = 0; v < switches.size(); ++v)
    {
        if (switches[v])
        {
            ApplyRoutes(*switches[v], routes[v]);
        }
    }
    return directory;
}

std::vector<SwitchRoutes>
ComputeRoutes(const TopologyGraph& graph,
              const std::vector<Ptr<fabric::Switch>>& switches,
              const std::vector<bool>& down,
              ShortestPaths::Rule rule)
{
    ShortestPaths paths(graph, down, rule);
    std::optional<PathWeights> weights;
    for (const auto& device : switches)
    {
        if (!weights && device && IsWeighted(*device))
        {
            weights.emplace(graph, paths);
        }
    }
    std::vector<SwitchRoutes> routes(switches.size());
    for (uint32_t leaf = 0; leaf < paths.GetNLeaves(); ++leaf)
    {
        paths.SetDestination(leaf);
        if (weights)
        {
            weights->SetDestination(leaf);
        }
        for (uint32_t v = 0; v < switches.size(); ++v)
        {
            if (!switches[v])
            {
                continue;
            }
            routes[v].byLeaf.emplace_back();
            auto& hops = routes[v].byLeaf.back();
            paths.GetNextHops(v, hops.ports);
            if (weights && IsWeighted(*switches[v]))
            {
                hops.weights = weights->GetWeights(v);
            }
        }
    }
    return routes;
}

void
ApplyRoutes(fabric::Switch& device, const SwitchRoutes& routes)
{
    fabric::RoutingTable& table = device.GetRoutingTable();
    table.ClearRoutes();
    for (uint32_t leaf = 0; leaf < routes.byLeaf.size(); ++leaf)
    {
        const auto& hops = routes.byLeaf[leaf];
        if (!hops.ports.empty())
        {
            table.SetGroup(leaf, table.AddGroup(hops.ports, hops.weights));
        }
    }
}

std::vector<std::vector<uint16_t>>
FindFloodPorts(const TopologyGraph& graph)
{
    const auto& vertices = graph.GetVertices();
    std::vector<std::vector<uint16_t>> flood(vertices.size());
    std::vector<bool> reached(vertices.size(), false);
    std::vector<uint32_t> queue;
    for (uint32_t root = 0; root < vertices.size(); ++root)
    {
        if (reached[root] || vertices[root].kind != TopologyGraph::Kind::SWITCH)
        {
            continue;
        }
        reached[root] = true;
        queue.assign(1, root);
        for (std::size_t i = 0; i < queue.size(); ++i)
        {
            const uint32_t v = queue[i];
            for (uint32_t port = 0; port < vertices[v].edges.size(); ++port)
            {
                const TopologyGraph::End& far = graph.GetFarEnd(vertices[v].edges[port], v);
                const bool server = vertices[far.vertex].kind == TopologyGraph::Kind::SERVER;
                if (server || !reached[far.vertex])
                {
                    flood[v].push_back(static_cast<uint16_t>(port));
                }
                if (!server && !reached[far.vertex])
                {
                    flood[far.vertex].push_back(static_cast<uint16_t>(far.port));
                    reached[far.vertex] = true;
                    queue.push_back(far.vertex);
                }
            }
        }
    }
    for (auto& ports : flood)
    {
        std::sort(ports.begin(), ports.end());
    }
    return flood;
}

} // namespace ns3::cluster
