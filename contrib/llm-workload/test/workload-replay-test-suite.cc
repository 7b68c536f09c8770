/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/collective-engine.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-replay-engine.h"
#include "ns3/workload-step-metrics.h"
#include "ns3/workload-volumes.h"

#include <memory>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::workload;
using collective::CollectiveType;
using namespace ns3::workload::test;

namespace
{

/** Bubble of 1F1B where communication costs nothing. */
class BubbleTestCase : public TestCase
{
  public:
    BubbleTestCase()
        : TestCase("bubbles on an ideal network are exactly (p - 1) by m, by chunks if interleaved")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        for (const auto& [p, m] : std::vector<std::pair<uint32_t, uint32_t>>{
                 {1, 4}, {2, 2}, {4, 8}, {4, 3}, {8, 8}, {5, 17}})
        {
            CheckBubble("OneForwardOneBackward", p, m, 1);
            CheckBubble("Gpipe", p, m, 1);
        }
        CheckBubble("InterleavedSchedule[Chunks=1]", 4, 8, 1);
        CheckBubble("InterleavedSchedule[Chunks=2]", 2, 2, 2);
        CheckBubble("InterleavedSchedule[Chunks=2]", 4, 8, 2);
        CheckBubble("InterleavedSchedule[Chunks=3]", 4, 4, 3);
        CheckBubble("InterleavedSchedule[Chunks=6]", 8, 24, 6);
        // (p - 1) (F + B - W)
        for (const auto& [p, m] : std::vector<std::pair<uint32_t, uint32_t>>{
                 {1, 4}, {2, 2}, {4, 4}, {4, 8}, {8, 8}, {5, 17}})
        {
            CheckBubble("ZeroBubbleH1", p, m, 1, (p - 1) * (16 + 20 - 10) * US);
        }
        // (p / 2 - 1) (F + 2 B - W), F = B
        m_times.attention = {4 * US, 4 * US, 2 * US};
        m_times.mlp = {6 * US, 6 * US, 1 * US};
        for (const auto& [p, m] :
             std::vector<std::pair<uint32_t, uint32_t>>{{2, 4}, {4, 8}, {4, 14}, {6, 12}, {8, 20}})
        {
            CheckBubble("DualPipe", p, m, 1, (p / 2 - 1) * (20 + 2 * 20 - 6) * US);
        }
    }

    void CheckBubble(const std::string& schedule, uint32_t p, uint32_t m, uint32_t v)
    {
        CheckBubble(schedule, p, m, v, (p - 1) * 46 * US);
    }

    void CheckBubble(const std::string& schedule,
                     uint32_t p,
                     uint32_t m,
                     uint32_t v,
                     fabric::Ticks bubble)
    {
        ModelShape shape = MakeSmallShape(2 * p * v);
        shape.tiedEmbeddings = false; // else first and last stage have more to do
        Parallelism parallelism;
        parallelism.pipeline = p;
        parallelism.globalBatch = m;
        const LayerTimes& times = m_times;
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("Schedule", StringValue("ns3::workload::" + schedule));
        NS_TEST_ASSERT_MSG_EQ(generator->Check(shape, parallelism).size(), 0, schedule);
        const auto job = generator->Build(shape, parallelism, times);
        NS_TEST_ASSERT_MSG_EQ(job.Check().size(), 0, schedule);
        Bench bench(job, 1, {});
        Simulator::Run();
        const auto which = schedule + ", p " + std::to_string(p) + ", m " + std::to_string(m);
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, which);
        // Two layers per chunk: forward 2 x 8 us, backward 2 x 15 us, together 46 us. With m
        // micro-batches through v chunks, and p - 1 chunks' time that a stage waits before or
        // after: (m v + p - 1) x 46 us.
        const auto pass = [&times](auto part)
        { return 2 * (times.attention.*part + times.mlp.*part); };
        const PassTimes chunk{static_cast<double>(pass(&PartTimes::forward)),
                              static_cast<double>(pass(&PartTimes::inputGradient)),
                              static_cast<double>(pass(&PartTimes::weightGradient))};
        NS_TEST_EXPECT_MSG_EQ(generator->MakeSchedule()->GetBubble(p, chunk),
                              static_cast<double>(bubble),
                              "closed form, " << which);
        const auto busy = m * v * 46 * US;
        NS_TEST_EXPECT_MSG_EQ(
            bench.engine->GetLedger().GetStepEnd(0), busy + bubble, "step time, " << which);
        const auto metrics = ComputeStepMetrics(*bench.engine, {});
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.computeSeconds, m * v * 46e-6, 1e-15, "computation");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.bubbleOfCompute,
                                  static_cast<double>(bubble) / static_cast<double>(busy),
                                  1e-12,
                                  "bubble, " << which);
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.GetExposedSeconds(), 0, 1e-15, "nothing is exposed");
    }

    LayerTimes m_times{{},
                       {3 * US, 4 * US, 2 * US},
                       {5 * US, 6 * US, 3 * US},
                       {},
                       {},
                       0}; ///< times of the parts
};

