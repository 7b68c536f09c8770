/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-aggregation-planner.h"
#include "ns3/test.h"

#include <algorithm>
#include <random>
#include <set>

/**
 * @ingroup cluster-tests
 * Aggregation trees: what must hold for every tree, over topologies, groups and sets of failed
 * links.
 */

using namespace ns3;
using namespace ns3::cluster;
using cluster::tests::MakeGraph;

namespace
{

constexpr uint32_t NONE = TopologyGraph::NONE;

/** @return a request for trees over some NIC ports of a graph, by address */
AggregationPlanner::Request
MakeRequest(const TopologyGraph& graph, const std::set<uint32_t>& addresses, uint32_t nTrees)
{
    AggregationPlanner::Request request;
    for (const uint32_t address : addresses)
    {
        request.members.push_back(graph.GetAttachments()[address]);
    }
    request.nTrees = nTrees;
    return request;
}

/** @return n different numbers below `below` */
std::set<uint32_t>
Draw(std::mt19937& random, uint32_t n, uint32_t below)
{
    std::set<uint32_t> drawn;
    while (drawn.size() < n)
    {
        drawn.insert(random() % below);
    }
    return drawn;
}

/** @return what is wrong with a tree; "" if it spans the members over live links and engines */
std::string
FindFault(const TopologyGraph& graph,
          const AggregationPlanner::Request& request,
          const AggregationTree& tree,
          const std::vector<bool>& hasEngine,
          const std::vector<bool>& down)
{
    std::set<uint32_t> vertices;
    std::multiset<uint32_t> members;
    for (uint32_t i = 0; i < tree.nodes.size(); ++i)
    {
        const auto& node = tree.nodes[i];
        if (!vertices.insert(node.vertex).second || !hasEngine[node.vertex])
        {
            return "a switch is there twice, or has no engine";
        }
        if ((node.parent == NONE) != (i == 0) || (i > 0 && node.parent >= i))
        {
            return "not one tree";
        }
        if (i > 0)
        {
            const auto& parent = tree.nodes[node.parent];
            const uint32_t edge = graph.GetVertex(node.vertex).edges[node.parentPort];
            if (graph.GetFarEnd(edge, node.vertex).vertex != parent.vertex ||
                graph.GetFarEnd(edge, node.vertex).port != node.portOfParent || down[edge])
            {
                return "no live link to the parent";
            }
            if (std::count(parent.children.begin(), parent.children.end(), i) != 1 ||
                node.distance != parent.distance + 1 || node.distance > tree.depth)
            {
                return "the parent does not know its child";
            }
        }
        if (node.children.empty() && node.members.empty())
        {
            return "a switch that nobody needs";
        }
        for (std::size_t k = 0; k < node.members.size(); ++k)
        {
            const auto& place = request.members[node.members[k]];
            const uint32_t edge = graph.GetVertex(place.server).edges[place.port];
            const auto& end = graph.GetFarEnd(edge, place.server);
            if (end.vertex != node.vertex || end.port != node.memberPorts[k] || down[edge])
            {
                return "a member is not at its switch";
            }
            members.insert(node.members[k]);
        }
    }
    if (members.size() != request.members.size() ||
        std::set<uint32_t>(members.begin(), members.end()).size() != members.size())
    {
        return "not every member is there once";
    }
    return "";
}

/** @return links from the switches of the members to all vertices, by brute force: the farthest */
std::vector<uint32_t>
MeasureDepths(const TopologyGraph& graph,
              const AggregationPlanner::Request& request,
              const std::vector<bool>& hasEngine,
              const std::vector<bool>& down)
{
    const uint32_t n = graph.GetVertices().size();
    std::vector<uint32_t> depth(n, 0);
    for (const auto& place : request.members)
    {
        const uint32_t access = graph.GetVertex(place.server).edges[place.port];
        const uint32_t leaf = graph.GetFarEnd(access, place.server).vertex;
        std::vector<uint32_t> distance(n, NONE);
        distance[leaf] = !down[access] && hasEngine[leaf] ? 0 : NONE;
        for (uint32_t round = 0; round < n; ++round) // Bellman-Ford
        {
            bool changed = false;
            for (uint32_t e = 0; e < graph.GetEdges().size(); ++e)
            {
                const uint32_t a = graph.GetEdge(e).a.vertex;
                const uint32_t b = graph.GetEdge(e).b.vertex;
                if (down[e] || !hasEngine[a] || !hasEngine[b])
                {
                    continue;
                }
                for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}})
                {
                    if (distance[from] != NONE && distance[from] + 1 < distance[to])
                    {
                        distance[to] = distance[from] + 1;
                        changed = true;
                    }
                }
            }
            if (!changed)
            {
                break;
            }
        }
        for (uint32_t v = 0; v < n; ++v)
        {
            depth[v] = std::max(depth[v], distance[v]);
        }
    }
    return depth;
}

