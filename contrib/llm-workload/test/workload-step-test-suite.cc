/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-volumes.h"

using namespace ns3;
using namespace ns3::workload;
using namespace ns3::workload::test;

namespace
{

/** A whole GPT step with tensor and data parallelism against its closed form. */
class StepTestCase : public TestCase
{
  public:
    StepTestCase()
        : TestCase("a GPT step takes the sum of computation and exposed collectives")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        ModelShape shape;
        shape.hidden = 1000;
        shape.heads = 4;
        shape.kvHeads = 4;
        shape.ffn = 4000;
        shape.vocabulary = 2000;
        shape.sequence = 100;
        shape.layers = 3;
        Parallelism parallelism;
        parallelism.tensor = 2;
        parallelism.data = 2;
        parallelism.globalBatch = 8; // 4 micro-batches
        LayerTimes times;
        times.attention = {100 * US, 110 * US, 120 * US};
        times.mlp = {200 * US, 210 * US, 220 * US};
        times.output = {50 * US, 60 * US, 70 * US};
        times.optimizer = 1000 * US;
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("BucketParameters", UintegerValue(0));
        const auto job = generator->Build(shape, parallelism, times);
        Bench bench(job, 2, {4, 1, Time(US), Time(10)});
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        // Two ranks: an All-Reduce takes 2 x (1 us + half of the bytes x 0.01 ns).
        const auto allReduce = [](uint64_t bytes)
        { return static_cast<fabric::Ticks>(2 * US + bytes * 10); };
        // Per micro-batch: 4 x 3 + 2 of 100 x 1000 x 2 bytes, 3 of 400 bytes, all in the way.
        const auto tensor = 4 * (14 * allReduce(200'000) + 3 * allReduce(400));
        const auto compute = 4 * (3 * (330 + 630) + 180) * US;
        const auto rank = ComputeRankParameters(shape, parallelism);
        const auto parameters = 3 * (rank.attention + rank.mlp) + rank.embedding + rank.finalNorm;
        const auto end = allReduce(parameters * 2) + allReduce(4) + 1000 * US;
        NS_TEST_EXPECT_MSG_EQ(
            bench.engine->GetLedger().GetStepEnd(0), tensor + compute + end, "first step");
        NS_TEST_EXPECT_MSG_EQ(
            bench.engine->GetLedger().GetStepEnd(1), 2 * (tensor + compute + end), "second step");
        const auto& account = bench.engine->GetLedger().GetAccount(3, 1);
        NS_TEST_EXPECT_MSG_EQ(
            account.exposed[static_cast<uint8_t>(Dimension::TENSOR)], tensor, "tensor");
        NS_TEST_EXPECT_MSG_EQ(account.exposed[static_cast<uint8_t>(Dimension::DATA)],
                              allReduce(parameters * 2),
                              "data");
        NS_TEST_EXPECT_MSG_EQ(account.compute, compute + 1000 * US, "computation");
        NS_TEST_EXPECT_MSG_EQ(
            bench.engine->GetNOperationsDone(), bench.engine->GetNOperations(), "all operations");
    }
};

/** A step with experts against its closed form. */
class ExpertStepTestCase : public TestCase
{
  public:
    ExpertStepTestCase()
        : TestCase("a step with experts takes the sum of computation and exchanges")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        ModelShape shape;
        shape.hidden = 1000;
        shape.heads = 4;
        shape.kvHeads = 4;
        shape.ffn = 4000;
        shape.vocabulary = 2000;
        shape.sequence = 100;
        shape.layers = 3;
        shape.moe.experts = 4;
        shape.moe.topK = 2;
        shape.moe.ffn = 2000;
        shape.moe.denseLayers = 1;
        Parallelism parallelism;
        parallelism.data = 2;
        parallelism.expert = 2;
        parallelism.globalBatch = 4; // 2 micro-batches
        LayerTimes times;
        times.attention = {100 * US, 110 * US, 120 * US};
        times.mlp = {200 * US, 210 * US, 220 * US};
        times.experts = {300 * US, 310 * US, 320 * US};
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("BucketParameters", UintegerValue(0));
        NS_TEST_ASSERT_MSG_EQ(generator->Check(shape, parallelism).size(), 0, "possible");
        const auto job = generator->Build(shape, parallelism, times);
        Bench bench(job, 1, {2, 1, Time(US), Time(10)});
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finished");
        // Each rank holds 100 tokens x 2 experts x 1000 x 2 bytes and sends half of them to the
        // other one: 1 us + 200 000 x 0.01 ns. Two layers, four times, two micro-batches.
        const auto exchanges = 2 * 2 * 4 * (US + 200'000 * 10);
        const auto compute = 2 * (3 * 330 + 630 + 2 * 930) * US;
        const auto rank = ComputeRankParameters(shape, parallelism);
        const auto parameters =
            3 * rank.attention + rank.mlp + 2 * rank.expertLayer + rank.embedding + rank.finalNorm;
        // Gradients of what both have; each has its own experts.
        const auto end = static_cast<fabric::Ticks>(2 * US + parameters * 2 * 10);
        NS_TEST_EXPECT_MSG_EQ(
            bench.engine->GetLedger().GetStepEnd(0), exchanges + compute + end, "step");
        const auto& account = bench.engine->GetLedger().GetAccount(1, 0);
        NS_TEST_EXPECT_MSG_EQ(account.exposed[static_cast<uint8_t>(Dimension::EXPERT)],
                              exchanges,
                              "exchanges are in the way");
    }
};

/** Whole steps of GPT jobs. */
class StepTestSuite : public TestSuite
{
  public:
    StepTestSuite()
        : TestSuite("weft-workload-step", TestSuite::Type::UNIT)
    {
        AddTestCase(new StepTestCase);
        AddTestCase(new ExpertStepTestCase);
    }
};

StepTestSuite g_stepTestSuite; ///< registers the suite

} // namespace
