/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/rdma-message-assembler.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-outstanding-packets.h"
#include "ns3/test.h"

/**
 * @ingroup rdma-tests
 * The books of transports that deliver in any order.
 */

using namespace ns3;
using namespace ns3::rdma;

namespace
{

/** The books of sender and receiver. */
class UnorderedBooksTestCase : public TestCase
{
  public:
    UnorderedBooksTestCase()
        : TestCase("outstanding packets, and messages from packets in any order")
    {
    }

  private:
    void DoRun() override
    {
        OutstandingPackets packets;
        packets.Start(1000);
        for (uint64_t i = 0; i < 200; ++i)
        {
            packets.Send(1000 + i, 10, 7, 5);
        }
        NS_TEST_ASSERT_MSG_EQ(packets.GetBytesInFlight(), 2000, "sent");
        packets.Lose(1100);
        packets.Lose(1050);
        NS_TEST_ASSERT_MSG_EQ(packets.GetBytesInFlight(), 1980, "two are lost");
        NS_TEST_ASSERT_MSG_EQ(packets.FindLost(), 1050, "the lowest");
        NS_TEST_ASSERT_MSG_EQ(packets.Arrive(1100), 10, "it was not lost");
        NS_TEST_ASSERT_MSG_EQ(packets.Arrive(1100), 0, "no news");
        NS_TEST_ASSERT_MSG_EQ(packets.GetBytesInFlight(), 1980, "it did not count");
        packets.Send(1050, 10, 8, 6);
        NS_TEST_ASSERT_MSG_EQ(packets.GetNLost(), 0, "none left");
        NS_TEST_ASSERT_MSG_EQ(packets.GetBytesInFlight(), 1990, "it counts again");
        NS_TEST_ASSERT_MSG_EQ(packets.Get(1050).entropy, 8, "new path");
        NS_TEST_ASSERT_MSG_EQ(packets.GetNArrived(), 1, "one early");
        NS_TEST_ASSERT_MSG_EQ(packets.ArriveUpTo(1150), 1490, "150 less the one known");
        NS_TEST_ASSERT_MSG_EQ(packets.GetNArrived(), 0, "none early");
        NS_TEST_ASSERT_MSG_EQ(packets.GetBytesInFlight(), 500, "50 are left");
        NS_TEST_ASSERT_MSG_EQ(packets.Contains(1149), false, "arrived");
        NS_TEST_ASSERT_MSG_EQ(packets.Contains(1199), true, "outstanding");
        NS_TEST_ASSERT_MSG_EQ(packets.Contains(1200), false, "never sent");

        // Messages 0 (3 + 2 bytes), 1 (none) and 2 (4) in the order 2, 0b, 1, 0a.
        MessageAssembler assembler;
        Placement placement;
        NS_TEST_ASSERT_MSG_EQ(assembler.Take(Packet(2, 4, 4, OP_WRITE_ONLY), placement), true, "2");
        NS_TEST_ASSERT_MSG_EQ(placement.number, 2, "number");
        NS_TEST_ASSERT_MSG_EQ(assembler.Take(Packet(0, 2, 5, OP_SEND_LAST), placement),
                              false,
                              "the last packet is not all");
        NS_TEST_ASSERT_MSG_EQ(assembler.Take(Packet(1, 0, 0, OP_WRITE_ONLY), placement), true, "1");
        NS_TEST_ASSERT_MSG_EQ(placement.bytes, 0, "no bytes");
        NS_TEST_ASSERT_MSG_EQ(assembler.GetNOpen(), 3, "0 to 2");
        NS_TEST_ASSERT_MSG_EQ(assembler.Take(Packet(0, 3, 5, OP_SEND_FIRST), placement), true, "0");
        NS_TEST_ASSERT_MSG_EQ(placement.bytes, 5, "all bytes");
        NS_TEST_ASSERT_MSG_EQ((placement.verb == Verb::SEND), true, "verb");
        NS_TEST_ASSERT_MSG_EQ(assembler.GetNOpen(), 0, "none");
    }

    /** @return transport headers of a packet */
    static fabric::RoceFields Packet(uint32_t number,
                                     uint32_t bytes,
                                     uint32_t total,
                                     uint8_t opcode)
    {
        fabric::RoceFields fields{};
        fields.msn = number;
        fields.payloadBytes = bytes;
        fields.dmaLength = total;
        fields.opcode = opcode;
        fields.solicited = IsLast(opcode);
        return fields;
    }
};

/** The suite. */
class RdmaUnorderedBooksTestSuite : public TestSuite
{
  public:
    RdmaUnorderedBooksTestSuite()
        : TestSuite("weft-rdma-unordered-books", TestSuite::Type::UNIT)
    {
        AddTestCase(new UnorderedBooksTestCase);
    }
};

RdmaUnorderedBooksTestSuite g_rdmaUnorderedBooksTestSuite; ///< registers the suite

} // namespace
