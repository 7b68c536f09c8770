/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/collective-nccl-library.h"
#include "ns3/collective-nccl-model.h"
#include "ns3/fabric-time.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::collective;

namespace
{

/** @return a communicator on servers of equal size: 450 GB/s inside, 50 GB/s of each rank outside
 */
Communicator
MakeCommunicator(uint32_t nServers, uint32_t perServer)
{
    std::vector<uint32_t> accelerators(nServers * perServer);
    std::iota(accelerators.begin(), accelerators.end(), 0);
    std::vector<uint32_t> domains;
    for (const uint32_t accelerator : accelerators)
    {
        domains.push_back(accelerator / perServer);
    }
    return Communicator(0, accelerators, domains, {50e9, 450e9});
}

/** The model's figures, worked out by hand from the published table. */
class NcclModelTestCase : public TestCase
{
  public:
    NcclModelTestCase()
        : TestCase("NCCL's model")
    {
    }

  private:
    /** Compare with a duration in us. */
    void Expect(const NcclModel& model,
                CollectiveType type,
                NcclModel::NcclAlgorithm algorithm,
                NcclModel::NcclProtocol protocol,
                uint64_t bytes,
                double expected)
    {
        const double actual = model.GetSeconds(type, algorithm, protocol, bytes) * 1e6;
        NS_TEST_ASSERT_MSG_EQ_TOL(actual,
                                  expected,
                                  1e-9 * expected,
                                  GetTypeName(type) << " of " << bytes << " by " << algorithm
                                                    << ", " << protocol);
    }

    void DoRun() override
    {
        using M = NcclModel;
        const auto allReduce = CollectiveType::ALL_REDUCE;
        const auto allGather = CollectiveType::ALL_GATHER;
        const uint64_t large = 64 << 20;
        // 8 servers of 8: 400 GB/s = 400,000 B/us, 126 steps, 14 of which leave servers.
        const NcclModel pod(MakeCommunicator(8, 8), 16, M::HOPPER);
        // From 64 bytes per channel and rank on the latency counts 1.4 times.
        Expect(pod,
               allReduce,
               M::RING,
               M::SIMPLE,
               large,
               1.4 * (8.4 + 112 * 3.4 + 14 * 14) + large / (400000 * 64.0 / 126));
        Expect(pod,
               allReduce,
               M::RING,
               M::SIMPLE,
               65535,
               8.4 + 112 * 3.4 + 14 * 14 + 65535 / (400000 * 64.0 / 126));
        // LL does 20.4 GB/s between more than two servers; a step takes 1 us at least.
        Expect(pod,
               allReduce,
               M::RING,
               M::LL,
               8192,
               6.6 + 112 * 1.0 + 14 * 2.7 + 8192 / (20400 * 64.0 / 126));
        Expect(pod,
               allReduce,
               M::RING,
               M::LL128,
               large,
               14 + 112 * 1.9 + 14 * 4.0 + large / (0.92 * 400000 * 64 / 126));
        // Trees: 7 hops down each chain, 3 levels, both ways; 8 KiB is the 7th doubling of 64.
        Expect(pod,
               allReduce,
               M::TREE,
               M::LL,
               8192,
               6.8 + 2 * (7 * 0.6 + 3 * 5.0) + 8192 / (20400 / 2 * 0.7));
        Expect(pod,
               allReduce,
               M::TREE,
               M::LL128,
               large,
               14 + 2 * (7 * 1.25 + 3 * 8.5) + large / (0.92 * 400000 * 120 / 128 / 2 * 0.9));
        Expect(pod,
               allReduce,
               M::TREE,
               M::SIMPLE,
               large,
               8.4 + 2 * (7 * 4.0 + 3 * 14.0) + large / (0.92 * 400000 / 2 * 0.8));
        // One server: 7 or 14 steps over NVLink at 450 GB/s.
        const NcclModel server(MakeCommunicator(1, 8), 2, M::HOPPER);
        Expect(server,
               allGather,
               M::RING,
               M::SIMPLE,
               large,
               8.4 + 7 * 3.4 + large / (450000 * 8.0 / 7));
        Expect(
            server, allReduce, M::RING, M::LL, 8192, 6.6 + 14 * 0.6 + 8192 / (141000 * 8.0 / 14));
        // Servers of one rank: latencies of trees; PAT.
        const NcclModel flat(MakeCommunicator(16, 1), 1, M::HOPPER);
        Expect(flat, allGather, M::RING, M::LL, 4096, 6.6 + 15 * 5.0 + 4096 / (20400 * 16.0 / 15));
        Expect(flat,
               allGather,
               M::PAT,
               M::SIMPLE,
               4096,
               8 + 4 * 14.0 / 3.5 + 16 * 2.8 + 4096 / (0.75 * 50000));
        // Chains: a hop of Simple is that of trees.
        Expect(flat,
               CollectiveType::BROADCAST,
               M::RING,
               M::SIMPLE,
               4096,
               8.4 + 16 * 14 + 4096 / 50000.0);
        // By the switch of a server: 15 of 16 channels, at 85 %; both ways at once for an
        // all-reduce.
        const double nvls = 450000 * 0.85 * 15 / 16;
        Expect(server, allReduce, M::NVLS, M::SIMPLE, large, 25 + large / (2 * nvls * 8 / 14));
        Expect(server, allGather, M::NVLS, M::SIMPLE, large, 25 + large / (nvls * 7 / 8));
        // By switches between servers: direct from eight ranks in each, a chain from one.
        Expect(pod,
               allReduce,
               M::COLLNET,
               M::SIMPLE,
               large,
               2 * (3.7 + 7 * 0.4) + 31 + large / (0.85 * 400000 / 2));
        Expect(flat, allReduce, M::COLLNET, M::SIMPLE, large, 14 + large / (50000 / 2.0));
        const NcclModel older(MakeCommunicator(1, 8), 2, M::AMPERE);
        // What NCCL does not do.
        for (const double seconds : {pod.GetSeconds(allReduce, M::NVLS, M::SIMPLE, 1),
                                     older.GetSeconds(allReduce, M::NVLS, M::SIMPLE, 1),
                                     server.GetSeconds(allReduce, M::NVLS, M::LL, 1),
                                     server.GetSeconds(allReduce, M::COLLNET, M::SIMPLE, 1),
                                     pod.GetSeconds(allGather, M::COLLNET, M::SIMPLE, 1),
                                     pod.GetSeconds(allGather, M::TREE, M::LL, 1),
                                     pod.GetSeconds(allGather, M::PAT, M::SIMPLE, 1),
                                     flat.GetSeconds(allGather, M::PAT, M::LL, 1),
                                     flat.GetSeconds(allReduce, M::PAT, M::SIMPLE, 1)})
        {
            NS_TEST_ASSERT_MSG_EQ(std::isinf(seconds), true, "not done so");
        }
        // 512 threads of 8 bytes (LL), times 64 ranks for rings; of 64 bytes (Simple); 640 (LL128).
        NS_TEST_ASSERT_MSG_EQ(pod.GetNChannels(M::TREE, M::LL, 8192), 2, "LL");
        NS_TEST_ASSERT_MSG_EQ(pod.GetNChannels(M::RING, M::LL, 8192), 1, "LL, ring");
        NS_TEST_ASSERT_MSG_EQ(pod.GetNChannels(M::RING, M::LL128, 20480), 4, "LL128");
        NS_TEST_ASSERT_MSG_EQ(pod.GetNChannels(M::RING, M::SIMPLE, 98304), 3, "Simple");
        NS_TEST_ASSERT_MSG_EQ(pod.GetNChannels(M::RING, M::SIMPLE, large), 16, "all");
    }
};

/** What the library chooses. */
class NcclChoiceTestCase : public TestCase
{
  public:
    NcclChoiceTestCase()
        : TestCase("NCCL's choices")
    {
    }

