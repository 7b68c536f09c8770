/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-test-bench.h"

#include "ns3/fabric-time.h"
#include "ns3/test.h"
#include "ns3/workload-chakra-reader.h"
#include "ns3/workload-chakra-writer.h"
#include "ns3/workload-finding-log.h"
#include "ns3/workload-goal-writer.h"
#include "ns3/workload-gpt-job.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

using namespace ns3;
using namespace ns3::workload;

namespace
{

/** @return eight ranks with tensor, pipeline and data groups, and experts */
JobGraph
MakeGptJob()
{
    fabric::UsePicoseconds();
    ModelShape shape = test::MakeSmallShape(2);
    shape.moe.experts = 4;
    shape.moe.topK = 2;
    shape.moe.ffn = 128;
    Parallelism parallelism;
    parallelism.tensor = 2;
    parallelism.sequenceParallel = true;
    parallelism.data = 2;
    parallelism.pipeline = 2;
    parallelism.expert = 2;
    parallelism.globalBatch = 8;
    LayerTimes times;
    const fabric::Ticks us = 1'000'000;
    times.attention = {100 * us, 110 * us, 120 * us};
    times.mlp = {200 * us, 210 * us, 220 * us};
    times.experts = {150 * us, 160 * us, 170 * us};
    times.output = {50 * us, 60 * us, 70 * us};
    times.optimizer = 1000 * us;
    return CreateObject<GptJob>()->Build(shape, parallelism, times);
}

/**
 * What ASTRA-sim (commit 518bd51: Workload.cc, CommunicatorGroup.cc, the feeder of Chakra) asks of
 * a trace and of the file of groups, or it ends with an error or never.
 */
class ChakraRulesTestCase : public TestCase
{
  public:
    ChakraRulesTestCase()
        : TestCase("a Chakra trace keeps to the rules of ASTRA-sim")
    {
    }

  private:
    using Message = std::tuple<uint64_t, uint64_t, uint64_t, uint64_t>; ///< from, to, tag, bytes

    void DoRun() override
    {
        const auto job = MakeGptJob();
        std::map<Message, int> open;
        std::set<uint64_t> types;
        std::map<std::string, std::map<uint32_t, std::vector<std::pair<uint64_t, uint64_t>>>> calls;
        for (uint32_t rank = 0; rank < job.ranks.size(); ++rank)
        {
            for (const auto& node : Read(job, rank))
            {
                switch (node.type)
                {
                case ChakraNode::SEND:
                    CheckMessage(node, rank, *node.commTarget);
                    ++open[{rank, *node.commTarget, *node.commTag, *node.commSize}];
                    break;
                case ChakraNode::RECEIVE:
                    CheckMessage(node, rank, *node.commSource);
                    --open[{*node.commSource, rank, *node.commTag, *node.commSize}];
                    break;
                case ChakraNode::COLLECTIVE:
                    CheckCollective(job, node, rank);
                    types.insert(*node.commType);
                    calls[node.group][rank].emplace_back(*node.commType, *node.commSize);
                    break;
                default:
                    NS_TEST_EXPECT_MSG_EQ(node.type, 4, "computations are COMP_NODE");
                }
            }
        }
        // all-reduce, all-gather, all-to-all, reduce-scatter
        NS_TEST_EXPECT_MSG_EQ((types == std::set<uint64_t>{0, 2, 6, 7}), true, "the job has all");
        NS_TEST_EXPECT_MSG_EQ(open.empty(), false, "the job has messages");
        for (const auto& [message, count] : open)
        {
            NS_TEST_EXPECT_MSG_EQ(count, 0, "each send has a receive of its tag and size");
        }
        for (const auto& [group, byRank] : calls)
        {
            for (const auto& [rank, list] : byRank)
            {
                NS_TEST_EXPECT_MSG_EQ((list == byRank.begin()->second),
                                      true,
                                      "group " << group << ": rank " << rank << " as the others");
            }
        }
        CheckGroups(job);
    }

    /** @return nodes of a rank; checks ids and order */
    std::vector<ChakraNode> Read(const JobGraph& job, uint32_t rank)
    {
        std::stringstream file;
        WriteChakraRank(job, rank, file);
        FindingLog log;
        std::vector<ChakraNode> nodes;
        std::set<uint64_t> ids;
        ReadChakraBinary(file,
                         log,
                         [&](const ChakraNode& node)
                         {
                             nodes.push_back(node);
                             return ids.insert(node.id).second;
                         });
        NS_TEST_EXPECT_MSG_EQ(log.Take().size(), 0, "nothing is found in it");
        NS_TEST_EXPECT_MSG_EQ(nodes.size(), ids.size(), "ids are unique");
        for (const auto& node : nodes)
        {
            for (const auto on : node.dependencies)
            {
                NS_TEST_EXPECT_MSG_EQ(
                    ids.count(on), 1, "who waits for a missing node never starts");
            }
            NS_TEST_EXPECT_MSG_EQ(node.isCpu.has_value(), true, "one without is on the CPU");
        }
        return nodes;
    }

