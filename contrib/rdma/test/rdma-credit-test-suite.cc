/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"
#include "rdma-test-net.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/rdma-credit-account.h"
#include "ns3/rdma-credit-pacer.h"
#include "ns3/rdma-nscc-rccc.h"
#include "ns3/rdma-rccc.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

/**
 * @ingroup rdma-tests
 * Receiver credit: the sender's account, the law, the receiver's pacer.
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** The account. */
class CreditAccountTestCase : public TestCase
{
  public:
    CreditAccountTestCase()
        : TestCase("credit: speculation, grants, what to ask for")
    {
    }

  private:
    void DoRun() override
    {
        CreditAccount account;
        account.Start(10'000);
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 0, "none before there is something to send");
        account.Activate();
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 10'000, "speculative");
        // 3000 wait: 11.7 units, 12. 100,000 wait: limited to 10,000, 39.06 units.
        NS_TEST_ASSERT_MSG_EQ(account.GetTarget(3000, 1000), 12, "for the backlog");
        NS_TEST_ASSERT_MSG_EQ(account.GetTarget(100'000, 1000), 40, "for the limit");
        NS_TEST_ASSERT_MSG_EQ(account.GetTarget(0, 1000), 4, "a packet at least");
        account.Spend(4000);
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 6000, "speculative is spent");
        account.Grant(8);
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 2048, "granted; the speculative has lapsed");
        NS_TEST_ASSERT_MSG_EQ(account.GetTarget(3000, 1000), 8 + 4, "3000 - 2048: 3.7 units");
        NS_TEST_ASSERT_MSG_EQ(account.GetTarget(0, 1000), 8, "nothing more");
        account.Spend(1000);
        account.Spend(1000);
        account.Spend(1000);
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 0, "none left");
        NS_TEST_ASSERT_MSG_EQ(account.GetTarget(1000, 1000), 8 + 8, "1000 + 952: 7.6 units");
        account.Grant(8);
        account.Grant(7);
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 0, "no news");
        account.Grant(1000);
        NS_TEST_ASSERT_MSG_EQ(account.GetCredit(), 10'000, "the limit");
    }
};

/** The sending half. */
class RcccTestCase : public TestCase
{
  public:
    RcccTestCase()
        : TestCase("RCCC: window, credit gate; with NSCC the smaller of both")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, 12 us: BDP 150,000; window and speculative credit 225,000.
        LawBench<Rccc> bench(100'000'000'000, {{"BaseRtt", "12us"}});
        NS_TEST_ASSERT_MSG_EQ(bench.law->UsesCredit(), true, "works with credit");
        NS_TEST_ASSERT_MSG_EQ_TOL(bench.law->GetWindow(), 225'000, 1, "1.5 BDP");
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), true, "speculates when active");
        for (int i = 0; i < 224; ++i)
        {
            bench.Send(1000);
        }
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), true, "1000 left");
        bench.Send(1000);
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), false, "spent");
        bench.law->NotifyCredit(0, 4);
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), true, "granted 1024");
        bench.Send(1000);
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), true, "24 left: a packet may go below 0");
        bench.Send(1000);
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), false, "976 below");
        NS_TEST_ASSERT_MSG_EQ(bench.law->GetCreditTarget(5000), 4 + 24, "5976: 23.3 units");

        // An ACK or a NACK ends speculation; becoming active after a pause begins it again.
        bench.law->NotifyIdle();
        bench.law->NotifyActive();
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), true, "speculates again");
        bench.Ack(1000);
        NS_TEST_ASSERT_MSG_EQ(bench.law->HasCredit(), false, "until an ACK");

        LawBench<NsccRccc> both(100'000'000'000, {{"BaseRtt", "12us"}});
        NS_TEST_ASSERT_MSG_EQ(both.law->GetWindow(), 225'000, "NSCC's window");
        both.law->NotifyNack({0, 200'000, 215'000, true, false});
        NS_TEST_ASSERT_MSG_EQ(both.law->GetWindow(), 10'000, "less what was trimmed");
        NS_TEST_ASSERT_MSG_EQ(both.law->HasCredit(), false, "and no more speculation");
        // The window and a packet: 11,000 bytes, 42.97 units.
        NS_TEST_ASSERT_MSG_EQ(both.law->GetCreditTarget(100'000), 43, "asks for what may go");
    }
};

/** The receiving half. */
class CreditPacerTestCase : public TestCase
{
  public:
    CreditPacerTestCase()
        : TestCase("credit pacer: in turn, at its rate; a flow over a network")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, MTU 4096 without headers. The sender has speculative credit of 8 packets only,
        // then a credit of 16,384 bytes each 16,384 x 8 / (0.5 x 100 Gb/s) = 2.62144 us.
        ChainOptions options;
        options.mtu = 4096;
        options.dataOverhead = 0;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("DataOverheadBytes", UintegerValue(1));
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::UetRud"));
            nic->SetAttribute("CongestionControl",
                              StringValue("ns3::rdma::Rccc[BaseRtt=2us|MaxWindowBdp=1.4]"));
            nic->SetAttribute("CreditPacer",
                              StringValue("ns3::rdma::CreditPacer[RateFraction=0.5]"));
        }
        auto [a, b] = chain.Connect();
        Recorder sender;
        Recorder receiver;
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        constexpr uint64_t packets = 1000;
        a->PostSend(Write(packets * 4096));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "completed");
        // 1.4 x 25,000 bytes leave at once, in 9 packets; the other 991 with credit at half the
        // rate: 0.655 us each.
        const double expected = 991 * 4097 * 8 / 50e9 * 1e12;
        NS_TEST_ASSERT_MSG_EQ_TOL(static_cast<double>(sender.sent[0].at),
                                  expected,
                                  0.01 * expected,
                                  "at the rate of the credit");
        NS_TEST_ASSERT_MSG_EQ(chain.nic[0]->GetCounters().timeouts, 0, "no timeout");
        NS_TEST_ASSERT_MSG_EQ(receiver.placed.size(), 1, "one message");
        // What was granted is what was asked for, not more than a credit beyond the message.
        NS_TEST_ASSERT_MSG_LT(
            chain.nic[1]->GetCreditPacer(0).GetGranted(b->GetQpn()), packets * 16 + 64, "no more");
    }
};

