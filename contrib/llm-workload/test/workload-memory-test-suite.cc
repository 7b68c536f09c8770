/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-accelerator.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-memory.h"

#include <string>

using namespace ns3;
using namespace ns3::workload;

namespace
{

/** Activations against the equations of Korthikanti et al. */
class ActivationsTestCase : public TestCase
{
  public:
    ActivationsTestCase()
        : TestCase("activations of a layer are those of the published equations")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("gpt-3-175b");
        const uint64_t sbh = 2048ULL * 12288;
        MemoryOptions options;
        Parallelism parallelism;
        const auto kept = [&](const ModelShape& model, bool hasExperts = false)
        { return ComputeLayerActivations(model, parallelism, options, hasExperts); };
        NS_TEST_EXPECT_MSG_EQ(kept(shape), 34 * sbh, "equation 1, scores computed again");
        options.keepsScores = true;
        // 5 a s^2 = 5 x 96 x 2048^2 = 80 s h: the paper's 5 a s / h = 80
        NS_TEST_EXPECT_MSG_EQ(kept(shape), (34 + 80) * sbh, "equation 1");
        parallelism.tensor = 8;
        NS_TEST_EXPECT_MSG_EQ(kept(shape), (10 + 3 + 10) * sbh, "equation 2");
        parallelism.sequenceParallel = true;
        NS_TEST_EXPECT_MSG_EQ(kept(shape), (34 + 80) * sbh / 8, "equation 4");
        options.keepsScores = false;
        NS_TEST_EXPECT_MSG_EQ(kept(shape), 34 * sbh / 8, "selective recomputation");
        parallelism.microBatch = 2;
        parallelism.context = 4;
        NS_TEST_EXPECT_MSG_EQ(kept(shape), 2 * 34 * sbh / 8 / 4, "a quarter of the tokens");

        parallelism = Parallelism();
        // LLaMA-3 8B, 8192 tokens x 2 bytes x (two norms' inputs, input of attention and MLP: 4 x
        // 4096; queries, projection 2 x 4096; keys and values 2 x 1024; 3 x 14336)
        NS_TEST_EXPECT_MSG_EQ(kept(*ModelShape::Preset("llama-3-8b")),
                              8192 * 2 * (4 * 4096 + 2 * 4096 + 2 * 1024 + 3 * 14336),
                              "grouped queries and gated MLP");
        // Mixtral, 4096 tokens: the same attention; 2 copies of 2 x 4096 + 3 x 14336
        NS_TEST_EXPECT_MSG_EQ(kept(*ModelShape::Preset("mixtral-8x7b"), true),
                              4096 * 2 *
                                  (4 * 4096 + 2 * 4096 + 2 * 1024 + 2 * (2 * 4096 + 3 * 14336)),
                              "experts");
        // DeepSeek-V3: 128 heads of 2 x 192 + 2 x 128; 2 x 7168 + 1536 + 512 + 64; 2 x 7168; shared
        // 3 x 2048; 8 copies of 2 x 7168 + 3 x 2048
        NS_TEST_EXPECT_MSG_EQ(
            kept(*ModelShape::Preset("deepseek-v3"), true),
            4096 * 2 * (128 * 640 + 4 * 7168 + 2112 + 3 * 2048 + 8ULL * (2 * 7168 + 3 * 2048)),
            "latent attention");
    }
};

/** All of a job's memory. */
class MemoryTestCase : public TestCase
{
  public:
    MemoryTestCase()
        : TestCase("parameters, gradients, optimizer and activations of a stage add up")
    {
    }

  private:
    void DoRun() override
    {
        CheckZero();
        CheckStages();
        CheckSchedules();
        CheckExperts();
    }

    /** The 16 bytes per parameter of the ZeRO paper, section 3.1, and what its stages save. */
    void CheckZero()
    {
        const auto shape = *ModelShape::Preset("llama-2-7b"); // 6 738 415 616 parameters
        Parallelism parallelism;
        parallelism.data = 64;
        parallelism.globalBatch = 64;
        const uint64_t p = 6'738'415'616;
        for (const uint32_t stage : {0, 1, 2, 3})
        {
            const auto generator = CreateObject<GptJob>();
            generator->SetAttribute("ZeroStage", UintegerValue(stage));
            const auto use = generator->GetMemory(shape, parallelism);
            NS_TEST_EXPECT_MSG_EQ(use.parameters, 2 * p / (stage > 2 ? 64 : 1), stage);
            NS_TEST_EXPECT_MSG_EQ(use.gradients, 2 * p / (stage > 1 ? 64 : 1), stage);
            NS_TEST_EXPECT_MSG_EQ(use.optimizer, 12 * p / (stage > 0 ? 64 : 1), stage);
            // One micro-batch: 4096 x 2 x (4 + 2 + 2) x 4096 + 3 x 11008; logits.
            const uint64_t layer = 4096ULL * 2 * (8 * 4096 + 3 * 11008);
            const uint64_t output = 4096ULL * (2 * 4096 + 4 * 32000);
            NS_TEST_EXPECT_MSG_EQ(use.activations, 32 * layer + output, "activations");
            NS_TEST_EXPECT_MSG_EQ(use.GetTotal(),
                                  use.parameters + use.gradients + use.optimizer + use.activations,
                                  "sum");
        }
    }

