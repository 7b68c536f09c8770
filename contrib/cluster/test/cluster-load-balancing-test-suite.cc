/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/cluster-path-probe.h"
#include "ns3/cluster-route-controller.h"
#include "ns3/cluster-routes.h"
#include "ns3/cluster-shortest-paths.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <functional>
#include <set>
#include <utility>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr uint64_t RATE = 400'000'000'000; ///< of a link at its full rate, bit/s

/**
 * @param leaves number of leaves, with a host each
 * @param spines number of spines
 * @param parallel links between a leaf and a spine
 * @param rate rate of the links between a leaf and a spine
 * @return hosts 0 to leaves - 1, then leaves, then spines; edges: hosts, then leaf by leaf
 */
TopologyGraph
MakeLeafSpine(uint32_t leaves,
              uint32_t spines,
              uint32_t parallel,
              const std::function<uint64_t(uint32_t leaf, uint32_t spine)>& rate)
{
    TopologyGraph graph;
    for (uint32_t i = 0; i < leaves; ++i)
    {
        graph.AddServer("host" + std::to_string(i));
    }
    for (uint32_t i = 0; i < leaves; ++i)
    {
        graph.AddSwitch("leaf" + std::to_string(i), 1);
    }
    for (uint32_t i = 0; i < spines; ++i)
    {
        graph.AddSwitch("spine" + std::to_string(i), 2);
    }
    TopologyGraph::LinkProperties link;
    link.delay = 1'000'000;
    link.bitRate = RATE;
    for (uint32_t i = 0; i < leaves; ++i)
    {
        graph.AddLink(i, leaves + i, link);
        graph.AddAccelerator(i, {0});
    }
    for (uint32_t leaf = 0; leaf < leaves; ++leaf)
    {
        for (uint32_t spine = 0; spine < spines; ++spine)
        {
            link.bitRate = rate(leaf, spine);
            for (uint32_t i = 0; i < parallel; ++i)
            {
                graph.AddLink(leaves + leaf, 2 * leaves + spine, link);
            }
        }
    }
    return graph;
}

/** @return a network whose switches hash, initialised @param weighted UCMP instead of ECMP */
Ptr<Cluster>
MakeHashing(const TopologyGraph& graph, bool weighted, bool seedByNode = true)
{
    NetworkStack stack;
    stack.loadBalancer.Set("Weighted", BooleanValue(weighted));
    stack.loadBalancer.Set("SeedByNode", BooleanValue(seedByNode));
    auto cluster = ClusterBuilder(stack).Build(graph);
    for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
    {
        cluster->GetNode(v)->Initialize();
    }
    return cluster;
}

/** @return weights of the next hops of a switch towards an attachment, 1 each if they are equal */
std::vector<uint32_t>
WeightsOf(Ptr<Cluster> cluster, uint32_t vertex, uint32_t address)
{
    const auto* group = cluster->GetSwitch(vertex)->GetRoutingTable().Find(address);
    std::vector<uint32_t> weights;
    for (std::size_t i = 0; group && i < group->live.size(); ++i)
    {
        weights.push_back(group->GetWeight(i));
    }
    return weights;
}

/** Equal seeds in two tiers leave most paths unused. */
class PolarisationTestCase : public TestCase
{
  public:
    PolarisationTestCase()
        : TestCase("Hash polarisation in a fat-tree")
    {
    }

  private:
    void DoRun() override
    {
        // k = 8: an edge switch has 4 up-links, an aggregation switch too: 16 paths between pods.
        // Equal hashes make equal choices: the frames that reach aggregation switch i are those
        // whose hash says i, so that all of them take its up-link i: 4 of 16 paths, a quarter.
        const auto graph = MakeGraph("fat-tree:k=8");
        NS_TEST_EXPECT_MSG_EQ(ShortestPaths(graph).CountPaths(0, 127), 16, "paths there are");
        NS_TEST_EXPECT_MSG_EQ(CountUsed(graph, false), 4, "paths used with equal seeds");
        // With seeds of their own: 1,000 flows miss one of 16 paths with probability
        // 16 (15/16)^1000 < 1e-26.
        NS_TEST_EXPECT_MSG_EQ(CountUsed(graph, true), 16, "paths used with different seeds");
    }

    /** @return number of paths that 1,000 flows from the first host to the last one take */
    std::size_t CountUsed(const TopologyGraph& graph, bool seedByNode)
    {
        auto cluster = MakeHashing(graph, false, seedByNode);
        std::set<std::vector<uint32_t>> paths;
        for (uint16_t flow = 0; flow < 1000; ++flow)
        {
            const auto path =
                PathProbe(*cluster).Trace(0, cluster->GetNAttachments() - 1, 0xC000 + flow);
            if (path && path->size() == 6)
            {
                paths.insert(*path);
            }
        }
        Simulator::Destroy();
        return paths.size();
    }
};

