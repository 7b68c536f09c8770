/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-test-net.h"

#include "ns3/pointer.h"
#include "ns3/rdma-falcon-swift.h"
#include "ns3/rdma-falcon.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

// Links of 100 Gb/s and 1 us; data frames of 4150 bytes, ACKs of 64.
constexpr Ticks S = 332'000;           ///< a data frame
constexpr Ticks A = 5'120;             ///< an ACK
constexpr Ticks LOOP = S + 2 * US + A; ///< one link: from the start of a frame to its ACK
constexpr Ticks RTO = 100 * US;        ///< MinRto: three round trips are far below

/** Losses of single frames of a message. */
class FalconLossTestCase : public TestCase
{
  public:
    /** @param firstPsn of the message */
    explicit FalconLossTestCase(uint32_t firstPsn)
        : TestCase("Falcon: early retransmission, windows, timeouts; first PSN " +
                   std::to_string(firstPsn)),
          m_first(firstPsn)
    {
    }

  private:
    using T = Saboteur::Target;

    /** What is expected of a run. */
    struct Expected
    {
        Ticks fct;            ///< completion at the sender
        uint32_t repeated;    ///< data frames sent again
        uint32_t duplicates;  ///< at the receiver
        uint32_t timeouts;    ///< at the sender
        uint32_t early;       ///< repeats for their distance
        uint32_t outOfWindow; ///< repeats for packets out of the window
    };

    /** Send a message. @param packets of it @param what is lost @param expected what happens
     * @param attributes of the scheme */
    void Run(const std::string& name,
             uint32_t packets,
             const std::vector<T>& what,
             const Expected& expected,
             const std::string& attributes = "BitmapPackets=128")
    {
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::Falcon[" + attributes + "]"));
        }
        auto saboteur = CreateObject<Saboteur>();
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect(m_first, 0);
        Recorder sender;
        Recorder receiver;
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        for (auto target : what)
        {
            target.psn = (target.psn + m_first) & 0xffffff;
            saboteur->targets.push_back(target);
        }
        a->PostSend(Write(uint64_t{packets} * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, name << ": completed once");
        NS_TEST_ASSERT_MSG_EQ(receiver.placed.size(), 1, name << ": placed once");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].at, expected.fct, name << ": time");
        const auto& sent = chain.nic[0]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(sent.dataRepeated, expected.repeated, name << ": again");
        NS_TEST_EXPECT_MSG_EQ(
            chain.nic[1]->GetCounters().duplicates, expected.duplicates, name << ": dup");
        NS_TEST_EXPECT_MSG_EQ(sent.timeouts, expected.timeouts, name << ": timeouts");
        const auto falcon = DynamicCast<Falcon>(a->GetReliability());
        NS_TEST_EXPECT_MSG_EQ(falcon->GetNEarly(), expected.early, name << ": early");
        NS_TEST_EXPECT_MSG_EQ(
            falcon->GetNOutOfWindow(), expected.outOfWindow, name << ": out of window");
        NS_TEST_EXPECT_MSG_EQ(a->GetReliability()->GetBytesInFlight(), 0, name << ": books");
        Simulator::Destroy();
    }

    void DoRun() override
    {
        Run("nothing lost", 10, {}, {9 * S + LOOP, 0, 0, 0, 0, 0});
        // Packet 5 counts as lost when one above 5 + 3 has come: the EACK of packet 9, at
        // 9 S + LOOP; that of 8 is not enough.
        Run("distance", 10, {{T::DATA, 5, 1}}, {9 * S + 2 * LOOP, 1, 0, 0, 1, 0});
        Run("too near the end", 10, {{T::DATA, 6, 1}}, {6 * S + RTO + LOOP, 1, 0, 1, 0, 0});
        Run("no distance",
            10,
            {{T::DATA, 8, 1}},
            {9 * S + 2 * LOOP, 1, 0, 0, 1, 0},
            "BitmapPackets=128|ReorderDistance=0");
        // LOOP is 7.04 S. The EACK of packet 6 comes at 13.04 S, when packet 13 is on the wire; the
        // repeat leaves at 14 S and all after it one frame later. The EACKs of 7 to 13 say the same
        // of packet 2, but it has just left.
        Run("recency", 20, {{T::DATA, 2, 1}}, {20 * S + LOOP, 1, 0, 0, 1, 0});
        // The repeat leaves at 9 S + LOOP, is lost, and no EACK follows: its timeout.
        Run("twice", 10, {{T::DATA, 5, 2}}, {9 * S + LOOP + RTO + LOOP, 2, 0, 1, 1, 0});
        Run("last", 10, {{T::DATA, 9, 1}}, {9 * S + RTO + LOOP, 1, 0, 1, 0, 0});
        Run("last ACK", 10, {{T::ACK, 9, 1}}, {9 * S + RTO + LOOP, 1, 1, 1, 0, 0});
        // Each packet has its own timeout.
        Run("two", 10, {{T::DATA, 7, 1}, {T::DATA, 9, 1}}, {9 * S + RTO + LOOP, 2, 0, 2, 0, 0});
        // Its own timeouts double the timeout of a packet, when nothing else is known: 500 us.
        Run("first of one", 1, {{T::DATA, 0, 2}}, {1500 * US + LOOP, 2, 0, 2, 0, 0});

        // The receiver takes 4 packets from the one expected on, the sender has 10 outstanding.
        // Packet 0 is lost, 1 to 3 are taken, 4 to 9 are dropped. The EACK of packet 4, at
        // 4 S + LOOP, says so first: 0 is sent again; that of packet k: k - 1, too, as it left
        // before a round trip ago. Packet 9 has just not, and waits for its timeout.
        Run("out of window",
            10,
            {{T::DATA, 0, 1}},
            {9 * S + RTO + LOOP, 7, 0, 1, 0, 6},
            "BitmapPackets=4|TransmitWindow=10");
    }

    uint32_t m_first; ///< first PSN
};

