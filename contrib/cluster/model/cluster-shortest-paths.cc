/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-shortest-paths.h"

#include "ns3/assert.h"

#include <algorithm>

namespace ns3::cluster
{

ShortestPaths::ShortestPaths(const TopologyGraph& graph, const std::vector<bool>& down, Rule rule)
    : m_rule(rule),
      m_goesDown(graph.GetVertices().size(), false),
      m_leafOf(graph.GetVertices().size(), NONE),
      m_distance(graph.GetVertices().size(), NONE)
{
    const auto& vertices = graph.GetVertices();
    const auto levels = rule == UP_DOWN ? FindLevels(graph) : std::vector<uint32_t>();
    m_first.reserve(vertices.size() + 1);
    m_hops.reserve(2 * graph.GetEdges().size());
    for (uint32_t v = 0; v < vertices.size(); ++v)
    {
        m_first.push_back(static_cast<uint32_t>(m_hops.size()));
        if (vertices[v].kind != TopologyGraph::Kind::SWITCH)
        {
            continue;
        }
        for (uint32_t port = 0; port < vertices[v].edges.size(); ++port)
        {
            const uint32_t edge = vertices[v].edges[port];
            const uint32_t neighbour = graph.GetFarEnd(edge, v).vertex;
            if (vertices[neighbour].kind == TopologyGraph::Kind::SWITCH)
            {
                if (edge >= down.size() || !down[edge])
                {
                    const bool up = rule == UP_DOWN && IsAbove(levels, neighbour, v);
                    m_hops.push_back({neighbour, edge, static_cast<uint16_t>(port), up});
                }
            }
            else if (m_leafOf[v] == NONE)
            {
                m_leafOf[v] = static_cast<uint32_t>(m_leaves.size());
                m_leaves.push_back(v);
            }
        }
    }
    m_first.push_back(static_cast<uint32_t>(m_hops.size()));

    for (const auto& attachment : graph.GetAttachments())
    {
        Access access;
        access.server = attachment.server;
        access.edge = vertices[attachment.server].edges[attachment.port];
        const TopologyGraph::End& far = graph.GetFarEnd(access.edge, attachment.server);
        access.peer = far.vertex;
        access.port = static_cast<uint16_t>(far.port);
        access.leaf = m_leafOf[far.vertex];
        m_access.push_back(access);
    }
}

uint32_t
ShortestPaths::GetNLeaves() const
{
    return static_cast<uint32_t>(m_leaves.size());
}

uint32_t
ShortestPaths::GetLeafVertex(uint32_t leaf) const
{
    return m_leaves[leaf];
}

uint32_t
ShortestPaths::GetLeafOfVertex(uint32_t vertex) const
{
    return m_leafOf[vertex];
}

uint32_t
ShortestPaths::GetLeafOfAttachment(uint32_t attachment) const
{
    return m_access[attachment].leaf;
}

uint16_t
ShortestPaths::GetLeafPort(uint32_t attachment) const
{
    return m_access[attachment].port;
}

void
ShortestPaths::SetDestination(uint32_t leaf)
{
    SetDestinations({leaf});
}

void
ShortestPaths::SetDestinations(const std::vector<uint32_t>& leaves)
{
    std::fill(m_distance.begin(), m_distance.end(), NONE);
    m_queue.clear();
    for (const uint32_t leaf : leaves)
    {
        NS_ASSERT_MSG(leaf < m_leaves.size(), "no leaf " << leaf);
        m_queue.push_back(m_leaves[leaf]);
        m_distance[m_leaves[leaf]] = 0;
    }
    if (m_rule == UP_DOWN)
    {
        SearchUpDown();
    }
    else
    {
        SearchAll();
    }
}

std::vector<uint32_t>
ShortestPaths::FindLevels(const TopologyGraph& graph)
{
    const auto& vertices = graph.GetVertices();
    std::vector<uint32_t> levels(vertices.size(), 0);
    std::vector<uint32_t> queue; // the first switch, then all by distance
    uint32_t tier = NONE;
    bool sameTier = true;
    for (uint32_t v = 0; v < vertices.size(); ++v)
    {
        if (vertices[v].kind == TopologyGraph::Kind::SWITCH)
        {
            sameTier &= tier == NONE || tier == vertices[v].tier;
            tier = vertices[v].tier;
            levels[v] = vertices[v].tier;
            if (queue.empty())
            {
                queue.push_back(v);
            }
        }
    }
    if (!sameTier || queue.empty())
    {
        return levels;
    }
    std::fill(levels.begin(), levels.end(), 0);
    levels[queue.front()] = NONE;
    for (std::size_t i = 0; i < queue.size(); ++i)
    {
        const uint32_t v = queue[i];
        for (const uint32_t edge : vertices[v].edges)
        {
            const uint32_t neighbour = graph.GetFarEnd(edge, v).vertex;
            if (vertices[neighbour].kind == TopologyGraph::Kind::SWITCH && levels[neighbour] == 0)
            {
                levels[neighbour] = levels[v] - 1;
                queue.push_back(neighbour);
            }
        }
    }
    return levels;
}

std::vector<std::vector<bool>>
ShortestPaths::FindUpPorts(const TopologyGraph& graph)
{
    const auto& vertices = graph.GetVertices();
    const auto levels = FindLevels(graph);
    std::vector<std::vector<bool>> up(vertices.size());
    for (uint32_t v = 0; v < vertices.size(); ++v)
    {
        for (const uint32_t edge : vertices[v].edges)
        {
            const uint32_t neighbour = graph.GetFarEnd(edge, v).vertex;
            up[v].push_back(vertices[v].kind == TopologyGraph::Kind::SWITCH &&
                            vertices[neighbour].kind == TopologyGraph::Kind::SWITCH &&
                            IsAbove(levels, neighbour, v));
        }
    }
    return up;
}

void
ShortestPaths::SearchUpDown()
{
    // Those that reach the destination by going down, nearest first.
    std::fill(m_goesDown.begin(), m_goesDown.end(), false);
    for (const uint32_t v : m_queue)
    {
        m_goesDown[v] = true;
    }
    for (std::size_t i = 0; i < m_queue.size(); ++i)
    {
        const uint32_t v = m_queue[i];
        for (uint32_t h = m_first[v]; h < m_first[v + 1]; ++h)
        {
            const uint32_t neighbour = m_hops[h].neighbour;
            if (m_hops[h].up && m_distance[neighbour] == NONE)
            {
                m_distance[neighbour] = m_distance[v] + 1;
                m_goesDown[neighbour] = true;
                m_queue.push_back(neighbour);
            }
        }
    }
    // The others go up to the nearest of those: by distance, since hops count one each.
    std::vector<std::vector<uint32_t>> byDistance;
    const auto note = [this, &byDistance](uint32_t v)
    {
        byDistance.resize(std::max<std::size_t>(byDistance.size(), m_distance[v] + 1));
        byDistance[m_distance[v]].push_back(v);
    };
    for (const uint32_t v : m_queue)
    {
        note(v);
    }
    m_queue.clear();
    for (std::size_t distance = 0; distance < byDistance.size(); ++distance)
    {
        for (std::size_t i = 0; i < byDistance[distance].size(); ++i)
        {
            const uint32_t v = byDistance[distance][i];
            m_queue.push_back(v);
            for (uint32_t h = m_first[v]; h < m_first[v + 1]; ++h)
            {
                const uint32_t neighbour = m_hops[h].neighbour;
                if (!m_hops[h].up && m_distance[neighbour] == NONE)
                {
                    m_distance[neighbour] = m_distance[v] + 1;
                    note(neighbour);
                }
            }
        }
    }
}

bool
ShortestPaths::IsNext(uint32_t vertex, const Hop& hop) const
{
    return m_distance[hop.neighbour] == m_distance[vertex] - 1 &&
           (m_rule == SHORTEST || m_goesDown[vertex] != hop.up);
}

void
ShortestPaths::SearchAll()
{
    for (std::size_t i = 0; i < m_queue.size(); ++i)
    {
        const uint32_t v = m_queue[i];
        for (uint32_t h = m_first[v]; h < m_first[v + 1]; ++h)
        {
            const uint32_t neighbour = m_hops[h].neighbour;
            if (m_distance[neighbour] == NONE)
            {
                m_distance[neighbour] = m_distance[v] + 1;
                m_queue.push_back(neighbour);
            }
        }
    }
}

uint32_t
ShortestPaths::GetDistance(uint32_t vertex) const
{
    return m_distance[vertex];
}

void
ShortestPaths::GetNextHops(uint32_t vertex, std::vector<uint16_t>& ports) const
{
    ports.clear();
    if (m_distance[vertex] == NONE || m_distance[vertex] == 0)
    {
        return;
    }
    for (uint32_t h = m_first[vertex]; h < m_first[vertex + 1]; ++h)
    {
        if (IsNext(vertex, m_hops[h]))
        {
            ports.push_back(m_hops[h].port);
        }
    }
}

std::vector<uint32_t>
ShortestPaths::FindPath(uint32_t from, uint32_t to)
{
    const Access& source = m_access[from];
    const Access& destination = m_access[to];
    if (source.edge == destination.edge)
    {
        return {source.edge}; // two servers cabled to each other
    }
    if (source.leaf == NONE || destination.leaf == NONE)
    {
        return {};
    }
    SetDestination(destination.leaf);
    if (m_distance[source.peer] == NONE)
    {
        return {};
    }
    std::vector<uint32_t> path{source.edge};
    for (uint32_t v = source.peer; m_distance[v] > 0;)
    {
        uint32_t h = m_first[v];
        while (!IsNext(v, m_hops[h]))
        {
            ++h;
        }
        path.push_back(m_hops[h].edge);
        v = m_hops[h].neighbour;
    }
    path.push_back(destination.edge);
    return path;
}

uint64_t
ShortestPaths::CountPaths(uint32_t from, uint32_t to)
{
    const Access& source = m_access[from];
    const Access& destination = m_access[to];
    if (source.edge == destination.edge)
    {
        return 1;
    }
    if (source.leaf == NONE || destination.leaf == NONE)
    {
        return 0;
    }
    SetDestination(destination.leaf);
    std::vector<uint64_t> paths(m_distance.size(), 0);
    for (uint32_t v : m_queue) // nearer ones come first
    {
        paths[v] = m_distance[v] == 0 ? 1 : 0;
        for (uint32_t h = m_first[v]; h < m_first[v + 1]; ++h)
        {
            if (m_distance[v] > 0 && IsNext(v, m_hops[h]))
            {
                paths[v] += paths[m_hops[h].neighbour];
            }
        }
    }
    return paths[source.peer];
}

} // namespace ns3::cluster