  private:
    /** @return algorithm, protocol and channels */
    std::string Choose(const std::string& protocol,
                       const Communicator& communicator,
                       CollectiveType type,
                       uint64_t bytes,
                       bool nvls = false,
                       bool collNet = false)
    {
        auto library = CreateObject<NcclLibrary>();
        library->SetAttribute("Nvls", BooleanValue(nvls));
        library->SetAttribute("CollNet", BooleanValue(collNet));
        if (!protocol.empty())
        {
            library->SetAttribute("Protocol", StringValue("ns3::collective::" + protocol));
        }
        Operation operation;
        operation.type = type;
        operation.bytes = bytes;
        const auto choice = library->Choose(communicator, operation);
        const std::string name =
            choice.protocol ? choice.protocol->GetInstanceTypeId().GetName().substr(17) : "";
        return choice.algorithm + " " + name + " " + std::to_string(choice.nChannels);
    }

    void DoRun() override
    {
        const auto pod = MakeCommunicator(8, 8);
        const auto flat = MakeCommunicator(16, 1);
        const auto allReduce = CollectiveType::ALL_REDUCE;
        // The durations of the model's case. 8 KiB: trees with LL 46.3 us, LL128 82.6, Simple
        // 148.5, rings 157 and more.
        NS_TEST_ASSERT_MSG_EQ(
            Choose("", pod, allReduce, 8192), "DoubleTreeAllReduce LlProtocol 2", "small");
        // 64 MiB: trees with LL128 515 us, Simple 604; rings with LL128 642, Simple 1150.
        NS_TEST_ASSERT_MSG_EQ(Choose("", pod, allReduce, 64 << 20),
                              "DoubleTreeAllReduce Ll128Protocol 16",
                              "between");
        // 4 GiB: rings with Simple 21,959 us, LL128 23,260; trees with Simple 23,490.
        NS_TEST_ASSERT_MSG_EQ(
            Choose("", pod, allReduce, 4ULL << 30), "RingAllReduce SimpleProtocol 16", "large");
        NS_TEST_ASSERT_MSG_EQ(Choose("LlProtocol", pod, allReduce, 4ULL << 30).substr(13),
                              " LlProtocol 16",
                              "only one protocol");
        NS_TEST_ASSERT_MSG_EQ(Choose("SimpleProtocol", pod, allReduce, 8192),
                              "DoubleTreeAllReduce SimpleProtocol 1",
                              "only one protocol");
        // One server, 8 KiB: rings with LL 15.1 us, trees 15.3, NVLS 25; 64 MiB: NVLS 25 + 164 us,
        // rings with LL128 (two channels) 1.6 ms, with Simple 317 us.
        const auto server = MakeCommunicator(1, 8);
        NS_TEST_ASSERT_MSG_EQ(
            Choose("", server, allReduce, 8192, true), "RingAllReduce LlProtocol 1", "NVLS");
        NS_TEST_ASSERT_MSG_EQ(
            Choose("", server, allReduce, 64 << 20, true), "InNetwork SimpleProtocol 0", "NVLS");
        NS_TEST_ASSERT_MSG_EQ(Choose("", server, allReduce, 64 << 20),
                              "RingAllReduce SimpleProtocol 2",
                              "without NVLS");
        // CollNet 44 us + 395 us for 64 MiB, 25.3 ms for 4 GiB.
        NS_TEST_ASSERT_MSG_EQ(Choose("", pod, allReduce, 64 << 20, true, true),
                              "InNetwork SimpleProtocol 0",
                              "CollNet");
        NS_TEST_ASSERT_MSG_EQ(Choose("", pod, allReduce, 4ULL << 30, true, true),
                              "RingAllReduce SimpleProtocol 16",
                              "rings have more");
        // 16 ranks: rings with LL 82 us, PAT 69 us.
        NS_TEST_ASSERT_MSG_EQ(Choose("", flat, CollectiveType::ALL_GATHER, 4096),
                              "BruckAllGather SimpleProtocol 1",
                              "PAT");
        // Parts of 16 KiB, and of more.
        NS_TEST_ASSERT_MSG_EQ(Choose("", flat, CollectiveType::ALL_TO_ALL, 262144),
                              "PairwiseAllToAll LlProtocol 0",
                              "small parts");
        NS_TEST_ASSERT_MSG_EQ(Choose("", flat, CollectiveType::ALL_TO_ALL, 262160),
                              "PairwiseAllToAll SimpleProtocol 0",
                              "large parts");
        // PXN where servers have several ranks; sizes of an all-to-all-v are not known to relays.
        NS_TEST_ASSERT_MSG_EQ(Choose("", pod, CollectiveType::ALL_TO_ALL, 64 << 20),
                              "RailAllToAll SimpleProtocol 0",
                              "rails");
        NS_TEST_ASSERT_MSG_EQ(Choose("", pod, CollectiveType::ALL_TO_ALL_V, 64 << 20),
                              "PairwiseAllToAll SimpleProtocol 0",
                              "uneven");
        NS_TEST_ASSERT_MSG_EQ(
            Choose("", MakeCommunicator(1, 8), CollectiveType::ALL_TO_ALL, 64 << 20),
            "PairwiseAllToAll SimpleProtocol 0",
            "one server");
    }
};

/**
 * What the library does is the candidate for which the published model expects the least time, and
 * nothing else: a simulation with the library takes as long as one with that candidate spelled out,
 * to the picosecond. It follows that, if the simulated time of each candidate is between a and b
 * times that of the model, the choice takes at most b/a times as long as the best candidate; how
 * much it is on a fabric is told by ./weft validate nccl-tests.
 */
class NcclSweepTestCase : public TestCase
{
  public:
    NcclSweepTestCase()
        : TestCase("choices against all candidates")
    {
    }

