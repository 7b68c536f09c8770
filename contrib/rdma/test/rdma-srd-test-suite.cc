/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-test-net.h"

#include "ns3/pointer.h"
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

// Links of 100 Gb/s and 1 us; data frames of 4150 bytes, ACKs of 64.
constexpr Ticks S = 332'000;           ///< a data frame
constexpr Ticks A = 5'120;             ///< an ACK
constexpr Ticks LOOP = S + 2 * US + A; ///< one link: from the start of a frame to its ACK

/** Losses of single frames of a message of ten packets. */
class SrdLossTestCase : public TestCase
{
  public:
    SrdLossTestCase()
        : TestCase("SRD: what single losses cost")
    {
    }

  private:
    using T = Saboteur::Target;

    /** What is expected of a run. */
    struct Expected
    {
        Ticks fct;           ///< completion at the sender
        uint32_t repeated;   ///< data frames sent again
        uint32_t duplicates; ///< at the receiver
        uint32_t timeouts;   ///< at the sender
    };

    /** Send ten packets. @param what is lost @param expected what happens */
    void Run(const std::string& name, const std::vector<T>& what, const Expected& expected)
    {
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::Srd"));
        }
        auto saboteur = CreateObject<Saboteur>();
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect(0xfffffc, 0); // across the wrap of the PSN
        Recorder sender;
        Recorder receiver;
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        for (auto target : what)
        {
            target.psn = (target.psn + 0xfffffc) & 0xffffff;
            saboteur->targets.push_back(target);
        }
        a->PostSend(Write(10 * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, name << ": completed once");
        NS_TEST_ASSERT_MSG_EQ(receiver.placed.size(), 1, name << ": placed once");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].at, expected.fct, name << ": time");
        const auto& sent = chain.nic[0]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(sent.dataRepeated, expected.repeated, name << ": again");
        NS_TEST_EXPECT_MSG_EQ(
            chain.nic[1]->GetCounters().duplicates, expected.duplicates, name << ": dup");
        NS_TEST_EXPECT_MSG_EQ(sent.timeouts, expected.timeouts, name << ": timeouts");
        NS_TEST_EXPECT_MSG_EQ(a->GetReliability()->GetBytesInFlight(), 0, name << ": books");
        Simulator::Destroy();
    }

    void DoRun() override
    {
        const Ticks rto = 100 * US; // MinRto: round trips of 2.3 us are far below
        Run("nothing lost", {}, {9 * S + LOOP, 0, 0, 0});
        // Packet k is lost 100 us after it left, at k S.
        Run("middle", {{T::DATA, 5, 1}}, {5 * S + rto + LOOP, 1, 0, 1});
        Run("last", {{T::DATA, 9, 1}}, {9 * S + rto + LOOP, 1, 0, 1});
        // The timeout of the oldest doubles that of the other, until the ACK of its repeat: then
        // the other is overdue.
        Run("two", {{T::DATA, 3, 1}, {T::DATA, 7, 1}}, {3 * S + rto + 2 * LOOP, 2, 0, 2});
        // Later ACKs say it too.
        Run("ACK", {{T::ACK, 4, 1}}, {9 * S + LOOP, 0, 0, 0});
        Run("last ACK", {{T::ACK, 9, 1}}, {9 * S + rto + LOOP, 1, 1, 1});
        // Packet 5 missing, ACKs that name 4 as the last in order: those of 4 and 6 are lost, the
        // bitmap of that of packet 7 says that 6 has come.
        Run("SACK", {{T::DATA, 5, 1}, {T::ACK, 4, 2}}, {5 * S + rto + LOOP, 1, 0, 1});
        // The repeat left at 5 S + 100 us. It is the oldest, and without progress the timeout
        // doubles.
        Run("twice", {{T::DATA, 5, 2}}, {5 * S + rto + 2 * rto + LOOP, 2, 0, 2});
        // Nothing is known of the network when all are lost: InitialRto. Once the ACK of the first
        // repeat tells, the others are long overdue.
        std::vector<T> all;
        for (uint32_t psn = 0; psn < 10; ++psn)
        {
            all.push_back({T::DATA, psn, 1});
        }
        Run("all", all, {500 * US + LOOP + 8 * S + LOOP, 10, 0, 2});
    }
};

/** A link that is cut for good. */
class SrdExhaustionTestCase : public TestCase
{
  public:
    SrdExhaustionTestCase()
        : TestCase("SRD: retries end")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        chain.nic[0]->SetAttribute("Reliability",
                                   StringValue("ns3::rdma::Srd[RetryCount=2|MaxBackoff=1]"));
        auto saboteur = CreateObject<Saboteur>();
        saboteur->targets = {{Saboteur::Target::DATA, 0, 100}};
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        a->PostSend(Write(100));
        Simulator::Run();
        // 500 us, and twice as much, which is the most, two times.
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
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::Srd"));
            nic->SetAttribute(
                "PathSelector",
                StringValue("ns3::rdma::RttPaths[Paths=" + std::to_string(paths) + "]"));
        }
        auto saboteur = CreateObject<Saboteur>();
        saboteur->targets = {{Saboteur::Target::DATA, 3, 2}};
        chain.link[0]->SetAttribute("ErrorModel", PointerValue(saboteur));
        auto [a, b] = chain.Connect();
        a->GetPathSelector()->AssignStreams(9);
        std::vector<uint16_t> taken;
        chain.nic[0]->TraceConnectWithoutContext("DataSent",
                                                 MakeCallback(&SrdPathTestCase::Note, this));
        m_taken = &taken;
        a->PostSend(Write(10 * 4086));
        Simulator::Run();
        Simulator::Destroy();
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

/** One flow alone. */
class SrdIdleTestCase : public TestCase
{
  public:
    SrdIdleTestCase()
        : TestCase("SRD: one flow over three links takes no longer than it must")
    {
    }

  private:
    void DoRun() override
    {
        ChainOptions options;
        options.links = 3;
        Chain chain(options);
        chain.nic[0]->SetAttribute("CongestionControl", StringValue("ns3::rdma::SrdControl"));
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::Srd"));
            nic->SetAttribute("PathSelector", StringValue("ns3::rdma::RttPaths"));
        }
        auto [a, b] = chain.Connect();
        a->GetPathSelector()->AssignStreams(9);
        Recorder sender;
        a->SetHandler(&sender);
        constexpr uint32_t packets = 2000;
        a->PostSend(Write(uint64_t{packets} * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "completed");
        // Packets back to back over three links, and the ACK of the last.
        NS_TEST_EXPECT_MSG_EQ(
            sender.sent[0].at, (packets + 2) * S + 6 * US + 3 * A, "line rate all the time");
        Simulator::Destroy();
    }
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
        AddTestCase(new SrdExhaustionTestCase);
        AddTestCase(new SrdPathTestCase);
        AddTestCase(new SrdIdleTestCase);
        AddTestCase(new SrdControlTestCase);
    }
};

SrdTestSuite g_srdTestSuite; ///< registers the suite

} // namespace