/** Retries of a packet end. */
class FalconExhaustionTestCase : public TestCase
{
  public:
    FalconExhaustionTestCase()
        : TestCase("Falcon: retries end")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        chain.nic[0]->SetAttribute("Reliability",
                                   StringValue("ns3::rdma::Falcon[RetryCount=2|MaxBackoff=1]"));
        auto saboteur = CreateObject<Saboteur>();
        saboteur->targets = {{Saboteur::Target::DATA, 0, 100}};
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        a->PostSend(Write(100));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "reported");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].at, 2500 * US, "at 500 + 1000 + 1000 us");
        NS_TEST_EXPECT_MSG_EQ(
            (sender.sent[0].completion.status == CompletionStatus::RETRY_EXCEEDED),
            true,
            "with the reason");
        NS_TEST_EXPECT_MSG_EQ(saboteur->lost, 3, "sent three times");
        Simulator::Destroy();
    }
};

/** The window of the NIC, step by step. */
class FalconSwiftTestCase : public TestCase
{
  public:
    FalconSwiftTestCase()
        : TestCase("Falcon: the window of the NIC by the level of the receiver's buffers")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<FalconSwift> bench(100'000'000'000,
                                    {{"InitialWindow", "500000"}, {"BaseTarget", "1ms"}});
        auto& law = *bench.law;
        const auto ack = [&](Ticks now, uint32_t level)
        {
            bench.now = now;
            law.SetBufferLevel(level);
            law.NotifyAck(bench.MakeAck(0));
            return law.GetEndpointWindow();
        };
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 128'000, "128 packets, less than the fabric's 500");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(20 * US, 15), 128, 1e-9, "below the target: at its most");
        // 24 of 32, target 16: by 1 - 8 / 24.
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(21 * US, 24), 256. / 3, 1e-9, "in proportion");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 85'333, "it is the window");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(30 * US, 24), 256. / 3, 1e-9, "once per round trip, 10 us");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(30 * US, 8), 259. / 3, 1e-9, "up at once after a decrease");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(39 * US, 8), 259. / 3, 1e-9, "then once per round trip");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(40 * US, 8), 262. / 3, 1e-9, "10 us later");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(49 * US, 31), 262. / 3, 1e-9, "no change within one");
        // 1 - 15 / 31 = 0.516, above 1 - 0.5.
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(50 * US, 31), 262. / 3 * 16 / 31, 1e-9, "nearly half");
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(60 * US, 16), 262. / 3 * 16 / 31, 1e-9, "on target");
        law.SetAttribute("TargetLevel", StringValue("1"));
        NS_TEST_EXPECT_MSG_EQ_TOL(ack(61 * US, 31), 131. / 3 * 16 / 31, 1e-9, "half at most");
    }
};

