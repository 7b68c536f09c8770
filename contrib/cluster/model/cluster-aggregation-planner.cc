/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-aggregation-planner.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace ns3::cluster
{

namespace
{

constexpr uint32_t NONE = TopologyGraph::NONE;

} // namespace

AggregationPlanner::AggregationPlanner(const TopologyGraph& graph)
    : m_graph(graph),
      m_hasEngine(graph.GetVertices().size(), true),
      m_down(graph.GetEdges().size(), false),
      m_roots(graph.GetVertices().size(), 0),
      m_trees(graph.GetVertices().size(), 0),
      m_links(graph.GetEdges().size(), 0)
{
}

void
AggregationPlanner::SetEngines(std::vector<bool> hasEngine)
{
    m_hasEngine = std::move(hasEngine);
}

void
AggregationPlanner::SetDown(std::vector<bool> down)
{
    m_down = std::move(down);
}

uint32_t
AggregationPlanner::FindLeaf(const TopologyGraph::Attachment& place) const
{
    const uint32_t edge = m_graph.GetVertex(place.server).edges[place.port];
    const uint32_t leaf = m_graph.GetFarEnd(edge, place.server).vertex;
    return IsUsable(edge, leaf) ? leaf : NONE;
}

bool
AggregationPlanner::IsUsable(uint32_t edge, uint32_t neighbour) const
{
    return !m_down[edge] && m_hasEngine[neighbour] &&
           m_graph.GetVertex(neighbour).kind == TopologyGraph::Kind::SWITCH;
}

std::vector<uint32_t>
AggregationPlanner::Measure(uint32_t from) const
{
    std::vector<uint32_t> distance(m_graph.GetVertices().size(), NONE);
    std::vector<uint32_t> queue{from};
    distance[from] = 0;
    for (std::size_t i = 0; i < queue.size(); ++i)
    {
        const uint32_t vertex = queue[i];
        for (const uint32_t edge : m_graph.GetVertex(vertex).edges)
        {
            const uint32_t next = m_graph.GetFarEnd(edge, vertex).vertex;
            if (IsUsable(edge, next) && distance[next] == NONE)
            {
                distance[next] = distance[vertex] + 1;
                queue.push_back(next);
            }
        }
    }
    return distance;
}

std::vector<uint32_t>
AggregationPlanner::FindRoots(const std::vector<uint32_t>& leaves) const
{
    std::vector<uint32_t> depth(m_graph.GetVertices().size(), 0);
    for (const uint32_t leaf : leaves)
    {
        const auto distance = Measure(leaf);
        for (std::size_t vertex = 0; vertex < depth.size(); ++vertex)
        {
            depth[vertex] = std::max(depth[vertex], distance[vertex]); // NONE is the largest
        }
    }
    std::vector<uint32_t> roots;
    const uint32_t least = *std::min_element(depth.begin(), depth.end());
    for (uint32_t vertex = 0; vertex < depth.size() && least != NONE; ++vertex)
    {
        if (depth[vertex] == least)
        {
            roots.push_back(vertex);
        }
    }
    return roots;
}

std::vector<AggregationTree>
AggregationPlanner::Plan(const Request& request, std::string& reason)
{
    std::set<uint32_t> leaves;
    for (const auto& member : request.members)
    {
        const uint32_t leaf = FindLeaf(member);
        if (leaf == NONE)
        {
            reason = m_graph.GetVertex(member.server).name +
                     " has no link that is up to a switch with a reduction engine";
            return {};
        }
        leaves.insert(leaf);
    }
    std::vector<uint32_t> roots;
    if (request.root != NONE)
    {
        roots.push_back(FindLeaf(request.members[request.root]));
        const auto distance = Measure(roots[0]);
        const bool reachesAll =
            std::all_of(leaves.begin(),
                        leaves.end(),
                        [&distance](uint32_t leaf) { return distance[leaf] != NONE; });
        roots.resize(reachesAll ? 1 : 0);
    }
    else
    {
        roots = FindRoots({leaves.begin(), leaves.end()});
    }
    if (roots.empty())
    {
        reason = "no switches with reduction engines connect all members";
        return {};
    }
    std::vector<AggregationTree> trees;
    const std::size_t nTrees = std::min<std::size_t>(request.nTrees, roots.size());
    while (trees.size() < nTrees)
    {
        const auto root = std::min_element(
            roots.begin(),
            roots.end(),
            [this](uint32_t a, uint32_t b)
            { return std::tie(m_roots[a], m_trees[a]) < std::tie(m_roots[b], m_trees[b]); });
        trees.push_back(Grow(*root, request));
        CountTree(trees.back(), 1);
        roots.erase(root);
    }
    return trees;
}

void
AggregationPlanner::Release(const AggregationTree& tree)
{
    CountTree(tree, -1);
}

uint32_t
AggregationPlanner::ChooseParent(uint32_t vertex,
                                 const std::vector<uint32_t>& distance,
                                 const std::vector<bool>& isInTree) const
{
    uint32_t best = NONE;
    std::tuple<bool, uint32_t, uint32_t> least;
    for (const uint32_t edge : m_graph.GetVertex(vertex).edges)
    {
        const uint32_t next = m_graph.GetFarEnd(edge, vertex).vertex;
        if (!IsUsable(edge, next) || distance[next] == NONE ||
            distance[next] + 1 != distance[vertex])
        {
            continue;
        }
        const std::tuple<bool, uint32_t, uint32_t> cost{
            !isInTree[next], m_trees[next], m_links[edge]};
        if (best == NONE || cost < least)
        {
            best = edge;
            least = cost;
        }
    }
    return best;
}

AggregationTree
AggregationPlanner::Grow(uint32_t root, const Request& request) const
{
    const auto distance = Measure(root);
    std::vector<bool> isInTree(distance.size(), false);
    std::vector<std::vector<uint32_t>> layers(1); // by distance: vertices of the tree
    const auto add = [&](uint32_t vertex)
    {
        if (!isInTree[vertex])
        {
            isInTree[vertex] = true;
            layers.resize(std::max<std::size_t>(layers.size(), distance[vertex] + 1));
            layers[distance[vertex]].push_back(vertex);
        }
    };
    add(root);
    for (const auto& member : request.members)
    {
        add(FindLeaf(member));
    }
    std::vector<uint32_t> edgeUp(distance.size(), NONE);
    for (std::size_t layer = layers.size() - 1; layer > 0; --layer)
    {
        std::sort(layers[layer].begin(), layers[layer].end());
        for (const uint32_t vertex : layers[layer])
        {
            edgeUp[vertex] = ChooseParent(vertex, distance, isInTree);
            add(m_graph.GetFarEnd(edgeUp[vertex], vertex).vertex);
        }
    }
    AggregationTree tree;
    tree.depth = layers.size() - 1;
    std::vector<uint32_t> nodeOf(distance.size(), NONE);
    for (const auto& layer : layers)
    {
        for (const uint32_t vertex : layer)
        {
            const uint32_t index = tree.nodes.size();
            nodeOf[vertex] = index;
            AggregationTree::Node node;
            node.vertex = vertex;
            node.distance = distance[vertex];
            if (edgeUp[vertex] != NONE)
            {
                const auto& edge = m_graph.GetEdge(edgeUp[vertex]);
                const bool isA = edge.a.vertex == vertex;
                const auto& far = isA ? edge.b : edge.a;
                node.parent = nodeOf[far.vertex];
                node.parentPort = (isA ? edge.a : edge.b).port;
                node.portOfParent = far.port;
                tree.nodes[node.parent].children.push_back(index);
            }
            tree.nodes.push_back(std::move(node));
        }
    }
    for (uint32_t member = 0; member < request.members.size(); ++member)
    {
        const auto& place = request.members[member];
        const uint32_t edge = m_graph.GetVertex(place.server).edges[place.port];
        const auto& end = m_graph.GetFarEnd(edge, place.server);
        auto& node = tree.nodes[nodeOf[end.vertex]];
        node.members.push_back(member);
        node.memberPorts.push_back(end.port);
    }
    return tree;
}

void
AggregationPlanner::CountTree(const AggregationTree& tree, int32_t change)
{
    m_roots[tree.nodes[0].vertex] += change;
    for (const auto& node : tree.nodes)
    {
        m_trees[node.vertex] += change;
        if (node.parent != NONE)
        {
            m_links[m_graph.GetVertex(node.vertex).edges[node.parentPort]] += change;
        }
    }
}

} // namespace ns3::cluster
