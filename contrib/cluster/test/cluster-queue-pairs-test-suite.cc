/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/cluster-path-probe.h"
#include "ns3/config.h"
#include "ns3/fabric-time.h"
#include "ns3/rdma-go-back-n.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <map>
#include <set>

/**
 * @ingroup cluster-tests
 * Connections with several queue pairs, and paths found by asking the switches' hash. Times and
 * sizes as in cluster-network-test-suite.cc.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t US = 1'000'000; // ps

/** Two hosts at one switch, with messages over several queue pairs. */
class LaneBench : public TestBench
{
  public:
    /** @param use see PacketMessageNetwork @param queuePairs of a connection */
    LaneBench(const std::string& use, uint32_t queuePairs)
        : TestBench("leaf-spine:leaves=1,spines=0,hosts=2")
    {
        network->SetAttribute("QueuePairs", UintegerValue(queuePairs));
        network->SetAttribute("QueuePairUse", StringValue(use));
        cluster->GetNic(0)->TraceConnectWithoutContext("DataSent",
                                                       MakeCallback(&LaneBench::NoteData, this));
    }

    /** Message bytes that left host 0, by number of the queue pair. */
    std::map<uint32_t, uint64_t> sent;

  private:
    /** Count a frame. */
    void NoteData(const rdma::QueuePair& queuePair, const fabric::Frame& frame)
    {
        sent[queuePair.GetQpn()] += frame.roce.payloadBytes;
    }
};

/** Whole messages, in turn. */
class RoundRobinTestCase : public TestCase
{
  public:
    RoundRobinTestCase()
        : TestCase("whole messages over queue pairs in turn, in order")
    {
    }

  private:
    void DoRun() override
    {
        LaneBench bench("RoundRobin", 3);
        const std::vector<uint64_t> bytes{1'000'000, 100, 200, 300, 400};
        for (uint64_t i = 0; i < bytes.size(); ++i)
        {
            bench.Send(0, 0, 1, bytes[i], i);
        }
        Simulator::Run();
        // Messages 0 and 3 on the first, 1 and 4 on the second, 2 on the third.
        NS_TEST_ASSERT_MSG_EQ(bench.sent[2], 1'000'300, "first queue pair");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[3], 500, "second queue pair");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[4], 200, "third queue pair");
        // The short ones are there long before the first, but told after it.
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(1), bench.ReceivedAt(0), "held back");
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(2), bench.ReceivedAt(0), "held back");
        NS_TEST_ASSERT_MSG_GT(bench.ReceivedAt(3), bench.ReceivedAt(0), "behind it");
        uint64_t next = 0;
        uint64_t nextSent = 0;
        for (const Outcome& outcome : bench.outcomes)
        {
            uint64_t& expected = outcome.received ? next : nextSent;
            NS_TEST_ASSERT_MSG_EQ(outcome.message.tag, expected, "in the order sent");
            NS_TEST_ASSERT_MSG_EQ(outcome.message.bytes, bytes[expected], "its bytes");
            ++expected;
        }
        NS_TEST_ASSERT_MSG_EQ(next, 5, "all received");
        NS_TEST_ASSERT_MSG_EQ(nextSent, 5, "all confirmed");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "nothing pending");
    }
};

/** Each message split. */
class SplitTestCase : public TestCase
{
  public:
    SplitTestCase()
        : TestCase("messages split over queue pairs")
    {
    }

  private:
    void DoRun() override
    {
        LaneBench bench("Split", 4);
        bench.Send(0, 0, 1, 1 << 20, 7);
        bench.Send(100 * US, 0, 1, 1000, 8);
        bench.Send(200 * US, 0, 1, 100, 9);
        bench.Send(300 * US, 0, 1, 0, 10);
        Simulator::Run();
        // 4 parts of 64 packets of 4096 + 62 + 20 bytes on the link, 16 more in the first of each
        // part. They leave the
        // switch without a gap, once the first one is there.
        NS_TEST_ASSERT_MSG_EQ(bench.ReceivedAt(7),
                              (256 * 4178 + 4 * 16) * 20 + 2 * US + 4194 * 20,
                              "when all parts are there");
        // 1 MiB / 4 each; 1000 / 4 = 250, up to 256: 256, 256, 256, 232; 100: 100, 0, 0, 0.
        NS_TEST_ASSERT_MSG_EQ(bench.sent[2], 262'144 + 256 + 100, "first queue pair");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[3], 262'144 + 256, "second queue pair");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[5], 262'144 + 232, "fourth queue pair");
        std::map<uint64_t, uint64_t> received;
        for (const Outcome& outcome : bench.outcomes)
        {
            if (outcome.received)
            {
                received[outcome.message.tag] = outcome.message.bytes;
            }
        }
        const std::map<uint64_t, uint64_t> expected{{7, 1 << 20}, {8, 1000}, {9, 100}, {10, 0}};
        NS_TEST_ASSERT_MSG_EQ((received == expected), true, "whole messages, once each");
        NS_TEST_ASSERT_MSG_EQ(bench.outcomes.size(), 8, "received and confirmed");
    }
};

