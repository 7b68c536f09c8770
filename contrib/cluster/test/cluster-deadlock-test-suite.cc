/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-channel-dependencies.h"
#include "ns3/cluster-deadlock-detector.h"
#include "ns3/cluster-routes.h"
#include "ns3/cluster-shortest-paths.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** @return n switches s0, s1 ... in a ring, each with one host, 100 Gb/s and 500 ns */
TopologyGraph
MakeRing(uint32_t n)
{
    TopologyGraph graph;
    TopologyGraph::LinkProperties link;
    link.bitRate = 100'000'000'000;
    link.delay = 500'000;
    for (uint32_t i = 0; i < n; ++i)
    {
        graph.AddAccelerator(graph.AddServer("h" + std::to_string(i)), {0});
    }
    for (uint32_t i = 0; i < n; ++i)
    {
        graph.AddSwitch("s" + std::to_string(i), 1);
    }
    for (uint32_t i = 0; i < n; ++i)
    {
        graph.AddLink(i, n + i, link);
    }
    for (uint32_t i = 0; i < n; ++i)
    {
        graph.AddLink(n + i, n + (i + 1) % n, link);
    }
    return graph;
}

/** @return a small memory, so that pauses come soon */
NetworkStack
SmallStack()
{
    NetworkStack stack;
    stack.bufferPolicy.Set("Size", UintegerValue(1 << 20));
    return stack;
}

/** Three switches in a ring, and traffic that goes round it: the smallest deadlock. */
class RingDeadlockTestCase : public TestCase
{
  public:
    RingDeadlockTestCase()
        : TestCase("Ring of three switches")
    {
    }

  private:
    void DoRun() override
    {
        Forms();
        ShortestPathsAreSafe();
    }

