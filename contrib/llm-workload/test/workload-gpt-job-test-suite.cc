/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-pipeline-schedule.h"
#include "ns3/workload-volumes.h"

#include <algorithm>
#include <memory>
#include <string>

using namespace ns3;
using namespace ns3::workload;
using collective::CollectiveType;

namespace
{

/** @return number of operations with a label */
uint32_t
Count(const OperationGraph& graph, const std::string& label)
{
    uint32_t n = 0;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        n += graph.GetLabel(i) == label;
    }
    return n;
}

/** The job of the demo: GPT-13B, TP 8 in the server, DP 4 across. */
class DemoJobTestCase : public TestCase
{
  public:
    DemoJobTestCase()
        : TestCase("GPT-13B at TP8 DP4 has the operations and bytes of the closed form")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("gpt-3-13b");
        Parallelism parallelism;
        parallelism.tensor = 8;
        parallelism.data = 4;
        parallelism.globalBatch = 8; // two micro-batches per replica
        const auto generator = CreateObject<GptJob>();
        NS_TEST_ASSERT_MSG_EQ(generator->Check(shape, parallelism).size(), 0, "possible");
        const auto job = generator->Build(shape, parallelism, LayerTimes{});
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
        NS_TEST_ASSERT_MSG_EQ(job.ranks.size(), 32, "8 x 4 ranks");
        // 4 tensor groups, 8 data groups, 4 model groups for the norm
        NS_TEST_EXPECT_MSG_EQ(job.groups.size(), 16, "groups");
        CheckGroups(job);

        // Per micro-batch 4 x 40 in layers, 1 in the embedding, 1 behind the output layer, each of
        // 2048 x 5120 x 2 bytes; and 3 of 2048 x 4 bytes for the loss.
        NS_TEST_EXPECT_MSG_EQ(job.GetNCollectives(0, Dimension::TENSOR, CollectiveType::ALL_REDUCE),
                              2 * (160 + 2 + 3),
                              "tensor All-Reduces");
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(0, Dimension::TENSOR, CollectiveType::ALL_REDUCE),
            2 * (162ULL * 20'971'520 + 3 * 8192),
            "tensor bytes");

        // All parameters of a rank (see the volumes suite):
        // 40 x (13 124 480 + 26 232 320) + 43 253 760 + final norm 10 240 = 1 617 536 000
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(31, Dimension::DATA, CollectiveType::ALL_REDUCE),
            2 * 1'617'536'000ULL,
            "gradient bytes");
        CheckBuckets(job);

        const auto& graph = *job.ranks[0].graph;
        NS_TEST_EXPECT_MSG_EQ(&graph, job.ranks[31].graph.get(), "all ranks share one graph");
        // Backward: input and weight gradients are two computations.
        NS_TEST_EXPECT_MSG_EQ(Count(graph, "attention forward"), 80, "2 x 40");
        NS_TEST_EXPECT_MSG_EQ(Count(graph, "mlp backward"), 160, "2 x 2 x 40");
        NS_TEST_EXPECT_MSG_EQ(Count(graph, "optimizer"), 1, "once");
        NS_TEST_EXPECT_MSG_EQ(Count(graph, "gradient norm"), 1, "once");
    }

    /** Tensor groups are servers, data groups are rails. */
    void CheckGroups(const JobGraph& job)
    {
        std::vector<uint32_t> server{8, 9, 10, 11, 12, 13, 14, 15};
        std::vector<uint32_t> rail{3, 11, 19, 27};
        const auto contains = [&job](const std::vector<uint32_t>& ranks, Dimension dimension)
        {
            return std::any_of(job.groups.begin(),
                               job.groups.end(),
                               [&](const auto& group)
                               { return group.ranks == ranks && group.dimension == dimension; });
        };
        NS_TEST_EXPECT_MSG_EQ(contains(server, Dimension::TENSOR), true, "a server");
        NS_TEST_EXPECT_MSG_EQ(contains(rail, Dimension::DATA), true, "a rail");
    }

    /**
     * Buckets of at least 40 000 000 parameters, in the order of the backward pass: final norm,
     * then MLP m = 26 232 320 and attention a = 13 124 480 in turn. m a m fills one (65 589 120), a
     * m a the next (52 481 280): 26 buckets for 39 layers; the last layer's m + a and the embedding
     * (43 253 760) are the 27th. All in the last micro-batch.
     */
    void CheckBuckets(const JobGraph& job)
    {
        const auto& graph = *job.ranks[0].graph;
        std::vector<uint64_t> buckets;
        OperationGraph::Index first = 0;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            if (graph.GetDimension(i) == Dimension::DATA)
            {
                first = buckets.empty() ? i : first;
                buckets.push_back(graph.GetBytes(i));
            }
        }
        NS_TEST_ASSERT_MSG_EQ(buckets.size(), 27, "buckets");
        NS_TEST_EXPECT_MSG_EQ(buckets[0], 2 * (10'240 + 65'589'120), "first, with the final norm");
        NS_TEST_EXPECT_MSG_EQ(buckets[1], 2 * 52'481'280, "second");
        NS_TEST_EXPECT_MSG_EQ(buckets[2], 2 * 65'589'120, "third");
        NS_TEST_EXPECT_MSG_EQ(
            buckets[26], 2 * (26'232'320 + 13'124'480 + 43'253'760), "last, with the embedding");
        // Forward passes of both micro-batches and the first backward pass come before.
        uint32_t before = 0;
        for (OperationGraph::Index i = 0; i < first; ++i)
        {
            before += graph.GetLabel(i) == "mlp backward";
        }
        NS_TEST_EXPECT_MSG_EQ(before, 2 * 40 + 2 * 2, "after two layers of the last micro-batch");
    }
};

