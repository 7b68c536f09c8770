/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-test-net.h"

#include "ns3/rdma-bolt.h"
#include "ns3/rdma-swift-dcqcn.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <vector>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

using fabric::BOLT_FIRST;
using fabric::BOLT_INCREASE;
using fabric::BOLT_LAST;

/** @return what a port of 100 Gb/s says @param now the time @param rtt age of the frame @param
 * drain time that its queue takes to drain */
CongestionControl::Notice
NoticeOf(Ticks now, Ticks rtt, Ticks drain)
{
    return {now, rtt, drain, 100'000'000'000};
}

/** Bolt by hand. Packets of 1000 bytes, 100 Gb/s, a window of 10 packets. */
class LawTestCase : public TestCase
{
  public:
    LawTestCase()
        : TestCase("Bolt: flags, increases, decreases, losses, step by step")
    {
    }

  private:
    /** @return flags of a frame with so much to be sent from its beginning on */
    template <typename L>
    static int FlagsOf(LawBench<L>& bench, uint64_t backlog)
    {
        bench.law->NotifyBacklog(backlog);
        return bench.law->GetSignalRequest().bolt;
    }

    void DoRun() override
    {
        LawBench<Bolt> bench(100'000'000'000, {{"InitialWindow", "10000"}, {"MaxWindow", "20000"}});
        Bolt& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.UsesCnp() || law.NeedsEcn(), false, "wants no ECN");
        NS_TEST_EXPECT_MSG_EQ(+law.GetSignalRequest().kinds, +fabric::SIGNAL_BOLT, "asks switches");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 10'000, "first window");

        // Nothing has come back: FIRST, and LAST if all that is posted fits into the window.
        NS_TEST_EXPECT_MSG_EQ(FlagsOf(bench, 10'001), +BOLT_FIRST, "first");
        NS_TEST_EXPECT_MSG_EQ(FlagsOf(bench, 10'000), (BOLT_FIRST | BOLT_LAST), "first and last");

        // The first acknowledgment ends the round that began before anything was sent: one packet.
        bench.Send(10'000);
        bench.now = 10'000'000;
        fabric::FrameSignals signals{};
        bench.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 11'000, 1e-6, "additive increase");
        // The link has 1008 bytes for 1000: 11,000 x 1.008 x 8 bits in 10 us, and a packet of
        // slack.
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 8'870'400'000, "spread over the round trip");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 12'000, "so that the pace counts");
        NS_TEST_EXPECT_MSG_EQ(FlagsOf(bench, 11'001), +BOLT_INCREASE, "more than the window");
        NS_TEST_EXPECT_MSG_EQ(FlagsOf(bench, 11'000), +BOLT_LAST, "the last window");
        // Increases that all switches granted, two frames in one acknowledgment.
        signals.bolt.increases = 2;
        bench.Ack(2000, signals);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 13'000, 1e-6, "supply matching");
        // 3000 + 6000 acknowledged are not yet past the 10,000 that had left: no round is over.
        bench.Ack(6000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 13'000, 1e-6, "once per round trip");

        // A notice. 13,000 bytes in 10 us are 10.4 Gb/s, a share of 0.104 of the port. 800 ns to
        // drain are 10,000 bytes, ten packets: the queue has 1.04 of ours. The frame left 2 us ago:
        // one packet off per 2 / 1.04 = 1.923 us. The last decrease was at 0.
        law.NotifyNotice(NoticeOf(10'000'000, 2'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 12'000, 1e-6, "one packet less");
        // Now 9.6 Gb/s: 2 / 0.96 = 2.08333 us.
        law.NotifyNotice(NoticeOf(12'083'333, 2'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 12'000, 1e-6, "a picosecond too early");
        law.NotifyNotice(NoticeOf(12'083'334, 2'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 11'000, 1e-6, "one packet less");
        // A queue of one tenth, of one packet: 20 / 0.88 = 22.7 us.
        law.NotifyNotice(NoticeOf(34'000'000, 2'000'000, 80'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 11'000, 1e-6, "short queues drain slowly");
        law.NotifyNotice(NoticeOf(35'000'000, 2'000'000, 80'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 10'000, 1e-6, "one packet less");

        // A loss halves, once in a round trip of 10 us.
        bench.now = 45'000'000;
        bench.Nack();
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 5000, 1e-6, "loss");
        law.NotifyTimeout(54'999'999);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 5000, 1e-6, "the same round trip");
        law.NotifyLoss({55'000'000, 1000});
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 2500, 1e-6, "the next");

        // The flow is over: the next one is a new one, with this window.
        law.NotifyIdle();
        law.NotifyActive();
        NS_TEST_EXPECT_MSG_EQ(FlagsOf(bench, 5000), +BOLT_FIRST, "a new flow");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 2500, 1e-6, "with the old window");
        // At line rate as long as no round trip is known: 1 us / (10 packets x 1).
        law.NotifyNotice(NoticeOf(55'099'999, 1'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 2500, 1e-6, "too early");
        law.NotifyNotice(NoticeOf(55'100'000, 1'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 1500, 1e-6, "one packet less");

        signals.bolt.increases = 200;
        bench.Send(1000);
        bench.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 20'000, 1e-6, "MaxWindow");
    }
};

/** Windows below one packet, defaults, and the queue that is left alone. */
class EdgeTestCase : public TestCase
{
  public:
    EdgeTestCase()
        : TestCase("Bolt: below one packet, at most, target queue")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s for 13 us are 162,500 bytes on the link; 1000 of 1092 and 8 of Bolt are message.
        LawBench<Bolt> whole(100'000'000'000, {}, 1000, 1092);
        NS_TEST_EXPECT_MSG_EQ(whole.law->GetWindow(), 147'727, "the product, at first");
        fabric::FrameSignals signals{};
        signals.bolt.increases = 9;
        whole.Send(1000);
        whole.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ_TOL(whole.law->GetWindowBytes(), 162.5e6 / 1100, 1e-6, "at most");

        // A packet or less: each notice halves, down to 0.003 packets; the pace is W / RTT. The
        // link has 1008 bytes for 1000: 500 x 1.008 x 8 bits in 10 us are 403.2 Mb/s.
        LawBench<Bolt> small(100'000'000'000, {{"InitialWindow", "1000"}, {"BaseRtt", "10us"}});
        small.law->NotifyNotice(NoticeOf(1, 1'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(small.law->GetWindowBytes(), 500, 1e-6, "half");
        NS_TEST_EXPECT_MSG_EQ(small.law->GetWindow(), 1000, "one packet in flight");
        NS_TEST_EXPECT_MSG_EQ(small.law->GetRate(), 403'200'000, "at the pace");
        for (int i = 0; i < 20; ++i)
        {
            small.law->NotifyNotice(NoticeOf(1, 1'000'000, 800'000));
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(small.law->GetWindowBytes(), 3, 1e-6, "the least");

        // As the authors have it: clocked by acknowledgments.
        LawBench<Bolt> clocked(100'000'000'000, {{"InitialWindow", "9000"}, {"Paced", "false"}});
        clocked.Send(9000);
        clocked.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ(clocked.law->GetRate(), 100'000'000'000, "no pace");
        NS_TEST_EXPECT_MSG_EQ(clocked.law->GetWindow(), 10'000, "no slack");

        // 12,500 bytes are left alone: 1 us to drain.
        LawBench<Bolt> aim(100'000'000'000, {{"InitialWindow", "9000"}, {"TargetQueue", "12500"}});
        aim.law->NotifyNotice(NoticeOf(1'000'000'000, 1'000'000, 1'000'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(aim.law->GetWindowBytes(), 9000, 1e-6, "no more than that");
        aim.law->NotifyNotice(NoticeOf(1'000'000'000, 1'000'000, 1'080'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(aim.law->GetWindowBytes(), 8000, 1e-6, "one packet more");
    }
};

/** A law that mixes two hands everything on. */
class MixedTestCase : public TestCase
{
  public:
    MixedTestCase()
        : TestCase("Bolt inside a mix of two laws")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<SwiftDcqcn> bench(100'000'000'000,
                                   {{"Window", "ns3::rdma::Bolt[InitialWindow=9000]"},
                                    {"Rate", "ns3::rdma::NoCongestionControl"}});
        NS_TEST_EXPECT_MSG_EQ(
            +bench.law->GetSignalRequest().kinds, +fabric::SIGNAL_BOLT, "asks switches");
        bench.law->NotifyBacklog(9000);
        NS_TEST_EXPECT_MSG_EQ(
            +bench.law->GetSignalRequest().bolt, (BOLT_FIRST | BOLT_LAST), "says what Bolt says");
        bench.law->NotifyNotice(NoticeOf(1'000'000'000, 1'000'000, 800'000));
        NS_TEST_EXPECT_MSG_EQ(bench.law->GetWindow(), 8000, "hears notices");
        bench.law->NotifyLoss({2'000'000'000, 1000});
        NS_TEST_EXPECT_MSG_EQ(bench.law->GetWindow(), 4000, "hears losses");
    }
};

/** A law with a fixed window that always asks for increases and counts what comes. */
class AskingLaw : public CongestionControl
{
  public:
    /** @return the TypeId */
    static TypeId GetTypeId();

    uint32_t increases{0};          ///< heard of
    uint32_t acks{0};               ///< heard of
    std::vector<uint64_t> backlogs; ///< told before each frame

  private:
    void DoStart() override
    {
        fabric::SignalRequest request;
        request.kinds = fabric::SIGNAL_BOLT;
        request.bolt = BOLT_INCREASE;
        RequestSignals(request);
        SetWindow(4 * 4086);
    }

    void DoBacklog(uint64_t backlog) override
    {
        backlogs.push_back(backlog);
    }

    void DoAck(const Ack& ack) override
    {
        ++acks;
        increases += ack.signals->bolt.increases;
    }
};

NS_OBJECT_ENSURE_REGISTERED(AskingLaw);

TypeId
AskingLaw::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::tests::AskingLaw")
                            .SetParent<CongestionControl>()
                            .SetGroupName("Rdma")
                            .AddConstructor<AskingLaw>();
    return tid;
}

/** Increases come back, none lost in acknowledgments that stand for several packets. */
class EchoTestCase : public TestCase
{
  public:
    /** @param ackEvery packets per acknowledgment */
    explicit EchoTestCase(uint32_t ackEvery)
        : TestCase("Increases by acknowledgments of " + std::to_string(ackEvery) + " packets"),
          m_ackEvery(ackEvery)
    {
    }

  private:
    void DoRun() override
    {
        // Twelve packets in windows of four, with pauses for the acknowledgment between them if one
        // stands for four: the first of a window finds supply at both switches, the three right
        // behind it find none. With one acknowledgment each, three links of 1 us and windows of 1.3
        // us leave pauses all the same, and four packets follow each other as before.
        ChainOptions options;
        options.links = 3;
        Chain chain(options);
        chain.nic[0]->SetAttribute("CongestionControl", StringValue("ns3::rdma::tests::AskingLaw"));
        chain.nic[0]->SetAttribute(
            "Reliability",
            StringValue("ns3::rdma::GoBackN[AckEvery=" + std::to_string(m_ackEvery) + "]"));
        for (std::size_t i = 2; i < chain.node.size(); ++i)
        {
            chain.node[i]->GetObject<fabric::Switch>()->SetAttribute(
                "Stampers", StringValue("ns3::fabric::BoltStamper"));
        }
        auto [a, b] = chain.Connect();
        a->PostSend(Write(uint64_t{12} * 4086));
        Simulator::Run();
        const auto law = DynamicCast<AskingLaw>(a->GetCongestionControl());
        NS_TEST_EXPECT_MSG_EQ(law->acks, 12 / m_ackEvery, "acknowledgments");
        NS_TEST_EXPECT_MSG_EQ(law->increases, 3, "one for each window");
        NS_TEST_ASSERT_MSG_EQ(law->backlogs.size(), 12, "asked before each frame");
        for (uint32_t i = 0; i < 12; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(law->backlogs[i], uint64_t{12 - i} * 4086, "what is left");
        }
        NS_TEST_EXPECT_MSG_EQ(
            chain.port[0]->GetFramePool().GetNSignalsOutstanding(), 0, "all given back");
        Simulator::Destroy();
    }

    uint32_t m_ackEvery; ///< packets per acknowledgment
};

/** A notice finds the law of its queue pair, and the one of responses if it is about these. */
class NoticeTestCase : public TestCase
{
  public:
    NoticeTestCase()
        : TestCase("A notice comes to the queue pair that it names")
    {
    }

  private:
    /** Have a switch say that its queue takes 1 us to drain. */
    void Tell(Chain& chain, uint32_t qpn, bool response)
    {
        fabric::Frame* notice = chain.port[1]->GetFramePool().Allocate();
        notice->kind = fabric::FrameKind::ROCE;
        notice->bytes = 78;
        notice->source = chain.port[1]->GetFabricAddress();
        notice->destination = chain.port[0]->GetFabricAddress();
        notice->priority = 6;
        notice->roce.opcode = OP_NOTICE;
        notice->roce.destinationQp = qpn;
        notice->roce.response = response;
        notice->roce.echoedSentAt = 0;
        notice->roce.drainTime = 1000;
        notice->roce.rateMbps = 100'000;
        chain.port[1]->Enqueue(notice);
    }

    void DoRun() override
    {
        ChainOptions options;
        Chain chain(options);
        chain.nic[0]->SetAttribute("CongestionControl",
                                   StringValue("ns3::rdma::Bolt[InitialWindow=40860]"));
        auto [a, b] = chain.Connect();
        auto [c, d] = chain.Connect();
        uint32_t heard = 0;
        chain.nic[0]->TraceConnectWithoutContext(
            "NoticeRx", Callback<void, const QueuePair&>([&heard](const QueuePair&) { ++heard; }));
        // After 50 us, so that the interval since the start is over.
        Simulator::Schedule(TimeStep(50 * US), [&, qpn = a->GetQpn()] { Tell(chain, qpn, false); });
        Simulator::Run();
        const auto law = DynamicCast<Bolt>(a->GetCongestionControl());
        NS_TEST_EXPECT_MSG_EQ_TOL(law->GetWindowBytes(), 40'860 - 4086, 1e-6, "a packet less");
        NS_TEST_EXPECT_MSG_EQ_TOL(
            DynamicCast<Bolt>(c->GetCongestionControl())->GetWindowBytes(), 40'860, 1e-6, "other");
        // About READ responses: go-back-N's are of the queue pair itself.
        Simulator::Schedule(TimeStep(50 * US), [&, qpn = a->GetQpn()] { Tell(chain, qpn, true); });
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ_TOL(law->GetWindowBytes(), 40'860 - 2 * 4086, 1e-6, "another");
        NS_TEST_EXPECT_MSG_EQ(heard, 2, "trace");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().noticesReceived, 2, "counter");
        Simulator::Destroy();
    }
};

/** The suite. */
class RdmaBoltTestSuite : public TestSuite
{
  public:
    RdmaBoltTestSuite();
};

RdmaBoltTestSuite::RdmaBoltTestSuite()
    : TestSuite("weft-rdma-bolt", TestSuite::Type::UNIT)
{
    AddTestCase(new LawTestCase);
    AddTestCase(new EdgeTestCase);
    AddTestCase(new MixedTestCase);
    AddTestCase(new EchoTestCase(1));
    AddTestCase(new EchoTestCase(4));
    AddTestCase(new NoticeTestCase);
}

RdmaBoltTestSuite g_rdmaBoltTestSuite; ///< registers the suite

} // namespace
