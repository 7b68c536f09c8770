/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/abort.h"
#include "ns3/cluster-builder.h"
#include "ns3/cluster-packet-message-network.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/fabric-time.h"
#include "ns3/test.h"

#include <memory>
#include <string>
#include <vector>

/**
 * @ingroup collective-tests
 * Collectives by the scale-up switch of real servers of 8 accelerators at 450 GB/s, 500 ns: data
 * and times, and what happens with several servers.
 */

using namespace ns3;
using namespace ns3::collective;
using collective::test::MakeOperation;
using collective::test::TestBench;

namespace
{

const std::vector<CollectiveType> TYPES = {CollectiveType::ALL_REDUCE,
                                           CollectiveType::REDUCE_SCATTER,
                                           CollectiveType::ALL_GATHER,
                                           CollectiveType::BROADCAST,
                                           CollectiveType::REDUCE,
                                           CollectiveType::BARRIER};

/** Servers of 8 accelerators, and a collective of all. */
class NvlsRun
{
  public:
    /** @param nServers number of servers */
    explicit NvlsRun(uint32_t nServers)
    {
        fabric::UsePicoseconds();
        const std::string spec = "leaf-spine:leaves=1,spines=0,hosts=" + std::to_string(nServers) +
                                 ",nics=8,scale-up-rate=3600Gbps,scale-up-latency=500ns";
        std::vector<cluster::TopologyError> errors;
        const auto graph = cluster::GenerateTopology(spec, errors);
        NS_ABORT_MSG_IF(!graph, errors[0].Format(spec));
        m_cluster = cluster::ClusterBuilder(cluster::NetworkStack()).Build(*graph);
        auto network = CreateObject<cluster::PacketMessageNetwork>();
        network->Setup(m_cluster);
        bench = std::make_unique<TestBench>(network);
        bench->AddWorld();
    }

    ~NvlsRun()
    {
        bench.reset();
        m_cluster->Dispose();
    }

    /**
     * @param operation what all do
     * @param apart time between two ranks that post; they do so in a mixed order
     * @param attributes of the algorithm besides the scheme
     * @return what was wrong with the data, or nothing
     */
    std::string Run(const Operation& operation, Time apart = Time(0), std::string attributes = "")
    {
        bench->SetAlgorithm(operation.type,
                            "InNetwork[Scheme=ns3::cluster::ScaleUpReduction" + attributes + "]");
        const auto& communicator = bench->engine->GetCommunicator(operation.communicator);
        for (uint32_t rank = 0; rank < communicator.GetSize(); ++rank)
        {
            bench->PostAt(TimeStep(apart.GetTimeStep() * (rank * 5 % communicator.GetSize())),
                          communicator.GetAccelerator(rank),
                          operation);
        }
        return bench->Run();
    }

    std::unique_ptr<TestBench> bench; ///< engine and network

  private:
    Ptr<cluster::Cluster> m_cluster; ///< nodes and devices
};

/** Every byte has every contribution it has to have, once, at every rank that is to have it. */
class NvlsDataTestCase : public TestCase
{
  public:
    NvlsDataTestCase()
        : TestCase("data of collectives by the scale-up switch")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto type : TYPES)
        {
            for (const uint64_t bytes : {1, 13, 500})
            {
                // The world, and three of its ranks in another order.
                for (const bool some : {false, true})
                {
                    NvlsRun run(1);
                    auto operation = MakeOperation(type, bytes, 2);
                    operation.communicator =
                        some ? run.bench->engine->AddCommunicator({6, 1, 4}) : 0;
                    run.bench->Watch(operation);
                    const std::string what =
                        GetTypeName(type) + " of " + std::to_string(bytes) + " bytes";
                    const std::string error = run.Run(operation, NanoSeconds(300));
                    for (const auto& event : run.bench->events)
                    {
                        NS_TEST_ASSERT_MSG_EQ(event.failure, "", what);
                    }
                    NS_TEST_ASSERT_MSG_EQ(error, "", what);
                    NS_TEST_ASSERT_MSG_EQ(run.bench->events.size(), (some ? 3U : 8U), what);
                }
            }
        }
    }
};

