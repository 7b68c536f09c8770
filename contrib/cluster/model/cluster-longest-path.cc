/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-longest-path.h"

#include <algorithm>
#include <vector>

namespace ns3::cluster
{

using fabric::Ticks;

namespace
{

/** By leaf, the cables of its NIC ports that take longest. */
struct LeafPorts
{
    Ticks longest{0}; ///< time of the one that takes longest
    Ticks second{0};  ///< of the next; 0 if there is one port only
};

/** Finds the longest of the shortest paths of a graph. */
class LongestPath
{
  public:
    /** @param graph the graph @param rule which paths count @param times by edge: of a round trip
     */
    LongestPath(const TopologyGraph& graph,
                ShortestPaths::Rule rule,
                const std::vector<Ticks>& times)
        : m_graph(graph),
          m_times(times),
          m_paths(graph, {}, rule),
          m_leaves(m_paths.GetNLeaves()),
          m_inner(graph.GetVertices().size(), 0)
    {
    }

    /** @return time of the round trip */
    Ticks Find()
    {
        Ticks longest = AddAttachments();
        for (uint32_t leaf = 0; leaf < m_leaves.size(); ++leaf)
        {
            longest = std::max(longest, FindTo(leaf));
        }
        return longest;
    }

  private:
    /** Learn the cables of NIC ports. @return longest time of one between two servers */
    Ticks AddAttachments()
    {
        Ticks direct = 0;
        const auto attachments = m_graph.GetAttachments();
        for (uint32_t i = 0; i < attachments.size(); ++i)
        {
            const auto& place = attachments[i];
            const Ticks time = m_times[m_graph.GetVertex(place.server).edges[place.port]];
            const uint32_t leaf = m_paths.GetLeafOfAttachment(i);
            if (leaf == ShortestPaths::NONE)
            {
                direct = std::max(direct, time);
                continue;
            }
            LeafPorts& ports = m_leaves[leaf];
            ports.second = std::max(ports.second, std::min(ports.longest, time));
            ports.longest = std::max(ports.longest, time);
        }
        return direct;
    }

    /** @param leaf a destination @return longest time to its ports */
    Ticks FindTo(uint32_t leaf)
    {
        m_paths.SetDestination(leaf);
        const LeafPorts& to = m_leaves[leaf];
        Ticks longest = to.second > 0 ? to.longest + to.second : 0;
        for (uint32_t vertex : m_paths.GetSwitchesByDistance())
        {
            m_paths.GetNextHops(vertex, m_ports);
            Ticks time = 0;
            for (uint16_t port : m_ports)
            {
                const uint32_t edge = m_graph.GetVertex(vertex).edges[port];
                const uint32_t next = m_graph.GetFarEnd(edge, vertex).vertex;
                time = std::max(time, m_times[edge] + m_inner[next]);
            }
            m_inner[vertex] = time;
            const uint32_t from = m_paths.GetLeafOfVertex(vertex);
            if (from != ShortestPaths::NONE && from != leaf)
            {
                longest = std::max(longest, m_leaves[from].longest + time + to.longest);
            }
        }
        return longest;
    }

    const TopologyGraph& m_graph;      ///< the graph
    const std::vector<Ticks>& m_times; ///< by edge: of a round trip
    ShortestPaths m_paths;             ///< its paths
    std::vector<LeafPorts> m_leaves;   ///< by leaf: cables of its NIC ports
    std::vector<Ticks> m_inner;        ///< by switch: time to the destination leaf
    std::vector<uint16_t> m_ports;     ///< next hops of a switch
};

} // namespace

Ticks
GetLongestRoundTrip(const TopologyGraph& graph,
                    ShortestPaths::Rule rule,
                    uint32_t frameBytes,
                    uint32_t ackBytes,
                    Ticks latency)
{
    std::vector<Ticks> times;
    for (const auto& edge : graph.GetEdges())
    {
        const auto& link = edge.link;
        times.push_back(2 * (link.delay + latency) +
                        fabric::SerializationTicks(frameBytes, link.bitRate) +
                        fabric::SerializationTicks(ackBytes, link.bitRate));
    }
    return LongestPath(graph, rule, times).Find();
}

uint64_t
GetLowestRate(const TopologyGraph& graph)
{
    uint64_t lowest = 0;
    for (const auto& edge : graph.GetEdges())
    {
        lowest = lowest == 0 ? edge.link.bitRate : std::min(lowest, edge.link.bitRate);
    }
    return lowest;
}

} // namespace ns3::cluster
