/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-loss-setup.h"

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

constexpr Ticks RTO = 100 * US; ///< MinRto: three round trips are far below
constexpr Ticks X = 3'200;      ///< the 40 bytes of bitmaps of an extended acknowledgment

/** Losses of single frames of a message. */
class FalconLossTestCase : public LossTestCase
{
  public:
    /** @param firstPsn of the message */
    explicit FalconLossTestCase(uint32_t firstPsn)
        : LossTestCase("ns3::rdma::Falcon[BitmapPackets=128]", firstPsn)
    {
    }

  private:
    using T = Saboteur::Target;

    void CheckScheme(const std::string& name, const LossSetup& setup) override
    {
        const auto falcon = DynamicCast<Falcon>(setup.a->GetReliability());
        NS_TEST_EXPECT_MSG_EQ(falcon->GetNEarly(), m_early, name << ": early");
        NS_TEST_EXPECT_MSG_EQ(falcon->GetNOutOfWindow(), m_outOfWindow, name << ": out of window");
    }

    void DoRun() override
    {
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0, 0, 0});
        RunTimeouts();
        m_early = 1;
        // Packet 5 counts as lost when one above 5 + 3 has come: the EACK of packet 9, at
        // 9 S + LOOP + X; that of 8 is not enough.
        Run("distance", {{T::DATA, 5, 1}}, {9 * S + 2 * LOOP + X, 1, 4, 0, 0, 0});
        Run("no distance",
            {{T::DATA, 8, 1}},
            {9 * S + 2 * LOOP + X, 1, 1, 0, 0, 0},
            "ns3::rdma::Falcon[BitmapPackets=128|ReorderDistance=0]");
        // LOOP is 7.04 S. The EACK of packet 6 comes at 13.05 S, when packet 13 is on the wire; the
        // repeat leaves at 14 S and all after it one frame later. The EACKs of 7 to 13 say the same
        // of packet 2, but it has just left.
        Run("recency", {{T::DATA, 2, 1}}, {20 * S + LOOP, 1, 11, 0, 0, 0}, "", 20);
        // The repeat leaves at 9 S + LOOP + X, is lost, and no EACK follows: its timeout.
        Run("twice", {{T::DATA, 5, 2}}, {9 * S + LOOP + X + RTO + LOOP, 2, 4, 0, 0, 1});
        m_early = 0;

        // The receiver takes 4 packets from the one expected on, the sender has 10 outstanding.
        // Packet 0 is lost, 1 to 3 are taken, 4 to 9 are dropped. The EACK of packet 4, at
        // 4 S + LOOP + X, says so first: 0 is sent again; that of packet k: k - 1, too, as it left
        // before a round trip ago. Packet 9 has just not, and waits for its timeout.
        m_outOfWindow = 6;
        Run("out of window",
            {{T::DATA, 0, 1}},
            {9 * S + RTO + LOOP, 7, 9, 0, 0, 1},
            "ns3::rdma::Falcon[BitmapPackets=4|TransmitWindow=10]");
        m_outOfWindow = 0;
    }

    /** What only a timeout shows. */
    void RunTimeouts()
    {
        Run("too near the end", {{T::DATA, 6, 1}}, {6 * S + RTO + LOOP, 1, 3, 0, 0, 1});
        Run("last", {{T::DATA, 9, 1}}, {9 * S + RTO + LOOP, 1, 0, 0, 0, 1});
        // Of packet 9: the base of the window of data is 10 then.
        Run("last ACK", {{T::ACK, 10, 1}}, {9 * S + RTO + LOOP, 1, 0, 1, 0, 1});
        // Each packet has its own timeout.
        Run("two", {{T::DATA, 7, 1}, {T::DATA, 9, 1}}, {9 * S + RTO + LOOP, 2, 1, 0, 0, 2});
        // Its own timeouts double the timeout of a packet, when nothing else is known: 500 us.
        Run("first of one", {{T::DATA, 0, 2}}, {1500 * US + LOOP, 2, 0, 0, 0, 2}, "", 1);
    }

    uint32_t m_early{0};       ///< repeats for their distance that are expected
    uint32_t m_outOfWindow{0}; ///< repeats for packets out of the window that are expected
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