    void Forms()
    {
        // Each host sends two hops clockwise: s0 -> s1 -> s2 and so on. Each link carries a flow
        // that begins at its switch and one that passes through, 200 Gb/s for 100: the memories
        // fill, each switch pauses the one before, and all three wait for each other.
        TestBench bench(MakeRing(3), SmallStack());
        auto& cluster = *bench.cluster;
        for (uint32_t i = 0; i < 3; ++i)
        {
            // vertices 3, 4, 5 are s0, s1, s2; edges 3, 4, 5 the links s0-s1, s1-s2, s2-s0
            const auto device = cluster.GetSwitch(3 + i);
            auto& table = device->GetRoutingTable();
            const auto& edge = cluster.GetGraph().GetEdge(3 + i);
            const uint16_t clockwise = edge.a.vertex == 3 + i ? edge.a.port : edge.b.port;
            table.ClearRoutes();
            for (uint32_t leaf = 0; leaf < 3; ++leaf)
            {
                if (leaf != i)
                {
                    table.SetGroup(leaf, table.AddGroup({clockwise}));
                }
            }
            bench.Send(0, i, (i + 2) % 3, 16 << 20, i);
        }
        const auto detector = CreateObject<DeadlockDetector>();
        detector->Setup(cluster);
        const Time interval = MicroSeconds(50);
        detector->SetAttribute("Interval", TimeValue(interval));
        for (Time at = interval; at <= MilliSeconds(1); at += interval)
        {
            Simulator::Schedule(at, &DeadlockDetector::Look, detector);
        }
        // when the last frame moved between switches
        Time last;
        for (uint32_t e = 3; e < 6; ++e)
        {
            for (std::size_t end = 0; end < 2; ++end)
            {
                cluster.GetLink(e)->GetPort(end)->TraceConnectWithoutContext(
                    "FrameRx",
                    Callback<void, const fabric::Frame&>([&last](const fabric::Frame&)
                                                         { last = Simulator::Now(); }));
            }
        }
        Simulator::Stop(MilliSeconds(1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(detector->IsFound(), true, "found");
        NS_TEST_EXPECT_MSG_EQ(detector->GetNStuck(), 3, "three queues wait for each other");
        // port 0 of each switch is its host; s0 has s1 at 1 and s2 at 2, s1 has s0 at 1 and s2 at
        // 2, s2 has s1 at 1 and s0 at 2
        NS_TEST_EXPECT_MSG_EQ(detector->GetCycle(),
                              "s0 port 1 class 3 -> s1 port 2 class 3 -> s2 port 2 class 3 -> s0",
                              "its name");
        NS_TEST_EXPECT_MSG_EQ(
            (detector->GetFoundAt() <= last + interval), true, "within one interval");
        NS_TEST_EXPECT_MSG_EQ((last < MilliSeconds(1) - interval), true, "nothing moves again");
        for (uint32_t i = 0; i < 3; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(i), -1, "no flow arrives");
        }
        const auto violations = cluster.CheckInvariants();
        NS_TEST_EXPECT_MSG_EQ(violations.size(), 0, (violations.empty() ? "" : violations.front()));
        Simulator::Destroy();
    }

    void ShortestPathsAreSafe()
    {
        // The same traffic by shortest paths, one hop: no dependency, no deadlock.
        const auto graph = MakeRing(3);
        ShortestPaths paths(graph);
        const ChannelDependencies dependencies(graph, paths);
        NS_TEST_EXPECT_MSG_EQ(dependencies.GetN(), 0, "no frame passes through a third switch");
        NS_TEST_EXPECT_MSG_EQ(dependencies.DescribeCycle(), "", "no cycle");
        // A ring of five: shortest paths of two hops both ways, two cycles of five channels with
        // one dependency each.
        const auto five = MakeRing(5);
        ShortestPaths longer(five);
        const ChannelDependencies ring(five, longer);
        NS_TEST_EXPECT_MSG_EQ(ring.GetN(), 10, "dependencies");
        NS_TEST_EXPECT_MSG_EQ(
            ring.DescribeCycle(), "s0 -> s1 -> s2 -> s3 -> s4 -> s0", "the first cycle");
        // Up and down no cycle is left, and every pair still has a path.
        ShortestPaths upDown(five, {}, ShortestPaths::UP_DOWN);
        NS_TEST_EXPECT_MSG_EQ(
            ChannelDependencies(five, upDown).DescribeCycle(), "", "up-down routing");
        for (uint32_t from = 0; from < 5; ++from)
        {
            for (uint32_t to = 0; to < 5; ++to)
            {
                NS_TEST_EXPECT_MSG_EQ((from == to || upDown.CountPaths(from, to) > 0),
                                      true,
                                      "path " << from << " to " << to);
            }
        }
    }
};

/** Sets of failed links for a property test. */
class FailureSets
{
  public:
    /** @param graph a Clos network */
    explicit FailureSets(const TopologyGraph& graph)
        : m_nEdges(graph.GetEdges().size()),
          m_random(CreateObject<UniformRandomVariable>())
    {
        m_random->SetStream(1);
        for (uint32_t e = 0; e < m_nEdges; ++e)
        {
            const auto& edge = graph.GetEdge(e);
            if (graph.GetVertex(edge.a.vertex).kind == TopologyGraph::Kind::SWITCH &&
                graph.GetVertex(edge.b.vertex).kind == TopologyGraph::Kind::SWITCH)
            {
                m_fabric.push_back(e);
            }
        }
    }

    /** @return by edge: whether it has failed; up to a third of the links between switches */
    std::vector<bool> Next()
    {
        std::vector<bool> down(m_nEdges, false);
        const uint32_t n = m_random->GetInteger(1, m_fabric.size() / 3);
        for (uint32_t i = 0; i < n; ++i)
        {
            down[m_fabric[m_random->GetInteger(0, m_fabric.size() - 1)]] = true;
        }
        return down;
    }

  private:
    std::size_t m_nEdges;                ///< edges of the graph
    std::vector<uint32_t> m_fabric;      ///< links between switches
    Ptr<UniformRandomVariable> m_random; ///< draws
};

/** No cycle of dependencies with up-down routing, whatever fails; without it there are some. */
class UpDownTestCase : public TestCase
{
  public:
    /** @param spec a Clos network @param sets number of failure sets */
    UpDownTestCase(const std::string& spec, uint32_t sets)
        : TestCase("Up-down routing, " + spec.substr(0, spec.find(':'))),
          m_spec(spec),
          m_sets(sets)
    {
    }