/** Communication beside computation, and after it. */
class OverlapTestCase : public TestCase
{
  public:
    OverlapTestCase()
        : TestCase("a collective on another stream overlaps; what sticks out is exposed")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        // All-Reduce of 2 MB on 2 ranks at 1 us per kB: 2 steps of 1000 us + 10 us = 2020 us.
        // Rank 0 computes 500 us, reduces beside 1500 us of computation, then waits for it: 520 us
        // exposed, then 100 us. Rank 1 is a straggler: it computes 700 us first. So the collective
        // runs from 700 us to 2720 us. Rank 0 computes until 2000 us, is exposed until 2720 us and
        // done at 2820 us. Rank 1 computes until 2200 us, is exposed for 520 us, done at 2820 us.
        auto graphs = MakeGraphs(2);
        for (uint32_t rank = 0; rank < 2; ++rank)
        {
            auto& graph = *graphs[rank];
            const auto first = graph.AddCompute("first", 0, (rank == 0 ? 500 : 700) * US);
            const auto reduce = graph.AddCollective(
                "reduce", 1, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 2'000'000);
            graph.AddDependency(reduce, first);
            graph.AddCompute("beside", 0, 1500 * US);
            graph.AddDependency(graph.AddCompute("last", 0, 100 * US), reduce);
        }
        const auto job = MakeJob(graphs);
        NS_TEST_ASSERT_MSG_EQ(job.Check().size(), 0, "consistent");
        Bench bench(job, 3, {2, 1, Time(10 * US), Time(1000)});
        bench.engine->TraceConnectWithoutContext(
            "CollectiveFinished", MakeCallback(&OverlapTestCase::CollectiveFinished, this));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        const auto& ledger = bench.engine->GetLedger();
        constexpr auto data = static_cast<uint8_t>(Dimension::DATA);
        for (uint32_t step = 0; step < 3; ++step)
        {
            NS_TEST_EXPECT_MSG_EQ(ledger.GetStepEnd(step), (step + 1) * 2820 * US, "end");
            const auto& first = ledger.GetAccount(0, step);
            NS_TEST_EXPECT_MSG_EQ(first.compute, 2100 * US, "500 + 1500 + 100");
            NS_TEST_EXPECT_MSG_EQ(first.exposed[data], 720 * US, "2000 to 2720");
            NS_TEST_EXPECT_MSG_EQ(first.waiting[data], 0, "it computed while it waited");
            const auto& second = ledger.GetAccount(1, step);
            NS_TEST_EXPECT_MSG_EQ(second.compute, 2300 * US, "700 + 1500 + 100");
            NS_TEST_EXPECT_MSG_EQ(second.exposed[data], 520 * US, "2200 to 2720");
            NS_TEST_EXPECT_MSG_EQ(second.end - second.start, 2820 * US, "whole step");
        }
        NS_TEST_ASSERT_MSG_EQ(m_records.size(), 3, "one collective per step");
        NS_TEST_EXPECT_MSG_EQ(m_records[1].firstStart, (2820 + 500) * US, "rank 0 joins");
        NS_TEST_EXPECT_MSG_EQ(m_records[1].lastStart, (2820 + 700) * US, "rank 1 joins");
        NS_TEST_EXPECT_MSG_EQ(m_records[1].lastFinish, (2820 + 2720) * US, "done");
        CheckMetrics(*bench.engine);
    }

    void CheckMetrics(const ReplayEngine& engine)
    {
        const auto metrics = ComputeStepMetrics(engine, {5.64e9, 564, 1e12}, 1);
        NS_TEST_EXPECT_MSG_EQ(metrics.nMeasuredSteps, 2, "one step of warm-up");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.stepSeconds, 2.82e-3, 1e-12, "step");
        // 5.64e9 / (2.82e-3 x 2 x 1e12)
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.mfu, 1.0, 1e-9, "MFU");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.tokensPerSecond, 200'000, 1e-6, "564 / 2.82 ms");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.computeSeconds, 2.2e-3, 1e-12, "mean of 2.1 and 2.3");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.GetExposedSeconds(), 0.62e-3, 1e-12, "0.72 and 0.52");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.idleSeconds, 0, 1e-12, "nothing is left");
        // Bus bandwidth: 2 MB x 2 (2 - 1) / 2 in 2020 us; limit 1 byte per ns.
        NS_TEST_EXPECT_MSG_EQ(metrics.gradients.count, 1, "per step");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.gradients.busBandwidth, 2e6 / 2.02e-3, 1, "busbw");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.gradients.limit, 1e9, 1, "rate x efficiency 1");
        NS_TEST_EXPECT_MSG_EQ_TOL(metrics.gradients.gap, 0.01, 1e-9, "2020 over 2000");
        NS_TEST_EXPECT_MSG_EQ(metrics.tensor.count, 0, "there is no tensor collective");
        // What hosts can do among themselves is no limit for switches.
        engine.GetCollectiveEngine()->SetAttribute("AllReduce",
                                                   StringValue("ns3::collective::InNetwork"));
        const auto bySwitches = ComputeStepMetrics(engine, {5.64e9, 564, 1e12}, 1).gradients;
        NS_TEST_EXPECT_MSG_EQ_TOL(bySwitches.busBandwidth, 2e6 / 2.02e-3, 1, "busbw");
        NS_TEST_EXPECT_MSG_EQ_TOL(bySwitches.limit, 0, 1e-9, "no limit is known");
        NS_TEST_EXPECT_MSG_EQ_TOL(bySwitches.gap, 0, 1e-9, "nor how far it is");
    }

    void CollectiveFinished(const CollectiveRecord& record)
    {
        m_records.push_back(record);
    }

    std::vector<CollectiveRecord> m_records; ///< all collectives
};