/** What attributes change. */
class VariantsTestCase : public TestCase
{
  public:
    VariantsTestCase()
        : TestCase("sequence parallelism, stages, recomputation and buckets change the operations")
    {
    }

  private:
    void DoRun() override
    {
        m_shape = *ModelShape::Preset("gpt-3-13b");
        m_parallelism.tensor = 8;
        m_parallelism.globalBatch = 3;
        CheckSequenceParallel();
        CheckStages();
        CheckBuckets();
    }

    void CheckSequenceParallel()
    {
        auto parallelism = m_parallelism;
        parallelism.sequenceParallel = true;
        auto job = CreateObject<GptJob>()->Build(m_shape, parallelism, LayerTimes{});
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
        const auto n = [&job](CollectiveType type)
        { return job.GetNCollectives(0, Dimension::TENSOR, type); };
        // Per layer: forward 2 + 2; backward 2 All-Gathers of gradients, 2 of inputs again, and 2
        // Reduce-Scatters. Embedding: RS, then AG. Output: AG, then RS. Loss: 3 All-Reduces.
        NS_TEST_EXPECT_MSG_EQ(n(CollectiveType::ALL_GATHER), 3 * (40 * 6 + 2), "All-Gathers");
        NS_TEST_EXPECT_MSG_EQ(n(CollectiveType::REDUCE_SCATTER), 3 * (40 * 4 + 2), "RS");
        NS_TEST_EXPECT_MSG_EQ(n(CollectiveType::ALL_REDUCE), 3 * 3, "loss");
        parallelism.recompute = true;
        job = CreateObject<GptJob>()->Build(m_shape, parallelism, LayerTimes{});
        // The recomputation gathers the inputs: 2 + 2 forward, 2 + 2 again, 2 + 2 backward.
        NS_TEST_EXPECT_MSG_EQ(n(CollectiveType::ALL_GATHER), 3 * (40 * 6 + 2), "All-Gathers");
        NS_TEST_EXPECT_MSG_EQ(n(CollectiveType::REDUCE_SCATTER), 3 * (40 * 6 + 2), "RS");
    }

