/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-flow.h"

#include <algorithm>

namespace ns3::cluster
{

FlowSites
GetFlowSites(const TopologyGraph& graph)
{
    FlowSites sites;
    for (const auto& vertex : graph.GetVertices())
    {
        std::vector<uint32_t> users(vertex.edges.size(), 0);
        for (const auto& accelerator : vertex.accelerators)
        {
            for (uint32_t port : accelerator.ports)
            {
                ++users[port];
            }
        }
        for (const auto& accelerator : vertex.accelerators)
        {
            uint64_t bitRate = 0;
            for (uint32_t port : accelerator.ports)
            {
                const auto nPorts =
                    vertex.nicPorts[port].bond == TopologyGraph::NONE
                        ? 1
                        : std::count_if(vertex.nicPorts.begin(),
                                        vertex.nicPorts.end(),
                                        [port](const auto& place) { return place.bond == port; });
                bitRate += nPorts * graph.GetEdge(vertex.edges[port]).link.bitRate / users[port];
            }
            sites.bitRates.push_back(bitRate);
        }
    }
    return sites;
}

} // namespace ns3::cluster