/** Waiting for the sender, transfer, and waiting for a straggler without anything to do. */
class WaitingTestCase : public TestCase
{
  public:
    WaitingTestCase()
        : TestCase("waiting for a partner and exposed communication are told apart")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        // Rank 0 computes 300 us and sends 100 kB to rank 1: at 1 ns per byte + 10 us it arrives at
        // 410 us. Rank 1 waits 300 us, is exposed 110 us, computes 50 us. Then both meet in a
        // barrier-like All-Reduce of 8 bytes: rank 0 waits from 410 us (its send is confirmed) to
        // 460 us.
        auto graphs = MakeGraphs(2);
        graphs[0]->AddCompute("work", 0, 300 * US);
        graphs[0]->AddSend("out", 0, Dimension::PIPELINE, 0, 7, 100'000);
        graphs[0]->AddCollective("meet", 0, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 8);
        graphs[1]->AddReceive("in", 0, Dimension::PIPELINE, 0, 7, 100'000);
        graphs[1]->AddCompute("work", 0, 50 * US);
        graphs[1]->AddCollective("meet", 0, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 8);
        Bench bench(MakeJob(graphs), 1, {2, 1, Time(10 * US), Time(1000)});
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        constexpr auto pipeline = static_cast<uint8_t>(Dimension::PIPELINE);
        constexpr auto data = static_cast<uint8_t>(Dimension::DATA);
        const auto& first = bench.engine->GetLedger().GetAccount(0, 0);
        const auto& second = bench.engine->GetLedger().GetAccount(1, 0);
        NS_TEST_EXPECT_MSG_EQ(second.waiting[pipeline], 300 * US, "nothing sent yet");
        NS_TEST_EXPECT_MSG_EQ(second.exposed[pipeline], 110 * US, "under way");
        NS_TEST_EXPECT_MSG_EQ(first.exposed[pipeline], 110 * US, "sending");
        NS_TEST_EXPECT_MSG_EQ(first.waiting[data], 50 * US, "for rank 1");
        NS_TEST_EXPECT_MSG_EQ(second.waiting[data], 0, "it came last");
        // 2 steps of 10 us + 4 bytes x 1 ns
        NS_TEST_EXPECT_MSG_EQ(first.exposed[data], 2 * (10 * US + 4000), "the All-Reduce");
        NS_TEST_EXPECT_MSG_EQ(first.idle + second.idle, 0, "never idle");
    }
};

/** Collectives of one group on two streams, begun in another order at each rank. */
class CrossedOrderTestCase : public TestCase
{
  public:
    CrossedOrderTestCase()
        : TestCase("collectives of one group match by program order, whoever begins first")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto graphs = MakeGraphs(2);
        for (uint32_t rank = 0; rank < 2; ++rank)
        {
            auto& graph = *graphs[rank];
            for (uint32_t i = 0; i < 2; ++i)
            {
                // Rank 0 is ready for the first one first, rank 1 for the second one.
                const auto before =
                    graph.AddCompute("before", static_cast<uint16_t>(2 + i), (1 + (i ^ rank)) * US);
                const auto reduce = graph.AddCollective("reduce",
                                                        static_cast<uint16_t>(i),
                                                        Dimension::DATA,
                                                        CollectiveType::ALL_REDUCE,
                                                        0,
                                                        1000 * (i + 1));
                graph.AddDependency(reduce, before);
            }
        }
        Bench bench(MakeJob(graphs), 20, {2, 1, Time(US), Time(1000)});
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
    }
};