    void CheckStages()
    {
        auto parallelism = m_parallelism;
        parallelism.pipeline = 4;
        parallelism.data = 3;
        const auto generator = CreateObject<GptJob>();
        const auto job = generator->Build(m_shape, parallelism, LayerTimes{});
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
        // 12 tensor, 32 data, 24 embedding, 3 model groups
        NS_TEST_EXPECT_MSG_EQ(job.groups.size(), 71, "groups");
        // Rank of tensor 5, data 2, stage 1 is 5 + 8 (2 + 3) = 45; its peers are 24 further.
        const auto& program = job.ranks[45];
        NS_TEST_ASSERT_MSG_EQ(program.peers.size(), 2, "previous and next stage");
        NS_TEST_EXPECT_MSG_EQ(program.peers[0] + program.peers[1], 21 + 69, "peers");
        uint64_t sent = 0;
        const auto& graph = *program.graph;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            if (graph.GetKind(i) == OperationKind::SEND)
            {
                NS_TEST_EXPECT_MSG_EQ(graph.GetBytes(i), 2'621'440, "20 971 520 / 8");
                ++sent;
            }
        }
        NS_TEST_EXPECT_MSG_EQ(sent, 2, "one micro-batch, both ways");
        // Scatter-gather: each of the two arrivals is gathered in the server.
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(45, Dimension::TENSOR, CollectiveType::ALL_GATHER),
            2 * 20'971'520,
            "gathered");
        // Stage 1 holds 10 layers; first and last stage the embedding, the last one as a copy.
        const auto gradients = [&job](uint32_t rank)
        { return job.GetCollectiveBytes(rank, Dimension::DATA, CollectiveType::ALL_REDUCE); };
        NS_TEST_EXPECT_MSG_EQ(gradients(45), 2 * 10 * 39'356'800ULL, "inner stage");
        NS_TEST_EXPECT_MSG_EQ(gradients(0), 2 * (10 * 39'356'800ULL + 43'253'760), "first stage");
        NS_TEST_EXPECT_MSG_EQ(
            gradients(95), 2 * (10 * 39'356'800ULL + 32'768'000 + 10'240), "last stage");
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(0, Dimension::PIPELINE, CollectiveType::ALL_REDUCE),
            2 * 32'768'000 + 4,
            "word embedding and norm");
        auto wrong = parallelism;
        wrong.pipeline = 3;
        NS_TEST_EXPECT_MSG_EQ(generator->Check(m_shape, wrong).size(), 1, "40 layers on 3 stages");
        generator->SetAttribute("Schedule", StringValue("1f1b"));
        NS_TEST_EXPECT_MSG_EQ(generator->Check(m_shape, parallelism).size(), 1, "no schedule");
    }

    void CheckBuckets()
    {
        auto parallelism = m_parallelism;
        parallelism.data = 3;
        const auto count = [&](uint64_t bucket, bool overlap)
        {
            const auto generator = CreateObject<GptJob>();
            generator->SetAttribute("BucketParameters", UintegerValue(bucket));
            generator->SetAttribute("OverlapGradients", BooleanValue(overlap));
            const auto job = generator->Build(m_shape, parallelism, LayerTimes{});
            NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
            NS_TEST_EXPECT_MSG_EQ(
                job.GetCollectiveBytes(0, Dimension::DATA, CollectiveType::ALL_REDUCE),
                2 * 1'617'536'000ULL,
                "the bytes stay");
            return job.GetNCollectives(0, Dimension::DATA, CollectiveType::ALL_REDUCE);
        };
        NS_TEST_EXPECT_MSG_EQ(count(0, true), 1, "all in one");
        NS_TEST_EXPECT_MSG_EQ(count(1, true), 82, "each part alone: norm, 2 x 40, embedding");
        // 1 617 536 000 / 1 000 000 000, rounded up
        NS_TEST_EXPECT_MSG_EQ(count(1'000'000'000, false), 2, "cut after the last gradient");
    }

    ModelShape m_shape;        ///< GPT-13B
    Parallelism m_parallelism; ///< TP 8
};

/** Layers with experts. */
class ExpertsTestCase : public TestCase
{
  public:
    ExpertsTestCase()
        : TestCase("a mixture of experts has its groups, exchanges and gradients")
    {
    }

  private:
    void DoRun() override
    {
        const auto shape = *ModelShape::Preset("mixtral-8x7b");
        Parallelism parallelism;
        parallelism.tensor = 2;
        parallelism.sequenceParallel = true;
        parallelism.data = 4;
        parallelism.pipeline = 2;
        parallelism.expert = 4;
        parallelism.globalBatch = 12; // 3 micro-batches
        const auto generator = CreateObject<GptJob>();
        NS_TEST_ASSERT_MSG_EQ(generator->Check(shape, parallelism).size(), 0, "possible");
        const auto job = generator->Build(shape, parallelism, LayerTimes{});
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent");
        const auto has = [&job](Dimension dimension, const std::vector<uint32_t>& ranks)
        {
            return std::any_of(job.groups.begin(),
                               job.groups.end(),
                               [&](const auto& group)
                               { return group.dimension == dimension && group.ranks == ranks; });
        };
        // Stage 1 is ranks 8 to 15: rank = t + 2 (d + 4).
        NS_TEST_EXPECT_MSG_EQ(has(Dimension::EXPERT, {12, 13, 14, 15}), true, "second four");
        NS_TEST_EXPECT_MSG_EQ(has(Dimension::DATA, {10, 14}), true, "the same experts");
        NS_TEST_EXPECT_MSG_EQ(has(Dimension::DATA, {8, 10, 12, 14}), true, "the same attention");

        // Per micro-batch and layer 4 exchanges of 4096 / 2 tokens x 2 experts x 4096 x 2 bytes, in
        // 16 layers of the stage.
        NS_TEST_EXPECT_MSG_EQ(job.GetNCollectives(9, Dimension::EXPERT, CollectiveType::ALL_TO_ALL),
                              3 * 16 * 4,
                              "exchanges");
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(9, Dimension::EXPERT, CollectiveType::ALL_TO_ALL),
            3 * 16 * 4 * 33'554'432ULL,
            "their bytes");
        // The tensor group has the attention's half only: forward AG, RS; backward AG twice, RS;
        // the last stage another AG and RS for the output layer.
        NS_TEST_EXPECT_MSG_EQ(job.GetNCollectives(9, Dimension::TENSOR, CollectiveType::ALL_GATHER),
                              3 * (16 * 3 + 1),
                              "All-Gathers");
        // Gradients of stage 1: per layer 2 of 8 experts of 176 160 768, attention
        // (33 554 432 + 8 388 608) / 2 + norm, router 8 x 4096 + norm; final norm, output
        // 32000 x 4096 / 2.
        const uint64_t layer = 2 * 176'160'768ULL + 20'971'520 + 4096 + 32'768 + 4096;
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(9, Dimension::DATA, CollectiveType::ALL_REDUCE),
            2 * (16 * layer + 4096 + 65'536'000),
            "gradients");
    }
};