  private:
    /** @return duration of an all-reduce on 4 servers of 4 ranks */
    Time Measure(const std::string& algorithm, uint64_t bytes)
    {
        test::IdealNetwork::Shape shape;
        shape.nAccelerators = 16;
        shape.perServer = 4;
        shape.latency = MicroSeconds(1);
        shape.perByte = PicoSeconds(20); // 400 Gb/s
        test::TestBench bench(shape);
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, algorithm);
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = bytes;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_EXPECT_MSG_EQ(bench.events.size(), 16, "complete");
        m_rates = bench.engine->GetCommunicator(operation.communicator).GetRates();
        return bench.GetEnd();
    }

    /** @return text of the candidate that the model expects to be fastest; its model's seconds */
    std::string FindExpected(const NcclModel& model, uint64_t bytes)
    {
        const std::vector<std::string> algorithms{"RingAllReduce", "DoubleTreeAllReduce"};
        const std::vector<std::string> protocols{"Ll", "Ll128", "Simple"};
        std::map<double, std::string> candidates;
        for (const auto algorithm : {NcclModel::RING, NcclModel::TREE})
        {
            for (const auto protocol : {NcclModel::LL, NcclModel::LL128, NcclModel::SIMPLE})
            {
                const auto type = CollectiveType::ALL_REDUCE;
                const double seconds = model.GetSeconds(type, algorithm, protocol, bytes);
                candidates[seconds] =
                    algorithms[algorithm] +
                    "[Channels=" + std::to_string(model.GetNChannels(algorithm, protocol, bytes)) +
                    "|ChunkSize=4294967295|Protocol=ns3::collective::" + protocols[protocol] +
                    "Protocol]";
            }
        }
        return candidates.begin()->second;
    }

