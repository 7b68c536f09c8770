/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/cluster-path-optimizer.h"
#include "ns3/cluster-route-controller.h"
#include "ns3/cluster-traffic-engineer.h"
#include "ns3/fabric-pinned-paths.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <map>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** Small instances whose optimum is known. */
class PathOptimizerTestCase : public TestCase
{
  public:
    PathOptimizerTestCase()
        : TestCase("Bounds and assignments")
    {
    }

  private:
    void DoRun() override
    {
        m_random->SetStream(7);
        // Two links of capacities 100 and 300, one demand of 200 over either: divided 50 to 150
        // both are at 1/2; whole, it loads the second with 2/3.
        PathOptimizer one({100, 300});
        one.AddDemand({{0}, {1}}, 200);
        NS_TEST_EXPECT_MSG_EQ_TOL(one.SolveFractional(0.01), 0.5, 0.005, "divided");
        NS_TEST_EXPECT_MSG_EQ_TOL(one.GetShares()[0][0], 0.25, 0.01, "a quarter by the small one");
        NS_TEST_EXPECT_MSG_EQ_TOL(one.Assign(0.5, 1000, m_random), 2.0 / 3, 1e-12, "whole");
        NS_TEST_EXPECT_MSG_EQ(one.GetAssignment()[0], 1, "by the large one");

        // Three demands of 1 over two links of 1: 3/2 divided, 2 whole.
        PathOptimizer three({1, 1});
        for (int i = 0; i < 3; ++i)
        {
            three.AddDemand({{0}, {1}}, 1);
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(three.SolveFractional(0.01), 1.5, 0.015, "divided");
        NS_TEST_EXPECT_MSG_EQ_TOL(three.Assign(1.5, 1000, m_random), 2, 1e-12, "whole");

        // The triangle 0-1-2 with a demand of 1 between each two neighbours, direct or round: all
        // direct is best, 1. Each alone would gain by dividing, but 1/3 round is 2/3 + 2/3 = 4/3.
        PathOptimizer triangle({1, 1, 1});
        triangle.AddDemand({{0}, {1, 2}}, 1);
        triangle.AddDemand({{1}, {2, 0}}, 1);
        triangle.AddDemand({{2}, {0, 1}}, 1);
        NS_TEST_EXPECT_MSG_EQ_TOL(triangle.SolveFractional(0.01), 1, 0.01, "direct");
        NS_TEST_EXPECT_MSG_EQ_TOL(triangle.Assign(1, 1000, m_random), 1, 1e-12, "direct");

        // Nothing to do.
        PathOptimizer none({1});
        NS_TEST_EXPECT_MSG_EQ(none.SolveFractional(0.01), 0, "no demand");
        NS_TEST_EXPECT_MSG_EQ(none.Assign(1, 1000, m_random), 0, "no demand");
    }

    Ptr<UniformRandomVariable> m_random{CreateObject<UniformRandomVariable>()}; ///< draws
};

/** Permutations on a fat-tree, which is rearrangeably non-blocking. */
class FatTreePermutationTestCase : public TestCase
{
  public:
    FatTreePermutationTestCase()
        : TestCase("Permutations without a shared link")
    {
    }

  private:
    void DoRun() override
    {
        // A Clos network with as many paths up as hosts carries any permutation without two flows
        // on a link (Slepian and Duguid).
        for (uint32_t seed = 0; seed < 10; ++seed)
        {
            Check(4, seed);
        }
        for (uint32_t seed = 0; seed < 3; ++seed)
        {
            Check(6, seed);
            Check(8, seed);
        }
    }

