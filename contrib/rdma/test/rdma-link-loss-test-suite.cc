/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/fabric-link.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <memory>
#include <tuple>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Two hosts with a transport, and a link that goes down 10 us after the start, or a box between.
 */
struct Net
{
    /** @param scheme of both NICs @param law of both NICs @param meddler between the hosts */
    Net(const std::string& scheme, const std::string& law, bool meddler)
    {
        ChainOptions options;
        options.meddler = meddler;
        chain = std::make_unique<Chain>(options);
        for (auto& nic : chain->nic)
        {
            nic->SetAttribute("Reliability", StringValue(scheme));
            nic->SetAttribute("CongestionControl", StringValue(law));
            nic->SetAttribute("LinkTimeout", StringValue("3ms"));
        }
        std::tie(a, b) = chain->Connect();
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        if (!meddler)
        {
            Simulator::Schedule(MicroSeconds(10), &fabric::Link::SetUp, chain->link[0], false);
        }
    }

    /** Run to the end. */
    void Run() const
    {
        Simulator::Stop(Seconds(20));
        Simulator::Run();
    }

    std::unique_ptr<Chain> chain;    ///< the network
    Ticks start{fabric::NowTicks()}; ///< when it was made
    Ptr<QueuePair> a;                ///< of host 0
    Ptr<QueuePair> b;                ///< of host 1
    Recorder sender;                 ///< at host 0
    Recorder receiver;               ///< at host 1
};

/** A host loses the link of its port. */
class LinkTimeoutTestCase : public TestCase
{
  public:
    /** @param scheme reliability scheme */
    explicit LinkTimeoutTestCase(const std::string& scheme)
        : TestCase("A port without link: " + scheme),
          m_scheme(scheme)
    {
    }

  private:
    /** Check the end of the only request. */
    void Expect(const Net& net, CompletionStatus status, Ticks at, const std::string& what)
    {
        NS_TEST_ASSERT_MSG_EQ(net.sender.sent.size(), 1, what << ": it ends, once");
        const auto& sent = net.sender.sent.front();
        NS_TEST_EXPECT_MSG_EQ((sent.completion.status == status), true, what << ": status");
        if (at > 0)
        {
            NS_TEST_EXPECT_MSG_EQ(sent.at - net.start, at, what << ": when");
        }
    }

    void DoRun() override
    {
        const std::string law = "ns3::rdma::NoCongestionControl";
        // 1 MB take 84 us at 100 Gb/s, so that packets are under way and others wait at 10 us.
        // The NIC looks 1, 2 and 3 ms after that; then the 3 ms of LinkTimeout are over.
        Net dead(m_scheme, law, false);
        dead.a->PostSend(Write(1'000'000));
        dead.Run();
        Expect(dead, CompletionStatus::RETRY_EXCEEDED, 10 * US + 3 * MS, "for good");
        NS_TEST_EXPECT_MSG_EQ(dead.a->IsReady(), false, "it failed");
        NS_TEST_EXPECT_MSG_EQ(dead.b->IsReady(), true, "the other end had nothing to do");

        // Posted when the link has been away for 5 ms - 10 us: given up at the next look.
        Net late(m_scheme, law, false);
        Simulator::Schedule(MilliSeconds(5), [&] { late.a->PostSend(Write(1'000'000)); });
        late.Run();
        Expect(late, CompletionStatus::RETRY_EXCEEDED, 6 * MS, "posted later");

        // Back after 2 ms: everything arrives.
        Net back(m_scheme, law, false);
        back.a->PostSend(Write(1'000'000));
        Simulator::Schedule(MilliSeconds(2), &fabric::Link::SetUp, back.chain->link[0], true);
        back.Run();
        Expect(back, CompletionStatus::SUCCESS, 0, "back in time");
        NS_TEST_EXPECT_MSG_EQ(back.receiver.placed.size(), 1, "placed");

        // A READ: requester and responder lose the link.
        Net read(m_scheme, law, false);
        read.a->PostSend(Read(1'000'000));
        read.Run();
        Expect(read, CompletionStatus::RETRY_EXCEEDED, 10 * US + 3 * MS, "READ");
    }

    std::string m_scheme; ///< what is tested
};

/** The receiver is gone, and with it the credit without which nothing may leave. */
class SilentReceiverTestCase : public TestCase
{
  public:
    SilentReceiverTestCase()
        : TestCase("Receiver credit: probes that nobody answers")
    {
    }

  private:
    void DoRun() override
    {
        // Nothing arrives. Of 100 packets those leave that speculative credit covers; none has left
        // later than 3 us. Rto is 20 us, so that all are lost at 23 us at most, and the timer that
        // finds them so sends a first probe: at 20 us at least. With RetryCount 2 and MaxBackoff 1
        // probes follow after 20 and 40 us, and 40 us later it is over: at 120 us at least. What
        // was lost doubles the timeout once, which may put the first probe off by 40 us.
        Net net("ns3::rdma::UetRud[Rto=20us|RetryCount=2|MaxBackoff=1]",
                "ns3::rdma::Rccc[BaseRtt=2us]",
                true);
        uint32_t probes = 0;
        net.chain->meddler->SetRule(
            [&](fabric::Frame& frame, std::vector<Ticks>& delays)
            {
                probes += frame.roce.opcode == OP_PROBE ? 1 : 0;
                delays.clear();
            });
        net.a->PostSend(Write(100 * 4086));
        net.Run();
        NS_TEST_ASSERT_MSG_EQ(net.sender.sent.size(), 1, "it ends");
        NS_TEST_EXPECT_MSG_EQ(
            (net.sender.sent[0].completion.status == CompletionStatus::RETRY_EXCEEDED),
            true,
            "with the reason");
        NS_TEST_EXPECT_MSG_EQ(probes, 3, "RetryCount and one");
        NS_TEST_EXPECT_MSG_EQ((net.sender.sent[0].at - net.start >= 120 * US), true, "not before");
        NS_TEST_EXPECT_MSG_EQ(
            (net.sender.sent[0].at - net.start <= 165 * US), true, "not long after");
    }
};

/** The suite. */
class RdmaLinkLossTestSuite : public TestSuite
{
  public:
    RdmaLinkLossTestSuite()
        : TestSuite("weft-rdma-link-loss", TestSuite::Type::UNIT)
    {
        for (const std::string scheme : {"ns3::rdma::GoBackN",
                                         "ns3::rdma::GoBackZero",
                                         "ns3::rdma::SelectiveRepeat",
                                         "ns3::rdma::SackRack",
                                         "ns3::rdma::UetRud",
                                         "ns3::rdma::Srd",
                                         "ns3::rdma::Falcon[BitmapPackets=128]",
                                         "ns3::rdma::MpRdma"})
        {
            AddTestCase(new LinkTimeoutTestCase(scheme));
        }
        AddTestCase(new SilentReceiverTestCase);
    }
};

RdmaLinkLossTestSuite g_rdmaLinkLossTestSuite; ///< registers the suite

} // namespace
