/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/pointer.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

// One link of 100 Gb/s and 1 us; data frames of 4150 bytes, ACKs of 64.
constexpr Ticks S = 332'000;              ///< a data frame
constexpr Ticks A = 5'120;                ///< an ACK
constexpr Ticks P = US;                   ///< propagation
constexpr Ticks G = 2 * US;               ///< NAK generation
constexpr Ticks R = 4 * US;               ///< NAK reaction
constexpr Ticks LOOP = S + 2 * P + A;     ///< from the start of a frame to the arrival of its ACK
constexpr Ticks RTO = 8 * Ticks{4096000}; ///< AckTimeout 3

/** A chain whose loss is arranged. */
struct Setup
{
    /** @param reliability scheme @param options of the network */
    explicit Setup(const std::string& reliability, const ChainOptions& options = ChainOptions())
        : chain(options),
          saboteur(CreateObject<Saboteur>())
    {
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue(reliability));
        }
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        std::tie(a, b) = chain.Connect(0xfffffa, 7); // the wrap is inside of the message
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
    }

    Chain chain;            ///< the network
    Ptr<Saboteur> saboteur; ///< what is lost
    Ptr<QueuePair> a;       ///< at host 0
    Ptr<QueuePair> b;       ///< at host 1
    Recorder sender;        ///< user of a
    Recorder receiver;      ///< user of b
};

constexpr const char* SCHEME = "ns3::rdma::GoBackZero[AckTimeout=3]"; ///< what is tested

/** @param packet counted from the first @return its PSN */
uint32_t
Psn(uint32_t packet)
{
    return (0xfffffa + packet) & 0xffffff;
}

/** The whole message comes again. */
class WholeMessageTestCase : public TestCase
{
  public:
    WholeMessageTestCase()
        : TestCase("A loss repeats the message, and no other")
    {
    }

  private:
    /** Lose one packet of messages of 10 and 5. @param packet which @param repeated expected
     * @param fct completion of both @param timeouts expected */
    void Run(uint32_t packet, uint32_t repeated, Ticks fct, uint32_t timeouts)
    {
        Setup setup(SCHEME);
        setup.saboteur->targets = {{Saboteur::Target::DATA, Psn(packet), 1}};
        setup.a->PostSend(Write(10 * 4086, 1));
        setup.a->PostSend(Write(5 * 4086, 2));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 2, "both complete");
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 2, "both arrive");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.bytes, 40'860, "size");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[1].placement.bytes, 20'430, "size");
        const auto& counters = setup.chain.nic[0]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(counters.dataRepeated, repeated, packet << ": again");
        NS_TEST_EXPECT_MSG_EQ(counters.timeouts, timeouts, packet << ": timeouts");
        NS_TEST_EXPECT_MSG_EQ(counters.acksReceived, 2, packet << ": one ACK a message");
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[1].at, fct, packet << ": time");
    }

    void DoRun() override
    {
        // Packet k lost: packet k + 1 arrives at (k + 2) S + P; NAK and delays as in go-back-N.
        const auto back = [](uint32_t k) { return (k + 2) * S + P + G + A + P + R; };
        Run(5, 15, back(5) + 14 * S + LOOP, 0);
        Run(0, 15, back(0) + 14 * S + LOOP, 0);
        // Of the second message: the first is acknowledged by then.
        Run(12, 5, back(12) + 4 * S + LOOP, 0);
        // Nothing behind it: the timer runs since the ACK of the first message.
        Run(14, 5, 9 * S + LOOP + RTO + 4 * S + LOOP, 1);
    }
};

/** One loss in each message: nothing ever arrives. */
class LivelockTestCase : public TestCase
{
  public:
    LivelockTestCase()
        : TestCase("Livelock at a loss in each message, and none with go-back-N")
    {
    }

  private:
    /** @param scheme what @return messages of 100 packets that arrive in 1 ms */
    uint64_t Run(const std::string& scheme)
    {
        ChainOptions options;
        options.meddler = true;
        Setup setup(scheme, options);
        uint32_t packets = 0;
        setup.chain.meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                if (frame.roce.opcode != OP_ACKNOWLEDGE && ++packets % 50 == 0)
                {
                    delays.clear();
                }
            });
        for (uint64_t id = 0; id < 20; ++id)
        {
            setup.a->PostSend(Write(100 * 4086, id));
        }
        Simulator::Stop(MilliSeconds(1));
        Simulator::Run();
        return setup.receiver.placed.size();
    }

    void DoRun() override
    {
        NS_TEST_EXPECT_MSG_EQ(Run(SCHEME), 0, "every 50th packet is lost");
        // Of 50 packets that go-back-N sends, the loop of 11 us after a loss takes 33, and the
        // other 17 arrive in order. 1 ms are 3012 packets: 10 messages.
        NS_TEST_EXPECT_MSG_GT(Run("ns3::rdma::GoBackN[AckTimeout=3]"), 7, "go-back-N gets on");
    }
};