  private:
    void DoRun() override
    {
        const auto graph = MakeGraph(m_spec);
        // Without failures both are the same.
        ShortestPaths shortest(graph);
        ShortestPaths upDown(graph, {}, ShortestPaths::UP_DOWN);
        for (uint32_t to = 1; to < graph.GetNAttachments(); ++to)
        {
            NS_TEST_ASSERT_MSG_EQ(
                upDown.CountPaths(0, to), shortest.CountPaths(0, to), "paths to " << to);
        }
        FailureSets failures(graph);
        uint32_t nCycles = 0;
        uint32_t nLost = 0;
        for (uint32_t i = 0; i < m_sets; ++i)
        {
            const auto down = failures.Next();
            ShortestPaths free(graph, down);
            nCycles += !ChannelDependencies(graph, free).FindCycle().empty();
            ShortestPaths ruled(graph, down, ShortestPaths::UP_DOWN);
            NS_TEST_ASSERT_MSG_EQ(
                ChannelDependencies(graph, ruled).DescribeCycle(), "", "failure set " << i);
            nLost += CountLost(graph, free, ruled);
        }
        NS_TEST_EXPECT_MSG_GT(nCycles, 0, "shortest paths bounce and make cycles sometimes");
        NS_TEST_EXPECT_MSG_GT(nLost, 0, "the price: pairs without a path that goes up and down");
    }

    /** Paths never go up again, and end; every pair without failures on its way has one. */
    uint32_t CountLost(const TopologyGraph& graph, ShortestPaths& free, ShortestPaths& ruled)
    {
        uint32_t lost = 0;
        for (uint32_t to = 0; to < graph.GetNAttachments(); to += 3)
        {
            const auto path = ruled.FindPath(0, to);
            if (path.empty())
            {
                lost += !free.FindPath(0, to).empty();
                continue;
            }
            bool wentDown = false;
            uint32_t at = graph.GetAttachments()[0].server;
            for (const uint32_t edge : path)
            {
                const uint32_t next = graph.GetFarEnd(edge, at).vertex;
                const bool goesDown = graph.GetVertex(next).tier < graph.GetVertex(at).tier;
                NS_TEST_EXPECT_MSG_EQ((goesDown || !wentDown), true, "up after down");
                wentDown |= goesDown;
                at = next;
            }
        }
        return lost;
    }

    std::string m_spec; ///< the network
    uint32_t m_sets;    ///< failure sets
};

/** Frames of an overloaded Clos network with failures: paused a lot, never in a deadlock. */
class ClosTestCase : public TestCase
{
  public:
    ClosTestCase()
        : TestCase("Simulated Clos with failures and up-down routing")
    {
    }

  private:
    void DoRun() override
    {
        const auto graph = MakeGraph("fat-tree:k=4,rate=100Gbps,delay=500ns");
        FailureSets failures(graph);
        for (uint32_t set = 0; set < 3; ++set)
        {
            NetworkStack stack = SmallStack();
            stack.pathRule = ShortestPaths::UP_DOWN;
            TestBench bench(graph, stack);
            const auto down = failures.Next();
            const auto routes =
                ComputeRoutes(graph, bench.cluster->GetSwitches(), down, ShortestPaths::UP_DOWN);
            for (uint32_t v = 0; v < routes.size(); ++v)
            {
                if (const auto device = bench.cluster->GetSwitch(v))
                {
                    ApplyRoutes(*device, routes[v]);
                }
            }
            // every accelerator to the one five further, and all to 0: pauses everywhere
            for (uint32_t i = 1; i < 16; ++i)
            {
                bench.Send(0, i, (i + 5) % 16, 256 << 10, i);
                bench.Send(0, i, 0, 128 << 10, 100 + i, 1);
            }
            const auto detector = CreateObject<DeadlockDetector>();
            detector->Setup(*bench.cluster);
            for (uint32_t at = 5; at < 500; at += 5)
            {
                Simulator::Schedule(MicroSeconds(at), &DeadlockDetector::Look, detector);
            }
            Simulator::Stop(MicroSeconds(500));
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(detector->GetCycle(), "", "no deadlock in set " << set);
            NS_TEST_EXPECT_MSG_GT(bench.cluster->GetHealth().pfcXoffs, 50, "but many pauses");
            Simulator::Destroy();
        }
    }
};

/** Suite: deadlocks of priority flow control. */
class ClusterDeadlockTestSuite : public TestSuite
{
  public:
    ClusterDeadlockTestSuite()
        : TestSuite("weft-cluster-deadlock", TestSuite::Type::UNIT)
    {
        AddTestCase(new RingDeadlockTestCase);
        AddTestCase(new UpDownTestCase("fat-tree:k=4", 1000));
        AddTestCase(new UpDownTestCase("leaf-spine:leaves=6,spines=4,hosts=2", 1000));
        AddTestCase(new ClosTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterDeadlockTestSuite g_clusterDeadlockTestSuite; ///< registers the suite

} // namespace