/** Timeouts: the number is that of the packet. */
class FalconTimeoutTestCase : public TestCase
{
  public:
    FalconTimeoutTestCase()
        : TestCase("Falcon: timeouts of one packet, and of many at once")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<FalconSwift> bench(100'000'000'000,
                                    {{"InitialWindow", "64000"}, {"RetransmitLimit", "3"}});
        auto& law = *bench.law;
        const auto timeout = [&](Ticks now, uint32_t number)
        {
            law.SetTimeouts(number);
            law.NotifyTimeout(now);
            return law.GetFabricWindow();
        };
        NS_TEST_EXPECT_MSG_EQ_TOL(timeout(100 * US, 1), 32, 1e-9, "the first: half");
        for (uint32_t i = 0; i < 10; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(
                timeout(100 * US + i, 1), 32, 1e-9, "those with it: once per round trip");
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(timeout(300 * US, 2), 32, 1e-9, "the second of a packet");
        NS_TEST_EXPECT_MSG_EQ_TOL(timeout(700 * US, 1), 16, 1e-9, "the first of another");
        NS_TEST_EXPECT_MSG_EQ_TOL(timeout(701 * US, 3), 0.001, 1e-9, "the third: the least");

        // Ten packets of a message are all lost once, expire one after the other, and leave again:
        // the second ten would take 1,000 round trips each if ten timeouts were ten in a row.
        LossSetup setup({"ns3::rdma::Falcon[BitmapPackets=128]",
                         "",
                         "ns3::rdma::FalconSwift[InitialWindow=500000|RetransmitLimit=3]"});
        for (uint32_t i = 0; i < 10; ++i)
        {
            setup.saboteur->targets.push_back({Saboteur::Target::DATA, i, 1});
        }
        setup.a->PostSend(Write(10 * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "complete");
        NS_TEST_EXPECT_MSG_GT(setup.Sender().timeouts, 3, "more than the limit");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 10, "each once");
        // No round trip is known: 500 us from when each left, the last at 9 S.
        NS_TEST_EXPECT_MSG_EQ(
            setup.sender.sent[0].at, 500 * US + 9 * S + LOOP, "as if there were no law");
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
        LossSetup setup({"ns3::rdma::Falcon[BitmapPackets=128|BufferPackets=8]",
                         "",
                         "ns3::rdma::FalconSwift[InitialWindow=500000]"});
        setup.saboteur->targets = {{Saboteur::Target::DATA, 2, 1}};
        auto law = DynamicCast<FalconSwift>(setup.a->GetCongestionControl());
        // With packet 2 missing, the ACK of packet 2 + n, at (2 + n) S + LOOP + X, tells of n
        // packets held: level 4 n, 31 at most.
        for (uint32_t n = 0; n < 10; ++n)
        {
            Simulator::Schedule(TimeStep((2 + n) * S + LOOP + X + 1),
                                [this, law, n] {
                                    NS_TEST_EXPECT_MSG_EQ(law->GetBufferLevel(),
                                                          std::min(4 * n, 31U),
                                                          n << " packets held");
                                });
        }
        setup.a->PostSend(Write(20 * 4086));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(law->GetBufferLevel(), 0, "empty at the end");
        // Level 16, at packet 6, is not below the target, and at it; 20 at packet 7 is the first
        // above: 128 (1 - 4 / 20).
        NS_TEST_EXPECT_MSG_EQ_TOL(law->GetEndpointWindow(), 102.4 + 1, 1e-9, "one cut, and back");
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
        // 500 us, and twice as much, which is the most, two times.
        AddTestCase(
            new ExhaustionTestCase("ns3::rdma::Falcon[RetryCount=2|MaxBackoff=1]", 2500 * US, 3));
        AddTestCase(new FalconSwiftTestCase);
        AddTestCase(new FalconTimeoutTestCase);
        AddTestCase(new FalconLevelTestCase);
        AddTestCase(new IdlePathTestCase({"ns3::rdma::Falcon[BitmapPackets=128]",
                                          "ns3::rdma::Plb[DelayLimit=60us]",
                                          "ns3::rdma::FalconSwift"}));
    }
};

FalconTestSuite g_falconTestSuite; ///< registers the suite

} // namespace
