/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-configuration.h"
#include "ns3/cluster-deadlock-detector.h"
#include "ns3/cluster-fault.h"
#include "ns3/cluster-progress-watch.h"
#include "ns3/config.h"
#include "ns3/fabric-port-scheduler.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** @return a stack whose links have credits */
NetworkStack
CreditStack()
{
    NetworkStack stack;
    stack.bufferPolicy.SetTypeId("ns3::fabric::CreditBuffer");
    stack.hostPort.Set("FlowControl", StringValue("Cbfc"));
    stack.switchPort.Set("FlowControl", StringValue("Cbfc"));
    return stack;
}

/** Look for a deadlock each 50 us. */
void
LookFor(Ptr<DeadlockDetector> detector, Time end)
{
    for (Time at = MicroSeconds(50); at <= end; at += MicroSeconds(50))
    {
        Simulator::Schedule(at, &DeadlockDetector::Look, detector);
    }
}

/** Routes that bounce at two leaves: they deadlock one class, and not classes by bounce. */
class BounceTestCase : public TestCase
{
  public:
    BounceTestCase()
        : TestCase("Bounces")
    {
    }

  private:
    void DoRun() override
    {
        NetworkStack stack;
        stack.bufferPolicy.Set("Size", UintegerValue(3 << 20));
        stack.bufferPolicy.Set("LosslessClasses", UintegerValue(0x18)); // 3 and 4
        const std::string cycle = Run(stack, "0,1,2,3,4,5,6,7", 0);
        // from above at l1 and l2, and up again
        for (const char* part : {"leaf-1 port 3 class 3", "leaf-2 port 2 class 3"})
        {
            NS_TEST_EXPECT_MSG_NE(cycle.find(part), std::string::npos, cycle);
        }
        // After the bounce in class 4, and after another one, which does not come, in class 0.
        NS_TEST_EXPECT_MSG_EQ(Run(stack, "0,1,2,4,0,5,6,7", 4), "", "a class for each bounce");
        // The same with credits.
        stack = CreditStack();
        NS_TEST_EXPECT_MSG_NE(Run(stack, "0,1,2,3,4,5,6,7", 0), "", "one lane");
        NS_TEST_EXPECT_MSG_EQ(Run(stack, "0,1,2,4,0,5,6,7", 4), "", "a lane for each bounce");
    }

    /**
     * @param stack the network @param classes class of a frame after a bounce
     * @param arrivals flows that are to arrive
     * @return the deadlock, empty if there was none
     */
    std::string Run(NetworkStack stack, const std::string& classes, uint32_t arrivals)
    {
        stack.fabricSwitch.Set("BounceClasses", StringValue(classes));
        TestBench bench("leaf-spine:leaves=4,spines=2,hosts=2,rate=100Gbps,delay=500ns", stack);
        auto& cluster = *bench.cluster;
        // To leaf 2 from above at l1: l0 -> s0 -> l1 -> s1 -> l2; to leaf 1 from above at l2:
        // l3 -> s1 -> l2 -> s0 -> l1.
        const auto& graph = cluster.GetGraph();
        std::vector<uint32_t> leaves;
        std::vector<uint32_t> spines;
        for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
        {
            if (cluster.GetSwitch(v))
            {
                (graph.GetVertex(v).tier == 1 ? leaves : spines).push_back(v);
            }
        }
        const auto route = [&](uint32_t at, uint32_t leaf, uint32_t next)
        {
            const auto& edges = graph.GetVertex(at).edges;
            uint16_t port = 0;
            while (graph.GetFarEnd(edges[port], at).vertex != next)
            {
                ++port;
            }
            auto& table = cluster.GetSwitch(at)->GetRoutingTable();
            table.SetGroup(leaf, table.AddGroup({port}));
        };
        route(leaves[0], 2, spines[0]);
        route(spines[0], 2, leaves[1]);
        route(leaves[1], 2, spines[1]);
        route(leaves[3], 1, spines[1]);
        route(spines[1], 1, leaves[2]);
        route(leaves[2], 1, spines[0]);
        // Two flows that bounce, and two that begin where they do, so that the links are full.
        bench.Send(0, 0, 4, 16 << 20, 0);
        bench.Send(0, 3, 4, 16 << 20, 1);
        bench.Send(0, 6, 2, 16 << 20, 2);
        bench.Send(0, 5, 2, 16 << 20, 3);
        const auto detector = cluster.GetDeadlockDetector();
        LookFor(detector, MilliSeconds(8));
        Simulator::Stop(MilliSeconds(8));
        Simulator::Run();
        uint32_t arrived = 0;
        for (uint32_t i = 0; i < 4; ++i)
        {
            arrived += bench.ReceivedAt(i) >= 0;
        }
        NS_TEST_EXPECT_MSG_EQ(arrived, arrivals, classes);
        const auto health = cluster.GetHealth();
        NS_TEST_EXPECT_MSG_EQ((health.framesBounced > 0), (arrivals > 0), "bounces");
        const auto violations = cluster.CheckInvariants();
        NS_TEST_EXPECT_MSG_EQ(violations.size(), 0, (violations.empty() ? "" : violations.front()));
        const std::string cycle = detector->GetCycle();
        Simulator::Destroy();
        return cycle;
    }
};

