/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/collective-engine.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-collective-expansion.h"
#include "ns3/workload-finding-log.h"
#include "ns3/workload-goal-cpus.h"
#include "ns3/workload-goal-reader.h"
#include "ns3/workload-goal-writer.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-trace.h"

#include <numeric>
#include <set>
#include <sstream>

using namespace ns3;
using namespace ns3::workload;
using namespace ns3::workload::test;
using collective::CollectiveType;

namespace
{

/** @return servers of two ranks each */
std::vector<uint32_t>
Pairs(std::size_t nRanks)
{
    std::vector<uint32_t> domains(nRanks);
    std::iota(domains.begin(), domains.end(), 0);
    for (auto& domain : domains)
    {
        domain /= 2;
    }
    return domains;
}

/** @return a job spelled out with the algorithms that a Bench uses */
JobGraph
Spell(const JobGraph& job, std::string& error)
{
    const auto engine = CreateObject<collective::CollectiveEngine>();
    engine->SetAttribute(
        "AllReduce",
        StringValue("ns3::collective::RingAllReduce[Channels=1|ChunkSize=1073741824]"));
    JobGraph expanded;
    error = CollectiveExpansion(engine, Pairs(job.ranks.size())).Expand(job, expanded);
    engine->Dispose();
    return expanded;
}

/** @return when a step of a job is over; bytes that rank 0 sent */
std::pair<fabric::Ticks, uint64_t>
Play(const JobGraph& job)
{
    Bench bench(job, 1, {0, 2, Time(US), Time(10)});
    Simulator::Run();
    const bool isFinished = bench.engine->IsFinished();
    return {isFinished ? bench.engine->GetLedger().GetStepEnd(0) : -1,
            bench.network->GetBytesSent(0)};
}

/** Each collective, alone. */
class CollectivesTestCase : public TestCase
{
  public:
    CollectivesTestCase()
        : TestCase("a collective spelled out as messages takes its time and moves its bytes")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        for (const uint32_t n : {2U, 3U, 4U, 7U})
        {
            for (uint32_t type = 0; type < collective::N_COLLECTIVE_TYPES; ++type)
            {
                Compare(n, static_cast<CollectiveType>(type));
            }
        }
    }

    void Compare(uint32_t n, CollectiveType type)
    {
        constexpr uint64_t bytes = 100'003;
        const bool isUneven = type == CollectiveType::ALL_TO_ALL_V;
        auto graphs = MakeGraphs(n);
        for (uint32_t rank = 0; rank < n; ++rank)
        {
            auto& graph = *graphs[rank];
            const auto first = graph.AddCompute("work", 0, (rank + 1) * US);
            const auto moves = graph.AddCollective(
                "move", 1, Dimension::DATA, type, 0, type == CollectiveType::BARRIER ? 0 : bytes);
            graph.AddDependency(moves, first);
            const auto last = graph.AddCompute("work", 0, US);
            graph.AddDependency(last, moves);
        }
        auto job = MakeJob(graphs);
        for (uint32_t rank = 0; rank < n && isUneven; ++rank)
        {
            // From a to b: 1,000 (a + 1) (b + 1) bytes.
            auto sizes = std::make_shared<collective::ExchangeSizes>();
            for (uint64_t other = 1; other <= n; ++other)
            {
                sizes->sent.push_back(1000 * (rank + 1) * other);
                sizes->received.push_back(1000 * other * (rank + 1));
            }
            job.ranks[rank].exchanges.push_back(sizes);
        }
        NS_TEST_ASSERT_MSG_EQ(job.Check().empty(), true, "a good job");
        std::string error;
        const auto expanded = Spell(job, error);
        const std::string what = collective::GetTypeName(type) + " of " + std::to_string(n);
        NS_TEST_ASSERT_MSG_EQ(error, "", what);
        NS_TEST_ASSERT_MSG_EQ(expanded.Check().empty(), true, what << ": a good job too");
        NS_TEST_EXPECT_MSG_EQ(CheckGoalExport(expanded), "", what << ": no collective is left");
        const auto [time, sent] = Play(job);
        const auto [expandedTime, expandedSent] = Play(expanded);
        NS_TEST_EXPECT_MSG_GT(time, 0, what);
        NS_TEST_EXPECT_MSG_EQ(expandedTime, time, what << ": time");
        NS_TEST_EXPECT_MSG_EQ(expandedSent, sent, what << ": bytes");
    }
};

