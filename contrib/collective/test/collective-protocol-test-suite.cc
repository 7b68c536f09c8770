/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/collective-ll-protocol.h"
#include "ns3/collective-ll128-protocol.h"
#include "ns3/collective-simple-protocol.h"
#include "ns3/fabric-time.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <string>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** Prefix of a text with attributes. */
const std::string PROTOCOL = "Protocol=ns3::collective::";

/** @return a network of latency 1 us and 100 ps per byte */
IdealNetwork::Shape
GetShape(uint32_t n, uint32_t perServer)
{
    IdealNetwork::Shape shape;
    shape.nAccelerators = n;
    shape.perServer = perServer;
    shape.latency = MicroSeconds(1);
    shape.perByte = PicoSeconds(100);
    return shape;
}

/** Lines, slots and slices. */
class ProtocolSizesTestCase : public TestCase
{
  public:
    ProtocolSizesTestCase()
        : TestCase("sizes of messages")
    {
    }

  private:
    void DoRun() override
    {
        const auto ll = CreateObject<LlProtocol>();
        const auto ll128 = CreateObject<Ll128Protocol>();
        const auto simple = CreateObject<SimpleProtocol>();
        // 8 of 16 bytes are data: 125 lines, and one more for one byte more.
        NS_TEST_ASSERT_MSG_EQ(ll->GetWireBytes(1000), 2000, "LL");
        NS_TEST_ASSERT_MSG_EQ(ll->GetWireBytes(1001), 2016, "LL, a line more");
        NS_TEST_ASSERT_MSG_EQ(ll->GetWireBytes(0), 0, "LL, nothing");
        NS_TEST_ASSERT_MSG_EQ(ll->GetEfficiency(), 0.5, "LL");
        // 120 of 128: 9 lines hold 1080.
        NS_TEST_ASSERT_MSG_EQ(ll128->GetWireBytes(1000), 1152, "LL128");
        NS_TEST_ASSERT_MSG_EQ(ll128->GetWireBytes(1081), 1280, "LL128, a line more");
        NS_TEST_ASSERT_MSG_EQ(ll128->GetEfficiency(), 0.9375, "LL128");
        NS_TEST_ASSERT_MSG_EQ(simple->GetWireBytes(1001), 1001, "Simple");
        NS_TEST_ASSERT_MSG_EQ(simple->GetEfficiency(), 1, "Simple");
        // 65536 / 16 * 8, 614400 / 128 * 120, 2 * 524288.
        NS_TEST_ASSERT_MSG_EQ(ll->GetMessageSize(), 32768, "LL");
        NS_TEST_ASSERT_MSG_EQ(ll128->GetMessageSize(), 576000, "LL128");
        NS_TEST_ASSERT_MSG_EQ(simple->GetMessageSize(), 1048576, "Simple");
    }
};

/** Duration and bytes of a collective with a protocol. */
class ProtocolCostTestCase : public TestCase
{
  public:
    /**
     * @param text the algorithm
     * @param operation type, bytes and root
     * @param perServer ranks of each of the servers that the 4 ranks are on
     * @param expected duration
     * @param sent bytes that all ranks send
     */
    ProtocolCostTestCase(const std::string& text,
                         const Operation& operation,
                         uint32_t perServer,
                         Time expected,
                         uint64_t sent)
        : TestCase("cost of " + GetTypeName(operation.type) + " with " +
                   text.substr(text.find(PROTOCOL) + PROTOCOL.size(), 3) + ", " +
                   std::to_string(perServer) + " per server"),
          m_text(text),
          m_operation(operation),
          m_perServer(perServer),
          m_expected(expected),
          m_sent(sent)
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(GetShape(4, m_perServer));
        bench.SetAlgorithm(m_operation.type, m_text);
        bench.engine->TraceConnectWithoutContext(
            "Finished", MakeCallback(&ProtocolCostTestCase::NoteFinished, this));
        Operation operation = m_operation;
        operation.communicator = bench.AddWorld();
        operation.sequence = 1;
        bench.Watch(operation);
        bench.PostAll(operation);
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", "data");
        NS_TEST_ASSERT_MSG_EQ(bench.GetEnd(), m_expected, "closed form");
        uint64_t sent = 0;
        for (uint32_t rank = 0; rank < 4; ++rank)
        {
            sent += bench.network->GetBytesSent(rank);
        }
        NS_TEST_ASSERT_MSG_EQ(sent, m_sent, "bytes on the wire");
        NS_TEST_ASSERT_MSG_EQ(
            (m_text.find(m_record.protocol) != std::string::npos), true, "record");
        NS_TEST_ASSERT_MSG_EQ(m_record.nChannels, 1, "record");
    }

    /** Trace sink. */
    void NoteFinished(const OperationRecord& record)
    {
        m_record = record;
    }

    const std::string m_text;    ///< the algorithm
    const Operation m_operation; ///< what is done
    const uint32_t m_perServer;  ///< ranks of a server
    const Time m_expected;       ///< duration
    const uint64_t m_sent;       ///< bytes
    OperationRecord m_record;    ///< the last one
};