    void CheckStages()
    {
        const auto shape = *ModelShape::Preset("gpt-3-175b");
        Parallelism parallelism;
        parallelism.tensor = 8;
        parallelism.pipeline = 8;
        parallelism.sequenceParallel = true;
        parallelism.globalBatch = 64;
        std::string error;
        auto schedule = PipelineSchedule::Create("ns3::workload::OneForwardOneBackward", error);
        const MemoryOptions options;
        const auto first = ComputeMemory(shape, parallelism, *schedule, options, 0);
        // Korthikanti et al., section 4.2.3: the first stage keeps L layers' worth with 1F1B
        // whatever P is: s b h L 34 / t.
        const uint64_t layer = 2048ULL * 12288 * 34 / 8;
        NS_TEST_EXPECT_MSG_EQ(first.microBatches, 8, "in flight");
        NS_TEST_EXPECT_MSG_EQ(first.activations, 96 * layer, "first stage");
        const auto last = ComputeMemory(shape, parallelism, *schedule, options, 7);
        NS_TEST_EXPECT_MSG_EQ(last.microBatches, 1, "one after the other");
        NS_TEST_EXPECT_MSG_EQ(last.activations,
                              12 * layer + 2048 * 12288 * 2 / 8 + 2048 * 51200 * 4 / 8,
                              "last stage, with logits");
        const auto rank = ComputeRankParameters(shape, parallelism);
        NS_TEST_EXPECT_MSG_EQ(
            first.parameters, 2 * (12 * (rank.attention + rank.mlp) + rank.embedding), "embedding");
        NS_TEST_EXPECT_MSG_EQ(last.parameters,
                              2 * (12 * (rank.attention + rank.mlp) + rank.finalNorm + rank.output),
                              "a copy of the embedding");
        NS_TEST_EXPECT_MSG_EQ(
            ComputeLargestMemory(shape, parallelism, *schedule, options).stage, 0, "largest");

        parallelism.recompute = true;
        const auto again = ComputeMemory(shape, parallelism, *schedule, options, 0);
        NS_TEST_EXPECT_MSG_EQ(
            again.activations, 96 * 2048ULL * 12288 * 2 / 8 + layer, "inputs, and one layer");
        parallelism.recompute = false;
        // Interleaved: (1 + (p - 1) / (p v)) times as much: 8 x 2 + 7 - 1... chunks of 6 layers: 2
        // (8 - 1) + (2 - 1) 8 + 1 = 23 in flight.
        schedule = PipelineSchedule::Create("ns3::workload::InterleavedSchedule", error);
        const auto interleaved = ComputeMemory(shape, parallelism, *schedule, options, 0);
        NS_TEST_EXPECT_MSG_EQ(interleaved.microBatches, 23, "chunks in flight");
        NS_TEST_EXPECT_MSG_EQ(interleaved.activations, 23 * 6 * layer, "23 / 16 of 96 layers");
    }

    /** The table of the DeepSeek-V3 report: parameters once, once, twice; activations P, P, P + 1.
     */
    void CheckSchedules()
    {
        auto shape = *ModelShape::Preset("llama-7b"); // 32 layers
        Parallelism parallelism;
        parallelism.pipeline = 8;
        parallelism.globalBatch = 32;
        const auto use = [&](const std::string& name, uint32_t stage)
        {
            std::string error;
            const auto schedule = PipelineSchedule::Create("ns3::workload::" + name, error);
            return ComputeMemory(shape, parallelism, *schedule, MemoryOptions(), stage);
        };
        for (const uint32_t stage : {0, 3, 7})
        {
            NS_TEST_EXPECT_MSG_EQ(use("ZeroBubbleH1", stage).microBatches, 8, "P at all stages");
            NS_TEST_EXPECT_MSG_EQ(use("DualPipe", stage).microBatches, 9, "P + 1 at all stages");
        }
        NS_TEST_EXPECT_MSG_EQ(use("DualPipe", 3).parameters,
                              use("OneForwardOneBackward", 3).parameters * 2,
                              "two parts");
        NS_TEST_EXPECT_MSG_EQ(use("Gpipe", 0).microBatches, 32, "all");
    }

    void CheckExperts()
    {
        const auto shape = *ModelShape::Preset("deepseek-v3");
        Parallelism parallelism;
        parallelism.data = 128;
        parallelism.expert = 64;
        parallelism.globalBatch = 128;
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("ZeroStage", UintegerValue(1));
        const auto use = generator->GetMemory(shape, parallelism);
        const uint64_t experts = 58ULL * 4 * 44'040'192; // of 256, on 64 ranks
        const uint64_t common = 671'026'419'200 - 58ULL * 256 * 44'040'192;
        NS_TEST_EXPECT_MSG_EQ(use.parameters, 2 * (common + experts), "parameters");
        NS_TEST_EXPECT_MSG_EQ(use.optimizer, 12 * common / 128 + 12 * experts / 2, "shared out");
        for (const auto& name : Accelerator::GetPresetNames())
        {
            const auto accelerator = *Accelerator::Preset(name);
            NS_TEST_EXPECT_MSG_EQ(
                (accelerator.memoryBytes >= 32e9 && !accelerator.source.empty()), true, name);
        }
    }
};

/** Memory of accelerators. */
class MemoryTestSuite : public TestSuite
{
  public:
    MemoryTestSuite()
        : TestSuite("weft-workload-memory", TestSuite::Type::UNIT)
    {
        AddTestCase(new ActivationsTestCase);
        AddTestCase(new MemoryTestCase);
    }
};

MemoryTestSuite g_memoryTestSuite; ///< registers the suite

} // namespace
