/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-edge-coloring.h"
#include "ns3/cluster-plane-assignment.h"
#include "ns3/cluster-shortest-paths.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/test.h"

#include <algorithm>
#include <map>
#include <utility>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** @return a random order of 0..n - 1 */
std::vector<uint32_t>
Shuffle(uint32_t n, Ptr<UniformRandomVariable> random)
{
    std::vector<uint32_t> order(n);
    for (uint32_t i = 0; i < n; ++i)
    {
        order[i] = i;
        std::swap(order[i], order[random->GetInteger(0, i)]);
    }
    return order;
}

/** Random bipartite multigraphs are coloured evenly. */
class EdgeColoringTestCase : public TestCase
{
  public:
    EdgeColoringTestCase()
        : TestCase("Even colouring of bipartite multigraphs")
    {
    }

  private:
    void DoRun() override
    {
        m_random->SetStream(3);
        for (uint32_t i = 0; i < 300; ++i)
        {
            CheckRandom(i);
        }
        CheckForbidden();
    }

    /** One random multigraph. */
    void CheckRandom(uint32_t number)
    {
        const uint32_t left = m_random->GetInteger(1, 12);
        const uint32_t right = m_random->GetInteger(1, 12);
        const uint32_t colors = m_random->GetInteger(1, 8);
        const uint32_t edges = m_random->GetInteger(0, 100);
        EdgeColoring coloring(left, right, colors);
        std::vector<uint32_t> degree(left + right, 0);
        std::vector<std::pair<uint32_t, uint32_t>> ends;
        for (uint32_t e = 0; e < edges; ++e)
        {
            const uint32_t l = m_random->GetInteger(0, left - 1);
            const uint32_t r = m_random->GetInteger(0, right - 1);
            coloring.AddEdge(l, r);
            ends.emplace_back(l, left + r);
            ++degree[l];
            ++degree[left + r];
        }
        const auto color = coloring.Color();
        NS_TEST_ASSERT_MSG_EQ(color.size(), edges, "a colour for each edge");
        std::map<std::pair<uint32_t, uint32_t>, uint32_t> count; // by vertex and colour
        for (uint32_t e = 0; e < edges; ++e)
        {
            NS_TEST_ASSERT_MSG_LT(color[e], colors, "graph " << number << " edge " << e);
            ++count[{ends[e].first, color[e]}];
            ++count[{ends[e].second, color[e]}];
        }
        for (uint32_t v = 0; v < left + right; ++v)
        {
            for (uint32_t c = 0; c < colors; ++c)
            {
                const uint32_t times = count[{v, c}];
                const bool even =
                    times >= degree[v] / colors && times <= (degree[v] + colors - 1) / colors;
                NS_TEST_EXPECT_MSG_EQ(even, true, "graph " << number << " vertex " << v);
            }
        }
    }

    /** Colours that a vertex does not take. */
    void CheckForbidden()
    {
        // Two vertices on each side, all four edges, three colours, of which the first left vertex
        // does not take 0 and the first right one does not take 1. A colouring: L0R0 2, L0R1 1,
        // L1R0 0, L1R1 2.
        EdgeColoring coloring(2, 2, 3);
        coloring.ForbidLeft(0, 0);
        coloring.ForbidRight(0, 1);
        coloring.AddEdge(0, 0);
        coloring.AddEdge(0, 1);
        coloring.AddEdge(1, 0);
        coloring.AddEdge(1, 1);
        const auto color = coloring.Color();
        NS_TEST_EXPECT_MSG_EQ(color[0], 2, "the only colour that both take");
        NS_TEST_EXPECT_MSG_EQ(color[1], 1, "neither the forbidden one nor that of the other edge");
        NS_TEST_EXPECT_MSG_EQ(color[2], 0, "the same on the right");
        NS_TEST_EXPECT_MSG_EQ(color[3], 2, "what is left");
        // Nothing is allowed: no colour, and no harm.
        EdgeColoring none(1, 1, 1);
        none.ForbidLeft(0, 0);
        none.AddEdge(0, 0);
        NS_TEST_EXPECT_MSG_EQ(none.Color()[0], EdgeColoring::NONE, "no colour");
    }

