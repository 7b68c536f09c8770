/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../../collective/test/collective-ideal-network.h"

#include "ns3/boolean.h"
#include "ns3/collective-engine.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-expert-traffic.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-replay-engine.h"
#include "ns3/workload-volumes.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>

using namespace ns3;
using namespace ns3::workload;
using collective::CollectiveType;
using collective::test::IdealNetwork;

namespace
{

/// A microsecond in ticks.
constexpr fabric::Ticks US = 1'000'000;

/** @return a small model, with experts in two groups if asked for */
ModelShape
SmallModel(bool experts)
{
    ModelShape shape;
    shape.hidden = 64;
    shape.heads = 4;
    shape.kvHeads = 2;
    shape.ffn = 256;
    shape.vocabulary = 128;
    shape.sequence = 64;
    shape.layers = 8;
    if (experts)
    {
        shape.moe.experts = 8;
        shape.moe.topK = 3;
        shape.moe.ffn = 32;
        shape.moe.shared = 1;
        shape.moe.denseLayers = 1;
        shape.moe.groups = 2;
        shape.moe.topGroups = 2;
    }
    return shape;
}

/** Run a job on an ideal network. */
class IdealRun
{
  public:
    /** @param job the job @param latency of a message @param perByte time per byte */
    IdealRun(JobGraph job, Time latency, Time perByte)
        : engine(CreateObject<ReplayEngine>())
    {
        const auto network = CreateObject<IdealNetwork>();
        network->SetShape({static_cast<uint32_t>(job.ranks.size()), 1, latency, perByte});
        const auto collectives = CreateObject<collective::CollectiveEngine>();
        collectives->SetNetwork(network);
        engine->SetAttribute("Steps", UintegerValue(1));
        engine->SetCollectiveEngine(collectives);
        engine->SetJob(std::make_shared<JobGraph>(std::move(job)));
        engine->Start();
        Simulator::Run();
    }

    ~IdealRun()
    {
        engine->GetCollectiveEngine()->Dispose();
        engine->Dispose();
        Simulator::Destroy();
    }

    Ptr<ReplayEngine> engine; ///< the job's
};

/** Every product of the dimensions. */
class ProductsTestCase : public TestCase
{
  public:
    ProductsTestCase()
        : TestCase("every product of TP, SP, CP, EP, DP and PP is consistent and finishes")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        const std::vector<std::string> schedules{
            "OneForwardOneBackward", "InterleavedSchedule", "ZeroBubbleH1", "DualPipe"};
        for (uint32_t which = 0; which < 128; ++which)
        {
            Parallelism parallelism;
            parallelism.tensor = 1 + (which & 1);
            parallelism.context = 1 + (which >> 1 & 1);
            parallelism.data = 1 + (which >> 2 & 1);
            parallelism.pipeline = 1 + (which >> 3 & 1);
            parallelism.sequenceParallel = (which >> 4 & 1) != 0;
            const bool experts = (which >> 5 & 1) != 0;
            parallelism.recompute = (which >> 6 & 1) != 0;
            parallelism.expert = experts ? parallelism.GetStageSize() : 1;
            parallelism.globalBatch = 4 * parallelism.data;
            if (parallelism.pipeline == 1)
            {
                Check(SmallModel(experts), parallelism, schedules[0], which);
                continue;
            }
            for (const uint32_t i : {0, 2})
            {
                Check(SmallModel(experts), parallelism, schedules[i + which / 3 % 2], which);
            }
        }
        // All but experts with TP and whole sequences: 56 of 64, on one stage, and on two with two
        // schedules.
        NS_TEST_EXPECT_MSG_EQ(m_nRuns, 56 * 3, "combinations");
    }

