/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/rdma-no-congestion-control.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Flow completion time of one message over a row of links. */
class FctTestCase : public TestCase
{
  public:
    /** @param links of the row @param gbps their rate @param packets of the message */
    FctTestCase(uint32_t links, uint64_t gbps, uint64_t packets)
        : TestCase("FCT of " + std::to_string(packets) + " packets over " + std::to_string(links) +
                   " links of " + std::to_string(gbps) + " Gbps"),
          m_links(links),
          m_gbps(gbps),
          m_packets(packets)
    {
    }

  private:
    void DoRun() override
    {
        ChainOptions options;
        options.links = m_links;
        options.rate = std::to_string(m_gbps) + "Gbps";
        Chain chain(options);
        Recorder sender;
        Recorder receiver;
        auto [a, b] = chain.Connect();
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        a->PostSend(Write(m_packets * 4086, 7, 0x1000));
        Simulator::Run();

        // Data frames of S = 4086 + 64 = 4150 bytes, ACKs of 64 bytes. At the sender:
        //   (n - 1 + L) 8S/B + 2Lp + L 8*64/B
        // The times per frame are whole picoseconds at 100 and 400 Gb/s and at 800 Gb/s as well:
        // 8 * 4150 / 800 Gb/s = 41,500 ps, 8 * 64 / 800 Gb/s = 640 ps.
        const Ticks data = 8 * 4150 * 1000 / m_gbps;
        const Ticks ack = 8 * 64 * 1000 / m_gbps;
        const Ticks links = m_links;
        const Ticks oneWay = (m_packets - 1 + links) * data + links * US;
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "one completion");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].at, oneWay + links * (US + ack), "at the sender");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].completion.wrId, 7, "the request");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].completion.bytes, m_packets * 4086, "its bytes");
        NS_TEST_EXPECT_MSG_EQ(
            (sender.sent[0].completion.status == CompletionStatus::SUCCESS), true, "success");
        NS_TEST_ASSERT_MSG_EQ(receiver.placed.size(), 1, "one message");
        NS_TEST_EXPECT_MSG_EQ(receiver.placed[0].at, oneWay, "at the receiver");
        NS_TEST_EXPECT_MSG_EQ(receiver.placed[0].placement.bytes, m_packets * 4086, "its bytes");
        NS_TEST_EXPECT_MSG_EQ(receiver.placed[0].placement.remoteAddress, 0x1000, "its place");

        const auto& counters = chain.nic[0]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(counters.dataSent, m_packets, "data frames");
        NS_TEST_EXPECT_MSG_EQ(counters.dataBytesSent, m_packets * 4150, "their bytes");
        NS_TEST_EXPECT_MSG_EQ(counters.acksReceived, m_packets, "an ACK for each");
        NS_TEST_EXPECT_MSG_EQ(counters.dataRepeated, 0, "nothing twice");
        NS_TEST_EXPECT_MSG_EQ(a->GetNPending(), 0, "nothing left");
    }

    uint32_t m_links;   ///< links of the row
    uint64_t m_gbps;    ///< their rate
    uint64_t m_packets; ///< packets of the message
};

/** The suite. */
class RdmaTimingTestSuite : public TestSuite
{
  public:
    RdmaTimingTestSuite()
        : TestSuite("weft-rdma-timing", TestSuite::Type::UNIT)
    {
        for (const uint32_t links : {1, 2, 4, 6})
        {
            for (const uint64_t gbps : {100, 400, 800})
            {
                for (const uint64_t packets : {1, 256, 4096})
                {
                    AddTestCase(new FctTestCase(links, gbps, packets));
                }
            }
        }
    }
};

RdmaTimingTestSuite g_rdmaTimingTestSuite; ///< registers the suite

} // namespace
