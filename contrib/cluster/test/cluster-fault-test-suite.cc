/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/cluster-fault.h"
#include "ns3/fabric-pfc-watchdog.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr const char* FABRIC = "leaf-spine:leaves=2,spines=1,hosts=2,rate=100Gbps,delay=500ns";

/** @param watchdog whether switches have one @return small memories, and a quick watchdog */
NetworkStack
SmallStack(bool watchdog)
{
    NetworkStack stack;
    stack.bufferPolicy.Set("Size", UintegerValue(2 << 20));
    if (watchdog)
    {
        stack.pfcWatchdog.SetTypeId("ns3::fabric::PfcWatchdog");
        stack.pfcWatchdog.Set("PollInterval", TimeValue(MicroSeconds(20)));
        stack.pfcWatchdog.Set("DetectionTime", TimeValue(MicroSeconds(40)));
        stack.pfcWatchdog.Set("RestorationTime", TimeValue(MicroSeconds(100)));
    }
    return stack;
}

/**
 * Accelerators 0 and 1 are below leaf 0, 2 and 3 below leaf 1. The NIC of 0 is stuck. 2 sends 8 MiB
 * to it, and the victim 1 MiB from 3 to 1.
 */
class StormBench : public TestBench
{
  public:
    /** @param watchdog whether switches have one @param storm description of the fault */
    StormBench(bool watchdog, const std::string& storm)
        : TestBench(FABRIC, SmallStack(watchdog))
    {
        std::vector<TopologyError> errors;
        auto fault = CreateFault(storm, cluster->GetGraph(), errors);
        NS_ABORT_MSG_IF(!fault, errors.front().message);
        fault->Schedule(cluster);
        Send(0, 2, 0, 8 << 20, 1);
        Send(300'000'000, 3, 1, 1 << 20, 2);
    }

    /** @return names of the devices that are kept from sending class 3, in alphabetical order */
    std::vector<std::string> GetPaused() const
    {
        std::vector<std::string> names;
        const auto& graph = cluster->GetGraph();
        for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
        {
            for (uint32_t p = 0; p < graph.GetVertex(v).edges.size(); ++p)
            {
                if (cluster->GetPort(v, p)->GetPausedClasses() & 8)
                {
                    names.push_back(graph.GetVertex(v).name);
                }
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }
};

/** A storm spreads over the fabric without a watchdog, and is contained with one. */
class PfcStormTestCase : public TestCase
{
  public:
    PfcStormTestCase()
        : TestCase("PFC storm, with and without watchdog")
    {
    }

  private:
    void DoRun() override
    {
        Spreads();
        Contained();
        Ends();
    }

    void Spreads()
    {
        // The memory of leaf 0 fills with what is for 0: it pauses the spine, that leaf 1, that
        // both its hosts, the victim's as well once its frames fill what leaf 1 has for it. Paused
        // in the end: leaf 0 (towards 0), the spine, leaf 1, both hosts below leaf 1; 1 MiB is
        // more than 2 MiB alpha / (1 + alpha) = 233 kB.
        StormBench bench(false, "pfc-storm:accelerator=0");
        Simulator::Stop(MilliSeconds(3));
        Simulator::Run();
        const auto paused = bench.GetPaused();
        NS_TEST_EXPECT_MSG_EQ(paused.size(), 5, "devices kept from sending");
        NS_TEST_EXPECT_MSG_EQ(bench.ReceivedAt(2), -1, "the victim is stuck");
        NS_TEST_EXPECT_MSG_EQ(bench.cluster->GetHealth().pfcStorms, 0, "nobody looks");
        const auto violations = bench.cluster->CheckInvariants();
        NS_TEST_EXPECT_MSG_EQ(violations.size(), 0, (violations.empty() ? "" : violations.front()));
        Simulator::Destroy();
    }

    void Contained()
    {
        // The polls at 20, 40 and 60 us see the queue for 0 stuck: a storm. The spine is paused
        // only when leaf 0 is full (233 kB at 100 Gb/s: 18.7 us), and has sent something before the
        // poll at 20 us: it would be a storm at 80 us. The victim begins at 300 us. It shares the
        // links between the leaves with what 2 repeats for 0: its 253 frames and as many others
        // take 2 x 253 x 334 ns = 169 us. What waits before them in leaf 1 and the spine takes no
        // more than 18.7 us each, the links 2 us: 209 us.
        StormBench bench(true, "pfc-storm:accelerator=0");
        Simulator::Stop(MilliSeconds(3));
        Simulator::Run();
        const auto health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_EQ(health.pfcStorms, 1, "one storm");
        NS_TEST_EXPECT_MSG_EQ(health.pfcStormsOver, 0, "that goes on");
        NS_TEST_EXPECT_MSG_GT(health.watchdogDrops, 100, "frames for the stuck NIC");
        NS_TEST_EXPECT_MSG_EQ(health.losslessDrops, 0, "nothing lost for lack of memory");
        NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(2), 300'000'000, "the victim arrives");
        NS_TEST_EXPECT_MSG_LT(bench.ReceivedAt(2), 300'000'000 + 209'000'000, "in time");
        const auto paused = bench.GetPaused();
        NS_TEST_ASSERT_MSG_EQ(paused.size(), 1, "only the port of the stuck NIC");
        const auto violations = bench.cluster->CheckInvariants();
        NS_TEST_EXPECT_MSG_EQ(violations.size(), 0, (violations.empty() ? "" : violations.front()));
        Simulator::Destroy();
    }

    void Ends()
    {
        // The NIC recovers after 1 ms: everything arrives in the end, repeated where dropped.
        StormBench bench(true, "pfc-storm:accelerator=0,duration=1ms");
        Simulator::Run();
        const auto health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_EQ(health.pfcStorms, 1, "one storm");
        NS_TEST_EXPECT_MSG_EQ(health.pfcStormsOver, 1, "that is over");
        NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(1), 1'000'000'000, "what the NIC was sent");
        NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(2), 0, "the victim");
        NS_TEST_EXPECT_MSG_EQ(bench.GetPaused().size(), 0, "nothing is paused");
        NS_TEST_EXPECT_MSG_GT(health.retransmissions, 0, "frames were repeated");
        Simulator::Destroy();
    }
};