/** A source port for every path. */
class HashInversionTestCase : public TestCase
{
  public:
    HashInversionTestCase()
        : TestCase("Source ports for wanted paths")
    {
    }

  private:
    void DoRun() override
    {
        // Each of the 16 paths has 1/16 of the 16,384 ports, so that one is found.
        const auto graph = MakeGraph("fat-tree:k=8");
        auto cluster = MakeHashing(graph, false);
        std::set<std::vector<uint32_t>> paths;
        const PathProbe probe(*cluster);
        for (uint16_t flow = 0; paths.size() < 16 && flow < 1000; ++flow)
        {
            paths.insert(*probe.Trace(5, 100, 0xC000 + flow));
        }
        NS_TEST_ASSERT_MSG_EQ(paths.size(), 16, "all paths");
        for (const auto& path : paths)
        {
            const auto entropy = probe.FindEntropy(5, 100, path);
            NS_TEST_ASSERT_MSG_EQ(entropy.has_value(), true, "a port");
            NS_TEST_EXPECT_MSG_EQ(
                (*probe.Trace(5, 100, *entropy) == path), true, "the path wanted");
        }
        // No port leads over the links of another host.
        std::vector<uint32_t> foreign = *paths.begin();
        foreign.back() = 0;
        NS_TEST_EXPECT_MSG_EQ(probe.FindEntropy(5, 100, foreign).has_value(), false, "no port");
        Simulator::Destroy();
    }
};

/** Weights from the capacity of paths. */
class PathWeightsTestCase : public TestCase
{
  public:
    PathWeightsTestCase()
        : TestCase("Weights of paths")
    {
    }

  private:
    using Weights = std::vector<uint32_t>; ///< weights of next hops

    void DoRun() override
    {
        // Four leaves, four spines, all alike: no weights.
        auto cluster =
            MakeHashing(MakeLeafSpine(4, 4, 1, [](uint32_t, uint32_t) { return RATE; }), true);
        Expect(cluster, 4, 3, {1, 1, 1, 1}, "even");
        Simulator::Destroy();

        // The link of leaf 0 to spine 0 has a quarter of the rate R. A link up serves 3 leaves: it
        // gives R/12 to each over the slow one, R/3 over the others. Spine 0 has R to leaf 3; the
        // part of leaf 0 is (1/12) / (1/12 + 1/3 + 1/3) = 1/9 of it, more than R/12: 1 to 4.
        const auto slow = [](uint32_t leaf, uint32_t spine)
        { return leaf == 0 && spine == 0 ? RATE / 4 : RATE; };
        cluster = MakeHashing(MakeLeafSpine(4, 4, 1, slow), true);
        Expect(cluster, 4, 3, {1, 4, 4, 4}, "slow link up");
        // Towards leaf 0 spine 0 has R/4, a third of it, R/12, for each of the other leaves; the
        // other spines have R/3 for each: the far link counts as a near one does.
        Expect(cluster, 5, 0, {1, 4, 4, 4}, "slow link further on");
        // Leaf 1 to leaf 3: spine 0 has 4/9 R for it, more than the R/3 of the link up: even.
        Expect(cluster, 5, 3, {1, 1, 1, 1}, "others");
        Simulator::Destroy();

        // A balancer that does not ask for weights gets none.
        cluster = MakeHashing(MakeLeafSpine(4, 4, 1, slow), false);
        Expect(cluster, 4, 3, {1, 1, 1, 1}, "not asked for");
        Simulator::Destroy();

        // A fat-tree of k = 4 whose first link from edge switch 0 is missing: the edge switches of
        // other pods see that aggregation switch 0 of pod 0 has no way down to it.
        CheckFatTree();
    }

    /** A missing link two tiers away. */
    void CheckFatTree()
    {
        // Pod 0 has edge switches e0, e1 and aggregation switches a0, a1; a0 - e0 is down. From
        // another pod the shortest paths to e0 lead through a1 alone, so its edge switches have
        // one next hop to e0, and two to e1.
        const auto graph = MakeGraph("fat-tree:k=4");
        auto cluster = MakeHashing(graph, true);
        const uint32_t edge0 = graph.GetFarEnd(graph.GetVertex(0).edges[0], 0).vertex;
        std::vector<bool> down(graph.GetEdges().size(), false);
        for (const uint32_t edge : graph.GetVertex(edge0).edges)
        {
            if (graph.GetVertex(graph.GetFarEnd(edge, edge0).vertex).tier == 2)
            {
                down[edge] = true;
                break;
            }
        }
        const auto routes = ComputeRoutes(graph, cluster->GetSwitches(), down);
        ShortestPaths paths(graph);
        const uint32_t far = paths.GetLeafVertex(paths.GetNLeaves() - 1);
        const uint32_t leaf0 = paths.GetLeafOfVertex(edge0);
        NS_TEST_EXPECT_MSG_EQ(routes[far].byLeaf[leaf0].ports.size(), 1, "around the failure");
        NS_TEST_EXPECT_MSG_EQ(routes[far].byLeaf[leaf0 + 1].ports.size(), 2, "beside it");
        Simulator::Destroy();
    }