/** The level on its way from the receiver to the law. */
class FalconLevelTestCase : public TestCase
{
  public:
    FalconLevelTestCase()
        : TestCase("Falcon: acknowledgments tell how full the receiver's buffers are")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        chain.nic[0]->SetAttribute("CongestionControl",
                                   StringValue("ns3::rdma::FalconSwift[InitialWindow=500000]"));
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability",
                              StringValue("ns3::rdma::Falcon[BitmapPackets=128|BufferPackets=8]"));
        }
        auto saboteur = CreateObject<Saboteur>();
        saboteur->targets = {{Saboteur::Target::DATA, 2, 1}};
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect();
        auto law = DynamicCast<FalconSwift>(a->GetCongestionControl());
        // With packet 2 missing, the ACK of packet 2 + n, at (2 + n) S + LOOP, tells of n packets
        // held: level 4 n, 31 at most.
        for (uint32_t n = 0; n < 10; ++n)
        {
            Simulator::Schedule(TimeStep((2 + n) * S + LOOP + 1),
                                [this, law, n] {
                                    NS_TEST_EXPECT_MSG_EQ(law->GetBufferLevel(),
                                                          std::min(4 * n, 31U),
                                                          n << " packets held");
                                });
        }
        a->PostSend(Write(20 * 4086));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(law->GetBufferLevel(), 0, "empty at the end");
        // Level 16, at packet 6, is not below the target, and at it; 20 at packet 7 is the first
        // above: 128 (1 - 4 / 20).
        NS_TEST_EXPECT_MSG_EQ_TOL(law->GetEndpointWindow(), 102.4 + 1, 1e-9, "one cut, and back");
        Simulator::Destroy();
    }
};

/** One flow alone. */
class FalconIdleTestCase : public TestCase
{
  public:
    FalconIdleTestCase()
        : TestCase("Falcon: one flow over three links takes no longer than it must")
    {
    }

  private:
    void DoRun() override
    {
        ChainOptions options;
        options.links = 3;
        Chain chain(options);
        chain.nic[0]->SetAttribute("CongestionControl", StringValue("ns3::rdma::FalconSwift"));
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::Falcon[BitmapPackets=128]"));
            nic->SetAttribute("PathSelector", StringValue("ns3::rdma::Plb[DelayLimit=60us]"));
        }
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        constexpr uint32_t packets = 2000;
        a->PostSend(Write(uint64_t{packets} * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(
            sender.sent[0].at, (packets + 2) * S + 6 * US + 3 * A, "line rate all the time");
        Simulator::Destroy();
    }
};

/** The suite. */
class FalconTestSuite : public TestSuite
{
  public:
    FalconTestSuite()
        : TestSuite("weft-rdma-falcon", TestSuite::Type::UNIT)
    {
        AddTestCase(new FalconLossTestCase(0));
        AddTestCase(new FalconLossTestCase(0xfffffc));
        AddTestCase(new FalconExhaustionTestCase);
        AddTestCase(new FalconSwiftTestCase);
        AddTestCase(new FalconLevelTestCase);
        AddTestCase(new FalconIdleTestCase);
    }
};

FalconTestSuite g_falconTestSuite; ///< registers the suite

} // namespace