/**
 * 36 MB at 450 GB/s are 80 us, and 2 latencies of 500 ns are 1 us, for an all-reduce, for the 8
 * sums of a reduce-scatter and for the 8 copies of an all-gather. A barrier is 1 us.
 */
class NvlsTimesTestCase : public TestCase
{
  public:
    NvlsTimesTestCase()
        : TestCase("times of collectives by the scale-up switch")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto type : TYPES)
        {
            NvlsRun run(1);
            const bool empty = type == CollectiveType::BARRIER;
            run.Run(MakeOperation(type, empty ? 0 : 36'000'000));
            NS_TEST_EXPECT_MSG_EQ(run.bench->GetEnd().GetTimeStep(),
                                  (empty ? 0 : 80'000'000) + 1'000'000,
                                  GetTypeName(type));
        }
    }
};

/** No scale-up switch has ranks of two servers. */
class NvlsServersTestCase : public TestCase
{
  public:
    NvlsServersTestCase()
        : TestCase("several servers")
    {
    }

  private:
    void DoRun() override
    {
        for (const auto type : TYPES)
        {
            const auto operation = MakeOperation(type, 1600);
            {
                NvlsRun run(2);
                run.bench->Watch(operation);
                NS_TEST_ASSERT_MSG_EQ(run.Run(operation), "", GetTypeName(type));
                NS_TEST_ASSERT_MSG_EQ(run.bench->events.size(), 16U, GetTypeName(type));
                for (const auto& event : run.bench->events)
                {
                    NS_TEST_ASSERT_MSG_EQ(event.failure, "", "rings do it");
                }
            }
            NvlsRun run(2);
            run.Run(operation, Time(0), "|Fallback=false");
            NS_TEST_ASSERT_MSG_EQ(run.bench->events.size(), 16U, GetTypeName(type));
            for (const auto& event : run.bench->events)
            {
                NS_TEST_ASSERT_MSG_EQ(event.failure,
                                      "accelerators 0 and 8 are in different servers: no scale-up "
                                      "switch has both",
                                      GetTypeName(type));
            }
        }
    }
};

/** Switches outside of servers have nothing to do for the ranks of one. */
class NvlsOneServerTestCase : public TestCase
{
  public:
    NvlsOneServerTestCase()
        : TestCase("switches outside, ranks of one server")
    {
    }

  private:
    void DoRun() override
    {
        const auto operation = MakeOperation(CollectiveType::ALL_REDUCE, 1600);
        for (const bool fallback : {false, true})
        {
            NvlsRun run(1);
            const std::string text = fallback ? "" : "[Fallback=false]";
            run.bench->SetAlgorithm(operation.type, "InNetwork" + text); // SHARP
            run.bench->PostAll(operation);
            run.bench->Run();
            NS_TEST_ASSERT_MSG_EQ(run.bench->events.size(), 8U, "all hear of it");
            for (const auto& event : run.bench->events)
            {
                NS_TEST_EXPECT_MSG_EQ(event.failure,
                                      (fallback ? ""
                                                : "all 8 accelerators are in one scale-up domain: "
                                                  "nothing of it leaves the server"),
                                      "left to the library");
            }
        }
    }
};

/** The suite. */
class NvlsTestSuite : public TestSuite
{
  public:
    NvlsTestSuite()
        : TestSuite("weft-collective-nvls", TestSuite::Type::UNIT)
    {
        AddTestCase(new NvlsDataTestCase);
        AddTestCase(new NvlsTimesTestCase);
        AddTestCase(new NvlsServersTestCase);
        AddTestCase(new NvlsOneServerTestCase);
    }
};

NvlsTestSuite g_nvlsTestSuite; ///< registers the suite

} // namespace
