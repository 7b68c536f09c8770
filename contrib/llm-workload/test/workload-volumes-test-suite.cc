/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/test.h"
#include "ns3/workload-accelerator.h"
#include "ns3/workload-model-shape.h"
#include "ns3/workload-parallelism.h"
#include "ns3/workload-volumes.h"

#include <map>
#include <set>

using namespace ns3;
using namespace ns3::workload;

namespace
{

/** GPT-3 175B at TP 8, PP 8, DP 16, batch 1536: the published check set, to the byte. */
class Gpt3VolumesTestCase : public TestCase
{
  public:
    Gpt3VolumesTestCase()
        : TestCase("traffic of GPT-3 175B at TP8 PP8 is the closed form to the byte")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = ModelShape::Preset("gpt-3-175b");
        NS_TEST_ASSERT_MSG_EQ(shape.has_value(), true, "the preset exists");
        Parallelism parallelism;
        parallelism.tensor = 8;
        parallelism.pipeline = 8;
        parallelism.data = 16;
        parallelism.globalBatch = 1536;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(*shape).size(), 0, "the split is possible");
        NS_TEST_EXPECT_MSG_EQ(parallelism.GetNRanks(), 1024, "8 x 8 x 16");
        NS_TEST_EXPECT_MSG_EQ(parallelism.GetNMicroBatches(), 96, "1536 / (16 x 1)");