/** The queue pair with the fewest bytes outstanding. */
class LeastBytesTestCase : public TestCase
{
  public:
    LeastBytesTestCase()
        : TestCase("whole messages over the queue pair with the fewest bytes outstanding")
    {
    }

  private:
    void DoRun() override
    {
        LaneBench bench("LeastBytes", 3);
        for (const auto& [bytes, tag] :
             {std::pair(1'000'000, 0), {100, 1}, {200, 2}, {300, 3}, {50, 4}})
        {
            bench.Send(0, 0, 1, bytes, tag);
        }
        bench.Send(2'000 * US, 0, 1, 7, 5);
        Simulator::Run();
        // Outstanding (1000000, 100, 200): 300 to the second, then 50 to the third (200 < 400). At
        // last all are free again and the first is taken.
        NS_TEST_ASSERT_MSG_EQ(bench.sent[2], 1'000'007, "first queue pair");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[3], 400, "second queue pair");
        NS_TEST_ASSERT_MSG_EQ(bench.sent[4], 250, "third queue pair");
        uint64_t next = 0;
        for (const Outcome& outcome : bench.outcomes)
        {
            if (outcome.received)
            {
                NS_TEST_ASSERT_MSG_EQ(outcome.message.tag, next++, "in the order sent");
            }
        }
        NS_TEST_ASSERT_MSG_EQ(next, 6, "all received");
    }
};

/** What is told when a queue pair fails. */
class FailedLaneTestCase : public TestCase
{
  public:
    FailedLaneTestCase()
        : TestCase("a failed queue pair fails its connection")
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::rdma::GoBackN::AckTimeout", UintegerValue(1));
        for (const std::string use : {"RoundRobin", "Split", "LeastBytes"})
        {
            LaneBench bench(use, 2);
            bench.Send(0, 0, 1, 1000, 1);
            bench.Send(100 * US, 0, 1, 1000, 2);
            bench.Send(100 * US, 0, 1, 1000, 3);
            bench.Send(1'000 * US, 0, 1, 1000, 4);
            Simulator::Schedule(
                TimeStep(50 * US), &fabric::Link::SetUp, bench.cluster->GetLink(1), false);
            Simulator::Run();
            NS_TEST_ASSERT_MSG_GT(bench.ReceivedAt(1), 0, "before the link went down");
            uint32_t failures = 0;
            for (const Outcome& outcome : bench.outcomes)
            {
                failures += outcome.failure.empty() ? 0 : 1;
            }
            NS_TEST_ASSERT_MSG_EQ(failures, 3, "all after it");
            NS_TEST_ASSERT_MSG_EQ(bench.outcomes.size(), 5, "and nothing else");
            NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "nothing pending");
        }
        Config::Reset();
    }
};

/** Paths found beforehand. */
class PathProbeTestCase : public TestCase
{
  public:
    PathProbeTestCase()
        : TestCase("paths that the switches' hash gives")
    {
    }

