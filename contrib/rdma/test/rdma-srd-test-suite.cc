/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-loss-setup.h"

#include "ns3/rdma-rtt-paths.h"
#include "ns3/rdma-srd-control.h"
#include "ns3/rdma-srd.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Losses of single frames of a message of ten packets. */
class SrdLossTestCase : public LossTestCase
{
  public:
    SrdLossTestCase()
        : LossTestCase("ns3::rdma::Srd", 0xfffffc) // across the wrap of the PSN
    {
    }

  private:
    using T = Saboteur::Target;

    void DoRun() override
    {
        const Ticks rto = 100 * US; // MinRto: round trips of 2.3 us are far below
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0, 0, 0});
        // Packet k is lost 100 us after it left, at k S.
        Run("middle", {{T::DATA, 5, 1}}, {5 * S + rto + LOOP, 1, 4, 0, 0, 1});
        Run("last", {{T::DATA, 9, 1}}, {9 * S + rto + LOOP, 1, 0, 0, 0, 1});
        // The timeout of the oldest doubles that of the other, until the ACK of its repeat: then
        // the other is overdue.
        Run("two", {{T::DATA, 3, 1}, {T::DATA, 7, 1}}, {3 * S + rto + 2 * LOOP, 2, 5, 0, 0, 2});
        // Later ACKs say it too.
        Run("ACK", {{T::ACK, 4, 1}}, {9 * S + LOOP, 0, 0, 0, 0, 0});
        Run("last ACK", {{T::ACK, 9, 1}}, {9 * S + rto + LOOP, 1, 0, 1, 0, 1});
        // Packet 5 missing, ACKs that name 4 as the last in order: those of 4 and 6 are lost, the
        // bitmap of that of packet 7 says that 6 has come.
        Run("SACK", {{T::DATA, 5, 1}, {T::ACK, 4, 2}}, {5 * S + rto + LOOP, 1, 4, 0, 0, 1});
        // The repeat left at 5 S + 100 us. It is the oldest, and without progress the timeout
        // doubles.
        Run("twice", {{T::DATA, 5, 2}}, {5 * S + rto + 2 * rto + LOOP, 2, 4, 0, 0, 2});
        // Nothing is known of the network when all are lost: InitialRto. Once the ACK of the first
        // repeat tells, the others are long overdue.
        std::vector<T> all;
        for (uint32_t psn = 0; psn < 10; ++psn)
        {
            all.push_back({T::DATA, psn, 1});
        }
        Run("all", all, {500 * US + LOOP + 8 * S + LOOP, 10, 0, 0, 0, 2});
    }
};

/** Repeats take another path. */
class SrdPathTestCase : public TestCase
{
  public:
    SrdPathTestCase()
        : TestCase("SRD: what is sent again takes another path")
    {
    }

  private:
    /** @param paths of the connection @return paths of packet 3, which is lost twice */
    std::vector<uint16_t> Run(uint32_t paths)
    {
        LossSetup setup(
            {"ns3::rdma::Srd", "ns3::rdma::RttPaths[Paths=" + std::to_string(paths) + "]"});
        setup.saboteur->targets = {{Saboteur::Target::DATA, 3, 2}};
        std::vector<uint16_t> taken;
        setup.chain.nic[0]->TraceConnectWithoutContext("DataSent",
                                                       MakeCallback(&SrdPathTestCase::Note, this));
        m_taken = &taken;
        setup.a->PostSend(Write(10 * 4086));
        Simulator::Run();
        return taken;
    }

    /** @param queuePair its @param frame a data frame that leaves */
    void Note(const QueuePair& queuePair, const fabric::Frame& frame)
    {
        if (frame.roce.psn == 3)
        {
            m_taken->push_back(frame.entropy);
        }
    }