        // 12 L h^2 = 12 x 96 x 12288^2            = 173 946 175 488
        // 13 L h   = 13 x 96 x 12288              =      15 335 424
        // (V + s)h = (51200 + 2048) x 12288       =     654 311 424
        // final norm 2h                           =          24 576
        NS_TEST_EXPECT_MSG_EQ(shape->GetParameters(), 174'615'846'912, "parameters");

        const auto volumes = ComputeVolumes(*shape, parallelism);
        // 174 615 846 912 / 64; times 2 bytes: 5.457 GB
        NS_TEST_EXPECT_MSG_EQ(volumes.parametersPerRank, 2'728'372'608, "parameters per rank");
        NS_TEST_EXPECT_MSG_EQ(volumes.gradientBytes, 5'456'745'216, "gradient bytes");
        // 2 x 15 / 16 x 5 456 745 216
        NS_TEST_EXPECT_MSG_EQ(volumes.dataWireBytes, 10'231'397'280, "data wire bytes");
        // 2048 x 12288 x 2: 48 MiB = 50.33 MB
        NS_TEST_EXPECT_MSG_EQ(volumes.tensorBytes, 50'331'648, "tensor All-Reduce");
        // 4 x 12 layers x 2 x 7 / 8 x 50 331 648 = 84 x 50 331 648
        NS_TEST_EXPECT_MSG_EQ(volumes.tensorWireBytes, 4'227'858'432, "tensor wire bytes");
        // 50 331 648 / 8: 6.291 MB
        NS_TEST_EXPECT_MSG_EQ(volumes.pipelineMessageBytes, 6'291'456, "pipeline message");
        // (8 - 1) / 96 = 7.29 %
        NS_TEST_EXPECT_MSG_EQ(volumes.bubble, 7.0 / 96.0, "bubble");

        NS_TEST_EXPECT_MSG_EQ(ComputeVolumes(*shape, parallelism, {2, 4}).gradientBytes,
                              10'913'490'432,
                              "FP32 gradients are twice as long");
        CheckSequenceAndContext(*shape, parallelism);
        parallelism.scatterGather = false;
        NS_TEST_EXPECT_MSG_EQ(ComputeVolumes(*shape, parallelism).pipelineMessageBytes,
                              50'331'648,
                              "without scatter-gather each tensor rank sends all");
        parallelism.recompute = true;
        NS_TEST_EXPECT_MSG_EQ(ComputeVolumes(*shape, parallelism).tensorWireBytes,
                              6'341'787'648,
                              "6 instead of 4 All-Reduces");
    }

    /** Sequence parallelism has the same bytes, context parallelism a part of each sequence. */
    void CheckSequenceAndContext(const ModelShape& shape, Parallelism parallelism)
    {
        parallelism.sequenceParallel = true;
        parallelism.scatterGather = false;
        auto volumes = ComputeVolumes(shape, parallelism);
        // A Reduce-Scatter and an All-Gather are an All-Reduce; stages send 1 / 8 anyway.
        NS_TEST_EXPECT_MSG_EQ(volumes.tensorWireBytes, 4'227'858'432, "SP wire bytes");
        NS_TEST_EXPECT_MSG_EQ(volumes.pipelineMessageBytes, 6'291'456, "SP pipeline message");
        parallelism.context = 2;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 0, "2048 tokens on 2 x 8 ranks");
        volumes = ComputeVolumes(shape, parallelism);
        NS_TEST_EXPECT_MSG_EQ(volumes.tensorWireBytes, 2'113'929'216, "half of the tokens");
        NS_TEST_EXPECT_MSG_EQ(volumes.pipelineMessageBytes, 3'145'728, "half of the tokens");
        // 1024 tokens x 2 x 12 heads x 128 x 2 bytes; one block forward, one and its gradient back
        NS_TEST_EXPECT_MSG_EQ(volumes.contextBlockBytes, 6'291'456, "keys and values");
        NS_TEST_EXPECT_MSG_EQ(volumes.contextWireBytes, 18'874'368, "per layer");
        // 2 x 31 / 32 x 5 456 745 216: 32 ranks have the same parameters
        NS_TEST_EXPECT_MSG_EQ(volumes.dataWireBytes, 10'572'443'856, "gradients of 32 ranks");
    }
};

/** Operation counts against Megatron-LM's formula, with its terms multiplied out. */
class FlopsTestCase : public TestCase
{
  public:
    FlopsTestCase()
        : TestCase("operations of a step are Megatron-LM's formula")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("gpt-3-175b");
        // For one sample, s = 2048, h = 12288, L = 96, V = 51200:
        // attention 8 s h^2 + 4 s^2 h = 2 473 901 162 496 + 206 158 430 208
        NS_TEST_EXPECT_MSG_EQ(shape.GetAttentionFlops(), 2'680'059'592'704, "attention");
        NS_TEST_EXPECT_MSG_EQ(shape.GetAttentionFlops(AttentionFlops::CAUSAL),
                              2'576'980'377'600,
                              "half of the scores");
        // MLP 16 s h^2, output 2 s h V
        NS_TEST_EXPECT_MSG_EQ(shape.GetMlpFlops(), 4'947'802'324'992, "MLP");
        NS_TEST_EXPECT_MSG_EQ(shape.GetOutputFlops(), 2'576'980'377'600, "output layer");
        // 1536 x (4 x 96 x 7 627 861 917 696 + 3 x 2 576 980 377 600): the 4.511e18 of the paper's
        // 96 B s L h^2 (1 + s/6h + V/16Lh)
        NS_TEST_EXPECT_MSG_EQ_TOL(shape.GetRecomputeFlops(1536),
                                  4'510'970'753'323'106'304.0,
                                  1024.0,
                                  "with recomputation");
        NS_TEST_EXPECT_MSG_EQ_TOL(shape.GetModelFlops(1536),
                                  3'386'196'746'387'324'928.0,
                                  1024.0,
                                  "without recomputation");
        // 1024 A100 at 140 TFLOP/s: 31.5 s
        NS_TEST_EXPECT_MSG_EQ_TOL(shape.GetRecomputeFlops(1536) / (1024 * 140e12),
                                  31.47,
                                  0.01,
                                  "the paper's time of a step");
    }
};

/** Parameter counts of models whose exact count is published. */
class ParametersTestCase : public TestCase
{
  public:
    ParametersTestCase()
        : TestCase("parameters of the presets are the published counts")
    {
    }

  private:
    void DoRun() override
    {
        // Numbers of the model cards (sums of the tensor sizes of the published weights).
        const std::map<std::string, uint64_t> published{{"llama-7b", 6'738'415'616},
                                                        {"llama-13b", 13'015'864'320},
                                                        {"llama-33b", 32'528'943'616},
                                                        {"llama-65b", 65'285'660'672},
                                                        {"llama-2-7b", 6'738'415'616},
                                                        {"llama-2-34b", 33'743'970'304},
                                                        {"llama-2-13b", 13'015'864'320},
                                                        {"llama-2-70b", 68'976'648'192},
                                                        {"llama-3-8b", 8'030'261'248},
                                                        {"llama-3-70b", 70'553'706'496},
                                                        {"llama-3-405b", 405'853'388'800},
                                                        // 12 x 40 x 5120^2 + 13 x 40 x 5120
                                                        // + (51200 + 2048) x 5120 + 2 x 5120
                                                        {"gpt-3-13b", 12'858'214'400},
                                                        {"gpt-3-175b", 174'615'846'912},
                                                        {"mixtral-8x7b", 46'702'792'704},
                                                        // 671 B: see the test of its parts
                                                        {"deepseek-v3", 671'026'419'200}};
        for (const auto& name : ModelShape::GetPresetNames())
        {
            const auto shape = ModelShape::Preset(name);
            NS_TEST_EXPECT_MSG_EQ(shape->Check().size(), 0, name << " is possible");
            NS_TEST_ASSERT_MSG_EQ(published.count(name), 1, name << " has a published count");
            NS_TEST_EXPECT_MSG_EQ(shape->GetParameters(), published.at(name), name);
        }
        NS_TEST_EXPECT_MSG_EQ(ModelShape::Preset("gpt-5").has_value(), false, "unknown preset");
        NS_TEST_EXPECT_MSG_EQ(Accelerator::Preset("a100")->peakFlops, 312e12, "A100 datasheet");
        NS_TEST_EXPECT_MSG_EQ(Accelerator::Preset("").has_value(), false, "unknown accelerator");
    }
};

/** DeepSeek-V3: latent attention, 256 experts of which each token chooses 8, 3 dense layers. */
class DeepSeekTestCase : public TestCase
{
  public:
    DeepSeekTestCase()
        : TestCase("DeepSeek-V3 has the published parameters and bytes to and from its experts")
    {
    }

  private:
    void DoRun() override
    {
        auto shape = *ModelShape::Preset("deepseek-v3");
        // 1536 x 7168 + 1536 x 128 x 192 + 7168 x 576 + 512 x 128 x 256 + 16384 x 7168
        // + norms 1536 + 512 + 7168
        NS_TEST_EXPECT_MSG_EQ(shape.GetAttentionParameters(), 187'107'328 + 7168, "attention");
        // 3 x 7168 x 2048
        NS_TEST_EXPECT_MSG_EQ(shape.GetExpertParameters(), 44'040'192, "expert");
        // norm 7168, router 256 x 7168 + 256, one shared expert
        NS_TEST_EXPECT_MSG_EQ(shape.GetExpertLayerParameters(),
                              7168 + 1'835'264 + 44'040'192,
                              "the rest of a layer with experts");
        // All but the experts that a token does not choose: 37 B.
        const auto active = shape.GetParameters() - 58ULL * 248 * shape.GetExpertParameters();
        NS_TEST_EXPECT_MSG_EQ(active, 37'552'297'472, "active parameters");
        // 2 s x (7168 x 256 + 9 x 44 040 192)
        NS_TEST_EXPECT_MSG_EQ(
            shape.GetExpertLayerFlops(), 8192ULL * (1'835'008 + 396'361'728), "operations");
        // Scores of 128 heads x 192, context of 128 x 128: 2 s^2 x 40 960; with the matrices
        // 2 s x 187 105 280.
        NS_TEST_EXPECT_MSG_EQ(shape.GetAttentionFlops(),
                              8192ULL * 187'105'280 + 2ULL * 4096 * 4096 * 40'960,
                              "latent attention");

        Parallelism parallelism;
        parallelism.data = 64;
        parallelism.expert = 64;
        parallelism.globalBatch = 64;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 0, "possible");
        ElementSizes sizes;
        sizes.dispatch = 1;
        sizes.dispatchScaleBlock = 128;
        const auto volumes = ComputeVolumes(shape, parallelism, sizes);
        // 4096 tokens x 8 x (7168 + 4 x 56 scales): 242.2 MB; x 7168 x 2: 469.8 MB. In 58 layers
        // 41.30 GB forward.
        NS_TEST_EXPECT_MSG_EQ(volumes.expertDispatchBytes, 242'221'056, "to experts");
        NS_TEST_EXPECT_MSG_EQ(volumes.expertCombineBytes, 469'762'048, "from experts");
        NS_TEST_EXPECT_MSG_EQ(58 * (volumes.expertDispatchBytes + volumes.expertCombineBytes),
                              41'295'020'032,
                              "all layers, forward");
        // 2 x 63 / 64 of both
        NS_TEST_EXPECT_MSG_EQ(volumes.expertWireBytes, 1'401'716'736, "on the wire");
        // A rank has 4 of 256 experts of each layer, and all of the rest.
        const auto rank = ComputeRankParameters(shape, parallelism);
        NS_TEST_EXPECT_MSG_EQ(rank.experts, 4 * 44'040'192ULL, "experts of a rank");
        NS_TEST_EXPECT_MSG_EQ(volumes.parametersPerRank,
                              671'026'419'200 - 58 * 252 * 44'040'192ULL,
                              "parameters of a rank");
        CheckRelay(shape, parallelism, sizes);
        CheckRefused(shape, parallelism);
    }

    /** At most 4 of 8 groups: a token crosses once to each, and is passed on inside. */
    void CheckRelay(const ModelShape& shape, Parallelism parallelism, const ElementSizes& sizes)
    {
        parallelism.expertRelay = true;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 0, "8 ranks in a group");
        const auto volumes = ComputeVolumes(shape, parallelism, sizes);
        // 4096 tokens x 4 groups x 7392, x 14 336: half of what goes on inside of the groups
        NS_TEST_EXPECT_MSG_EQ(volumes.expertRelayDispatchBytes, 121'110'528, "to groups");
        NS_TEST_EXPECT_MSG_EQ(volumes.expertRelayCombineBytes, 234'881'024, "from groups");
        NS_TEST_EXPECT_MSG_EQ(volumes.expertDispatchBytes, 242'221'056, "inside");
        // 2 x 7/8 x 355 991 552 between groups, 2 x 7/8 x 711 983 104 inside
        NS_TEST_EXPECT_MSG_EQ(volumes.expertRelayWireBytes, 622'985'216, "between groups");
        NS_TEST_EXPECT_MSG_EQ(volumes.expertWireBytes, 1'245'970'432, "inside");
        parallelism.expert = 4;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 1, "4 ranks for 8 groups");
        NS_TEST_EXPECT_MSG_EQ(
            parallelism.Check(*ModelShape::Preset("mixtral-8x7b")).size(), 1, "no groups");
    }

    void CheckRefused(ModelShape shape, Parallelism parallelism)
    {
        parallelism.expert = 48; // divides neither 256 experts nor 64 ranks
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 2, "48 ranks for 256 experts");
        parallelism.expert = 64;
        parallelism.tensor = 2;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 1, "whole sequences");
        shape.moe.topGroups = 9;
        NS_TEST_EXPECT_MSG_EQ(shape.Check().size(), 1, "9 of 8 groups");
        shape.moe.groups = 6;
        NS_TEST_EXPECT_MSG_EQ(shape.Check().size(), 1, "256 experts in 6 groups");
        shape.moe.groups = 0;
        shape.moe.topGroups = 0;
        parallelism.sequenceParallel = true;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 0, "shares of sequences");
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(*ModelShape::Preset("llama-3-8b")).size(),
                              1,
                              "a model without experts");
        shape.moe.topK = 257;
        NS_TEST_EXPECT_MSG_EQ(shape.Check().size(), 1, "more than there are");
        shape.latent.kvRank = 0;
        NS_TEST_EXPECT_MSG_EQ(shape.Check().size(), 2, "no keys");
    }
};

/** Sequences that ranks share out. */
class ContextVolumesTestCase : public TestCase
{
  public:
    ContextVolumesTestCase()
        : TestCase("context ranks divide activations and pass keys and values round")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("llama-3-8b"); // 8192 tokens, 8 kv heads of 128
        Parallelism parallelism;
        parallelism.tensor = 2;
        parallelism.context = 4;
        parallelism.data = 3;
        parallelism.pipeline = 2;
        parallelism.sequenceParallel = true;
        parallelism.globalBatch = 3;
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 0, "possible");
        NS_TEST_EXPECT_MSG_EQ(parallelism.GetNRanks(), 48, "2 x 4 x 3 x 2");
        NS_TEST_EXPECT_MSG_EQ(parallelism.RankOf(1, 2, 1, 3), 1 + 2 * (3 + 4 * (2 + 3)), "rank");
        NS_TEST_EXPECT_MSG_EQ(parallelism.ContextIndexOf(47), 3, "context");
        NS_TEST_EXPECT_MSG_EQ(parallelism.DataIndexOf(47), 2, "data");
        NS_TEST_EXPECT_MSG_EQ(parallelism.StageOf(24), 1, "stage");
        const auto volumes = ComputeVolumes(shape, parallelism);
        // 2048 tokens x 2 x 4 heads x 128 x 2 bytes; 3 blocks forward, 6 backward
        NS_TEST_EXPECT_MSG_EQ(volumes.contextBlockBytes, 4'194'304, "keys and values");
        NS_TEST_EXPECT_MSG_EQ(volumes.contextWireBytes, 9 * 4'194'304, "per layer");
        // 2048 x 4096 x 2, and half of it per tensor rank
        NS_TEST_EXPECT_MSG_EQ(volumes.tensorBytes, 16'777'216, "activations");
        NS_TEST_EXPECT_MSG_EQ(volumes.pipelineMessageBytes, 8'388'608, "to the next stage");
        // 12 ranks have the same parameters: 2 x 11 / 12 of 8 030 261 248 / 4 x 2 bytes
        NS_TEST_EXPECT_MSG_EQ(volumes.dataWireBytes, 22ULL * 2'007'565'312 * 2 / 12, "gradients");
        // GPT-3 175B with 4 ranks: 2 x 12288 x 2 bytes of 512 tokens, 1/8 of it; 3 C-1 = 9 blocks
        Parallelism gpt;
        gpt.tensor = 8;
        gpt.context = 4;
        const auto gptVolumes = ComputeVolumes(*ModelShape::Preset("gpt-3-175b"), gpt);
        NS_TEST_EXPECT_MSG_EQ(gptVolumes.contextBlockBytes, 512 * 2 * 12288 * 2 / 8, "GPT-3");
        parallelism.context = 3; // 8192 tokens: neither in 2 x 3 nor in 2 x 3 parts
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 2, "8192 by 6");
    }
};

/** What one tensor rank holds. */
class RankParametersTestCase : public TestCase
{
  public:
    RankParametersTestCase()
        : TestCase("a tensor rank holds its share of matrices and all of norms")
    {
    }

  private:
    void DoRun() override
    {
        Parallelism parallelism;
        parallelism.tensor = 8;
        auto parameters = ComputeRankParameters(*ModelShape::Preset("gpt-3-13b"), parallelism);
        // h = 5120: 4 h^2 / 8 + norm 2h + (q, k, v) bias 3h / 8 + output bias h
        NS_TEST_EXPECT_MSG_EQ(parameters.attention, 13'107'200 + 10'240 + 1920 + 5120, "attention");
        // 8 h^2 / 8 + norm 2h + bias 4h / 8 + bias h
        NS_TEST_EXPECT_MSG_EQ(parameters.mlp, 26'214'400 + 10'240 + 2560 + 5120, "MLP");
        // 51200 h / 8 and 2048 h
        NS_TEST_EXPECT_MSG_EQ(parameters.embedding, 32'768'000 + 10'485'760, "embedding");

        parallelism.tensor = 1;
        for (const auto& name : ModelShape::GetPresetNames())
        {
            const auto shape = *ModelShape::Preset(name);
            const uint64_t dense = shape.GetNDenseLayers();
            parameters = ComputeRankParameters(shape, parallelism);
            NS_TEST_EXPECT_MSG_EQ(shape.layers * parameters.attention + dense * parameters.mlp +
                                      (shape.layers - dense) *
                                          (parameters.expertLayer + parameters.experts) +
                                      parameters.embedding + parameters.finalNorm +
                                      (shape.tiedEmbeddings ? 0 : parameters.output),
                                  shape.GetParameters(),
                                  name << ": one rank alone holds the model");
        }

        // 8 key/value heads of 128 on 16 ranks: each keeps one whole head.
        // 2 h^2 / 16 + 2 h 128 + norm h with h = 8192
        parallelism.tensor = 16;
        parameters = ComputeRankParameters(*ModelShape::Preset("llama-2-70b"), parallelism);
        NS_TEST_EXPECT_MSG_EQ(parameters.attention, 8'388'608 + 2'097'152 + 8192, "kept heads");
    }
};

/** Rank numbers, and splits that are refused. */
class ParallelismTestCase : public TestCase
{
  public:
    ParallelismTestCase()
        : TestCase("ranks are numbered tensor, data, pipeline; impossible splits are refused")
    {
    }

  private:
    void DoRun() override
    {
        Parallelism parallelism;
        parallelism.tensor = 4;
        parallelism.data = 3;
        parallelism.pipeline = 2;
        parallelism.globalBatch = 3;
        NS_TEST_EXPECT_MSG_EQ(parallelism.RankOf(1, 0, 0), 1, "tensor is fastest");
        NS_TEST_EXPECT_MSG_EQ(parallelism.RankOf(0, 1, 0), 4, "then data");
        NS_TEST_EXPECT_MSG_EQ(parallelism.RankOf(0, 0, 1), 12, "then pipeline");
        std::set<uint32_t> ranks;
        for (uint32_t rank = 0; rank < 24; ++rank)
        {
            ranks.insert(parallelism.RankOf(parallelism.TensorIndexOf(rank),
                                            parallelism.DataIndexOf(rank),
                                            parallelism.StageOf(rank)));
        }
        NS_TEST_EXPECT_MSG_EQ(ranks.size(), 24, "indices and ranks are one to one");

        const auto shape = *ModelShape::Preset("gpt-3-13b"); // 40 layers, 40 heads
        NS_TEST_EXPECT_MSG_EQ(parallelism.Check(shape).size(), 0, "possible");
        const auto problems = [&](auto change)
        {
            auto copy = parallelism;
            change(copy);
            return copy.Check(shape).size();
        };
        NS_TEST_EXPECT_MSG_EQ(problems([](auto& p) { p.tensor = 0; }), 1, "no rank");
        NS_TEST_EXPECT_MSG_EQ(problems([](auto& p) { p.pipeline = 3; }), 1, "40 layers on 3");
        NS_TEST_EXPECT_MSG_EQ(problems([](auto& p) { p.globalBatch = 4; }), 1, "4 samples on 3");
        // neither 40 heads nor 51200 words nor h nor ffn divide by 3
        NS_TEST_EXPECT_MSG_EQ(problems([](auto& p) { p.tensor = 3; }), 4, "tensor 3");
        NS_TEST_EXPECT_MSG_EQ(problems([](auto& p) { p.data = 0xffffffff; }), 1, "out of range");
        auto wrong = shape;
        wrong.heads = 0;
        NS_TEST_EXPECT_MSG_EQ(wrong.Check().size(), 1, "no heads");
        wrong.heads = 48;
        NS_TEST_EXPECT_MSG_EQ(wrong.Check().size(), 2, "5120 by 48, and 48 by 40 heads");
    }
};

/** Closed forms of models and their traffic. */
class VolumesTestSuite : public TestSuite
{
  public:
    VolumesTestSuite()
        : TestSuite("weft-workload-volumes", TestSuite::Type::UNIT)
    {
        AddTestCase(new Gpt3VolumesTestCase);
        AddTestCase(new FlopsTestCase);
        AddTestCase(new ParametersTestCase);
        AddTestCase(new DeepSeekTestCase);
        AddTestCase(new ContextVolumesTestCase);
        AddTestCase(new RankParametersTestCase);
        AddTestCase(new ParallelismTestCase);
    }
};

VolumesTestSuite g_volumesTestSuite; ///< registers the suite

} // namespace