    /** Compare the weights of a switch towards a host. */
    void Expect(Ptr<Cluster> cluster,
                uint32_t vertex,
                uint32_t host,
                const Weights& expected,
                const std::string& what)
    {
        NS_TEST_EXPECT_MSG_EQ((WeightsOf(cluster, vertex, host) == expected), true, what);
    }
};

/** Failures far away become routes and weights. */
class RouteControllerTestCase : public TestCase
{
  public:
    RouteControllerTestCase()
        : TestCase("Routes after failures")
    {
    }

  private:
    void DoRun() override
    {
        // Four leaves and two spines with two links for each pair. One of those between spine 0
        // (vertex 8) and leaf 1 (vertex 5) fails: spine 0 has half of the capacity of spine 1
        // towards leaf 1, so leaf 0 gives each of its two links to spine 0 half as much.
        const auto graph = MakeLeafSpine(4, 2, 2, [](uint32_t, uint32_t) { return RATE; });
        auto cluster = MakeHashing(graph, true);
        auto controller = CreateObject<RouteController>();
        controller->SetAttribute("ConvergenceTime", TimeValue(MilliSeconds(1)));
        controller->Setup(*cluster);
        // Edges: four of hosts, then 4 per leaf: those of leaf 1 to spine 0 are 8 and 9.
        Fail(cluster, 8, MicroSeconds(10), false);
        Look(cluster, MicroSeconds(1009));
        Look(cluster, MicroSeconds(1011));
        // The other one too: there is no path by spine 0 any more. Both come back together.
        Fail(cluster, 9, MilliSeconds(2), false);
        Look(cluster, MicroSeconds(3001));
        Fail(cluster, 8, MilliSeconds(4), true);
        Fail(cluster, 9, MicroSeconds(4500), true);
        Look(cluster, MicroSeconds(5001));
        Simulator::Run();
        using Weights = std::vector<uint32_t>;
        NS_TEST_ASSERT_MSG_EQ(m_seen.size(), 4, "looks");
        NS_TEST_EXPECT_MSG_EQ((m_seen[0] == Weights{1, 1, 1, 1}), true, "before convergence");
        NS_TEST_EXPECT_MSG_EQ((m_seen[1] == Weights{1, 1, 2, 2}), true, "half of the capacity");
        NS_TEST_EXPECT_MSG_EQ((m_seen[2] == Weights{1, 1}), true, "one spine is left");
        NS_TEST_EXPECT_MSG_EQ((m_seen[3] == Weights{1, 1, 1, 1}), true, "repaired");
        NS_TEST_EXPECT_MSG_EQ(controller->GetNComputations(), 3, "two changes at once");
        controller->Dispose();
        Simulator::Destroy();
    }

    /** Set the state of a link at a time. */
    void Fail(Ptr<Cluster> cluster, uint32_t edge, Time at, bool up)
    {
        Simulator::Schedule(at, &fabric::Link::SetUp, cluster->GetLink(edge), up);
    }

    /** Note the weights of leaf 0 (vertex 4) towards host 1 at a time. */
    void Look(Ptr<Cluster> cluster, Time at)
    {
        Simulator::Schedule(at, [this, cluster]() { m_seen.push_back(WeightsOf(cluster, 4, 1)); });
    }

    std::vector<std::vector<uint32_t>> m_seen; ///< weights at each look
};

/** Suite: paths that load balancers choose. */
class ClusterLoadBalancingTestSuite : public TestSuite
{
  public:
    ClusterLoadBalancingTestSuite()
        : TestSuite("weft-cluster-load-balancing", TestSuite::Type::UNIT)
    {
        AddTestCase(new PolarisationTestCase);
        AddTestCase(new HashInversionTestCase);
        AddTestCase(new PathWeightsTestCase);
        AddTestCase(new RouteControllerTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterLoadBalancingTestSuite g_clusterLoadBalancingTestSuite; ///< registers the suite

} // namespace