/** Replicas that share out what they hold. */
class ZeroTestCase : public TestCase
{
  public:
    ZeroTestCase()
        : TestCase("ZeRO stages have the bytes of the closed form")
    {
    }

  private:
    void DoRun() override
    {
        // GPT-13B at TP 8, DP 4, two micro-batches: 1 617 536 000 parameters per rank.
        const uint64_t bytes = 2 * 1'617'536'000ULL;
        // All-Reduce; RS + AG; RS + 2 AG for each of the two micro-batches
        CheckStage(0, bytes, 0, 0);
        CheckStage(1, 0, bytes, bytes);
        CheckStage(2, 0, bytes, bytes);
        CheckStage(3, 0, 2 * bytes, 2 * 2 * bytes);
    }

    void CheckStage(uint32_t stage, uint64_t allReduce, uint64_t reduceScatter, uint64_t allGather)
    {
        Parallelism parallelism;
        parallelism.tensor = 8;
        parallelism.data = 4;
        parallelism.globalBatch = 8;
        LayerTimes times;
        times.optimizer = 4000;
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("ZeroStage", UintegerValue(stage));
        const auto job = generator->Build(*ModelShape::Preset("gpt-3-13b"), parallelism, times);
        NS_TEST_EXPECT_MSG_EQ(job.Check().size(), 0, "consistent, stage " << stage);
        const auto sum = [&job](CollectiveType type)
        { return job.GetCollectiveBytes(17, Dimension::DATA, type); };
        NS_TEST_EXPECT_MSG_EQ(sum(CollectiveType::ALL_REDUCE), allReduce, "stage " << stage);
        NS_TEST_EXPECT_MSG_EQ(
            sum(CollectiveType::REDUCE_SCATTER), reduceScatter, "stage " << stage);
        NS_TEST_EXPECT_MSG_EQ(sum(CollectiveType::ALL_GATHER), allGather, "stage " << stage);
        const auto& graph = *job.ranks[17].graph;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            if (graph.GetLabel(i) == "optimizer")
            {
                NS_TEST_EXPECT_MSG_EQ(graph.GetDuration(i),
                                      (stage == 0 ? 4000 : 1000),
                                      "each replica updates its share");
            }
        }
    }
};

/** Jobs that could never finish are told of before they run. */
class JobCheckTestCase : public TestCase
{
  public:
    JobCheckTestCase()
        : TestCase("a job graph that cannot finish is refused with the reason")
    {
    }

