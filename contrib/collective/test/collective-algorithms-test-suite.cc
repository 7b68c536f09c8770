/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"
#include "collective-test-subjects.h"

#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::GetSubjects;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::Subject;
using ns3::collective::test::TestBench;

namespace
{

/**
 * Symbolic execution by the engine: every rank ends with exactly the right data, each contribution
 * once, for all numbers of ranks from 2 to 33, sizes that nothing divides, several shapes of
 * servers, random times of posting and random latencies.
 */
class SymbolicExecutionTestCase : public TestCase
{
  public:
    explicit SymbolicExecutionTestCase(const Subject& subject)
        : TestCase("data of " + subject.GetName()),
          m_subject(subject)
    {
    }

  private:
    void DoRun() override
    {
        for (uint32_t n = 2; n <= 33; ++n)
        {
            // A prime, fewer bytes than ranks, and one byte more than a multiple.
            Execute(n, 1, 211, n / 2, false);
            if (n % 2 == 1)
            {
                Execute(n, 1 + n % 5, n - 1, 0, true);
            }
            else
            {
                Execute(n, n % 3 == 0 ? 3 : 8, 6 * n + 1, n - 1, true);
            }
        }
    }

    /** One collective on n ranks; a slow engine takes its time to send and to reduce. */
    void Execute(uint32_t n, uint32_t perServer, uint64_t bytes, uint32_t root, bool isSlow)
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.perServer = perServer;
        shape.latency = NanoSeconds(100);
        shape.jitter = MicroSeconds(3);
        TestBench bench(shape);
        bench.SetAlgorithm(m_subject.type, m_subject.text);
        if (isSlow)
        {
            bench.engine->SetAttribute("StepLatency", StringValue("2us"));
            bench.engine->SetAttribute("ReductionRate", StringValue("100Mbps"));
            // Messages of a channel overtake each other.
            bench.engine->SetAttribute("Connections", StringValue("3"));
        }
        Operation operation;
        operation.type = m_subject.type;
        operation.communicator = bench.AddWorld();
        operation.sequence = 5;
        operation.bytes = m_subject.type == CollectiveType::BARRIER ? 0 : bytes;
        operation.root = root;
        bench.Watch(operation);
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(n);
        for (uint32_t rank = 0; rank < n; ++rank)
        {
            bench.PostAt(NanoSeconds(random->GetInteger(0, 10000)), rank, operation);
        }
        const auto error = bench.Run();
        const std::string where = std::to_string(n) + " ranks, " + std::to_string(perServer) +
                                  " per server, " + std::to_string(bytes) + " bytes";
        NS_TEST_ASSERT_MSG_EQ(error, "", where);
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), n, where << ": not all ranks completed");
        NS_TEST_ASSERT_MSG_EQ(bench.engine->GetNPending(), 0, where);
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, where);
    }

    const Subject m_subject; ///< what is tested
};

/** All-to-all-v with parts of random sizes, many of them empty. */
class UnevenAllToAllTestCase : public TestCase
{
  public:
    /** @param text TypeId name and attributes */
    explicit UnevenAllToAllTestCase(const std::string& text)
        : TestCase("data of all-to-all-v by " + text),
          m_text(text)
    {
    }

  private:
    void DoRun() override
    {
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(3);
        for (uint32_t n = 2; n <= 33; ++n)
        {
            IdealNetwork::Shape shape;
            shape.nAccelerators = n;
            shape.latency = NanoSeconds(100);
            shape.jitter = MicroSeconds(3);
            TestBench bench(shape);
            bench.SetAlgorithm(CollectiveType::ALL_TO_ALL_V, m_text);
            std::vector<std::vector<uint64_t>> matrix(n, std::vector<uint64_t>(n));
            for (auto& row : matrix)
            {
                for (auto& bytes : row)
                {
                    bytes = random->GetInteger(0, 2) == 0 ? 0 : random->GetInteger(1, 30);
                }
            }
            Operation operation;
            operation.type = CollectiveType::ALL_TO_ALL_V;
            operation.communicator = bench.AddWorld();
            operation.sequence = 9;
            bench.Watch(operation, matrix);
            for (uint32_t rank = 0; rank < n; ++rank)
            {
                auto sizes = std::make_shared<ExchangeSizes>();
                for (uint32_t peer = 0; peer < n; ++peer)
                {
                    sizes->sent.push_back(matrix[rank][peer]);
                    sizes->received.push_back(matrix[peer][rank]);
                }
                operation.sizes = sizes;
                operation.bytes =
                    std::accumulate(sizes->sent.begin(), sizes->sent.end(), uint64_t{0});
                bench.PostAt(NanoSeconds(random->GetInteger(0, 10000)), rank, operation);
            }
            NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", n << " ranks");
            NS_TEST_ASSERT_MSG_EQ(bench.events.size(), n, "all complete");
            for (uint32_t rank = 0; rank < n; ++rank)
            {
                const auto& row = matrix[rank];
                NS_TEST_ASSERT_MSG_EQ(bench.network->GetBytesSent(rank),
                                      std::accumulate(row.begin(), row.end(), uint64_t{0}) -
                                          row[rank],
                                      "all but the own part");
            }
        }
    }

    const std::string m_text; ///< TypeId name and attributes
};

/** The unit test suite of the algorithms' data. */
class AlgorithmDataTestSuite : public TestSuite
{
  public:
    AlgorithmDataTestSuite()
        : TestSuite("weft-collective-data", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        for (const auto& subject : GetSubjects())
        {
            AddTestCase(new SymbolicExecutionTestCase(subject));
        }
        AddTestCase(new UnevenAllToAllTestCase("PairwiseAllToAll"));
        AddTestCase(new UnevenAllToAllTestCase("PairwiseAllToAll[Exchanges=5]"));
    }
};

AlgorithmDataTestSuite g_algorithmDataTestSuite; ///< registers the suite

} // namespace
