/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-selective-repeat.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks LOW = 100 * US;  ///< RtoLow
constexpr Ticks HIGH = 320 * US; ///< RtoHigh

/** Two hosts with what is lost, or delayed, arranged. */
struct Setup : LossSetup
{
    /**
     * @param sendPsn first PSN of host 0
     * @param reliability attributes of the scheme
     * @param options of the network
     */
    explicit Setup(uint32_t sendPsn = 0,
                   const std::string& reliability = "",
                   const ChainOptions& options = ChainOptions())
        : LossSetup("ns3::rdma::SelectiveRepeat[" + reliability + "]", sendPsn, options)
    {
    }
};

/** @return options of a chain with a meddler in it */
ChainOptions
WithMeddler()
{
    ChainOptions options;
    options.meddler = true;
    return options;
}

/** Loss of single frames of a message of ten packets. */
class SelectiveLossTestCase : public LossTestCase
{
  public:
    /** @param firstPsn of the message */
    explicit SelectiveLossTestCase(uint32_t firstPsn)
        : LossTestCase("ns3::rdma::SelectiveRepeat", firstPsn)
    {
    }

  private:
    void DoRun() override
    {
        using T = Saboteur::Target;
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0, 0, 0});

        // Packet k lost: packet k + 1 arrives at (k + 2) S + P, its NACK A + P later, and the
        // packet leaves again, alone: at once, or behind the ten, which end at 10 S. Each packet
        // behind the gap causes a NACK.
        const auto nack = [](uint32_t k) { return (k + 2) * S + 2 * P + A; };
        Run("first", {{T::DATA, 0, 1}}, {10 * S + LOOP, 1, 9, 0, 9, 0});
        Run("second", {{T::DATA, 1, 1}}, {10 * S + LOOP, 1, 8, 0, 8, 0});
        Run("middle", {{T::DATA, 5, 1}}, {nack(5) + LOOP, 1, 4, 0, 4, 0});
        Run("last but one", {{T::DATA, 8, 1}}, {nack(8) + LOOP, 1, 1, 0, 1, 0});
        // Two gaps: packet 6, early too, shows the second, while the first is being repaired.
        Run("two", {{T::DATA, 3, 1}, {T::DATA, 5, 1}}, {nack(5) + LOOP, 2, 5, 0, 5, 0});

        // The last one: nothing shows the gap. One packet is outstanding: RtoLow from the ACK of
        // packet 8.
        const Ticks ack8 = 8 * S + LOOP;
        Run("last", {{T::DATA, 9, 1}}, {ack8 + LOW + LOOP, 1, 0, 0, 0, 1});
        Run("last ACK", {{T::ACK, 9, 1}}, {ack8 + LOW + LOOP, 1, 0, 1, 0, 1});
        // The last three: RtoHigh; all three come again, and the first is answered for all.
        Run("last three ACKs",
            {{T::ACK, 7, 1}, {T::ACK, 8, 1}, {T::ACK, 9, 1}},
            {6 * S + LOOP + HIGH + LOOP, 3, 0, 3, 0, 1});
        // The NACK lost: that of packet 7 does it. The sender never hears of packet 6, which comes
        // again for nothing: the price of a NACK that names one packet.
        Run("NACK", {{T::DATA, 5, 1}, {T::NAK, 5, 1}}, {nack(6) + LOOP, 2, 4, 1, 4, 0});
        // Lost again: the timer runs from when it was sent again, with five packets outstanding.
        Run("packet twice", {{T::DATA, 5, 2}}, {nack(5) + HIGH + LOOP, 2, 4, 0, 4, 1});
        // An ACK lost in the middle is missed by nobody.
        Run("ACK in the middle", {{T::ACK, 5, 1}}, {9 * S + LOOP, 0, 0, 0, 0, 0});
    }
};

/** A repeat that is lost, with new packets behind it. */
class LostRepeatTestCase : public TestCase
{
  public:
    LostRepeatTestCase()
        : TestCase("A repeat is lost in the middle of a message")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool find : {true, false})
        {
            Setup setup(0, std::string("FindLostRepeats=") + (find ? "1" : "0"));
            setup.saboteur->targets = {{Saboteur::Target::DATA, 5, 2}};
            setup.a->PostSend(Write(30 * 4086));
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 2, "the packet, twice");
            NS_TEST_EXPECT_MSG_EQ(setup.Receiver().duplicates, 0, "nothing for nothing");
            if (find)
            {
                // Its NACK is there at 7 S + 2 P + A = 4.3 us, that of the first new packet behind
                // the repeat at 7.7 us at the latest, and the sender is busy until 32 S = 10.6 us.
                NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 31 * S + LOOP, "no pause");
                NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, "no timeout");
            }
            else
            {
                NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 1, "the timer brings it");
                NS_TEST_EXPECT_MSG_GT(setup.sender.sent[0].at, HIGH, "late");
            }
        }
    }
};