/** A message without bytes, which needs credit all the same: none leaves without. */
class EmptyMessageTestCase : public TestCase
{
  public:
    EmptyMessageTestCase()
        : TestCase("credit: a message of no bytes behind one that used all credit")
    {
    }

  private:
    void DoRun() override
    {
        // 100 packets of 4096 bytes, 16 units each: credit is asked for, given and used to the
        // byte, whatever of it was speculative. What is behind them must ask for more.
        ChainOptions options;
        options.mtu = 4096;
        options.dataOverhead = 0;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::UetRud"));
            nic->SetAttribute("CongestionControl", StringValue("ns3::rdma::Rccc[BaseRtt=2us]"));
        }
        auto [a, b] = chain.Connect();
        Recorder sender;
        Recorder receiver;
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        a->PostSend(Write(100 * 4096, 0));
        a->PostSend(Write(0, 1));
        Simulator::Stop(Seconds(1));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 2, "both complete");
        NS_TEST_EXPECT_MSG_EQ(receiver.placed.size(), 2, "both are placed");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().timeouts, 0, "no timeout");
        // 101 frames at 100 Gb/s take 34 us, credit at 0.99 of that; a probe would leave at 90 us.
        NS_TEST_EXPECT_MSG_EQ((sender.sent[1].at < 60 * US), true, "without waiting");
    }
};

/** Credit beyond what was asked for. */
class IdleCreditTestCase : public TestCase
{
  public:
    IdleCreditTestCase()
        : TestCase("credit pacer: credit for senders that want none, up to a limit")
    {
    }

  private:
    /** @param idle value of IdleCreditBdp @return units granted in the end, for 400 KiB */
    uint32_t Run(const std::string& idle)
    {
        ChainOptions options;
        options.mtu = 4096;
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::UetRud"));
            nic->SetAttribute("CongestionControl",
                              StringValue("ns3::rdma::Rccc[BaseRtt=2us|MaxWindowBdp=20]"));
            nic->SetAttribute(
                "CreditPacer",
                StringValue("ns3::rdma::CreditPacer[BaseRtt=2us|IdleCreditBdp=" + idle + "]"));
        }
        auto [a, b] = chain.Connect();
        Recorder sender;
        a->SetHandler(&sender);
        a->PostSend(Write(100 * 4096));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(sender.sent.size(), 1, "completed");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().timeouts, 0, "no timeout");
        return chain.nic[1]->GetCreditPacer(0).GetGranted(b->GetQpn());
    }

    void DoRun() override
    {
        // A sender holds 20 x 25,000 bytes, more than there are, so that no credit is lost: 409,600
        // bytes are 1600 units of 256. 1.4 x 25,000 bytes are 136 units: two credits of 64 and one
        // of 8, when nothing is wanted any more.
        NS_TEST_EXPECT_MSG_EQ(Run("0"), 1600, "what is asked for");
        NS_TEST_EXPECT_MSG_EQ(Run("1.4"), 1600 + 136, "what the limit allows");
        NS_TEST_EXPECT_MSG_EQ(Run("0.01"), 1600, "less than a unit");
    }
};