    void Check(const ModelShape& shape,
               Parallelism parallelism,
               const std::string& schedule,
               uint32_t which)
    {
        const bool experts = shape.moe.experts > 0;
        parallelism.expertRelay = experts && parallelism.expert % 2 == 0 && which % 3 == 0;
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("Schedule", StringValue("ns3::workload::" + schedule));
        generator->SetAttribute("ZeroStage", UintegerValue(which % 4));
        generator->SetAttribute("OverlapTensor", BooleanValue(which % 5 == 0));
        generator->AssignStreams(7);
        ExpertPopularity popularity;
        popularity.kind = which % 2 == 0 ? ExpertPopularity::ZIPF : ExpertPopularity::EVEN;
        generator->SetPopularity(popularity);
        const auto problems = generator->Check(shape, parallelism);
        const bool isPossible =
            !(experts && parallelism.tensor > 1 && !parallelism.sequenceParallel);
        NS_TEST_ASSERT_MSG_EQ(problems.empty(), isPossible, "possible, " << which);
        if (!isPossible)
        {
            return;
        }
        ++m_nRuns;
        LayerTimes times;
        times.attention = {5 * US, 4 * US, 3 * US};
        times.mlp = {6 * US, 5 * US, 4 * US};
        times.experts = {7 * US, 6 * US, 5 * US};
        times.output = {2 * US, 2 * US, 2 * US};
        times.optimizer = US;
        auto job = generator->Build(shape, parallelism, times);
        const auto wrong = job.Check();
        NS_TEST_ASSERT_MSG_EQ(
            wrong.size(), 0, which << ", " << schedule << ": " << (wrong.empty() ? "" : wrong[0]));
        IdealRun run(std::move(job), Time(US), Time(10));
        NS_TEST_ASSERT_MSG_EQ(run.engine->IsFinished(),
                              true,
                              which << ", " << schedule << ": "
                                    << run.engine->DescribeUnfinished(1).front());
        CheckCompute(*run.engine, shape, parallelism, schedule, times);
    }

    /** What all ranks compute together is what there is to compute. */
    void CheckCompute(const ReplayEngine& engine,
                      const ModelShape& shape,
                      const Parallelism& parallelism,
                      const std::string& schedule,
                      const LayerTimes& times)
    {
        const uint64_t nDense = shape.GetNDenseLayers();
        const uint64_t nExpert = shape.layers - nDense;
        const uint64_t nForward = parallelism.recompute ? 2 : 1;
        const auto all = [nForward](const PartTimes& part, uint64_t n)
        {
            return static_cast<fabric::Ticks>(n * nForward) * part.forward +
                   static_cast<fabric::Ticks>(n) * part.GetBackward();
        };
        const fabric::Ticks perMicroBatch = all(times.attention, shape.layers) +
                                            all(times.mlp, nDense) + all(times.experts, nExpert) +
                                            times.output.forward + times.output.GetBackward();
        fabric::Ticks sum = 0;
        fabric::Ticks optimizer = 0;
        const auto nRanks = static_cast<uint32_t>(parallelism.GetNRanks());
        for (uint32_t rank = 0; rank < nRanks; ++rank)
        {
            sum += engine.GetLedger().GetAccount(rank, 0).compute;
            const auto& graph = *engine.GetJob().ranks[rank].graph;
            optimizer += graph.GetDuration(FindOptimizer(graph));
        }
        // Uneven experts move work from rank to rank; each rounds its share.
        NS_TEST_EXPECT_MSG_EQ_TOL(sum - optimizer,
                                  parallelism.GetStageSize() * 4 * perMicroBatch,
                                  1000,
                                  "computation, " << schedule);
    }

    static OperationGraph::Index FindOptimizer(const OperationGraph& graph)
    {
        OperationGraph::Index i = 0;
        while (graph.GetLabel(i) != "optimizer")
        {
            ++i;
        }
        return i;
    }

    uint32_t m_nRuns{0}; ///< possible combinations
};