/** Packets that overtake each other. */
class ReorderTestCase : public TestCase
{
  public:
    ReorderTestCase()
        : TestCase("Reordering, and thresholds in packets and time")
    {
    }

  private:
    /**
     * Send 20 packets, of which number 3 comes late or is lost.
     *
     * @param scheme attributes
     * @param lose rather than delay by two and a half frames: it comes between 5 and 6
     * @param naks expected, and likewise
     * @param repeated data frames
     * @param fct completion at the sender
     */
    void Run(const std::string& scheme, bool lose, uint32_t naks, uint32_t repeated, Ticks fct)
    {
        Setup setup(0, scheme, WithMeddler());
        bool first = true;
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                if (first && frame.roce.opcode != OP_ACKNOWLEDGE && frame.roce.psn == 3)
                {
                    first = false;
                    lose ? delays.clear() : delays.assign(1, S * 5 / 2);
                }
            });
        setup.a->PostSend(Write(20 * 4086));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.chain.meddler->GetNMeddled(), 1, scheme << ": as arranged");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, scheme << ": completed");
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 1, scheme << ": placed");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().outOfOrder, (lose ? 16 : 2), scheme << ": early");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().naksSent, naks, scheme << ": NACKs");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, repeated, scheme << ": again");
        NS_TEST_EXPECT_MSG_EQ(
            setup.Receiver().duplicates, (lose ? 0 : repeated), scheme << ": for nothing");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, scheme << ": timeouts");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, fct, scheme << ": time");
    }

    void DoRun() override
    {
        // Over two links packet k arrives at (k + 2) S + 2 P. With packet 3 between 5 and 6, which
        // leaves a slot idle and shifts all behind by one, the last arrives at 22 S + 2 P; ACKs
        // take 2 (A + P).
        const Ticks late = 22 * S + 4 * P + 2 * A;
        Run("ReorderPackets=3", false, 0, 0, late);
        // Overtaken by 4 and 5: one NACK, by 5. The NACK of packet 4 arrives at 6 S + 4 P + 2 A =
        // 6.002 us, when 18 is on the wire and 19 next: the packet comes again for nothing, behind
        // the others.
        Run("ReorderPackets=2", false, 1, 1, late);
        Run("ReorderPackets=1", false, 2, 1, late);
        // Overtaken for less than 1 us.
        Run("ReorderTime=1us", false, 0, 0, late);

        // Lost: shown by packet 3 + n, repaired a loop later or behind the others, which end at
        // 20 S = 6.64 us.
        const auto repair = [](uint32_t n)
        { return std::max(20 * S, (3 + n + 2) * S + 4 * P + 2 * A) + 2 * S + 4 * P + 2 * A; };
        Run("ReorderPackets=1", true, 16, 1, repair(1));
        Run("ReorderPackets=8", true, 9, 1, repair(8));
        // Packet 4 comes at 6 S + 2 P; 8 is the first that comes 1 us later.
        Run("ReorderTime=1us", true, 12, 1, repair(5));
    }
};

/** How much may be outstanding. */
class FlowControlTestCase : public TestCase
{
  public:
    FlowControlTestCase()
        : TestCase("Flow control by bandwidth-delay product, and by the bitmap")
    {
    }

  private:
    void DoRun() override
    {
        // 1 us at 100 Gb/s are 3.01 frames of 332 ns: 4 packets. Four leave, and the ACK of each
        // lets one more leave, LOOP after it.
        for (const std::string scheme :
             {"BdpTime=1us", "BitmapPackets=4", "BitmapPackets=4|AckEvery=64"})
        {
            Setup setup(0, scheme);
            setup.a->PostSend(Write(10 * 4086));
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
            // With one ACK for four packets: packets 3, 7 and 9 end the windows.
            const bool coalesced = scheme.size() > 20;
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at,
                                  (coalesced ? 2 * (3 * S + LOOP) + S + LOOP : 2 * LOOP + S + LOOP),
                                  scheme);
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().acksReceived, (coalesced ? 3 : 10), scheme);
        }
    }
};