  private:
    void DoRun() override
    {
        // 8 spines, 8 queue pairs on paths of their own, 8 messages: each spine carries one.
        TestBench bench("leaf-spine:leaves=2,spines=8,hosts=1");
        bench.network->SetAttribute("QueuePairs", UintegerValue(8));
        bench.network->SetAttribute("DisjointPaths", BooleanValue(true));
        for (uint64_t i = 0; i < 8; ++i)
        {
            bench.Send(0, 0, 1, 10 * 4096, i);
        }
        Simulator::Schedule(TimeStep(1), &PathProbeTestCase::Probe, this, &bench);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(m_probed, true, "the probe ran");
        uint32_t up = 0;
        for (uint32_t v = 0; v < bench.cluster->GetGraph().GetVertices().size(); ++v)
        {
            const auto leaf = bench.cluster->GetSwitch(v);
            for (uint16_t p = 0; leaf && leaf->GetNPorts() == 9 && p < 9; ++p)
            {
                const auto& counters = leaf->GetPort(p).GetCounters();
                // 10 data frames up from the first leaf; 80 to the host below the other.
                up += counters.txFrames[3] == 10 ? 1 : 0;
            }
        }
        NS_TEST_ASSERT_MSG_EQ(up, 8, "one message over each spine; ACKs take other ways");

        // In a fat-tree of k = 4, an edge switch has two up-links: two paths share none.
        TestBench tree("fat-tree:k=4");
        tree.network->SetAttribute("QueuePairs", UintegerValue(2));
        tree.network->SetAttribute("DisjointPaths", BooleanValue(true));
        tree.Send(0, 0, 15, 100, 1);
        Simulator::Schedule(TimeStep(1), &PathProbeTestCase::ProbeTree, this, &tree);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_GT(tree.ReceivedAt(1), 0, "received");

        // Switches that spray cannot be asked.
        NetworkStack stack;
        stack.loadBalancer.SetTypeId("ns3::fabric::RandomSpray");
        TestBench spray("leaf-spine:leaves=2,spines=8,hosts=1", stack);
        spray.network->SetAttribute("DisjointPaths", BooleanValue(true));
        spray.Send(0, 0, 1, 100, 1);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(spray.outcomes.size(), 1, "one outcome");
        NS_TEST_ASSERT_MSG_EQ(spray.outcomes[0].failure,
                              "DisjointPaths needs switches that hash (ns3::fabric::EcmpHash)",
                              "the reason");
    }

    /** Ask for source ports of eight paths over eight spines. */
    void Probe(TestBench* bench)
    {
        const PathProbe probe(*bench->cluster);
        const auto ports = probe.FindDisjoint(0, 1, 8);
        NS_TEST_ASSERT_MSG_EQ(ports.has_value(), true, "switches hash");
        std::set<uint32_t> spines;
        for (const uint16_t port : *ports)
        {
            const auto path = probe.Trace(0, 1, port);
            NS_TEST_ASSERT_MSG_EQ(path->size(), 4, "host, leaf, spine, leaf, host");
            spines.insert((*path)[1]);
        }
        NS_TEST_ASSERT_MSG_GT(spines.size(), 7, "eight links up");
        m_probed = true;
    }

    /** Ask for two paths of a fat-tree. */
    void ProbeTree(TestBench* bench)
    {
        const PathProbe probe(*bench->cluster);
        const auto ports = probe.FindDisjoint(0, 15, 2);
        NS_TEST_ASSERT_MSG_EQ(ports.has_value(), true, "switches hash");
        const auto a = probe.Trace(0, 15, (*ports)[0]);
        const auto b = probe.Trace(0, 15, (*ports)[1]);
        NS_TEST_ASSERT_MSG_EQ(a->size(), 6, "host, edge, aggregation, core and down again");
        for (std::size_t hop = 1; hop < 5; ++hop)
        {
            NS_TEST_ASSERT_MSG_NE((*a)[hop], (*b)[hop], "no link between switches in common");
        }
        NS_TEST_ASSERT_MSG_EQ((*a)[5], (*b)[5], "the host has one link");
    }

    bool m_probed{false}; ///< Probe ran
};

/** The suite. */
class QueuePairsTestSuite : public TestSuite
{
  public:
    QueuePairsTestSuite()
        : TestSuite("weft-cluster-queue-pairs", TestSuite::Type::UNIT)
    {
        AddTestCase(new RoundRobinTestCase);
        AddTestCase(new SplitTestCase);
        AddTestCase(new LeastBytesTestCase);
        AddTestCase(new FailedLaneTestCase);
        AddTestCase(new PathProbeTestCase);
    }
};

QueuePairsTestSuite g_queuePairsTestSuite; ///< registers the suite

} // namespace