/** What differs between ranks that share a graph: load of a computation, parts of an exchange. */
class SlotsTestCase : public TestCase
{
  public:
    SlotsTestCase()
        : TestCase("loads and parts of exchanges are each rank's own")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        // Both compute 10 us, rank 1 with load 1.5. Then rank 0 sends 1000 bytes and gets 3000, at
        // 1 us + 1 ns per byte: rank 1 begins at 15 us, its message is there at 19 us. Rank 1 has
        // all data at 17 us, but its own message is confirmed as late as it arrives.
        const auto graph = std::make_shared<OperationGraph>();
        graph->AddCompute("work", 0, 10 * US, 0);
        graph->AddCollective(
            "exchange", 0, Dimension::EXPERT, CollectiveType::ALL_TO_ALL_V, 0, 4000, 0);
        graph->Seal();
        JobGraph job;
        job.groups.push_back({"all", Dimension::EXPERT, {0, 1}});
        const auto sizes = [](uint64_t own, uint64_t sent, uint64_t received, bool first)
        {
            collective::ExchangeSizes parts;
            parts.sent =
                first ? std::vector<uint64_t>{own, sent} : std::vector<uint64_t>{sent, own};
            parts.received =
                first ? std::vector<uint64_t>{own, received} : std::vector<uint64_t>{received, own};
            return std::make_shared<const collective::ExchangeSizes>(parts);
        };
        job.ranks.push_back({graph, {0}, {}, {1.0}, {sizes(7, 1000, 3000, true)}});
        job.ranks.push_back({graph, {0}, {}, {1.5}, {sizes(5, 3000, 1000, false)}});
        NS_TEST_ASSERT_MSG_EQ(job.Check().size(), 0, "consistent");
        auto wrong = job;
        wrong.ranks[1].exchanges[0] = sizes(5, 3000, 999, false);
        NS_TEST_ASSERT_MSG_EQ(wrong.Check().size(), 1, "sizes differ");
        NS_TEST_EXPECT_MSG_EQ(wrong.Check().front(),
                              "exchange 0 of group 0 (all): rank 0 sends 1000 bytes to rank 1, "
                              "which expects 999",
                              "sizes differ");
        wrong.ranks[1].exchanges.clear();
        NS_TEST_EXPECT_MSG_EQ(
            wrong.Check().front(), "rank 1 uses a slot that stands for nothing", "no sizes");

        Bench bench(job, 1, {2, 1, Time(US), Time(1000)});
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        const auto& ledger = bench.engine->GetLedger();
        NS_TEST_EXPECT_MSG_EQ(ledger.GetAccount(0, 0).compute, 10 * US, "load 1");
        NS_TEST_EXPECT_MSG_EQ(ledger.GetAccount(1, 0).compute, 15 * US, "load 1.5");
        NS_TEST_EXPECT_MSG_EQ(ledger.GetStepEnd(0), 19 * US, "15 + 1 + 3");
        constexpr auto expert = static_cast<uint8_t>(Dimension::EXPERT);
        NS_TEST_EXPECT_MSG_EQ(ledger.GetAccount(0, 0).waiting[expert], 5 * US, "for rank 1");
    }
};

