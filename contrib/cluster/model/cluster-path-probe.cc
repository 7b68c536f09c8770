/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-path-probe.h"

#include "ns3/fabric-load-balancer.h"

namespace ns3::cluster
{

PathProbe::PathProbe(const Cluster& cluster)
    : m_cluster(cluster)
{
}

std::optional<std::vector<uint32_t>>
PathProbe::Trace(fabric::FabricAddress source,
                 fabric::FabricAddress destination,
                 uint16_t entropy,
                 uint32_t queuePair) const
{
    const TopologyGraph& graph = m_cluster.GetGraph();
    const auto& from = m_cluster.GetAttachment(source);
    const auto& to = m_cluster.GetAttachment(destination);
    fabric::Frame frame{};
    frame.source = source;
    frame.destination = destination;
    frame.entropy = entropy;
    frame.kind = fabric::FrameKind::ROCE;
    frame.roce.destinationQp = queuePair;
    std::vector<uint32_t> edges{graph.GetVertex(from.server).edges[from.port]};
    const uint32_t last = graph.GetVertex(to.server).edges[to.port];
    uint32_t vertex = from.server;
    while (edges.back() != last)
    {
        const auto end = graph.GetFarEnd(edges.back(), vertex);
        vertex = end.vertex;
        frame.ingressPort = static_cast<uint16_t>(end.port);
        const auto fabricSwitch = m_cluster.GetSwitch(vertex);
        const auto* group =
            fabricSwitch ? fabricSwitch->GetRoutingTable().Find(destination) : nullptr;
        if (!group || group->live.empty() || edges.size() > graph.GetVertices().size())
        {
            return std::nullopt;
        }
        uint16_t port = group->live[0];
        if (group->live.size() > 1)
        {
            const auto balancer = fabricSwitch->GetLoadBalancer();
            if (!balancer || !balancer->IsStateless())
            {
                return std::nullopt;
            }
            port = balancer->Select(frame, *group);
        }
        edges.push_back(graph.GetVertex(vertex).edges[port]);
    }
    return edges;
}

std::optional<std::vector<uint16_t>>
PathProbe::FindDisjoint(fabric::FabricAddress source,
                        fabric::FabricAddress destination,
                        uint32_t n) const
{
    constexpr uint16_t firstPort = 0xc000;
    std::vector<uint16_t> ports;
    std::vector<bool> used(m_cluster.GetGraph().GetEdges().size(), false);
    for (uint32_t i = 0; i < n; ++i)
    {
        uint16_t best = firstPort;
        uint32_t bestShared = UINT32_MAX;
        std::vector<uint32_t> bestPath;
        for (uint32_t c = 0; c < CANDIDATES && bestShared > 0; ++c)
        {
            const auto path = Trace(source, destination, firstPort + c);
            if (!path)
            {
                return std::nullopt;
            }
            uint32_t shared = 0;
            for (std::size_t hop = 1; hop + 1 < path->size(); ++hop)
            {
                shared += used[(*path)[hop]];
            }
            if (shared < bestShared)
            {
                best = firstPort + c;
                bestShared = shared;
                bestPath = *path;
            }
        }
        for (const uint32_t edge : bestPath)
        {
            used[edge] = true;
        }
        ports.push_back(best);
    }
    return ports;
}

std::optional<uint16_t>
PathProbe::FindEntropy(fabric::FabricAddress source,
                       fabric::FabricAddress destination,
                       const std::vector<uint32_t>& path,
                       uint32_t queuePair) const
{
    for (uint32_t entropy = 0xc000; entropy <= 0xffff; ++entropy)
    {
        const auto candidate =
            Trace(source, destination, static_cast<uint16_t>(entropy), queuePair);
        if (!candidate || *candidate == path)
        {
            return candidate ? std::optional<uint16_t>(entropy) : std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace ns3::cluster