/** @return by vertex: whether it is a switch */
std::vector<bool>
AllSwitches(const TopologyGraph& graph)
{
    std::vector<bool> has;
    for (const auto& vertex : graph.GetVertices())
    {
        has.push_back(vertex.kind == TopologyGraph::Kind::SWITCH);
    }
    return has;
}

/** Depths and numbers of trees in Clos networks, where they are known. */
class ClosTreesTestCase : public TestCase
{
  public:
    ClosTreesTestCase()
        : TestCase("depth and number of trees in Clos networks")
    {
    }

  private:
    void DoRun() override
    {
        struct Case
        {
            std::string spec;           ///< topology
            std::set<uint32_t> members; ///< addresses
            uint32_t depth;             ///< of each tree
            uint32_t nTrees;            ///< different roots
        };

        // A leaf of a k=4 fat-tree has 2 hosts, a pod 4; there are 2 aggregation switches in a pod
        // and 4 cores.
        const std::vector<Case> cases = {
            {"leaf-spine:leaves=4,spines=3,hosts=4", {0, 1, 3}, 0, 1},
            {"leaf-spine:leaves=4,spines=3,hosts=4", {0, 5}, 1, 3},
            {"leaf-spine:leaves=4,spines=3,hosts=4", {0, 1, 2, 3, 4, 5, 6, 7, 15}, 1, 3},
            {"fat-tree:k=4", {0, 1}, 0, 1},
            {"fat-tree:k=4", {0, 1, 3}, 1, 2},
            {"fat-tree:k=4", {0, 4}, 2, 4},
            {"fat-tree:k=4", {0, 1, 2, 3, 5, 9, 15}, 2, 4},
        };
        for (const auto& each : cases)
        {
            const auto graph = MakeGraph(each.spec);
            AggregationPlanner planner(graph);
            std::string reason;
            const auto trees = planner.Plan(MakeRequest(graph, each.members, 100), reason);
            NS_TEST_ASSERT_MSG_EQ(trees.size(), each.nTrees, "trees of " << each.spec);
            std::set<uint32_t> roots;
            for (const auto& tree : trees)
            {
                NS_TEST_ASSERT_MSG_EQ(tree.depth, each.depth, "depth in " << each.spec);
                roots.insert(tree.nodes[0].vertex);
            }
            NS_TEST_ASSERT_MSG_EQ(roots.size(), trees.size(), "different roots");
        }
    }
};

/** Random groups, failures and switches without engines: every tree spans, and is not too deep. */
class TreePropertiesTestCase : public TestCase
{
  public:
    explicit TreePropertiesTestCase(const std::string& spec)
        : TestCase("trees over " + spec + " with failures"),
          m_spec(spec)
    {
    }