    /** Check one random permutation. */
    void Check(uint32_t k, uint32_t seed)
    {
        NetworkStack stack;
        stack.loadBalancer.SetTypeId("ns3::fabric::PinnedPaths");
        auto cluster = ClusterBuilder(stack).Build(MakeGraph("fat-tree:k=" + std::to_string(k)));
        cluster->AssignStreams(1000 * seed);
        auto engineer = cluster->GetTrafficEngineer();
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(seed);
        const uint32_t n = cluster->GetNAttachments();
        std::vector<uint32_t> to(n);
        for (uint32_t i = 0; i < n; ++i)
        {
            to[i] = i;
            std::swap(to[i], to[random->GetInteger(0, i)]);
        }
        uint32_t flows = 0;
        for (uint32_t i = 0; i < n; ++i)
        {
            if (to[i] != i)
            {
                engineer->AddFlow(i, to[i], 17);
                ++flows;
            }
        }
        Simulator::Run();
        const auto& outcome = engineer->GetOutcome();
        NS_TEST_EXPECT_MSG_EQ_TOL(outcome.maxUtilization, 1, 1e-9, "k " << k << " seed " << seed);
        NS_TEST_EXPECT_MSG_EQ_TOL(outcome.bound, 1, 0.021, "bound");
        NS_TEST_EXPECT_MSG_EQ(outcome.computations, 1, "all connections of a moment together");
        // The same by counting: no directed link has two flows.
        std::map<std::pair<uint32_t, uint32_t>, uint32_t> uses;
        uint32_t most = 0;
        const TopologyGraph& graph = cluster->GetGraph();
        for (uint32_t f = 0; f < flows; ++f)
        {
            uint32_t last = TopologyGraph::NONE;
            for (const uint32_t edge : engineer->GetPath(f))
            {
                const auto& ends = graph.GetEdge(edge);
                // upwards first: from the lower tier, unless we come from there
                uint32_t from = ends.a.vertex;
                if (last == TopologyGraph::NONE
                        ? graph.GetVertex(from).tier > graph.GetVertex(ends.b.vertex).tier
                        : from != last)
                {
                    from = ends.b.vertex;
                }
                last = graph.GetFarEnd(edge, from).vertex;
                most = std::max(most, ++uses[{edge, from}]);
            }
        }
        NS_TEST_EXPECT_MSG_EQ(most, 1, "flows on the most used link");
        cluster->Dispose();
        Simulator::Destroy();
    }
};

/** Frames follow their pins, also after a failure. */
class TrafficEngineerTestCase : public TestCase
{
  public:
    TrafficEngineerTestCase()
        : TestCase("Pinned paths carry the frames")
    {
    }

  private:
    void DoRun() override
    {
        // Two leaves, four spines, four hosts each: host i of leaf 0 sends 1 MiB to host i of
        // leaf 1. One flow for each spine, so that each up-link carries 256 packets of 4096 B; the
        // link of a NIC and that of a spine have the same rate.
        NetworkStack stack;
        stack.loadBalancer.SetTypeId("ns3::fabric::PinnedPaths");
        TestBench bench("leaf-spine:leaves=2,spines=4,hosts=4", stack);
        bench.cluster->AssignStreams(1);
        bench.cluster->GetTrafficEngineer()->SetAttribute("ReactionTime",
                                                          TimeValue(MicroSeconds(50)));
        // Acknowledgments are hashed, and follow the routes.
        auto routes = CreateObject<RouteController>();
        routes->SetAttribute("ConvergenceTime", TimeValue(MicroSeconds(50)));
        routes->Setup(*bench.cluster);
        for (uint32_t i = 0; i < 4; ++i)
        {
            bench.Send(0, i, 4 + i, 1 << 20, i);
        }
        // At 1 ms all is over. The link between leaf 0 and one spine fails; the flows again, at 2
        // ms: four over three links, one of which has two.
        const TopologyGraph& graph = bench.cluster->GetGraph();
        uint32_t leaf0 = graph.Find("leaf0");
        leaf0 = leaf0 == TopologyGraph::NONE ? graph.GetFarEnd(0, 0).vertex : leaf0;
        std::vector<uint32_t> up;
        for (uint32_t port = 0; port < graph.GetVertex(leaf0).edges.size(); ++port)
        {
            const uint32_t edge = graph.GetVertex(leaf0).edges[port];
            if (bench.cluster->GetSwitch(graph.GetFarEnd(edge, leaf0).vertex))
            {
                up.push_back(port);
            }
        }
        std::vector<uint64_t> first;
        Simulator::Schedule(
            MilliSeconds(1),
            [&]()
            {
                for (const uint32_t port : up)
                {
                    first.push_back(bench.cluster->GetPort(leaf0, port)->GetCounters().txFrames[3]);
                }
                bench.cluster->GetLink(graph.GetVertex(leaf0).edges[up[0]])->SetUp(false);
            });
        for (uint32_t i = 0; i < 4; ++i)
        {
            bench.Send(2'000'000'000, i, 4 + i, 1 << 20, 10 + i);
        }
        Simulator::Run();
        for (const uint64_t frames : first)
        {
            NS_TEST_EXPECT_MSG_EQ(frames, 256, "one flow on each up-link");
        }
        std::vector<uint64_t> second;
        for (std::size_t i = 1; i < up.size(); ++i)
        {
            second.push_back(bench.cluster->GetPort(leaf0, up[i])->GetCounters().txFrames[3] -
                             first[i]);
        }
        std::sort(second.begin(), second.end());
        NS_TEST_EXPECT_MSG_EQ(second[0], 256, "one flow");
        NS_TEST_EXPECT_MSG_EQ(second[1], 256, "one flow");
        NS_TEST_EXPECT_MSG_EQ(second[2], 512, "two flows on one of three links");
        for (uint32_t i = 0; i < 4; ++i)
        {
            NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(10 + i), 0, "arrived");
        }
        const auto& outcome = bench.cluster->GetTrafficEngineer()->GetOutcome();
        NS_TEST_EXPECT_MSG_EQ(outcome.computations, 2, "at the start, and after the failure");
        NS_TEST_EXPECT_MSG_EQ_TOL(outcome.maxUtilization, 2, 1e-9, "two flows on a link");
        NS_TEST_EXPECT_MSG_EQ_TOL(outcome.bound, 4.0 / 3, 0.03, "four flows on three links");
        Simulator::Destroy();
    }
};

/** Source ports that hash to the wanted paths, also after a failure. */
class SourcePortTestCase : public TestCase
{
  public:
    SourcePortTestCase()
        : TestCase("Paths by source ports")
    {
    }