    void DoRun() override
    {
        Measure("NcclLibrary", 1); // learns the rates of the network
        std::vector<uint32_t> ranks(16);
        std::iota(ranks.begin(), ranks.end(), 0);
        std::vector<uint32_t> servers;
        for (const uint32_t rank : ranks)
        {
            servers.push_back(rank / 4);
        }
        const Communicator communicator(0, ranks, servers, m_rates);
        // 4 rings of two channels each.
        const NcclModel model(communicator, 8, NcclModel::HOPPER);
        std::set<std::string> chosen;
        for (uint64_t bytes = 1024; bytes <= 16 << 20; bytes *= 4)
        {
            const auto expected = FindExpected(model, bytes);
            chosen.insert(expected);
            NS_TEST_EXPECT_MSG_EQ(Measure("NcclLibrary", bytes),
                                  Measure(expected, bytes),
                                  bytes << " bytes: " << expected);
        }
        NS_TEST_EXPECT_MSG_GT(chosen.size(), 2, "the sizes are to need different choices");
    }

    MemberRates m_rates; ///< of the network, as the engine sees them
};

/**
 * Where the network cannot make a group, NCCL's next choice is used; and one who was told to use
 * the network leaves the collective to the library.
 */
class NcclFallbackTestCase : public TestCase
{
  public:
    NcclFallbackTestCase()
        : TestCase("without the switch")
    {
    }

  private:
    /** @return duration of an all-reduce of 64 MiB in one server of 8 ranks */
    Time Measure(const std::string& algorithm, const std::string& library, uint32_t nGroups)
    {
        test::IdealNetwork::Shape shape;
        shape.nAccelerators = 8;
        shape.perServer = 8;
        shape.latency = NanoSeconds(500);
        shape.perByte = PicoSeconds(2);
        test::TestBench bench(shape);
        bench.network->LimitGroups(nGroups);
        bench.SetLibrary(library);
        if (!algorithm.empty())
        {
            bench.SetAlgorithm(CollectiveType::ALL_REDUCE, algorithm);
        }
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = 64 << 20;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_EXPECT_MSG_EQ(bench.events.size(), 8, "complete");
        for (const auto& event : bench.events)
        {
            NS_TEST_EXPECT_MSG_EQ(event.failure, "", "nothing failed");
        }
        return bench.GetEnd();
    }

    void DoRun() override
    {
        // The switch: 8.4 us of Simple, 2.8 for the message, alpha, 64 MiB beta.
        const Time bySwitch = Measure("", "NcclLibrary", 8);
        NS_TEST_EXPECT_MSG_EQ(bySwitch,
                              NanoSeconds(8400 + 2800 + 500) + PicoSeconds(2LL * (64 << 20)),
                              "by the switch");
        const Time byRing = Measure("", "NcclLibrary[Nvls=false]", 8);
        NS_TEST_EXPECT_MSG_GT(byRing, bySwitch, "rings move more");
        NS_TEST_EXPECT_MSG_EQ(Measure("", "NcclLibrary", 0), byRing, "no group");
        NS_TEST_EXPECT_MSG_EQ(
            Measure("InNetwork", "NcclLibrary", 0), byRing, "left to the library");
    }
};

/** The unit test suite of the NCCL-like library. */
class NcclTestSuite : public TestSuite
{
  public:
    NcclTestSuite()
        : TestSuite("weft-collective-nccl", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new NcclModelTestCase());
        AddTestCase(new NcclChoiceTestCase());
        AddTestCase(new NcclSweepTestCase());
        AddTestCase(new NcclFallbackTestCase());
    }
};

NcclTestSuite g_ncclTestSuite; ///< registers the suite

} // namespace