    Ptr<UniformRandomVariable> m_random{CreateObject<UniformRandomVariable>()}; ///< draws
};

/** Paths by planes. */
class PlaneAssignmentTestCase : public TestCase
{
  public:
    PlaneAssignmentTestCase()
        : TestCase("Paths by planes")
    {
    }

  private:
    void DoRun() override
    {
        m_random->SetStream(4);
        // A Clos network with as many ways up as hosts carries any permutation without two flows
        // on a link. Three tiers; two tiers with two links between each leaf and spine; rails.
        for (uint32_t i = 0; i < 200; ++i)
        {
            CheckPermutation("fat-tree:k=4", 1);
        }
        for (uint32_t i = 0; i < 50; ++i)
        {
            CheckPermutation("fat-tree:k=6", 1);
            CheckPermutation("fat-tree:k=8", 1);
            CheckPermutation("leaf-spine:leaves=6,spines=4,hosts=8,links-per-pair=2", 1);
        }
        // Half as many ways up: two flows on a link at most.
        CheckPermutation("leaf-spine:leaves=6,spines=4,hosts=8", 2);
        CheckFailure();
        // No planes: all switches are of one tier, or a leaf has two switches of the plane above.
        CheckUnknown(MakeRing());
        CheckUnknown(MakeMesh());
    }

    /** @return flows of a random permutation of the hosts */
    std::vector<PlaneAssignment::Ends> MakeFlows(const TopologyGraph& graph)
    {
        const ShortestPaths paths(graph);
        const auto to = Shuffle(graph.GetNAttachments(), m_random);
        std::vector<PlaneAssignment::Ends> flows;
        for (uint32_t host = 0; host < to.size(); ++host)
        {
            flows.emplace_back(paths.GetLeafVertex(paths.GetLeafOfAttachment(host)),
                               paths.GetLeafVertex(paths.GetLeafOfAttachment(to[host])));
        }
        return flows;
    }

    /** @return the most flows on a link, in one direction; paths must lead where they should */
    uint32_t GetMost(const TopologyGraph& graph,
                     const std::vector<PlaneAssignment::Ends>& flows,
                     const std::vector<std::vector<uint32_t>>& paths)
    {
        std::map<std::pair<uint32_t, uint32_t>, uint32_t> uses;
        uint32_t most = 0;
        for (std::size_t f = 0; f < flows.size(); ++f)
        {
            uint32_t at = flows[f].first;
            for (const uint32_t edge : paths[f])
            {
                most = std::max(most, ++uses[{edge, at}]);
                at = graph.GetFarEnd(edge, at).vertex;
            }
            NS_TEST_EXPECT_MSG_EQ(at, flows[f].second, "the path of flow " << f);
        }
        return most;
    }

    /** A random permutation. @param topology which network @param limit most flows on a link */
    void CheckPermutation(const std::string& topology, uint32_t limit)
    {
        const TopologyGraph graph = MakeGraph(topology);
        const std::vector<bool> down(graph.GetEdges().size(), false);
        const auto flows = MakeFlows(graph);
        const auto paths = PlaneAssignment(graph, down).Assign(flows);
        NS_TEST_EXPECT_MSG_EQ(GetMost(graph, flows, paths), limit, topology);
    }