/** Messages are told in order, and each receive goes to its message. */
class OrderTestCase : public TestCase
{
  public:
    OrderTestCase()
        : TestCase("Messages and receives in order, RNR of an early packet")
    {
    }

  private:
    void DoRun() override
    {
        // Three SENDs of one packet. The first is lost: the others are early. One receive is
        // posted: when the first comes again, at most one frame of LOOP after 10 us, it is placed
        // and the second refused: it waits 10 us (code 1) and finds its receive. The third, early
        // still, follows at once.
        Setup setup(0, "RnrTimer=1");
        setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 1}};
        setup.b->PostReceive(100);
        for (uint64_t id = 0; id < 3; ++id)
        {
            WorkRequest request = Write(4086, id);
            request.verb = Verb::SEND;
            setup.a->PostSend(request);
        }
        Simulator::Schedule(MicroSeconds(8), &QueuePair::PostReceive, setup.b, 101);
        Simulator::Schedule(MicroSeconds(8), &QueuePair::PostReceive, setup.b, 102);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 3, "all");
        // The NACK of the second packet arrives at 2 S + 2 P + A; S + P later the first is there.
        const Ticks first = 2 * S + 2 * P + A + S + P;
        const Ticks second = first + A + P + 10 * US + S + P;
        const Ticks at[] = {first, second, second};
        for (uint64_t id = 0; id < 3; ++id)
        {
            NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[id].placement.receiveId, 100 + id, "order");
            NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[id].at, at[id], "when");
        }
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 3, "completed");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, first + A + P, "by the RNR NAK");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[2].at, second + A + P, "by the last ACK");
        NS_TEST_EXPECT_MSG_EQ(setup.Receiver().rnrNaksSent, 1, "one RNR NAK");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 2, "the first and the second");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, "no timeout");
        NS_TEST_EXPECT_MSG_EQ(setup.a->GetReliability()->GetBytesInFlight(), 0, "books");
    }
};

/** Nobody answers. */
class ExhaustionTestCase : public TestCase
{
  public:
    ExhaustionTestCase()
        : TestCase("Backoff and retry exhaustion")
    {
    }

  private:
    void DoRun() override
    {
        // One packet: RtoLow, doubled each time. Timeouts at 100, 300 and 700 us; the third is
        // the end. Then the same with timeouts that stay.
        for (const bool backoff : {true, false})
        {
            Setup setup(0, std::string("RetryCount=2") + (backoff ? "" : "|MaxBackoff=0"));
            setup.saboteur->targets = {{Saboteur::Target::DATA, 0, 100}};
            setup.a->PostSend(Write(100, 7));
            setup.a->PostSend(Write(0, 8));
            setup.saboteur->targets.push_back({Saboteur::Target::DATA, 1, 100});
            Simulator::Run();
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 2, "both end");
            NS_TEST_EXPECT_MSG_EQ(
                (setup.sender.sent[0].completion.status == CompletionStatus::RETRY_EXCEEDED),
                true,
                "reason");
            NS_TEST_EXPECT_MSG_EQ(
                (setup.sender.sent[1].completion.status == CompletionStatus::FLUSHED),
                true,
                "flushed");
            NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, (backoff ? 7 : 3) * LOW, "when");
            NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 3, "timeouts");
            NS_TEST_EXPECT_MSG_EQ((setup.a->GetState() == QueuePair::ERROR), true, "it failed");
        }
    }
};

/** A lost packet that may not leave is no reason to give up. */
class PauseTestCase : public TestCase
{
  public:
    PauseTestCase()
        : TestCase("A pause longer than all timeouts")
    {
    }

  private:
    void DoRun() override
    {
        // Packet 5 of ten is lost and its NACK arrives at 4.3 us; class 3 is paused from 4 us to
        // 2 ms (PFC quanta of 65,535 last 335 us: refreshed by the port), when it leaves again.
        Setup setup(0, "RetryCount=0");
        setup.saboteur->targets = {{Saboteur::Target::DATA, 5, 1}};
        setup.a->PostSend(Write(10 * 4086));
        Simulator::Schedule(MicroSeconds(3), &fabric::Port::PausePeer, setup.chain.port[1], 3);
        Simulator::Schedule(MilliSeconds(2), &fabric::Port::ResumePeer, setup.chain.port[1], 3);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.a->IsReady(), true, "no failure");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().timeouts, 0, "no timeout");
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[0].at, 2 * MS + A + P + LOOP, "after the pause");
    }
};