  private:
    using Fill = void (*)(OperationGraph&);

    /** @return first problem of a job of two ranks in one group, or "" */
    static std::string ProblemOf(Fill first, Fill second)
    {
        JobGraph job;
        job.groups.push_back({"all", Dimension::DATA, {0, 1}});
        for (uint32_t rank = 0; rank < 2; ++rank)
        {
            auto graph = std::make_shared<OperationGraph>();
            (rank == 0 ? first : second)(*graph);
            graph->Seal();
            job.ranks.push_back({graph, {0}, {1 - rank}});
        }
        const auto problems = job.Check();
        return problems.empty() ? "" : problems.front();
    }

    void DoRun() override
    {
        const Fill reduce8 = [](OperationGraph& graph)
        { graph.AddCollective("r", 0, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 8); };
        const Fill reduce9 = [](OperationGraph& graph)
        { graph.AddCollective("r", 0, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 9); };
        const Fill nothing = [](OperationGraph& graph) { graph.AddCompute("c", 0, 1); };
        const Fill send = [](OperationGraph& graph)
        { graph.AddSend("s", 0, Dimension::PIPELINE, 0, 5, 100); };
        const Fill receive = [](OperationGraph& graph)
        { graph.AddReceive("r", 0, Dimension::PIPELINE, 0, 5, 100); };
        const Fill receive99 = [](OperationGraph& graph)
        { graph.AddReceive("r", 0, Dimension::PIPELINE, 0, 5, 99); };
        const Fill slot1 = [](OperationGraph& graph)
        { graph.AddSend("s", 0, Dimension::PIPELINE, 1, 5, 100); };
        NS_TEST_EXPECT_MSG_EQ(ProblemOf(reduce8, reduce8), "", "equal calls");
        NS_TEST_EXPECT_MSG_EQ(ProblemOf(send, receive), "", "matching messages");
        NS_TEST_EXPECT_MSG_EQ(ProblemOf(reduce8, reduce9),
                              "collective 0 of group 0 (all): rank 0 calls all-reduce of 8 bytes, "
                              "rank 1 calls all-reduce of 9 bytes",
                              "sizes differ");
        NS_TEST_EXPECT_MSG_EQ(ProblemOf(reduce8, nothing),
                              "group 0 (all) has 2 ranks, but 1 of them use it",
                              "one is missing");
        NS_TEST_EXPECT_MSG_EQ(ProblemOf(send, nothing),
                              "messages from rank 0 to rank 1 with tag 5: 1 sent, 0 received",
                              "nobody receives");
        NS_TEST_EXPECT_MSG_EQ(
            ProblemOf(send, receive99),
            "messages from rank 0 to rank 1 with tag 5: the sizes sent and received differ",
            "message sizes differ");
        NS_TEST_EXPECT_MSG_EQ(ProblemOf(slot1, nothing),
                              "rank 0 uses a slot that stands for nothing",
                              "unknown peer");

        OperationGraph graph;
        const auto a = graph.AddCompute("a", 0, 1);
        const auto b = graph.AddCompute("b", 1, 1);
        const auto c = graph.AddCompute("c", 0, 1); // after a
        graph.AddDependency(b, c);
        graph.AddDependency(a, b);
        auto cycle = graph.Seal();
        NS_TEST_ASSERT_MSG_EQ(cycle.size(), 3, "a, c, b in a circle");
        std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
        NS_TEST_EXPECT_MSG_EQ(cycle[0], a, "a");
        NS_TEST_EXPECT_MSG_EQ(cycle[1], c, "then c");
        NS_TEST_EXPECT_MSG_EQ(cycle[2], b, "then b");
    }
};

/** Generator of GPT jobs. */
class GptJobTestSuite : public TestSuite
{
  public:
    GptJobTestSuite()
        : TestSuite("weft-workload-gpt-job", TestSuite::Type::UNIT)
    {
        AddTestCase(new DemoJobTestCase);
        AddTestCase(new VariantsTestCase);
        AddTestCase(new ExpertsTestCase);
        AddTestCase(new ZeroTestCase);
        AddTestCase(new JobCheckTestCase);
    }
};

GptJobTestSuite g_gptJobTestSuite; ///< registers the suite

} // namespace