/** A closed form, and reductions. */
class ClosedFormTestCase : public TestCase
{
  public:
    ClosedFormTestCase()
        : TestCase("a ring has 2 (n - 1) messages of an n-th at each rank, and n - 1 reductions")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        constexpr uint32_t n = 4;
        auto graphs = MakeGraphs(n);
        for (auto& graph : graphs)
        {
            graph->AddCompute("work", 0, US);
            graph->AddCollective("sum", 1, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 4000);
        }
        const auto job = MakeJob(graphs);
        const auto engine = CreateObject<collective::CollectiveEngine>();
        engine->SetAttribute(
            "AllReduce",
            StringValue("ns3::collective::RingAllReduce[Channels=1|ChunkSize=1073741824]"));
        engine->SetAttribute("ReductionRate", StringValue("8Gbps"));
        JobGraph expanded;
        const CollectiveExpansion expansion(engine, Pairs(n));
        NS_TEST_ASSERT_MSG_EQ(expansion.Expand(job, expanded), "", "can be spelled out");
        const auto& graph = *expanded.ranks[0].graph;
        uint32_t nSends = 0;
        uint32_t nReceives = 0;
        uint32_t nReductions = 0;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            const auto kind = graph.GetKind(i);
            nSends += kind == OperationKind::SEND;
            nReceives += kind == OperationKind::RECEIVE;
            if (kind == OperationKind::SEND || kind == OperationKind::RECEIVE)
            {
                NS_TEST_EXPECT_MSG_EQ(graph.GetBytes(i), 1000, "a quarter");
            }
            if (graph.GetLabel(i) == "reduction")
            {
                ++nReductions;
                // 1,000 bytes at 1 GB/s.
                NS_TEST_EXPECT_MSG_EQ(graph.GetDuration(i), US, "time of a reduction");
            }
        }
        NS_TEST_EXPECT_MSG_EQ(nSends, 6, "2 (n - 1)");
        NS_TEST_EXPECT_MSG_EQ(nReceives, 6, "2 (n - 1)");
        NS_TEST_EXPECT_MSG_EQ(nReductions, 3, "n - 1");
        CollectiveExpansion some(engine, Pairs(n));
        some.SetTypes({CollectiveType::BROADCAST});
        NS_TEST_ASSERT_MSG_EQ(some.Expand(job, expanded), "", "nothing to spell out");
        NS_TEST_EXPECT_MSG_EQ(expanded.ranks[0].graph->GetN(), 2, "others are kept");
        NS_TEST_EXPECT_MSG_EQ(
            (CheckGoalExport(expanded).find("GOAL has no collectives") != std::string::npos),
            true,
            "and refused by GOAL");
        engine->Dispose();
    }
};

/** A whole step as GOAL, read back. */
class GoalTestCase : public TestCase
{
  public:
    GoalTestCase()
        : TestCase("a GPT step written as GOAL, text and binary, is read as the same job")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        ModelShape shape = MakeSmallShape(2);
        Parallelism parallelism;
        parallelism.tensor = 2;
        parallelism.data = 2;
        parallelism.pipeline = 2;
        parallelism.globalBatch = 8;
        LayerTimes times;
        times.attention = {100 * US, 110 * US, 120 * US};
        times.mlp = {200 * US, 210 * US, 220 * US};
        times.output = {50 * US, 60 * US, 70 * US};
        times.optimizer = 1000 * US;
        const auto job = CreateObject<GptJob>()->Build(shape, parallelism, times);
        std::string error;
        const auto expanded = Spell(job, error);
        NS_TEST_ASSERT_MSG_EQ(error, "", "can be spelled out");
        const auto [time, sent] = Play(job);
        const auto [expandedTime, expandedSent] = Play(expanded);
        NS_TEST_EXPECT_MSG_EQ(expandedSent, sent, "bytes of rank 0");
        // Messages of collectives side by side share a port in an order that may differ.
        NS_TEST_EXPECT_MSG_EQ_TOL(double(expandedTime), double(time), 0.001 * time, "time");
        NS_TEST_ASSERT_MSG_EQ(CheckGoalExport(expanded), "", "is GOAL");
        for (const bool isBinary : {false, true})
        {
            std::stringstream file;
            (isBinary ? WriteGoalBinary : WriteGoalText)(expanded, file);
            FindingLog log;
            auto trace = (isBinary ? ReadGoalBinary : ReadGoalText)(file, log);
            CheckTrace(trace, log);
            NS_TEST_ASSERT_MSG_EQ(log.Take().size(), 0, "nothing is found in it");
            const auto again = BuildTraceJob(trace);
            CompareJobs(expanded, again);
            NS_TEST_EXPECT_MSG_EQ(Play(again).first, expandedTime, "takes the same time");
        }
    }

    void CompareJobs(const JobGraph& one, const JobGraph& two)
    {
        NS_TEST_ASSERT_MSG_EQ(two.ranks.size(), one.ranks.size(), "ranks");
        for (std::size_t rank = 0; rank < one.ranks.size(); ++rank)
        {
            const auto& a = *one.ranks[rank].graph;
            const auto& b = *two.ranks[rank].graph;
            NS_TEST_ASSERT_MSG_EQ(b.GetN(), a.GetN(), "operations");
            for (OperationGraph::Index i = 0; i < a.GetN(); ++i)
            {
                const bool moves =
                    a.GetKind(i) == OperationKind::SEND || a.GetKind(i) == OperationKind::RECEIVE;
                // An edge that is there twice is read as one.
                NS_TEST_EXPECT_MSG_EQ((std::set(a.SuccessorsBegin(i), a.SuccessorsEnd(i)) ==
                                       std::set(b.SuccessorsBegin(i), b.SuccessorsEnd(i))),
                                      true,
                                      "edges");
                if (moves)
                {
                    NS_TEST_EXPECT_MSG_EQ((b.GetKind(i) == a.GetKind(i)), true, "kind");
                    NS_TEST_EXPECT_MSG_EQ(b.GetBytes(i), a.GetBytes(i), "bytes");
                    NS_TEST_EXPECT_MSG_EQ(two.ranks[rank].peers[b.GetSlot(i)],
                                          one.ranks[rank].peers[a.GetSlot(i)],
                                          "peer");
                }
                else
                {
                    NS_TEST_EXPECT_MSG_EQ(b.GetDuration(i), a.GetDuration(i), "duration");
                }
            }
        }
    }
};