/** What arrives is what was sent, whatever happens on the way. */
class ExactlyOnceTestCase : public ExchangeTestCase
{
  public:
    ExactlyOnceTestCase()
        : ExchangeTestCase("Exactly once and in order under loss and reordering")
    {
    }

  private:
    void DoRun() override
    {
        uint64_t repeated = 0;
        uint64_t early = 0;
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(3);
        for (uint32_t seed = 0; seed < 60; ++seed)
        {
            // Losses of 0 to 11 percent, half of the frames late by up to 5 us.
            const std::string scheme = "RetryCount=50|AckEvery=" + std::to_string(1 + seed % 3) +
                                       "|ReorderPackets=" + std::to_string(1 + seed % 7 * 3) +
                                       "|ReorderTime=" + std::to_string(seed % 5) +
                                       "us|BitmapPackets=" + std::to_string(3 + 10 * (seed % 4));
            Setup setup(0xffffff - seed, scheme, WithMeddler());
            setup.chain.meddler->SetRule(
                [&](fabric::Frame&, std::vector<Ticks>& delays)
                {
                    if (random->GetValue() < 0.01 * (seed % 12))
                    {
                        delays.clear();
                    }
                    else if (random->GetValue() < 0.5)
                    {
                        delays[0] = random->GetInteger(0, 5 * US);
                    }
                });
            Exchange(setup);
            repeated += setup.Sender().dataRepeated;
            early += setup.Receiver().outOfOrder;
        }
        NS_TEST_EXPECT_MSG_EQ((repeated > 500 && early > 1000), true, "the test tests something");
    }
};

/** What was refused for want of a receive finds no room in the window. */
class ClosedWindowTestCase : public TestCase
{
  public:
    ClosedWindowTestCase()
        : TestCase("RNR NAK, and the window is full of packets that were lost")
    {
    }

  private:
    void DoRun() override
    {
        // A SEND of 10 bytes finds no receive; two packets behind it fill the window and are lost,
        // so that nothing will ever open it. The timer has to.
        for (const std::string scheme :
             {"SelectiveRepeat", "SackRack", "Falcon", "MpRdma[BitmapPackets=64]"})
        {
            LossSetup setup(
                {"ns3::rdma::" + scheme,
                 "",
                 "ns3::rdma::NoCongestionControl[Window=" + std::to_string(3 * 4086 - 1) + "]"});
            setup.b->GetReliability()->SetAttribute("RnrTimer", UintegerValue(1));
            setup.saboteur->targets = {{Saboteur::Target::DATA, 1, 1},
                                       {Saboteur::Target::DATA, 2, 1}};
            WorkRequest send = Write(10, 0);
            send.verb = Verb::SEND;
            setup.a->PostSend(send);
            setup.a->PostSend(Write(3 * 4086, 1));
            Simulator::Schedule(MicroSeconds(5), &QueuePair::PostReceive, setup.b, 1);
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(setup.saboteur->lost, 2, scheme << ": as arranged");
            NS_TEST_EXPECT_MSG_EQ(setup.Receiver().rnrNaksSent, 1, scheme << ": refused once");
            const auto& sent = setup.sender.sent;
            NS_TEST_EXPECT_MSG_EQ(sent.size(), 2, scheme << ": both complete");
            NS_TEST_EXPECT_MSG_EQ(
                (sent.empty() || sent.back().completion.status != CompletionStatus::SUCCESS),
                false,
                scheme << ": with success");
        }
    }
};

/** The suite. */
class RdmaSelectiveRepeatTestSuite : public TestSuite
{
  public:
    RdmaSelectiveRepeatTestSuite()
        : TestSuite("weft-rdma-selective-repeat", TestSuite::Type::UNIT)
    {
        AddTestCase(new SelectiveLossTestCase(0));
        AddTestCase(new SelectiveLossTestCase(0xfffffa)); // the wrap is inside of the message
        AddTestCase(new LostRepeatTestCase);
        AddTestCase(new ReorderTestCase);
        AddTestCase(new FlowControlTestCase);
        AddTestCase(new OrderTestCase);
        AddTestCase(new ExhaustionTestCase);
        AddTestCase(new ClosedWindowTestCase);
        AddTestCase(new PauseTestCase);
        AddTestCase(new ExactlyOnceTestCase);
    }
};

RdmaSelectiveRepeatTestSuite g_rdmaSelectiveRepeatTestSuite; ///< registers the suite

} // namespace