    void DoRun() override
    {
        const auto two = Run(2);
        NS_TEST_ASSERT_MSG_EQ(two.size(), 3, "sent three times");
        NS_TEST_EXPECT_MSG_NE(two[0], two[1], "the other path");
        NS_TEST_EXPECT_MSG_NE(two[1], two[2], "and back");
        const auto one = Run(1);
        NS_TEST_ASSERT_MSG_EQ(one.size(), 3, "sent three times");
        NS_TEST_EXPECT_MSG_EQ(one[0], one[2], "there is no other");
    }

    std::vector<uint16_t>* m_taken{nullptr}; ///< see Run
};

/** The law, step by step. */
class SrdControlTestCase : public TestCase
{
  public:
    SrdControlTestCase()
        : TestCase("SRD: window by rate and least round-trip times")
    {
    }

  private:
    void DoRun() override
    {
        RunIdle();
        // 100 Gb/s, packets of 1000 bytes, 10 us: 125,000 bytes. The acknowledgments here are of
        // one link, T = 2 * 10 us / 2 = 10 us.
        LawBench<SrdControl> bench(100'000'000'000,
                                   {{"BaseRtt", "10us"}, {"BaseLinks", "2"}, {"Gain", "2"}});
        auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "starts at line rate");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "starts at line rate");
        bench.Send(125'000);
        bench.now = 10 * US;
        bench.Ack(1000); // begins the first round
        bench.Send(1000);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "nothing is known yet");
        bench.now = 30 * US;
        bench.rtt = 20 * US;
        bench.Ack(124'000);
        bench.Send(124'000);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "not past what had left");
        bench.Ack(1000);
        // 125,000 bytes in 20 us, T 10 us: the target is 62,500 and a packet, the window goes half
        // of the way: 125,000 - (125,000 - 63,500) / 2 = 94,250, and one packet more may be in
        // flight; the pace is 94,250 bytes in 20 us.
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetDeliveryRate(), 6.25e9, 1, "rate of delivery");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 94'250, 1e-6, "half of the way");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 95'250, "and a packet");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 37'700'000'000, "pace");

        // A timeout halves, once per T.
        law.NotifyTimeout(60 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 47'125, 1e-6, "halved");
        law.NotifyTimeout(69 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 47'125, 1e-6, "9 us later");
        law.NotifyTimeout(70 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 23'562.5, 1e-6, "10 us later");
        NS_TEST_EXPECT_MSG_EQ(law.GetGoodRtt(4), 50 * US, "five links");
    }

    /** Little in flight says nothing of the path. */
    void RunIdle()
    {
        LawBench<SrdControl> bench(100'000'000'000, {{"BaseRtt", "10us"}});
        auto& law = *bench.law;
        bench.Send(2000);
        bench.now = 10 * US;
        bench.Ack(1000); // begins the first round
        bench.Send(1000);
        bench.now = 30 * US;
        bench.rtt = 20 * US;
        bench.Ack(1000);
        bench.Ack(1000); // ends it
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetDeliveryRate(), 1e8, 1, "2000 bytes in 20 us");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 125'000, 1e-6, "the window stays");
        // With the round trip of now: 125,000 bytes in 20 us.
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 50'000'000'000, "the pace does not");
    }
};

/** The suite. */
class SrdTestSuite : public TestSuite
{
  public:
    SrdTestSuite()
        : TestSuite("weft-rdma-srd", TestSuite::Type::UNIT)
    {
        AddTestCase(new SrdLossTestCase);
        // 500 us, and twice as much, which is the most, two times.
        AddTestCase(
            new ExhaustionTestCase("ns3::rdma::Srd[RetryCount=2|MaxBackoff=1]", 2500 * US, 3));
        AddTestCase(new SrdPathTestCase);
        AddTestCase(new IdlePathTestCase(
            {"ns3::rdma::Srd", "ns3::rdma::RttPaths", "ns3::rdma::SrdControl"}));
        AddTestCase(new SrdControlTestCase);
    }
};

SrdTestSuite g_srdTestSuite; ///< registers the suite

} // namespace
