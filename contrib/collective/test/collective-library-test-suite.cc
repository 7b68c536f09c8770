/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/collective-library.h"
#include "ns3/fabric-time.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <numeric>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** What the libraries without a model choose. */
class LibraryChoiceTestCase : public TestCase
{
  public:
    LibraryChoiceTestCase()
        : TestCase("choices")
    {
    }

  private:
    /** @return algorithm that a library chooses on servers of equal size */
    std::string Choose(const std::string& library,
                       CollectiveType type,
                       uint32_t nServers,
                       uint32_t perServer,
                       uint64_t bytes)
    {
        std::vector<uint32_t> accelerators(nServers * perServer);
        std::iota(accelerators.begin(), accelerators.end(), 0);
        std::vector<uint32_t> domains;
        for (const uint32_t accelerator : accelerators)
        {
            domains.push_back(accelerator / perServer);
        }
        const Communicator communicator(0, accelerators, domains);
        ObjectFactory factory;
        factory.SetTypeId("ns3::collective::" + library);
        Operation operation;
        operation.type = type;
        operation.bytes = bytes;
        return factory.Create<Library>()->Choose(communicator, operation).algorithm;
    }

    /** Compare a choice. */
    void Expect(const std::string& library,
                CollectiveType type,
                uint32_t nServers,
                uint32_t perServer,
                uint64_t bytes,
                const std::string& algorithm)
    {
        NS_TEST_EXPECT_MSG_EQ(Choose(library, type, nServers, perServer, bytes),
                              algorithm,
                              library << ": " << GetTypeName(type) << " of " << bytes << " on "
                                      << nServers << " x " << perServer);
    }

    void DoRun() override
    {
        const auto allReduce = CollectiveType::ALL_REDUCE;
        const auto allGather = CollectiveType::ALL_GATHER;
        const auto reduceScatter = CollectiveType::REDUCE_SCATTER;
        const auto allToAll = CollectiveType::ALL_TO_ALL;
        Expect("RingLibrary", allReduce, 4, 8, 1, "RingAllReduce");
        Expect("RingLibrary", CollectiveType::BROADCAST, 4, 8, 1, "RingBroadcast");
        Expect("RingLibrary", CollectiveType::REDUCE, 4, 8, 1, "RingReduce");
        Expect("RingLibrary", CollectiveType::ALL_TO_ALL_V, 4, 8, 1, "PairwiseAllToAll");
        Expect("RingLibrary", CollectiveType::BARRIER, 4, 8, 0, "DisseminationBarrier");
        Expect("HcclLibrary", allReduce, 1, 8, 1 << 30, "DirectAllReduce");
        Expect("HcclLibrary", allReduce, 4, 8, 1048575, "HalvingDoublingAllReduce");
        Expect("HcclLibrary", allReduce, 4, 8, 1048576, "HierarchicalAllReduce");
        Expect("HcclLibrary", allReduce, 3, 8, 1048575, "RingAllReduce");
        Expect("HcclLibrary", allReduce, 4, 1, 1 << 30, "HalvingDoublingAllReduce");
        Expect("HcclLibrary", allGather, 1, 8, 1, "DirectAllGather");
        Expect("HcclLibrary", allGather, 4, 8, 1, "BruckAllGather");
        Expect("HcclLibrary", reduceScatter, 1, 8, 1, "DirectReduceScatter");
        Expect("HcclLibrary", reduceScatter, 3, 8, 1, "RingReduceScatter");
        Expect("HcclLibrary", allToAll, 4, 8, 1, "PairwiseAllToAll");
        Expect("AcclLibrary", allReduce, 4, 8, 1, "HalvingDoublingAllReduce");
        Expect("AcclLibrary", allReduce, 3, 8, 1, "HierarchicalAllReduce");
        Expect("AcclLibrary", allGather, 3, 8, 1, "BruckAllGather");
        Expect("AcclLibrary", reduceScatter, 3, 8, 1, "BruckReduceScatter");
        Expect("TcclLibrary", allReduce, 4, 8, 1, "HierarchicalAllReduce");
        Expect("TcclLibrary", allToAll, 4, 8, 1, "RailAllToAll");
        Expect("TcclLibrary", allGather, 4, 8, 1, "RingAllGather");
    }
};