/** Processors of GOAL. */
class GoalCpusTestCase : public TestCase
{
  public:
    GoalCpusTestCase()
        : TestCase("what goes on beside each other has processors of its own")
    {
    }

  private:
    void DoRun() override
    {
        // Two computations on one stream, then two delays side by side, one of them followed by a
        // third one; a message.
        OperationGraph graph(StreamOrder::AS_READY);
        const auto one = graph.AddCompute("one", 3, 5);
        const auto two = graph.AddCompute("two", 3, 5);
        const auto left = graph.AddDelay("left", 0, 5);
        const auto right = graph.AddDelay("right", 0, 5);
        const auto behind = graph.AddDelay("behind", 0, 5);
        const auto nothing = graph.AddDelay("nothing", 0, 0);
        const auto send = graph.AddSend("send", 0, Dimension::OTHER, 0, 0, 8);
        graph.AddDependency(left, one);
        graph.AddDependency(right, one);
        graph.AddDependency(nothing, right);
        graph.AddDependency(behind, nothing);
        graph.Seal();
        const GoalCpus cpus(graph);
        NS_TEST_EXPECT_MSG_EQ(cpus.GetN(), 4, "stream, messages, and one for each side");
        NS_TEST_EXPECT_MSG_EQ(cpus.Get(one), 0, "the stream");
        NS_TEST_EXPECT_MSG_EQ(cpus.Get(two), 0, "the stream");
        NS_TEST_EXPECT_MSG_EQ(cpus.Get(send), 1, "messages");
        NS_TEST_EXPECT_MSG_EQ(cpus.Get(nothing), 1, "takes no time");
        NS_TEST_EXPECT_MSG_NE(cpus.Get(left), cpus.Get(right), "side by side");
        NS_TEST_EXPECT_MSG_EQ(cpus.Get(behind), cpus.Get(right), "one after the other");
        // 300 delays side by side are too many.
        const auto wide = std::make_shared<OperationGraph>(StreamOrder::AS_READY);
        for (int i = 0; i < 300; ++i)
        {
            wide->AddDelay("wait", 0, 5);
        }
        auto job = MakeJob({wide});
        NS_TEST_EXPECT_MSG_EQ(CheckGoalExport(job),
                              "rank 0: 301 things go on beside each other that are no messages, "
                              "which is more than the 255 processors that GOAL has",
                              "refused");
    }
};

/** What is written for other simulators. */
class ExpansionTestSuite : public TestSuite
{
  public:
    ExpansionTestSuite()
        : TestSuite("weft-workload-expansion", TestSuite::Type::UNIT)
    {
        AddTestCase(new CollectivesTestCase);
        AddTestCase(new ClosedFormTestCase);
        AddTestCase(new GoalTestCase);
        AddTestCase(new GoalCpusTestCase);
    }
};

ExpansionTestSuite g_expansionTestSuite; ///< registers the suite

} // namespace
