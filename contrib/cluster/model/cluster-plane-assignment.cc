/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-plane-assignment.h"

#include "cluster-edge-coloring.h"

#include <algorithm>

namespace ns3::cluster
{

namespace
{

constexpr uint32_t NONE = TopologyGraph::NONE; ///< no vertex, edge or plane

/** @return index of a vertex in a sorted list, or NONE */
uint32_t
IndexOf(const std::vector<uint32_t>& sorted, uint32_t vertex)
{
    const auto found = std::lower_bound(sorted.begin(), sorted.end(), vertex);
    return found != sorted.end() && *found == vertex ? found - sorted.begin() : NONE;
}

} // namespace

PlaneAssignment::PlaneAssignment(const TopologyGraph& graph, const std::vector<bool>& down)
    : m_graph(graph),
      m_down(down)
{
}

std::vector<std::vector<uint32_t>>
PlaneAssignment::Assign(const std::vector<Ends>& ends) const
{
    std::vector<std::vector<uint32_t>> paths(ends.size());
    std::vector<uint32_t> switches;
    for (uint32_t v = 0; v < m_graph.GetVertices().size(); ++v)
    {
        if (m_graph.GetVertex(v).kind == TopologyGraph::Kind::SWITCH)
        {
            switches.push_back(v);
        }
    }
    std::vector<Flow> flows;
    for (uint32_t f = 0; f < ends.size(); ++f)
    {
        flows.push_back({f, ends[f].first, ends[f].second, {}, {}});
    }
    Solve(switches, std::move(flows), paths);
    return paths;
}

void
PlaneAssignment::Solve(const std::vector<uint32_t>& inside,
                       std::vector<Flow> flows,
                       std::vector<std::vector<uint32_t>>& paths) const
{
    std::vector<Flow> left;
    for (Flow& flow : flows)
    {
        if (flow.from == flow.to)
        {
            auto& path = paths[flow.number];
            path = std::move(flow.up);
            path.insert(path.end(), flow.down.rbegin(), flow.down.rend());
        }
        else
        {
            left.push_back(std::move(flow));
        }
    }
    Tier tier;
    if (left.empty() || !FindTier(inside, tier))
    {
        return;
    }
    const auto isElsewhere = [&tier](const Flow& flow) {
        return IndexOf(tier.switches, flow.from) == NONE || IndexOf(tier.switches, flow.to) == NONE;
    };
    left.erase(std::remove_if(left.begin(), left.end(), isElsewhere), left.end());
    const auto colors = Divide(tier, left);
    for (std::size_t plane = 0; plane < tier.planes.size(); ++plane)
    {
        std::vector<Flow> here;
        for (std::size_t f = 0; f < left.size(); ++f)
        {
            const uint32_t color = colors[f];
            if (color == EdgeColoring::NONE || color < tier.firstColor[plane] ||
                color >= tier.firstColor[plane + 1])
            {
                continue;
            }
            Flow& flow = left[f];
            flow.up.push_back(tier.links[IndexOf(tier.switches, flow.from)][color]);
            flow.down.push_back(tier.links[IndexOf(tier.switches, flow.to)][color]);
            flow.from = m_graph.GetFarEnd(flow.up.back(), flow.from).vertex;
            flow.to = m_graph.GetFarEnd(flow.down.back(), flow.to).vertex;
            here.push_back(std::move(flow));
        }
        Solve(tier.planes[plane], std::move(here), paths);
    }
}

void
PlaneAssignment::FindPlanes(const std::vector<uint32_t>& inside,
                            Tier& tier,
                            std::vector<uint32_t>& planeOf) const
{
    planeOf.assign(m_graph.GetVertices().size(), NONE);
    for (const uint32_t first : inside)
    {
        if (planeOf[first] != NONE || IndexOf(tier.switches, first) != NONE)
        {
            continue;
        }
        const uint32_t plane = tier.planes.size();
        std::vector<uint32_t> members{first};
        planeOf[first] = plane;
        for (std::size_t i = 0; i < members.size(); ++i)
        {
            for (const uint32_t edge : m_graph.GetVertex(members[i]).edges)
            {
                const uint32_t next = m_graph.GetFarEnd(edge, members[i]).vertex;
                if (planeOf[next] == NONE && IndexOf(inside, next) != NONE &&
                    IndexOf(tier.switches, next) == NONE)
                {
                    planeOf[next] = plane;
                    members.push_back(next);
                }
            }
        }
        std::sort(members.begin(), members.end());
        tier.planes.push_back(std::move(members));
    }
}

bool
PlaneAssignment::FindTier(const std::vector<uint32_t>& inside, Tier& tier) const
{
    uint32_t lowest = NONE;
    for (const uint32_t v : inside)
    {
        lowest = std::min(lowest, m_graph.GetVertex(v).tier);
    }
    for (const uint32_t v : inside)
    {
        if (m_graph.GetVertex(v).tier == lowest)
        {
            tier.switches.push_back(v);
        }
    }
    std::vector<uint32_t> planeOf;
    FindPlanes(inside, tier, planeOf);
    // By switch and plane: the links. All must lead to the same switch of the plane.
    std::vector<std::vector<std::vector<uint32_t>>> bundles;
    std::vector<std::size_t> width(tier.planes.size(), 0);
    for (const uint32_t v : tier.switches)
    {
        auto& mine = bundles.emplace_back(tier.planes.size());
        for (const uint32_t edge : m_graph.GetVertex(v).edges)
        {
            const uint32_t above = m_graph.GetFarEnd(edge, v).vertex;
            const uint32_t plane = planeOf[above];
            if (plane == NONE)
            {
                continue;
            }
            if (!mine[plane].empty() && m_graph.GetFarEnd(mine[plane][0], v).vertex != above)
            {
                return false;
            }
            mine[plane].push_back(edge);
            width[plane] = std::max(width[plane], mine[plane].size());
            tier.rate = std::max(tier.rate, m_graph.GetEdge(edge).link.bitRate);
        }
    }
    tier.firstColor.push_back(0);
    for (const std::size_t links : width)
    {
        tier.firstColor.push_back(tier.firstColor.back() + links);
    }
    for (const auto& mine : bundles)
    {
        auto& links = tier.links.emplace_back(tier.firstColor.back(), NONE);
        for (std::size_t plane = 0; plane < mine.size(); ++plane)
        {
            std::copy(
                mine[plane].begin(), mine[plane].end(), links.begin() + tier.firstColor[plane]);
        }
    }
    return true;
}

std::vector<uint32_t>
PlaneAssignment::Divide(const Tier& tier, const std::vector<Flow>& flows) const
{
    const auto n = static_cast<uint32_t>(tier.switches.size());
    EdgeColoring coloring(n, n, tier.firstColor.back());
    for (uint32_t v = 0; v < n; ++v)
    {
        for (uint32_t color = 0; color < tier.firstColor.back(); ++color)
        {
            const uint32_t edge = tier.links[v][color];
            if (edge == NONE || m_down[edge] || m_graph.GetEdge(edge).link.bitRate < tier.rate)
            {
                coloring.ForbidLeft(v, color);
                coloring.ForbidRight(v, color);
            }
        }
    }
    for (const Flow& flow : flows)
    {
        coloring.AddEdge(IndexOf(tier.switches, flow.from), IndexOf(tier.switches, flow.to));
    }
    return coloring.Color();
}

} // namespace ns3::cluster
