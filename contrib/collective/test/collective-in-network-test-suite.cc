/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/fabric-time.h"
#include "ns3/test.h"

#include <string>
#include <vector>

/**
 * @ingroup collective-tests
 * Collectives in the network, with symbolic data: every rank ends with what it has to have, whoever
 * comes when; times on an ideal network; and what happens where there is no such network.
 */

using namespace ns3;
using namespace ns3::collective;
using collective::test::IdealNetwork;
using collective::test::MakeOperation;
using collective::test::TestBench;

namespace
{

/** @return a network without latency and rate, to be filled in */
IdealNetwork::Shape
MakeShape(uint32_t nRanks, uint32_t perServer, int64_t latency, int64_t perByte)
{
    fabric::UsePicoseconds();
    IdealNetwork::Shape shape;
    shape.nAccelerators = nRanks;
    shape.perServer = perServer;
    shape.latency = TimeStep(latency);
    shape.perByte = TimeStep(perByte);
    return shape;
}

const std::vector<CollectiveType> TYPES = {CollectiveType::ALL_REDUCE,
                                           CollectiveType::REDUCE_SCATTER,
                                           CollectiveType::ALL_GATHER,
                                           CollectiveType::BROADCAST,
                                           CollectiveType::REDUCE,
                                           CollectiveType::BARRIER};

/** Every collective, with several shapes of servers, sizes and roots, in any order of arrival. */
class DataTestCase : public TestCase
{
  public:
    DataTestCase()
        : TestCase("data of collectives in the network")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto& [nRanks, perServer] :
             {std::pair{2U, 1U}, std::pair{5U, 1U}, std::pair{8U, 4U}, std::pair{7U, 3U}})
        {
            for (const auto type : TYPES)
            {
                for (const uint64_t bytes : {1, 13, 500})
                {
                    auto shape = MakeShape(nRanks, perServer, 1000, 10);
                    shape.jitter = TimeStep(5000);
                    TestBench bench(shape);
                    bench.AddWorld();
                    bench.SetAlgorithm(type, "InNetwork[ChunkSize=7]");
                    const auto operation = MakeOperation(type, bytes, nRanks - 1);
                    bench.Watch(operation);
                    for (uint32_t rank = 0; rank < nRanks; ++rank)
                    {
                        bench.PostAt(TimeStep(3000 * (rank * 5 % nRanks)), rank, operation);
                    }
                    const std::string what = GetTypeName(type) + " of " + std::to_string(bytes) +
                                             " bytes on " + std::to_string(nRanks) + " ranks";
                    NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", what);
                    NS_TEST_ASSERT_MSG_EQ(bench.events.size(), nRanks, what);
                    for (const auto& event : bench.events)
                    {
                        NS_TEST_ASSERT_MSG_EQ(event.failure, "", what);
                    }
                }
            }
        }
    }
};

/**
 * Times where the network adds in alpha + beta S, from the time that all have sent. A flat
 * collective in one operation takes just that. Through servers of g ranks with one chunk: g - 1
 * messages of S/g in the server from each rank to each other one, the ports used in turn:
 * alpha + (g-1) beta S/g; then the slice through the network, alpha + beta S/g, and the same way
 * back.
 */
class IdealTimesTestCase : public TestCase
{
  public:
    IdealTimesTestCase()
        : TestCase("times on an ideal network")
    {
    }

  private:
    /** @return when the collective was over, ps */
    static int64_t Measure(CollectiveType type, uint32_t nRanks, uint32_t perServer, uint64_t bytes)
    {
        TestBench bench(MakeShape(nRanks, perServer, 1'000'000, 100));
        bench.AddWorld();
        bench.SetAlgorithm(type, "InNetwork");
        bench.PostAll(MakeOperation(type, bytes));
        bench.Run();
        return bench.GetEnd().GetTimeStep();
    }

    void DoRun() override
    {
        for (const auto type :
             {CollectiveType::ALL_REDUCE, CollectiveType::BROADCAST, CollectiveType::REDUCE})
        {
            NS_TEST_EXPECT_MSG_EQ(Measure(type, 8, 1, 4000), 1'000'000 + 400'000, "alpha + beta S");
        }
        NS_TEST_EXPECT_MSG_EQ(Measure(CollectiveType::BARRIER, 8, 1, 0), 1'000'000, "alpha");
        // alpha + 3 beta 1000, alpha + beta 1000, alpha + 3 beta 1000
        NS_TEST_EXPECT_MSG_EQ(
            Measure(CollectiveType::ALL_REDUCE, 8, 4, 4000), 3'700'000, "through servers of 4");
    }
};

/** Without groups the default algorithm does it, or the operation fails with the reason. */
class FallbackTestCase : public TestCase
{
  public:
    FallbackTestCase()
        : TestCase("where the network adds nothing up")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto type : TYPES)
        {
            for (const bool fallback : {true, false})
            {
                TestBench bench(MakeShape(6, 2, 1000, 10));
                // Two groups of places are needed for an all-reduce: one is not enough.
                bench.network->LimitGroups(type == CollectiveType::ALL_REDUCE ? 1 : 0);
                bench.AddWorld();
                bench.SetAlgorithm(type, fallback ? "InNetwork" : "InNetwork[Fallback=false]");
                bench.engine->TraceConnectWithoutContext(
                    "Finished", MakeCallback(&FallbackTestCase::Finished, this));
                const auto operation = MakeOperation(type, 600);
                if (fallback)
                {
                    bench.Watch(operation);
                }
                bench.PostAll(operation);
                NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", GetTypeName(type));
                NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 6U, GetTypeName(type));
                for (const auto& event : bench.events)
                {
                    NS_TEST_ASSERT_MSG_EQ(
                        event.failure, (fallback ? "" : "no more groups"), GetTypeName(type));
                }
                NS_TEST_ASSERT_MSG_EQ(
                    bench.engine->GetNPending(), 0U, "nothing is left of " << GetTypeName(type));
                if (fallback)
                {
                    const std::string expected = type == CollectiveType::BARRIER
                                                     ? "ns3::collective::DisseminationBarrier"
                                                     : "ns3::collective::Ring";
                    NS_TEST_ASSERT_MSG_EQ(
                        m_algorithm.substr(0, expected.size()), expected, "what was used");
                }
            }
        }
    }

    /** Trace sink. */
    void Finished(const OperationRecord& record)
    {
        m_algorithm = record.algorithm;
    }

    std::string m_algorithm; ///< of the last operation
};

/** The suite. */
class InNetworkTestSuite : public TestSuite
{
  public:
    InNetworkTestSuite()
        : TestSuite("weft-collective-in-network", TestSuite::Type::UNIT)
    {
        AddTestCase(new DataTestCase);
        AddTestCase(new IdealTimesTestCase);
        AddTestCase(new FallbackTestCase);
    }
};

InNetworkTestSuite g_inNetworkTestSuite; ///< registers the suite

} // namespace