    /** A link is down. */
    void CheckFailure()
    {
        // Three hosts at each leaf of four spines: one link of each leaf may be down. Nothing takes
        // one, and there are still ways apart for all.
        const TopologyGraph graph = MakeGraph("leaf-spine:leaves=4,spines=4,hosts=3");
        std::vector<bool> down(graph.GetEdges().size(), false);
        const uint32_t leaf0 = graph.Find("leaf-0");
        NS_TEST_ASSERT_MSG_NE(leaf0, TopologyGraph::NONE, "the name of a leaf");
        down[graph.GetVertex(leaf0).edges.back()] = true;
        uint32_t placed = 0;
        uint32_t total = 0;
        for (uint32_t i = 0; i < 50; ++i)
        {
            auto flows = MakeFlows(graph);
            auto paths = PlaneAssignment(graph, down).Assign(flows);
            for (std::size_t f = flows.size(); f-- > 0;)
            {
                total += flows[f].first != flows[f].second;
                placed += !paths[f].empty();
                for (const uint32_t edge : paths[f])
                {
                    NS_TEST_EXPECT_MSG_EQ(down[edge], false, "a dead link");
                }
                if (paths[f].empty())
                {
                    flows.erase(flows.begin() + f);
                    paths.erase(paths.begin() + f);
                }
            }
            NS_TEST_EXPECT_MSG_EQ(GetMost(graph, flows, paths), 1, "still apart");
        }
        // Not all can be placed always by chains alone; the search of the optimizer does the rest.
        NS_TEST_EXPECT_MSG_GT(placed, total * 95 / 100, "nearly all of them");
    }

    /** @return four switches in a ring, a host at each */
    static TopologyGraph MakeRing()
    {
        TopologyGraph graph;
        const TopologyGraph::LinkProperties link{100'000'000'000, 1000};
        for (uint32_t i = 0; i < 4; ++i)
        {
            graph.AddServer("host" + std::to_string(i));
        }
        for (uint32_t i = 0; i < 4; ++i)
        {
            graph.AddSwitch("switch" + std::to_string(i), 1);
            graph.AddLink(i, 4 + i, link);
        }
        for (uint32_t i = 0; i < 4; ++i)
        {
            graph.AddLink(4 + i, 4 + (i + 1) % 4, link);
        }
        return graph;
    }

    /** @return two leaves, each at both of two switches above, which are at one core */
    static TopologyGraph MakeMesh()
    {
        TopologyGraph graph;
        const TopologyGraph::LinkProperties link{100'000'000'000, 1000};
        for (uint32_t i = 0; i < 2; ++i)
        {
            graph.AddServer("host" + std::to_string(i));
        }
        const uint32_t core = graph.AddSwitch("core", 3);
        for (uint32_t i = 0; i < 2; ++i)
        {
            graph.AddLink(graph.AddSwitch("middle" + std::to_string(i), 2), core, link);
        }
        for (uint32_t i = 0; i < 2; ++i)
        {
            const uint32_t leaf = graph.AddSwitch("leaf" + std::to_string(i), 1);
            graph.AddLink(i, leaf, link);
            graph.AddLink(leaf, core + 1, link);
            graph.AddLink(leaf, core + 2, link);
        }
        return graph;
    }

    /** Networks that have no planes: no paths, and no harm. */
    void CheckUnknown(const TopologyGraph& graph)
    {
        const std::vector<bool> down(graph.GetEdges().size(), false);
        const ShortestPaths paths(graph);
        const auto found =
            PlaneAssignment(graph, down).Assign({{paths.GetLeafVertex(0), paths.GetLeafVertex(1)}});
        NS_TEST_EXPECT_MSG_EQ(found[0].empty(), true, "no path by planes");
    }

    Ptr<UniformRandomVariable> m_random{CreateObject<UniformRandomVariable>()}; ///< draws
};

/** Suite: colouring and planes. */
class ClusterPlaneAssignmentTestSuite : public TestSuite
{
  public:
    ClusterPlaneAssignmentTestSuite()
        : TestSuite("weft-cluster-plane-assignment", TestSuite::Type::UNIT)
    {
        AddTestCase(new EdgeColoringTestCase);
        AddTestCase(new PlaneAssignmentTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterPlaneAssignmentTestSuite g_clusterPlaneAssignmentTestSuite; ///< registers the suite

} // namespace
