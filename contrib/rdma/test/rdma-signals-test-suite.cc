/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/fabric-frame-pool.h"
#include "ns3/fabric-signals.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <vector>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** A law that asks for INT and notes what comes back. */
class IntProbe : public CongestionControl
{
  public:
    /** @return the TypeId */
    static TypeId GetTypeId();

    /** An acknowledgment. */
    struct Note
    {
        Ticks rtt;                    ///< its round-trip time
        bool hasSignals;              ///< whether it brought signals
        fabric::FrameSignals signals; ///< these
    };

    std::vector<Note> notes; ///< all acknowledgments

  private:
    void DoStart() override
    {
        fabric::SignalRequest request;
        request.kinds = fabric::SIGNAL_INT;
        request.intHops = m_hops;
        RequestSignals(request);
    }

    void DoAck(const Ack& ack) override
    {
        notes.push_back(
            {ack.rtt, ack.signals != nullptr, ack.signals ? *ack.signals : fabric::FrameSignals{}});
    }

    uint8_t m_hops{5}; ///< space for so many hops
};

NS_OBJECT_ENSURE_REGISTERED(IntProbe);

TypeId
IntProbe::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::tests::IntProbe")
                            .SetParent<CongestionControl>()
                            .SetGroupName("Rdma")
                            .AddConstructor<IntProbe>()
                            .AddAttribute("Hops",
                                          "Hops to ask space for.",
                                          UintegerValue(5),
                                          MakeUintegerAccessor(&IntProbe::m_hops),
                                          MakeUintegerChecker<uint8_t>(1, 8));
    return tid;
}

/** Signals go to the receiver and back to the law of the sender. */
class EchoTestCase : public TestCase
{
  public:
    EchoTestCase()
        : TestCase("Signals are echoed to the congestion control")
    {
    }

  private:
    /**
     * Send packets over three links and two switches.
     *
     * @param hops space asked for
     * @param ackEvery packets per acknowledgment
     * @param packets number of packets
     * @return what the law heard
     */
    std::vector<IntProbe::Note> Run(uint32_t hops, uint32_t ackEvery, uint32_t packets)
    {
        ChainOptions options;
        options.links = 3;
        Chain chain(options);
        const std::string law = "ns3::rdma::tests::IntProbe[Hops=" + std::to_string(hops) + "]";
        chain.nic[0]->SetAttribute("CongestionControl", StringValue(law));
        chain.nic[0]->SetAttribute(
            "Reliability",
            StringValue("ns3::rdma::GoBackN[AckEvery=" + std::to_string(ackEvery) + "]"));
        for (std::size_t i = 2; i < chain.node.size(); ++i)
        {
            chain.node[i]->GetObject<fabric::Switch>()->SetAttribute(
                "Stampers", StringValue("ns3::fabric::IntStamper"));
        }
        auto [a, b] = chain.Connect();
        a->PostSend(Write(packets * 4086));
        Simulator::Run();
        auto notes = DynamicCast<IntProbe>(a->GetCongestionControl())->notes;
        NS_TEST_EXPECT_MSG_EQ(chain.port[0]->GetFramePool().GetNSignalsOutstanding(),
                              0,
                              "every acknowledgment gave its signals back");
        return notes;
    }

    void DoRun() override
    {
        // 100 Gb/s is 80 ps per byte. A packet of 4150 bytes and 42 of INT takes 335,360 ps per
        // link and 1 us more on the cable. An ACK of 64 + 42 bytes takes 8480 ps.
        auto notes = Run(5, 1, 1);
        NS_TEST_ASSERT_MSG_EQ(notes.size(), 1, "one acknowledgment");
        NS_TEST_ASSERT_MSG_EQ(notes[0].rtt, 3 * 1'335'360 + 3 * 1'008'480, "round trip");
        NS_TEST_ASSERT_MSG_EQ(notes[0].hasSignals, true, "with signals");
        NS_TEST_ASSERT_MSG_EQ(+notes[0].signals.nHops, 2, "the ACK's way back adds nothing");
        for (uint32_t hop = 0; hop < 2; ++hop)
        {
            const fabric::IntHop& record = notes[0].signals.hops[hop];
            NS_TEST_ASSERT_MSG_EQ(record.timestamp, (hop + 1) * 1'335'360, "time at " << hop);
            NS_TEST_ASSERT_MSG_EQ(record.txBytes, 0, "bytes at " << hop);
            NS_TEST_ASSERT_MSG_EQ(record.delay, 0, "delay at " << hop);
        }

        // One hop fits, the second does not: 10 bytes, 4160 in all, 332,800 ps.
        notes = Run(1, 1, 1);
        NS_TEST_ASSERT_MSG_EQ(+notes[0].signals.nHops, 1, "space for one");
        NS_TEST_ASSERT_MSG_EQ(notes[0].signals.overflow, true, "and it is said");
        NS_TEST_ASSERT_MSG_EQ(notes[0].signals.hops[0].timestamp, 1'332'800, "the first hop");

        // An acknowledgment of four packets echoes the fourth: three went before it.
        notes = Run(5, 4, 8);
        NS_TEST_ASSERT_MSG_EQ(notes.size(), 2, "eight packets, two acknowledgments");
        NS_TEST_ASSERT_MSG_EQ(notes[0].signals.hops[1].txBytes, 3 * 4192, "the fourth packet");
        NS_TEST_ASSERT_MSG_EQ(notes[1].signals.hops[1].txBytes, 7 * 4192, "the eighth packet");
    }
};

/** What is left of a trimmed frame is no data. */
class TrimmedTestCase : public TestCase
{
  public:
    TrimmedTestCase()
        : TestCase("A trimmed frame counts as lost for go-back-N")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain({});
        auto [a, b] = chain.Connect();
        Recorder recorder;
        b->SetHandler(&recorder);
        fabric::Frame* frame = chain.port[1]->GetFramePool().Allocate();
        frame->kind = fabric::FrameKind::ROCE;
        frame->bytes = 64;
        frame->destination = chain.port[1]->GetFabricAddress();
        frame->roce.destinationQp = b->GetQpn();
        frame->roce.opcode = OP_WRITE_ONLY;
        frame->roce.payloadBytes = 4086;
        frame->trimmed = true;
        chain.nic[1]->ReceiveFrame(*chain.port[1], frame);
        NS_TEST_ASSERT_MSG_EQ(chain.nic[1]->GetCounters().trimmedReceived, 1, "counted");
        NS_TEST_ASSERT_MSG_EQ(recorder.placed.size(), 0, "no message");
        a->PostSend(Write(4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(recorder.placed.size(), 1, "the packet itself is a message");
    }
};

/** Signals of frames, end to end. */
class RdmaSignalsTestSuite : public TestSuite
{
  public:
    RdmaSignalsTestSuite()
        : TestSuite("weft-rdma-signals", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new EchoTestCase);
        AddTestCase(new TrimmedTestCase);
    }
};

RdmaSignalsTestSuite g_rdmaSignalsTestSuite; ///< the suite

} // namespace