/** Messages fill slots: half as many are under way if each fills two. */
class SliceTestCase : public TestCase
{
  public:
    SliceTestCase()
        : TestCase("slots of slices")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t slots : {1U, 2U, 8U})
        {
            TestBench bench(GetShape(2, 1));
            bench.SetAlgorithm(CollectiveType::BROADCAST,
                               "RingBroadcast[ChunkSize=100|" + PROTOCOL + "SimpleProtocol]");
            bench.engine->SetAttribute("Slots", UintegerValue(slots));
            Operation operation;
            operation.type = CollectiveType::BROADCAST;
            operation.communicator = bench.AddWorld();
            operation.bytes = 2000;
            bench.PostAll(operation);
            bench.Run();
            NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2, "complete");
            const uint32_t expected = slots == 8 ? 4 : 1;
            NS_TEST_ASSERT_MSG_EQ(bench.network->GetMostInFlight(0), expected, slots << " slots");
        }
    }
};

/** The unit test suite of protocols. */
class ProtocolTestSuite : public TestSuite
{
  public:
    ProtocolTestSuite()
        : TestSuite("weft-collective-protocols", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new ProtocolSizesTestCase());
        AddTestCase(new SliceTestCase());
        Operation ring;
        ring.bytes = 4000;
        // 6 steps of slices of 1000 bytes, 2000 on the wire: 1 us + 200 ns; base latency 6.6 us.
        AddRing("LlProtocol", ring, 1, NanoSeconds(6600 + 6 * 1200), 24 * 2000);
        // 1152 on the wire, and 1.3 us a hop; base latency 14 us.
        AddRing("Ll128Protocol", ring, 1, PicoSeconds(14000000 + 6 * 2415200), 24 * 1152);
        // 1000 on the wire, and 11.3 us between, 2.8 us inside of servers; base latency 8.4 us.
        AddRing("SimpleProtocol", ring, 1, NanoSeconds(8400 + 6 * 12400), 24 * 1000);
        AddRing("SimpleProtocol", ring, 4, NanoSeconds(8400 + 6 * 3900), 24 * 1000);
        // Servers {0, 1} and {2, 3}: the chain goes from rank 1 to 0, to the other server, and on
        // to its other rank: two hops inside, one outside, of 1 us + 100 ns each.
        Operation chain;
        chain.type = CollectiveType::BROADCAST;
        chain.bytes = 1000;
        chain.root = 1;
        AddTestCase(
            new ProtocolCostTestCase("RingBroadcast[Channels=1|" + PROTOCOL + "SimpleProtocol]",
                                     chain,
                                     2,
                                     NanoSeconds(8400 + 3 * 1100 + 2 * 2800 + 11300),
                                     3000));
        // 100,000 bytes are 4 messages of 25,000, as 32,768 are the most: 50,000 on the wire, 5 us.
        // Three hops of the first one, three more behind it.
        chain.bytes = 100000;
        AddTestCase(new ProtocolCostTestCase("RingBroadcast[Channels=1|" + PROTOCOL + "LlProtocol]",
                                             chain,
                                             1,
                                             NanoSeconds(6600 + 3 * 6000 + 3 * 5000),
                                             3 * 200000));
    }

  private:
    /** Add a case of a ring all-reduce on one channel. */
    void AddRing(const std::string& protocol,
                 const Operation& operation,
                 uint32_t perServer,
                 Time expected,
                 uint64_t sent)
    {
        AddTestCase(
            new ProtocolCostTestCase("RingAllReduce[Channels=1|" + PROTOCOL + protocol + "]",
                                     operation,
                                     perServer,
                                     expected,
                                     sent));
    }
};

ProtocolTestSuite g_protocolTestSuite; ///< registers the suite

} // namespace