/** What a message that begins again does to receives. */
class ReceivesTestCase : public TestCase
{
  public:
    ReceivesTestCase()
        : TestCase("A SEND that begins again keeps its receive")
    {
    }

  private:
    void DoRun() override
    {
        Setup setup(SCHEME);
        setup.saboteur->targets = {{Saboteur::Target::DATA, Psn(1), 2}};
        setup.b->PostReceive(100);
        setup.b->PostReceive(101);
        for (uint64_t id = 0; id < 2; ++id)
        {
            WorkRequest request = Write(3 * 4086, id);
            request.verb = Verb::SEND;
            setup.a->PostSend(request);
        }
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.receiver.placed.size(), 2, "both arrive");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.receiveId, 100, "first");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[1].placement.receiveId, 101, "second");
        NS_TEST_EXPECT_MSG_EQ(setup.receiver.placed[0].placement.bytes, 3 * 4086, "size");
        NS_TEST_EXPECT_MSG_EQ(setup.b->GetNReceives(), 0, "both used");
    }
};

/** Timeouts as measured on NICs. */
class AdaptiveTimeoutTestCase : public TestCase
{
  public:
    AdaptiveTimeoutTestCase()
        : TestCase("Adaptive retransmission of go-back-N")
    {
    }

  private:
    void DoRun() override
    {
        // AckTimeout 14 is 67.108864 ms. Timeouts 5.6, 4.1, 8.4, 16.7, 25.1, 67.1, 134.2 and
        // 134.2 of 67.1 ms of it; with the eighth the queue pair gives up.
        Setup setup("ns3::rdma::GoBackN[AckTimeout=14|AdaptiveTimeout=1]");
        setup.saboteur->targets = {{Saboteur::Target::DATA, Psn(0), 100}};
        setup.a->PostSend(Write(100));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "it ends");
        NS_TEST_EXPECT_MSG_EQ(
            (setup.sender.sent[0].completion.status == CompletionStatus::RETRY_EXCEEDED),
            true,
            "reason");
        const double sum = (5.6 + 4.1 + 8.4 + 16.7 + 25.1 + 67.1 + 134.2 + 134.2) / 67.1;
        NS_TEST_EXPECT_MSG_EQ_TOL(
            setup.sender.sent[0].at / 1e9, sum * 67.108864, 1e-6, "sum of timeouts, ms");
        NS_TEST_EXPECT_MSG_EQ(setup.chain.nic[0]->GetCounters().timeouts, 8, "timeouts");
    }
};

/** A simulation ends when there is nothing more to do. */
class DrainTestCase : public TestCase
{
  public:
    DrainTestCase()
        : TestCase("Timers that stopped do not keep a simulation alive")
    {
    }

  private:
    void DoRun() override
    {
        // AckTimeout 14 is 67 ms; the message is acknowledged after 5.3 us.
        Setup setup("ns3::rdma::GoBackN");
        setup.a->PostSend(Write(10 * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(
            (fabric::NowTicks() <= setup.sender.sent[0].at + RetransmissionTimers::HORIZON),
            true,
            "at most 50 us later");
        // And one that runs still expires on time.
        setup.saboteur->targets = {{Saboteur::Target::DATA, Psn(10), 1}};
        const Ticks start = fabric::NowTicks();
        setup.a->PostSend(Write(100));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 2, "completed");
        const Ticks frame = (100 + 64) * 80;
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent[1].at - start,
                              (Ticks{4'096'000} << 14) + frame + 2 * P + A,
                              "the timeout, to the picosecond");
    }
};

/** The suite. */
class RdmaGoBackZeroTestSuite : public TestSuite
{
  public:
    RdmaGoBackZeroTestSuite()
        : TestSuite("weft-rdma-go-back-zero", TestSuite::Type::UNIT)
    {
        AddTestCase(new WholeMessageTestCase);
        AddTestCase(new LivelockTestCase);
        AddTestCase(new ReceivesTestCase);
        AddTestCase(new AdaptiveTimeoutTestCase);
        AddTestCase(new DrainTestCase);
    }
};

RdmaGoBackZeroTestSuite g_rdmaGoBackZeroTestSuite; ///< registers the suite

} // namespace
