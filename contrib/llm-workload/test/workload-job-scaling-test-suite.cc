/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/workload-job-scaling.h"

using namespace ns3;
using namespace ns3::workload;
using namespace ns3::workload::test;
using collective::CollectiveType;

namespace
{

/**
 * @param data what the data-parallel groups do
 * @return a job of four ranks: tensor groups (0, 1) and (2, 3), data groups (0, 2) and (1, 3), and
 *         a message from each rank of the first tensor group to the one in its place in the second
 */
JobGraph
MakeGrid(CollectiveType data)
{
    JobGraph job;
    job.groups = {{"TP 0", Dimension::TENSOR, {0, 1}},
                  {"TP 1", Dimension::TENSOR, {2, 3}},
                  {"DP 0", Dimension::DATA, {0, 2}},
                  {"DP 1", Dimension::DATA, {1, 3}}};
    for (uint32_t rank = 0; rank < 4; ++rank)
    {
        const auto graph = std::make_shared<OperationGraph>();
        graph->AddCompute("work", 0, US);
        graph->AddCollective("sum", 0, Dimension::TENSOR, CollectiveType::ALL_REDUCE, 0, 1000);
        if (rank < 2)
        {
            graph->AddSend("tell", 0, Dimension::PIPELINE, 0, 7, 500);
        }
        else
        {
            graph->AddReceive("hear", 0, Dimension::PIPELINE, 0, 7, 500);
        }
        graph->AddCollective("gradients", 0, Dimension::DATA, data, 1, 3000);
        graph->Seal();
        job.ranks.push_back({graph, {rank / 2, 2 + rank % 2}, {(rank + 2) % 4}});
    }
    return job;
}

/** More replicas of a job. */
class ReplicasTestCase : public TestCase
{
  public:
    ReplicasTestCase()
        : TestCase("data-parallel groups grow with the replicas, all else is there once in each")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        const auto job = MakeGrid(CollectiveType::ALL_REDUCE);
        JobGraph scaled;
        NS_TEST_ASSERT_MSG_EQ(ScaleJob(job, {3, {}}, scaled), "", "can be done");
        NS_TEST_ASSERT_MSG_EQ(scaled.ranks.size(), 12, "ranks");
        NS_TEST_ASSERT_MSG_EQ(scaled.groups.size(), 8, "two data groups, six tensor groups");
        NS_TEST_EXPECT_MSG_EQ(scaled.Check().empty(), true, "a good job");
        using Ranks = std::vector<uint32_t>;
        NS_TEST_EXPECT_MSG_EQ(
            (scaled.groups[2].ranks == Ranks{0, 2, 4, 6, 8, 10}), true, "DP 0 of all replicas");
        NS_TEST_EXPECT_MSG_EQ(
            (scaled.groups[3].ranks == Ranks{1, 3, 5, 7, 9, 11}), true, "DP 1 of all replicas");
        const auto& last = scaled.ranks[11];
        NS_TEST_EXPECT_MSG_EQ(
            (scaled.groups[last.groups[0]].ranks == Ranks{10, 11}), true, "its tensor group");
        NS_TEST_EXPECT_MSG_EQ(
            scaled.groups[last.groups[0]].name, "TP 1 of replica 2", "with a name of its own");
        NS_TEST_EXPECT_MSG_EQ(last.peers[0], 9, "its peer is in its replica");
        NS_TEST_EXPECT_MSG_EQ((last.graph == job.ranks[3].graph), true, "the graph is shared");
        // Computation, a ring of two of 1,000 bytes, a message of 500, a ring of six of 3,000; each
        // message takes 1 us and 10 ps per byte. The sender of the message goes on when it is
        // there.
        Bench bench(scaled, 1, {0, 1, Time(US), Time(10)});
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.engine->IsFinished(), true, "finishes");
        const fabric::Ticks expected =
            US + 2 * (US + 500 * 10) + (US + 500 * 10) + 10 * (US + 500 * 10);
        NS_TEST_EXPECT_MSG_EQ(bench.engine->GetLedger().GetStepEnd(0), expected, "time");
    }
};

/** What a trace does not define. */
class RefusalTestCase : public TestCase
{
  public:
    RefusalTestCase()
        : TestCase("what the trace does not define is refused with the reason")
    {
    }

  private:
    void DoRun() override
    {
        JobGraph scaled;
        const auto refuses =
            [&](const JobGraph& job, const ScalingOptions& options, const std::string& reason)
        {
            const auto error = ScaleJob(job, options, scaled);
            NS_TEST_EXPECT_MSG_EQ((error.find(reason) != std::string::npos), true, error);
        };
        refuses(MakeGrid(CollectiveType::ALL_TO_ALL),
                {2, {}},
                "rank 0, 'gradients': an all-to-all of group 'DP 0'");
        auto job = MakeGrid(CollectiveType::ALL_REDUCE);
        refuses(job, {2, {"DP 7"}}, "no group is called 'DP 7'; there are: 'DP 0', 'DP 1', 'TP 0'");
        refuses(job, {1U << 17, {}}, "524288 ranks, expected at most 131072");
        NS_TEST_EXPECT_MSG_EQ(ScaleJob(job, {2, {"DP 0", "DP 1"}}, scaled), "", "by name");
        for (auto& group : job.groups)
        {
            group.dimension = Dimension::OTHER;
        }
        refuses(job, {2, {}}, "which groups are data parallel is not known");
        job.groups.clear();
        refuses(job, {2, {}}, "the job has no groups, only messages");
    }
};

/** Larger jobs from traces. */
class JobScalingTestSuite : public TestSuite
{
  public:
    JobScalingTestSuite()
        : TestSuite("weft-workload-job-scaling", TestSuite::Type::UNIT)
    {
        AddTestCase(new ReplicasTestCase);
        AddTestCase(new RefusalTestCase);
    }
};

JobScalingTestSuite g_jobScalingTestSuite; ///< registers the suite

} // namespace