/** An explicit algorithm wins over the library's; the record tells which one it was. */
class ExplicitChoiceTestCase : public TestCase
{
  public:
    ExplicitChoiceTestCase()
        : TestCase("explicit choice")
    {
    }

  private:
    void DoRun() override
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = 4;
        shape.latency = MicroSeconds(1);
        TestBench bench(shape);
        bench.engine->TraceConnectWithoutContext(
            "Finished", MakeCallback(&ExplicitChoiceTestCase::NoteFinished, this));
        bench.SetLibrary("AcclLibrary");
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = 100;
        const auto run = [&](const std::string& expected)
        {
            bench.PostAll(operation);
            bench.Run();
            NS_TEST_EXPECT_MSG_EQ(m_record.algorithm, "ns3::collective::" + expected, "record");
            NS_TEST_EXPECT_MSG_EQ(m_record.protocol, "", "record");
        };
        run("HalvingDoublingAllReduce");
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, "DirectAllReduce");
        run("DirectAllReduce");
        bench.engine->SetAlgorithm(CollectiveType::ALL_REDUCE, nullptr);
        run("HalvingDoublingAllReduce");
    }

    /** Trace sink. */
    void NoteFinished(const OperationRecord& record)
    {
        m_record = record;
    }

    OperationRecord m_record; ///< the last one
};

/** Messages between vendors are copied at both ends. */
class VendorTestCase : public TestCase
{
  public:
    VendorTestCase()
        : TestCase("vendors")
    {
    }

  private:
    /** @return network of latency 1 us and 100 ps per byte */
    static IdealNetwork::Shape GetShape(uint32_t n, uint32_t perServer)
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.perServer = perServer;
        shape.latency = MicroSeconds(1);
        shape.perByte = PicoSeconds(100);
        return shape;
    }

    /** @return attributes of a relay: a copy takes 2 us and 100 ps per byte */
    static std::string GetRelay(const std::string& vendors)
    {
        return "[Vendors=" + vendors + "|CopyRate=80Gbps|CopyLatency=2us]";
    }

    /** A broadcast in chunks of 1000 bytes between two servers. */
    void Broadcast(const std::string& vendors, uint64_t bytes, Time expected)
    {
        TestBench bench(GetShape(2, 1), GetRelay(vendors));
        bench.SetAlgorithm(CollectiveType::BROADCAST, "RingBroadcast[ChunkSize=1000]");
        NS_TEST_ASSERT_MSG_EQ(bench.engine->CheckAlgorithms(), "", "good settings");
        Operation operation;
        operation.type = CollectiveType::BROADCAST;
        operation.communicator = bench.AddWorld();
        operation.bytes = bytes;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2, "complete");
        NS_TEST_ASSERT_MSG_EQ(bench.GetEnd(), expected, "vendors " << vendors);
    }

    void DoRun() override
    {
        Broadcast("2", 1000, NanoSeconds(1100));
        // 2.1 us to memory, 1.1 us through the network, 2.1 us from memory.
        Broadcast("1,1", 1000, NanoSeconds(5300));
        // The second chunk is in memory at 4.2 us, and at the far server when the first one has
        // been copied, at 5.3 us.
        Broadcast("1,1", 2000, NanoSeconds(7400));
        // Servers after the last number are the last vendor's.
        Broadcast("1", 1000, NanoSeconds(1100));

        // Data, on two servers of each of two vendors.
        TestBench bench(GetShape(8, 2), GetRelay("2,2"));
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, "RingAllReduce[ChunkSize=7]");
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.sequence = 4;
        operation.bytes = 499;
        bench.Watch(operation);
        bench.PostAll(operation);
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", "data");
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 8, "complete");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "complete");

        TestBench bad(GetShape(2, 1), "[Vendors=1,x]");
        NS_TEST_ASSERT_MSG_EQ(bad.engine->CheckAlgorithms(),
                              "Vendors of CpuRelay: 'x', expected a number of servers",
                              "bad settings");
    }
};

/** The unit test suite of libraries. */
class LibraryTestSuite : public TestSuite
{
  public:
    LibraryTestSuite()
        : TestSuite("weft-collective-libraries", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new LibraryChoiceTestCase());
        AddTestCase(new ExplicitChoiceTestCase());
        AddTestCase(new VendorTestCase());
    }
};

LibraryTestSuite g_libraryTestSuite; ///< registers the suite

} // namespace