  private:
    void DoRun() override
    {
        // As above, with switches that hash: host i of leaf 0 sends 1 MiB, 256 packets, to host i
        // of leaf 1, and each up-link carries one flow. A few frames leave before the sender is
        // told, and where they are overtaken go-back-N sends some again.
        NetworkStack stack;
        stack.loadBalancer.SetTypeId("ns3::fabric::EcmpHash");
        stack.trafficEngineer.SetTypeId("ns3::cluster::TrafficEngineer");
        stack.routeController.SetTypeId("ns3::cluster::RouteController");
        TestBench bench("leaf-spine:leaves=2,spines=4,hosts=4", stack);
        bench.cluster->AssignStreams(1);
        auto engineer = bench.cluster->GetTrafficEngineer();
        engineer->SetAttribute("ReactionTime", TimeValue(MicroSeconds(20)));
        bench.cluster->GetRouteController()->SetAttribute("ConvergenceTime",
                                                          TimeValue(MicroSeconds(50)));
        const TopologyGraph& graph = bench.cluster->GetGraph();
        const uint32_t leaf = graph.Find("leaf-0");
        const auto count = [&](uint32_t port)
        { return bench.cluster->GetPort(leaf, 4 + port)->GetCounters().txFrames[3]; };
        for (uint32_t i = 0; i < 4; ++i)
        {
            bench.Send(0, i, 4 + i, 1 << 20, i);
            bench.Send(2'000'000'000, i, 4 + i, 1 << 20, 10 + i);
        }
        std::vector<uint64_t> first;
        uint64_t repeated = 0;
        Simulator::Schedule(
            MilliSeconds(1),
            [&]()
            {
                for (uint32_t port = 0; port < 4; ++port)
                {
                    first.push_back(count(port));
                }
                repeated = bench.cluster->GetHealth().retransmissions;
                bench.cluster->GetLink(graph.GetVertex(leaf).edges[4])->SetUp(false);
            });
        Simulator::Run();
        uint64_t sum = 0;
        for (const uint64_t frames : first)
        {
            NS_TEST_EXPECT_MSG_GT(frames, 247, "one flow on each");
            sum += frames;
        }
        NS_TEST_EXPECT_MSG_EQ(sum, 4 * 256 + repeated, "and nothing else");
        // Three links are left, and hash otherwise than four: 2, 1 and 1 flows.
        std::vector<double> second;
        for (uint32_t port = 1; port < 4; ++port)
        {
            second.push_back(static_cast<double>(count(port) - first[port]));
        }
        std::sort(second.begin(), second.end());
        NS_TEST_EXPECT_MSG_EQ(second[0], 256, "one flow");
        NS_TEST_EXPECT_MSG_EQ(second[1], 256, "one flow");
        NS_TEST_EXPECT_MSG_EQ(second[2], 512, "two flows");
        NS_TEST_EXPECT_MSG_EQ(engineer->GetOutcome().unreachable, 0, "all found a source port");
        // At the start; 20 us after the failure; and after the new routes.
        NS_TEST_EXPECT_MSG_EQ(engineer->GetOutcome().computations, 3, "computations");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->GetHealth().routeComputations, 1, "new routes");
        for (uint32_t i = 0; i < 4; ++i)
        {
            NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(10 + i), 0, "arrived");
        }
        Simulator::Destroy();
    }
};

/** Suite: central traffic engineering. */
class ClusterTrafficEngineerTestSuite : public TestSuite
{
  public:
    ClusterTrafficEngineerTestSuite()
        : TestSuite("weft-cluster-traffic-engineer", TestSuite::Type::UNIT)
    {
        AddTestCase(new PathOptimizerTestCase);
        AddTestCase(new FatTreePermutationTestCase);
        AddTestCase(new TrafficEngineerTestCase);
        AddTestCase(new SourcePortTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterTrafficEngineerTestSuite g_clusterTrafficEngineerTestSuite; ///< registers the suite

} // namespace
