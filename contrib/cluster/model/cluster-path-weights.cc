/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-path-weights.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3::cluster
{

namespace
{

/** @return which end of an edge is at a vertex, 0 or 1 */
std::size_t
EndAt(const TopologyGraph::Edge& edge, uint32_t vertex)
{
    return edge.a.vertex == vertex ? 0 : 1;
}

} // namespace

PathWeights::PathWeights(const TopologyGraph& graph, ShortestPaths& paths)
    : m_graph(graph),
      m_paths(paths),
      m_leaves(graph.GetEdges().size(), {0, 0}),
      m_incoming(graph.GetVertices().size(), 0),
      m_capacity(graph.GetVertices().size(), 0)
{
    std::vector<uint16_t> ports;
    for (uint32_t leaf = 0; leaf < paths.GetNLeaves(); ++leaf)
    {
        paths.SetDestination(leaf);
        for (const uint32_t v : paths.GetSwitchesByDistance())
        {
            paths.GetNextHops(v, ports);
            for (const uint16_t port : ports)
            {
                const uint32_t edge = graph.GetVertex(v).edges[port];
                ++m_leaves[edge][EndAt(graph.GetEdge(edge), v)];
            }
        }
    }
}

double
PathWeights::GetPart(uint32_t vertex, uint16_t port) const
{
    const uint32_t edge = m_graph.GetVertex(vertex).edges[port];
    const TopologyGraph::Edge& link = m_graph.GetEdge(edge);
    return static_cast<double>(link.link.bitRate) / m_leaves[edge][EndAt(link, vertex)];
}

uint32_t
PathWeights::GetNeighbour(uint32_t vertex, uint16_t port) const
{
    return m_graph.GetFarEnd(m_graph.GetVertex(vertex).edges[port], vertex).vertex;
}

double
PathWeights::GetCapacity(uint32_t vertex, uint16_t port) const
{
    const double part = GetPart(vertex, port);
    const uint32_t next = GetNeighbour(vertex, port);
    return std::min(part, m_capacity[next] * part / m_incoming[next]);
}

void
PathWeights::SetDestination(uint32_t leaf)
{
    m_paths.SetDestination(leaf);
    const auto& order = m_paths.GetSwitchesByDistance();
    std::fill(m_incoming.begin(), m_incoming.end(), 0);
    std::vector<uint16_t> ports;
    for (const uint32_t v : order)
    {
        m_paths.GetNextHops(v, ports);
        for (const uint16_t port : ports)
        {
            m_incoming[GetNeighbour(v, port)] += GetPart(v, port);
        }
    }
    for (const uint32_t v : order)
    {
        m_paths.GetNextHops(v, ports);
        m_capacity[v] = ports.empty() ? std::numeric_limits<double>::infinity() : 0;
        for (const uint16_t port : ports)
        {
            m_capacity[v] += GetCapacity(v, port);
        }
    }
}

std::vector<uint32_t>
PathWeights::GetWeights(uint32_t vertex) const
{
    std::vector<uint16_t> ports;
    m_paths.GetNextHops(vertex, ports);
    std::vector<double> capacities;
    double largest = 0;
    for (const uint16_t port : ports)
    {
        capacities.push_back(GetCapacity(vertex, port));
        largest = std::max(largest, capacities.back());
    }
    std::vector<uint32_t> weights;
    for (const double capacity : capacities)
    {
        weights.push_back(std::max<uint32_t>(1, std::lround(SCALE * capacity / largest)));
    }
    return weights;
}

} // namespace ns3::cluster
