/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-channel-dependencies.h"

#include <algorithm>

namespace ns3::cluster
{

ChannelDependencies::ChannelDependencies(const TopologyGraph& graph, ShortestPaths& paths)
    : m_graph(graph),
      m_depends(2 * graph.GetEdges().size())
{
    for (uint32_t leaf = 0; leaf < paths.GetNLeaves(); ++leaf)
    {
        AddDestination(paths, leaf);
    }
}

uint32_t
ChannelDependencies::ChannelOf(uint32_t vertex, uint16_t port) const
{
    const uint32_t edge = m_graph.GetVertex(vertex).edges[port];
    return 2 * edge + (m_graph.GetEdge(edge).a.vertex == vertex ? 0 : 1);
}

uint32_t
ChannelDependencies::SenderOf(uint32_t channel) const
{
    const auto& edge = m_graph.GetEdge(channel / 2);
    return channel % 2 == 0 ? edge.a.vertex : edge.b.vertex;
}

void
ChannelDependencies::AddDestination(ShortestPaths& paths, uint32_t leaf)
{
    paths.SetDestination(leaf);
    const auto& order = paths.GetSwitchesByDistance();
    std::vector<bool> carries(m_graph.GetVertices().size(), false);
    std::vector<uint16_t> ports;
    std::vector<uint16_t> nextPorts;
    // from far to near: all that sends to a switch comes before it
    for (auto v = order.rbegin(); v != order.rend(); ++v)
    {
        if (!carries[*v] && paths.GetLeafOfVertex(*v) == ShortestPaths::NONE)
        {
            continue;
        }
        paths.GetNextHops(*v, ports);
        for (const uint16_t port : ports)
        {
            const uint32_t neighbour =
                m_graph.GetFarEnd(m_graph.GetVertex(*v).edges[port], *v).vertex;
            carries[neighbour] = true;
            paths.GetNextHops(neighbour, nextPorts);
            auto& depends = m_depends[ChannelOf(*v, port)];
            for (const uint16_t nextPort : nextPorts)
            {
                const uint32_t channel = ChannelOf(neighbour, nextPort);
                const auto at = std::lower_bound(depends.begin(), depends.end(), channel);
                if (at == depends.end() || *at != channel)
                {
                    depends.insert(at, channel);
                }
            }
        }
    }
}

std::size_t
ChannelDependencies::GetN() const
{
    std::size_t n = 0;
    for (const auto& depends : m_depends)
    {
        n += depends.size();
    }
    return n;
}

std::vector<uint32_t>
ChannelDependencies::FindCycle() const
{
    enum State : uint8_t
    {
        NEW,
        OPEN, // on the way from the first channel to the current one
        DONE,
    };

    std::vector<State> states(m_depends.size(), NEW);
    std::vector<std::pair<uint32_t, std::size_t>> way; // channel, and its next dependency to follow
    for (uint32_t first = 0; first < m_depends.size(); ++first)
    {
        if (states[first] != NEW)
        {
            continue;
        }
        way.assign(1, {first, 0});
        states[first] = OPEN;
        while (!way.empty())
        {
            const uint32_t channel = way.back().first;
            if (way.back().second == m_depends[channel].size())
            {
                states[channel] = DONE;
                way.pop_back();
                continue;
            }
            const uint32_t next = m_depends[channel][way.back().second++];
            if (states[next] == NEW)
            {
                states[next] = OPEN;
                way.emplace_back(next, 0);
            }
            else if (states[next] == OPEN)
            {
                std::vector<uint32_t> cycle;
                auto at = std::find_if(way.begin(),
                                       way.end(),
                                       [next](const auto& step) { return step.first == next; });
                for (; at != way.end(); ++at)
                {
                    cycle.push_back(SenderOf(at->first));
                }
                return cycle;
            }
        }
    }
    return {};
}

std::string
ChannelDependencies::DescribeCycle() const
{
    const auto cycle = FindCycle();
    std::string text;
    for (const uint32_t vertex : cycle)
    {
        text += m_graph.GetVertex(vertex).name + " -> ";
    }
    return cycle.empty() ? text : text + m_graph.GetVertex(cycle.front()).name;
}

} // namespace ns3::cluster