/** Attention as a ring. */
class RingTestCase : public TestCase
{
  public:
    RingTestCase()
        : TestCase("ring attention sends its closed form and hides what it can")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto shape = SmallModel(false);
        shape.layers = 1;
        Parallelism parallelism;
        parallelism.context = 4;
        LayerTimes times;
        times.attention = {1000 * US, 1000 * US, 1000 * US};
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("BucketParameters", UintegerValue(0));
        NS_TEST_ASSERT_MSG_EQ(generator->Check(shape, parallelism).size(), 0, "possible");
        const auto job = generator->Build(shape, parallelism, times);
        const auto volumes = ComputeVolumes(shape, parallelism);
        // 16 tokens x 2 x 2 heads of 16 x 2 bytes
        NS_TEST_EXPECT_MSG_EQ(volumes.contextBlockBytes, 2048, "keys and values");
        const auto& graph = *job.ranks[0].graph;
        uint64_t sent = 0;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            const bool isContext = graph.GetDimension(i) == Dimension::CONTEXT;
            sent += isContext && graph.GetKind(i) == OperationKind::SEND ? graph.GetBytes(i) : 0;
        }
        NS_TEST_EXPECT_MSG_EQ(sent, volumes.contextWireBytes, "9 blocks");
        NS_TEST_EXPECT_MSG_EQ(sent, 9 * 2048, "3 forward, 6 backward");
        NS_TEST_EXPECT_MSG_EQ(job.ranks[0].peers[0] + job.ranks[0].peers[1], 1 + 3, "the ring");
        CheckHidden(job);
        CheckExposed(job, shape);
    }

    /** Slower computation than exchange: nothing sticks out but the last gradients. */
    void CheckHidden(const JobGraph& job)
    {
        // An exchange takes 1 us + 2048 x 0.1 ns.
        IdealRun run(job, Time(US), Time(100));
        const fabric::Ticks exchange = US + 2048 * 100;
        const auto& account = run.engine->GetLedger().GetAccount(2, 0);
        NS_TEST_EXPECT_MSG_EQ(account.compute, 3000 * US, "all of the attention");
        // The gradients of the third block go with the fourth block's computation, and all others
        // before: each step has a block's computation to hide behind.
        const auto exposed = account.exposed[static_cast<uint8_t>(Dimension::CONTEXT)];
        NS_TEST_EXPECT_MSG_EQ(exposed, 0, "hidden");
        NS_TEST_EXPECT_MSG_EQ((exchange < 20 * US), true, "a block takes more");
    }

    /** Slower exchange than computation: 3 exchanges forward, 6 backward, one after the other. */
    void CheckExposed(const JobGraph& job, const ModelShape& shape)
    {
        IdealRun run(job, Time(1000 * US), Time(0));
        // Scores are 4 s^2 h of 4 s^2 h + 2 s (2 h^2 + 2 h kv) operations with s = 64, h = 64, kv =
        // 32: 1 048 576 of 2 621 440 = 0.4. Half of the projections' matrices are before it, and a
        // quarter more: queries, keys and values 4096 + 2 x 2048 of 12 288 = 2/3.
        // Forward: 400 us before, then 3 exchanges in which three blocks are computed, the fourth
        // block of 100 us, 200 us behind: 3700 us. Backward: of the 600 us without scores 200
        // before, 6 exchanges, 400 us behind, 600 us for the weights: 7200 us.
        const auto& account = run.engine->GetLedger().GetAccount(1, 0);
        NS_TEST_EXPECT_MSG_EQ(account.compute, 3000 * US, "all of the attention");
        // Gradients: All-Reduce in the ring of 4, 6 steps of 1000 us each.
        NS_TEST_EXPECT_MSG_EQ(account.end, (3700 + 7200 + 6000) * US, "step");
        NS_TEST_EXPECT_MSG_EQ(account.exposed[static_cast<uint8_t>(Dimension::CONTEXT)],
                              (3000 - 300 + 6000 - 800) * US,
                              "exchanges without the blocks computed meanwhile");
        NS_TEST_EXPECT_MSG_EQ(shape.layers, 1, "one layer");
    }
};

/** Where tokens go. */
class ExpertTrafficTestCase : public TestCase
{
  public:
    ExpertTrafficTestCase()
        : TestCase("tokens that choose their experts add up, whichever way they go")
    {
    }

  private:
    void DoRun() override
    {
        m_shape = SmallModel(true);
        m_shape.sequence = 4096 + 1; // not a multiple of what is drawn
        m_shape.hidden = 100;
        m_parallelism.data = 8;
        m_parallelism.expert = 4;
        m_parallelism.expertRelay = true;
        m_random = CreateObject<UniformRandomVariable>();
        m_random->SetStream(1);
        CheckSums();
        CheckTable();
        CheckPopularity();
    }

    void CheckSums()
    {
        ExpertPopularity popularity;
        popularity.kind = ExpertPopularity::ZIPF;
        const auto weights = popularity.GetWeights(0, 8, m_random);
        NS_TEST_EXPECT_MSG_EQ_TOL(std::accumulate(weights.begin(), weights.end(), 0.0),
                                  761.0 / 280,
                                  1e-12,
                                  "1 + 1/2 + ... + 1/8");
        for (const uint32_t topGroups : {1, 2})
        {
            m_shape.moe.topGroups = topGroups;
            const ExpertTraffic traffic(m_shape, m_parallelism, {}, weights, m_random);
            double loads = 0;
            for (uint32_t rank = 0; rank < 8; ++rank)
            {
                loads += traffic.GetLoad(rank);
                CheckRank(traffic, rank, topGroups);
            }
            NS_TEST_EXPECT_MSG_EQ_TOL(loads, 8, 1e-12, "the mean load is 1");
        }
    }