/** The rate of the receiver's credit where the network before the last hop is too small. */
class OversubscribedTestCase : public TestCase
{
  public:
    OversubscribedTestCase()
        : TestCase("credit pacer: its rate follows marks and trims before the last hop")
    {
    }

  private:
    /** Frames that arrive in one period. */
    struct Period
    {
        uint32_t clean;    ///< whole, without mark
        uint32_t marked;   ///< whole, marked
        uint32_t trimmed;  ///< trimmed before the last hop
        uint32_t last;     ///< trimmed at the last hop
        double share;      ///< of the link, at its end
        const char* event; ///< what it shows
    };

    void DoRun() override
    {
        // Per period: g = g / 2 + share of marked frames / 2; the share of the link falls by the
        // share of trimmed frames; above g = 0.3 it is multiplied by 1 - (g - 0.3) / 2; else, and
        // without trims, it grows by 0.01, and twice as much each further period without a mark.
        const std::vector<Period> periods = {
            {0, 8, 0, 0, 0.9, "g = 0.5: 1 - 0.2 / 2"},
            {4, 4, 0, 0, 0.81, "g = 0.25 + 0.25: the same again"},
            {8, 0, 0, 0, 0.82, "g = 0.25: 0.01 more"},
            {8, 0, 0, 0, 0.84, "0.02 more"},
            {7, 1, 0, 0, 0.85, "g = 0.125, but a mark: 0.01 more"},
            {6, 0, 2, 0, 0.60, "a quarter was trimmed"},
            {6, 0, 0, 2, 0.61, "at the last hop: that is what credit is for"},
            {8, 0, 0, 0, 0.63, "0.02 more"},
            {0, 0, 8, 0, 0.01, "the least"},
            {8, 0, 0, 0, 0.02, "0.01 more"},
        };
        Chain chain(ChainOptions{});
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::UetRud"));
            nic->SetAttribute("CongestionControl", StringValue("ns3::rdma::Rccc"));
        }
        auto [a, b] = chain.Connect();
        CreditPacer& pacer = chain.nic[1]->GetCreditPacer(0);
        pacer.SetAttribute("Oversubscribed", BooleanValue(true));
        pacer.SetAttribute("RateFraction", DoubleValue(1));
        pacer.SetAttribute("BaseRtt", TimeValue(MicroSeconds(2)));
        QueuePair& receiver = *b;
        const auto arrive = [&](uint32_t count, bool marked, bool trimmed, bool last)
        {
            fabric::Frame frame{};
            frame.roce.opcode = OP_WRITE_MIDDLE;
            frame.ecn = marked ? fabric::Ecn::CE : fabric::Ecn::ECT0;
            frame.trimmed = trimmed;
            frame.lastHop = last;
            for (uint32_t i = 0; i < count; ++i)
            {
                pacer.NotifyArrival(receiver, frame);
            }
        };
        // A period is 0.75 to 1.25 times 1.5 round trips of 2 us, at most 3.75 us; the first frame
        // behind its end ends it.
        constexpr Ticks distance = 4'000'000;
        for (std::size_t i = 0; i <= periods.size(); ++i)
        {
            Simulator::Schedule(
                TimeStep(distance * static_cast<Ticks>(i)),
                [&, i]
                {
                    const Period here = i < periods.size() ? periods[i] : Period{1, 0, 0, 0, 0, ""};
                    arrive(here.clean, false, false, false);
                    arrive(here.marked, true, false, false);
                    arrive(here.trimmed, false, true, false);
                    arrive(here.last, false, true, true);
                    const double expected = i > 0 ? periods[i - 1].share : 1.0;
                    NS_TEST_EXPECT_MSG_EQ_TOL(
                        pacer.GetShare(), expected, 1e-12, (i > 0 ? periods[i - 1].event : "full"));
                });
        }
        Simulator::Run();
    }
};

/** The suite. */
class CreditTestSuite : public TestSuite
{
  public:
    CreditTestSuite()
        : TestSuite("weft-rdma-credit", TestSuite::Type::UNIT)
    {
        AddTestCase(new CreditAccountTestCase);
        AddTestCase(new RcccTestCase);
        AddTestCase(new CreditPacerTestCase);
        AddTestCase(new IdleCreditTestCase);
        AddTestCase(new EmptyMessageTestCase);
        AddTestCase(new OversubscribedTestCase);
    }
};

CreditTestSuite g_creditTestSuite; ///< registers the suite

} // namespace