/** Jobs that stop. */
class UnfinishedTestCase : public TestCase
{
  public:
    UnfinishedTestCase()
        : TestCase("a job that stops says which rank waits for what")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        CheckMissing();
        CheckFailure();
    }

    void CheckMissing()
    {
        // Rank 0 receives before it joins, rank 1 joins before it sends: each waits for the other.
        // Rank 2 joins.
        auto graphs = MakeGraphs(3);
        const auto join = [](OperationGraph& graph)
        { graph.AddCollective("sum", 0, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 64); };
        graphs[0]->AddReceive("hello", 0, Dimension::OTHER, 0, 9, 16);
        join(*graphs[0]);
        join(*graphs[1]);
        graphs[1]->AddSend("hello", 0, Dimension::OTHER, 0, 9, 16);
        join(*graphs[2]);
        auto job = MakeJob(graphs);
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "each program alone is fine");
        Bench bench(std::move(job), 1, {3, 1, Time(US), Time(1000)});
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(bench.engine->IsFinished(), false, "stuck");
        const auto lines = bench.engine->DescribeUnfinished();
        NS_TEST_ASSERT_MSG_EQ(lines.size(), 3, "a line for each rank");
        NS_TEST_EXPECT_MSG_EQ(lines[0],
                              "rank 0, step 0: operation 0 (hello), receive of 16 bytes, waits for "
                              "rank 1 to send tag 9",
                              "rank 0");
        NS_TEST_EXPECT_MSG_EQ(lines[1],
                              "rank 1, step 0: operation 0 (sum), all-reduce of 64 bytes in group "
                              "all, waits for rank 0",
                              "rank 1");
        NS_TEST_EXPECT_MSG_EQ(bench.engine->DescribeUnfinished(2).size(), 2, "no more than asked");
        NS_TEST_EXPECT_MSG_EQ(ComputeStepMetrics(*bench.engine, {}).nMeasuredSteps, 0, "no step");
    }

    void CheckFailure()
    {
        auto graphs = MakeGraphs(2);
        graphs[0]->AddSend("hello", 0, Dimension::OTHER, 0, 9, 16);
        graphs[1]->AddReceive("hello", 0, Dimension::OTHER, 0, 9, 16);
        Bench bench(MakeJob(graphs), 1, {2, 1, Time(US), Time(1000)});
        bench.network->Break();
        bench.engine->TraceConnectWithoutContext("OperationFailed",
                                                 MakeCallback(&UnfinishedTestCase::Failed, this));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(bench.engine->IsFinished(), false, "broken");
        NS_TEST_EXPECT_MSG_GT(m_nFailed, 0, "a failure is told of");
        NS_TEST_EXPECT_MSG_EQ(bench.engine->GetNFailed(), m_nFailed, "and counted");
        bool hasReason = false;
        for (const auto& line : bench.engine->DescribeUnfinished())
        {
            hasReason = hasReason || line.find("failed: ") != std::string::npos;
        }
        NS_TEST_EXPECT_MSG_EQ(hasReason, true, "with the reason");
    }

    void Failed(uint32_t rank,
                uint32_t step,
                OperationGraph::Index operation,
                const std::string& reason)
    {
        ++m_nFailed;
    }

    uint64_t m_nFailed{0}; ///< failures told of
};

/** The replay engine and its accounts. */
class ReplayTestSuite : public TestSuite
{
  public:
    ReplayTestSuite()
        : TestSuite("weft-workload-replay", TestSuite::Type::UNIT)
    {
        AddTestCase(new BubbleTestCase);
        AddTestCase(new OverlapTestCase);
        AddTestCase(new WaitingTestCase);
        AddTestCase(new CrossedOrderTestCase);
        AddTestCase(new SlotsTestCase);
        AddTestCase(new UnfinishedTestCase);
    }
};

ReplayTestSuite g_replayTestSuite; ///< registers the suite

} // namespace