/** Incast over links with credits, and what is doubtful about them. */
class CreditsTestCase : public TestCase
{
  public:
    CreditsTestCase()
        : TestCase("Credits in a cluster")
    {
    }

  private:
    void DoRun() override
    {
        {
            TestBench bench(FABRIC, CreditStack());
            for (uint32_t i = 1; i < 4; ++i)
            {
                bench.Send(0, i, 0, 1 << 20, i);
            }
            Simulator::Run();
            for (uint32_t i = 1; i < 4; ++i)
            {
                NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(i), 0, "flow " << i);
            }
            const auto health = bench.cluster->GetHealth();
            NS_TEST_EXPECT_MSG_GT(health.creditStalls, 0, "senders wait for credit");
            NS_TEST_EXPECT_MSG_EQ((health.pausedTime > Time(0)), true, "and for how long");
            NS_TEST_EXPECT_MSG_EQ(health.pfcXoffs, 0, "no pauses");
            NS_TEST_EXPECT_MSG_EQ(health.dropFrames[3], 0, "nothing is dropped");
            const auto violations = bench.cluster->CheckInvariants();
            NS_TEST_EXPECT_MSG_EQ(
                violations.size(), 0, (violations.empty() ? "" : violations.front()));
            NS_TEST_EXPECT_MSG_EQ(FindDoubts(*bench.cluster).size(), 0, "credit for the full rate");
            Simulator::Destroy();
        }
        // 12,300 B, and a round trip of 100 + 500 + 6.72 + 500 ns: 98,400 bit / 1,106.72 ns.
        Config::SetDefault("ns3::fabric::CreditControl::Bytes", UintegerValue(12'300));
        Config::SetDefault("ns3::fabric::CreditControl::MaxFrame", UintegerValue(1230));
        Expect(CreditStack(), "a lane has at most 88.9114 of 100 Gb/s");
        Config::SetDefault("ns3::fabric::CreditControl::Bytes", UintegerValue(0));
        Config::SetDefault("ns3::fabric::CreditControl::MaxFrame", UintegerValue(9216));
        NetworkStack mixed;
        mixed.hostPort.Set("FlowControl", StringValue("Pause"));
        Expect(mixed, "flow control is P");
    }

    /** Assert that there is one doubt, and that it contains a text. */
    void Expect(const NetworkStack& stack, const std::string& text)
    {
        TestBench bench(FABRIC, stack);
        const auto doubts = FindDoubts(*bench.cluster);
        NS_TEST_ASSERT_MSG_GT_OR_EQ(doubts.size(), 1, text);
        NS_TEST_EXPECT_MSG_NE(doubts.front().find(text), std::string::npos, doubts.front());
        Simulator::Destroy();
    }

    static constexpr const char* FABRIC =
        "leaf-spine:leaves=2,spines=2,hosts=2,rate=100Gbps,delay=500ns"; ///< the cluster
};

/** A storm that lasts for ever leaves a network that stands still. */
class StandstillTestCase : public TestCase
{
  public:
    StandstillTestCase()
        : TestCase("A network that stands still")
    {
    }

  private:
    void DoRun() override
    {
        const std::string reason = Run("pfc-storm:accelerator=1,start=10us");
        NS_TEST_EXPECT_MSG_NE(
            reason.find("frames wait that may not be sent"), std::string::npos, reason);
        NS_TEST_EXPECT_MSG_EQ(
            Run("pfc-storm:accelerator=1,start=10us,duration=30ms"), "", "it will end");
        NS_TEST_EXPECT_MSG_EQ(Run(""), "", "silent, but nobody waits");
    }

    /** @param spec a fault, or none @return why the network stands still; empty if it does not */
    std::string Run(const std::string& spec)
    {
        TestBench bench("leaf-spine:leaves=2,spines=1,hosts=1,rate=100Gbps,delay=500ns",
                        NetworkStack());
        auto& cluster = *bench.cluster;
        const auto watch = cluster.GetProgressWatch();
        watch->SetAttribute("Patience", TimeValue(MilliSeconds(4)));
        std::vector<TopologyError> errors;
        if (!spec.empty())
        {
            const auto fault = CreateFault(spec, cluster.GetGraph(), errors);
            NS_TEST_EXPECT_MSG_EQ(errors.size(), 0, "a good fault");
            fault->Schedule(bench.cluster);
        }
        bench.Send(0, 0, 1, 16 << 20, 0); // 1.35 ms
        for (Time at = watch->GetInterval(); at <= MilliSeconds(20); at += watch->GetInterval())
        {
            Simulator::Schedule(at, &ProgressWatch::Look, watch);
        }
        Simulator::Stop(MilliSeconds(20));
        Simulator::Run();
        const std::string reason = watch->GetReason();
        Simulator::Destroy();
        return reason;
    }
};

/** Suite: flow control of whole clusters. */
class ClusterFlowControlTestSuite : public TestSuite
{
  public:
    ClusterFlowControlTestSuite()
        : TestSuite("weft-cluster-flow-control", TestSuite::Type::UNIT)
    {
        AddTestCase(new BounceTestCase);
        AddTestCase(new CreditsTestCase);
        AddTestCase(new StandstillTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterFlowControlTestSuite g_clusterFlowControlTestSuite; ///< registers the suite

} // namespace