    void CheckRank(const ExpertTraffic& traffic, uint32_t rank, uint32_t topGroups)
    {
        // 4097 tokens choose 3 of 8 experts; 2 experts on a rank, 2 ranks in a group.
        const auto sum = [&](ExpertTraffic::Exchange exchange, uint32_t from, uint32_t n)
        {
            uint64_t copies = 0;
            for (uint32_t to = 0; to < n; ++to)
            {
                copies += traffic.GetCopies(exchange, from, to);
            }
            return copies;
        };
        NS_TEST_EXPECT_MSG_EQ(sum(ExpertTraffic::DIRECT, rank, 4), 3 * 4097, "one per expert");
        const auto relayed = sum(ExpertTraffic::RELAY, rank, 2);
        NS_TEST_EXPECT_MSG_EQ(
            (topGroups == 1 ? relayed == 4097 : relayed > 4097 && relayed <= 2 * 4097),
            true,
            "one per group: " << relayed);
        // What the relay at rank passes on is at least what it got, at most twice.
        const uint32_t first = rank / 4 * 4;
        const uint32_t place = rank % 2;
        const uint32_t group = rank % 4 / 2;
        const uint64_t came = traffic.GetCopies(ExpertTraffic::RELAY, first + place, group) +
                              traffic.GetCopies(ExpertTraffic::RELAY, first + 2 + place, group);
        const auto passed = sum(ExpertTraffic::WITHIN, rank, 2);
        NS_TEST_EXPECT_MSG_EQ((passed >= came && passed <= 2 * came), true, "passed on");
        for (const auto exchange : {ExpertTraffic::RELAY, ExpertTraffic::WITHIN})
        {
            const auto out = traffic.GetSizes(exchange, rank, false);
            const auto back = traffic.GetSizes(exchange, rank, true);
            NS_TEST_EXPECT_MSG_EQ(out->sent.size(), 2, "two groups, two ranks in a group");
            NS_TEST_EXPECT_MSG_EQ((out->sent == back->received), true, "equal elements");
            NS_TEST_EXPECT_MSG_EQ(
                out->sent[1], traffic.GetCopies(exchange, rank, 1) * 200, "100 x 2 bytes");
        }
    }

    void CheckTable()
    {
        // Only the experts 1, 2 and 7 have tokens: every token goes to all of them. Expert 1 is on
        // the ranks 0 and 4, 2 on 1 and 5, 7 on 3 and 7.
        std::istringstream text("# measured\nlayer,expert,tokens\n*,1,5\n*,2,10\n*,7,1\n"
                                "3,0,4\n3,1,4\n3,2,4\n");
        std::vector<Finding> findings;
        const auto popularity = ExpertPopularity::Read(text, "table", 8, 8, 3, findings);
        NS_TEST_ASSERT_MSG_EQ(findings.size(), 0, "no errors");
        NS_TEST_EXPECT_MSG_EQ(
            (popularity.GetWeights(3, 8, nullptr) == std::vector<double>{4, 4, 4, 0, 0, 0, 0, 0}),
            true,
            "layer 3 has its own");
        m_shape.moe.topGroups = 2;
        const ExpertTraffic traffic(
            m_shape, m_parallelism, {}, popularity.GetWeights(0, 8, nullptr), m_random);
        const std::vector<uint64_t> copies{4097, 4097, 0, 4097};
        for (uint32_t to = 0; to < 4; ++to)
        {
            NS_TEST_EXPECT_MSG_EQ(traffic.GetCopies(ExpertTraffic::DIRECT, 6, to), copies[to], to);
        }
        // Rank 2 relays for 0 and 2: one copy each for the second group, passed on to its rank 3.
        NS_TEST_EXPECT_MSG_EQ(traffic.GetCopies(ExpertTraffic::WITHIN, 2, 0), 0, "rank 2");
        NS_TEST_EXPECT_MSG_EQ(traffic.GetCopies(ExpertTraffic::WITHIN, 2, 1), 2 * 4097, "rank 3");
        NS_TEST_EXPECT_MSG_EQ(traffic.GetLoad(0), 4.0 / 3, "a third of 4 ranks' tokens");
        NS_TEST_EXPECT_MSG_EQ(traffic.GetLoad(2), 0, "nothing");

        for (const auto& [bad, message] : std::vector<std::pair<std::string, std::string>>{
                 {"layer,expert\n", "1:1: error: expected the header"},
                 {"layer,expert,tokens\n8,0,1\n", "2:1: error: expected a layer from 0 to 7"},
                 {"layer,expert,tokens\n0,8,1\n", "2:3: error: expected an expert from 0 to 7"},
                 {"layer,expert,tokens\n0,0,-1\n", "2:5: error: expected a number of tokens"},
                 {"layer,expert,tokens\n0,0\n", "2:1: error: expected layer,expert,tokens, got 2"},
                 {"layer,expert,tokens\n0,0,1\n0,0,1\n", "3:1: error: layer and expert stand"},
                 {"layer,expert,tokens\n", "error: no tokens of any expert"},
                 {"", "error: no tokens of any expert"},
                 {"layer,expert,tokens\n0,0,1\n0,1,1\n", "error: layer 0 has 2 experts"}})
        {
            std::istringstream input(bad);
            findings.clear();
            ExpertPopularity::Read(input, "t", 8, 8, 3, findings);
            NS_TEST_ASSERT_MSG_EQ(findings.size(), 1, bad);
            std::ostringstream out;
            out << findings[0];
            NS_TEST_EXPECT_MSG_EQ((out.str().find(message) != std::string::npos), true, out.str());
        }
    }