  private:
    void DoRun() override
    {
        const auto graph = MakeGraph(m_spec);
        std::mt19937 random(7);
        uint32_t nRefused = 0;
        for (uint32_t round = 0; round < 60; ++round)
        {
            std::vector<bool> down(graph.GetEdges().size(), false);
            auto hasEngine = AllSwitches(graph);
            for (uint32_t k = 0; k < round / 3; ++k)
            {
                down[random() % down.size()] = true;
            }
            for (uint32_t k = 0; k < round / 20; ++k)
            {
                hasEngine[random() % hasEngine.size()] = false;
            }
            AggregationPlanner planner(graph);
            planner.SetEngines(hasEngine);
            planner.SetDown(down);
            AggregationPlanner again(planner);
            const uint32_t n = 2 + random() % 6;
            const auto request =
                MakeRequest(graph, Draw(random, n, graph.GetNAttachments()), 1 + round % 4);
            const auto depths = MeasureDepths(graph, request, hasEngine, down);
            const uint32_t least = *std::min_element(depths.begin(), depths.end());
            std::string reason;
            const auto trees = planner.Plan(request, reason);
            NS_TEST_ASSERT_MSG_EQ(
                trees.empty(), (least == NONE), "a tree exists or not: " << reason);
            NS_TEST_ASSERT_MSG_EQ(trees.empty(), !reason.empty(), "a reason");
            nRefused += trees.empty() ? 1 : 0;
            for (const auto& tree : trees)
            {
                NS_TEST_ASSERT_MSG_EQ(
                    FindFault(graph, request, tree, hasEngine, down), "", "round " << round);
                NS_TEST_ASSERT_MSG_EQ(tree.depth, least, "no tree is deeper than need be");
            }
            const auto same = again.Plan(request, reason);
            NS_TEST_ASSERT_MSG_EQ(same.size(), trees.size(), "the same again");
            for (std::size_t t = 0; t < trees.size(); ++t)
            {
                for (std::size_t i = 0; i < trees[t].nodes.size(); ++i)
                {
                    NS_TEST_ASSERT_MSG_EQ(
                        trees[t].nodes[i].vertex, same[t].nodes[i].vertex, "the same again");
                }
            }
        }
        NS_TEST_ASSERT_MSG_GT(nRefused, 0U, "some rounds have no tree");
        NS_TEST_ASSERT_MSG_LT(nRefused, 50U, "most have one");
    }

    const std::string m_spec; ///< topology
};

/** Many groups: roots and links are used evenly, and given back. */
class BalanceTestCase : public TestCase
{
  public:
    BalanceTestCase()
        : TestCase("trees of many groups are spread evenly")
    {
    }

  private:
    void DoRun() override
    {
        // All pods of a k=8 fat-tree in each group: 16 cores can be the root.
        const auto graph = MakeGraph("fat-tree:k=8");
        AggregationPlanner planner(graph);
        std::mt19937 random(3);
        std::vector<AggregationTree> all;
        for (uint32_t group = 0; group < 37; ++group)
        {
            std::string reason;
            std::set<uint32_t> members;
            for (uint32_t pod = 0; pod < 8; ++pod)
            {
                members.insert(pod * 16 + random() % 16);
            }
            for (auto& tree : planner.Plan(MakeRequest(graph, members, 1 + group % 5), reason))
            {
                all.push_back(std::move(tree));
            }
            uint32_t least = UINT32_MAX;
            uint32_t most = 0;
            for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
            {
                if (graph.GetVertex(v).tier == 3)
                {
                    least = std::min(least, planner.GetNRoots(v));
                    most = std::max(most, planner.GetNRoots(v));
                }
                else
                {
                    NS_TEST_ASSERT_MSG_EQ(planner.GetNRoots(v), 0U, "only cores are roots");
                }
            }
            NS_TEST_ASSERT_MSG_LT_OR_EQ(most - least, 1U, "roots after group " << group);
        }
        for (const auto& tree : all)
        {
            planner.Release(tree);
        }
        for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
        {
            NS_TEST_ASSERT_MSG_EQ(planner.GetNRoots(v), 0U, "all given back");
        }
    }
};

/** The suite. */
class AggregationTestSuite : public TestSuite
{
  public:
    AggregationTestSuite()
        : TestSuite("weft-cluster-aggregation", TestSuite::Type::UNIT)
    {
        AddTestCase(new ClosTreesTestCase);
        for (const auto* spec : {"leaf-spine:leaves=4,spines=3,hosts=3",
                                 "fat-tree:k=4",
                                 "rail-optimized:servers=4,rails=4"})
        {
            AddTestCase(new TreePropertiesTestCase(spec));
        }
        AddTestCase(new BalanceTestCase);
    }
};

AggregationTestSuite g_aggregationTestSuite; ///< registers the suite

} // namespace