    void CheckMessage(const ChakraNode& node, uint32_t rank, uint64_t peer)
    {
        NS_TEST_EXPECT_MSG_EQ(*node.isCpu, false, "a communication of the CPU is an error");
        NS_TEST_EXPECT_MSG_LT(peer, 8, "a rank");
        NS_TEST_EXPECT_MSG_NE(peer, rank, "another one");
        NS_TEST_EXPECT_MSG_GT(*node.commSize, 0, "its networks take no message of nothing");
        NS_TEST_EXPECT_MSG_EQ(node.commTag.has_value(), true, "an attribute without default");
    }

    void CheckCollective(const JobGraph& job, const ChakraNode& node, uint32_t rank)
    {
        NS_TEST_EXPECT_MSG_EQ(*node.isCpu, false, "a communication of the CPU is an error");
        NS_TEST_EXPECT_MSG_GT(*node.commSize, 0, "of nothing");
        // The name of a group is a number; "" and "0" mean all ranks.
        const auto group = std::stoul(node.group);
        NS_TEST_ASSERT_MSG_EQ((group >= 1 && group <= job.groups.size()), true, "group " << group);
        const auto& ranks = job.groups[group - 1].ranks;
        NS_TEST_EXPECT_MSG_EQ(
            std::count(ranks.begin(), ranks.end(), rank), 1, "the rank is in its group");
    }

    /** Groups are lists by numbers above 0. */
    void CheckGroups(const JobGraph& job)
    {
        std::stringstream file;
        WriteChakraGroups(job, file);
        std::string expected;
        for (std::size_t group = 0; group < job.groups.size(); ++group)
        {
            expected += (group > 0 ? ",\n " : "{") + ('"' + std::to_string(group + 1)) + "\": [";
            std::string separator;
            for (const uint32_t rank : job.groups[group].ranks)
            {
                expected += separator + std::to_string(rank);
                separator = ", ";
            }
            expected += "]";
        }
        NS_TEST_EXPECT_MSG_EQ(file.str(), expected + "}\n", "groups.json");
    }
};

/**
 * Binary GOAL has the bytes that txt2bin of LogGOPSim (commit 76451de) makes of the text: lists of
 * who waits for an end and for a start lie behind each other in the order of the operations, and an
 * empty one has the place where it would lie.
 */
class GoalLayoutTestCase : public TestCase
{
  public:
    GoalLayoutTestCase()
        : TestCase("binary GOAL is laid out as txt2bin does it")
    {
    }

  private:
    void DoRun() override
    {
        // 0 -> 1 -> 3, 0 -> 2 -> 3 on one rank.
        auto graph = std::make_shared<OperationGraph>(StreamOrder::AS_READY);
        for (const std::string name : {"a", "b", "c", "d"})
        {
            graph->AddCompute(name, 0, 7000);
        }
        graph->AddDependency(1, 0);
        graph->AddDependency(2, 0);
        graph->AddDependency(3, 1);
        graph->AddDependency(3, 2);
        graph->Seal();
        JobGraph job;
        job.ranks.resize(1);
        job.ranks[0].graph = graph;
        std::stringstream file;
        WriteGoalBinary(job, file);
        const std::string bytes = file.str();
        // Magic 8; ranks 4, processors and NICs 1 each; start and end of the rank 8 each: 30.
        // Number of operations and of roots, one root: 12. Four operations of 39. Four dependents.
        NS_TEST_ASSERT_MSG_EQ(bytes.size(), 30 + 12 + 4 * 39 + 4 * 4, "size");
        const std::vector<std::vector<uint32_t>> expected{
            {0, 2, 0, 0, 2}, {1, 1, 2, 0, 3}, {1, 1, 3, 0, 4}, {2, 0, 4, 0, 4}};
        for (std::size_t i = 0; i < expected.size(); ++i)
        {
            const auto at = [&](std::size_t offset)
            {
                uint32_t value = 0;
                std::memcpy(&value, bytes.data() + 42 + 39 * i + offset, sizeof(value));
                return value;
            };
            NS_TEST_EXPECT_MSG_EQ(at(0), expected[i][0], "operations to wait for, of " << i);
            NS_TEST_EXPECT_MSG_EQ(at(23), expected[i][1], "who wait for its end");
            NS_TEST_EXPECT_MSG_EQ(at(27), expected[i][2], "where they are");
            NS_TEST_EXPECT_MSG_EQ(at(31), expected[i][3], "who wait for its start");
            NS_TEST_EXPECT_MSG_EQ(at(35), expected[i][4], "where they would be");
        }
    }
};

/** The unit test suite of what is written for other simulators. */
class ExportTestSuite : public TestSuite
{
  public:
    ExportTestSuite()
        : TestSuite("weft-llm-workload-export", TestSuite::Type::UNIT)
    {
        AddTestCase(new ChakraRulesTestCase());
        AddTestCase(new GoalLayoutTestCase());
    }
};

ExportTestSuite g_exportTestSuite; ///< registers the suite

} // namespace