    void CheckPopularity()
    {
        ExpertPopularity popularity;
        popularity.kind = ExpertPopularity::RANDOM;
        m_parallelism.expertRelay = false;
        const auto weights = popularity.GetWeights(0, 8, m_random);
        const ExpertTraffic traffic(m_shape, m_parallelism, {}, weights, m_random);
        for (uint32_t rank = 0; rank < 8; ++rank)
        {
            // 4 x 1024 tokens drawn, each with 3/4 experts on a rank: a deviation of 1 %.
            NS_TEST_EXPECT_MSG_EQ_TOL(traffic.GetLoad(rank), 1.0, 0.06, "nearly even");
        }
        const auto again = CreateObject<UniformRandomVariable>();
        again->SetStream(1);
        const auto once = CreateObject<UniformRandomVariable>();
        once->SetStream(1);
        const ExpertTraffic a(m_shape, m_parallelism, {}, weights, again);
        const ExpertTraffic b(m_shape, m_parallelism, {}, weights, once);
        NS_TEST_EXPECT_MSG_EQ((a.GetSizes(ExpertTraffic::DIRECT, 5, false)->sent ==
                               b.GetSizes(ExpertTraffic::DIRECT, 5, false)->sent),
                              true,
                              "the same stream gives the same");
    }

    ModelShape m_shape;                  ///< the model
    Parallelism m_parallelism;           ///< its split
    Ptr<UniformRandomVariable> m_random; ///< draws
};

/** Node-limited exchanges of a whole job. */
class RelayTestCase : public TestCase
{
  public:
    RelayTestCase()
        : TestCase("tokens to experts go between groups, then within")
    {
    }

  private:
    void DoRun() override
    {
        auto shape = SmallModel(true);
        shape.moe.topK = 4;
        Parallelism parallelism;
        parallelism.data = 8;
        parallelism.expert = 8;
        parallelism.expertRelay = true;
        parallelism.globalBatch = 8;
        const auto generator = CreateObject<GptJob>();
        generator->SetAttribute("DispatchElement", UintegerValue(1));
        generator->SetAttribute("DispatchScaleBlock", UintegerValue(32));
        NS_TEST_ASSERT_MSG_EQ(generator->Check(shape, parallelism).size(), 0, "possible");
        const auto job = generator->Build(shape, parallelism, LayerTimes{});
        NS_TEST_ASSERT_MSG_EQ(job.Check().size(), 0, "consistent");
        const auto has = [&job](const std::vector<uint32_t>& ranks)
        {
            return std::any_of(job.groups.begin(),
                               job.groups.end(),
                               [&](const auto& group) {
                                   return group.dimension == Dimension::EXPERT &&
                                          group.ranks == ranks;
                               });
        };
        NS_TEST_EXPECT_MSG_EQ(has({1, 5}), true, "the same place in both groups");
        NS_TEST_EXPECT_MSG_EQ(has({4, 5, 6, 7}), true, "the second group");
        // 7 layers, 64 tokens. There: 64 + 2 scales x 4 bytes, 2 groups, then 4 experts. Back: 128
        // bytes. Each forward and backward.
        NS_TEST_EXPECT_MSG_EQ(
            job.GetCollectiveBytes(3, Dimension::EXPERT, CollectiveType::ALL_TO_ALL),
            7 * 2 * 64 * (2 + 4) * (72 + 128),
            "bytes");
        NS_TEST_EXPECT_MSG_EQ(job.GetNCollectives(3, Dimension::EXPERT, CollectiveType::ALL_TO_ALL),
                              7 * 2 * 4,
                              "exchanges");
    }
};

/** Parallel dimensions of jobs. */
class ParallelTestSuite : public TestSuite
{
  public:
    ParallelTestSuite()
        : TestSuite("weft-workload-parallel", TestSuite::Type::UNIT)
    {
        AddTestCase(new ProductsTestCase);
        AddTestCase(new RingTestCase);
        AddTestCase(new ExpertTrafficTestCase);
        AddTestCase(new RelayTestCase);
    }
};

ParallelTestSuite g_parallelTestSuite; ///< registers the suite

} // namespace