/** A cable that is down for a while. */
class LinkFailureTestCase : public TestCase
{
  public:
    LinkFailureTestCase()
        : TestCase("Failure of a link")
    {
    }

  private:
    void DoRun() override
    {
        // The second of two cables between leaf 0 and spine 1 is down from 10 us to 30 us.
        auto cluster =
            ClusterBuilder().Build(MakeGraph("leaf-spine:leaves=2,spines=2,links-per-pair=2"));
        const TopologyGraph& graph = cluster->GetGraph();
        std::vector<TopologyError> errors;
        const auto fault = CreateFault(
            "link-failure:from=spine-1,to=leaf-0,index=1,start=10us,duration=20us", graph, errors);
        NS_TEST_ASSERT_MSG_NE(fault, nullptr, "a good one");
        fault->Schedule(cluster);
        std::vector<uint32_t> between;
        for (uint32_t edge = 0; edge < graph.GetEdges().size(); ++edge)
        {
            const auto& ends = graph.GetEdge(edge);
            if (ends.a.vertex == graph.Find("leaf-0") && ends.b.vertex == graph.Find("spine-1"))
            {
                between.push_back(edge);
            }
        }
        NS_TEST_ASSERT_MSG_EQ(between.size(), 2, "cables");
        const auto expect = [&](bool up)
        {
            for (const uint32_t end : {0, 1})
            {
                NS_TEST_EXPECT_MSG_EQ(cluster->GetLink(between[0])->GetPort(end)->IsLinkUp(),
                                      true,
                                      "the other cable");
                NS_TEST_EXPECT_MSG_EQ(cluster->GetLink(between[1])->GetPort(end)->IsLinkUp(),
                                      up,
                                      Simulator::Now().As(Time::US));
            }
        };
        Simulator::Schedule(MicroSeconds(9), [&]() { expect(true); });
        Simulator::Schedule(MicroSeconds(11), [&]() { expect(false); });
        Simulator::Schedule(MicroSeconds(29), [&]() { expect(false); });
        Simulator::Schedule(MicroSeconds(31), [&]() { expect(true); });
        Simulator::Run();
        Simulator::Destroy();
        cluster->Dispose();
    }
};

/** What users may write wrong. */
class FaultSpecTestCase : public TestCase
{
  public:
    FaultSpecTestCase()
        : TestCase("Descriptions of faults")
    {
    }

  private:
    void DoRun() override
    {
        const auto graph = MakeGraph(FABRIC);
        std::vector<TopologyError> errors;
        auto fault = CreateFault("pfc-storm:accelerator=3,start=1ms,duration=2us", graph, errors);
        NS_TEST_ASSERT_MSG_NE(fault, nullptr, "a good one");
        NS_TEST_EXPECT_MSG_EQ(fault->GetStart(), MilliSeconds(1), "its start");
        NS_TEST_EXPECT_MSG_EQ(fault->GetDuration(), MicroSeconds(2), "its duration");
        const std::vector<std::pair<std::string, std::string>> bad = {
            {"pfc-storm:accelerator=4", "Accelerator is 4, expected one of 0 to 3"},
            {"pfc-storm:class=8", "class"},
            {"pfc-strom", "pfc-storm"},
            {"pfc-storm:start=-1us", "start"},
            {"link-failure:to=leaf-0", "From is '', expected the name"},
            {"link-failure:from=leaf-0,to=leaf-9", "To is 'leaf-9', expected the name"},
            {"link-failure:from=leaf-0,to=leaf-1", "there is no cable 0 between"},
            {"link-failure:from=leaf-0,to=spine-0,index=1", "there is no cable 1 between"}};
        for (const auto& [spec, part] : bad)
        {
            errors.clear();
            NS_TEST_EXPECT_MSG_EQ(CreateFault(spec, graph, errors), nullptr, spec);
            NS_TEST_ASSERT_MSG_EQ(errors.size(), 1, spec);
            NS_TEST_EXPECT_MSG_NE(
                errors.front().message.find(part), std::string::npos, errors.front().message);
        }
    }
};

/** Suite: faults of clusters. */
class ClusterFaultTestSuite : public TestSuite
{
  public:
    ClusterFaultTestSuite()
        : TestSuite("weft-cluster-fault", TestSuite::Type::UNIT)
    {
        AddTestCase(new PfcStormTestCase);
        AddTestCase(new LinkFailureTestCase);
        AddTestCase(new FaultSpecTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterFaultTestSuite g_clusterFaultTestSuite; ///< registers the suite

} // namespace
