/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/config.h"
#include "ns3/fabric-frame-pool.h"
#include "ns3/node.h"
#include "ns3/rdma-dcqcn-vendor.h"
#include "ns3/rdma-dcqcn.h"
#include "ns3/rdma-go-back-n.h"
#include "ns3/rdma-helper.h"
#include "ns3/rdma-no-congestion-control.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-selective-repeat.h"
#include "ns3/rdma-single-path.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <functional>
#include <map>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Two queue pairs that share their receives. */
class SharedReceivesTestCase : public TestCase
{
  public:
    SharedReceivesTestCase()
        : TestCase("Shared receive queue")
    {
    }

  private:
    void DoRun() override
    {
        // SENDs of one packet each, of two queue pairs in turn: receives go to them in the order
        // in which they come, and the fifth waits for one.
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::GoBackN[RnrTimer=1]"));
        }
        auto shared = Create<ReceiveQueue>();
        for (uint64_t id = 100; id < 104; ++id)
        {
            shared->Post(id);
        }
        Recorder receiver[2];
        Ptr<QueuePair> ends[2];
        Ptr<QueuePair> peers[2];
        for (uint32_t i = 0; i < 2; ++i)
        {
            std::tie(ends[i], peers[i]) = chain.Connect();
            peers[i]->SetReceiveQueue(shared);
            peers[i]->SetHandler(&receiver[i]);
        }
        for (uint64_t k = 0; k < 5; ++k)
        {
            WorkRequest request = Write(4086, k);
            request.verb = Verb::SEND;
            ends[k % 2]->PostSend(request);
        }
        Simulator::Schedule(MicroSeconds(8), &QueuePair::PostReceive, peers[1], 104);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(receiver[0].placed.size(), 3, "of the first");
        NS_TEST_ASSERT_MSG_EQ(receiver[1].placed.size(), 2, "of the second");
        std::vector<uint64_t> ids;
        for (const auto& recorder : receiver)
        {
            for (const auto& placed : recorder.placed)
            {
                ids.push_back(placed.placement.receiveId);
            }
        }
        std::sort(ids.begin(), ids.end());
        NS_TEST_EXPECT_MSG_EQ(
            (ids == std::vector<uint64_t>{100, 101, 102, 103, 104}), true, "each receive once");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[1]->GetCounters().rnrNaksSent, 1, "the fifth waits");
        NS_TEST_EXPECT_MSG_EQ(shared->GetSize(), 0, "all used");
    }
};

/** A user that answers each message with one of its own. */
class PingPongTestCase : public TestCase, public CompletionHandler
{
  public:
    PingPongTestCase()
        : TestCase("Work posted by the user's own handlers")
    {
    }

  private:
    void SendCompleted(QueuePair&, const Completion&) override
    {
        ++m_completions;
        m_last = fabric::NowTicks();
    }

    void MessagePlaced(QueuePair& queuePair, const Placement& placement) override
    {
        if (placement.bytes > 0)
        {
            queuePair.PostSend(Write(placement.bytes - 1));
        }
    }

    void DoRun() override
    {
        Chain chain{ChainOptions()};
        auto [a, b] = chain.Connect();
        a->SetHandler(this);
        b->SetHandler(this);
        a->PostSend(Write(100));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(m_completions, 101, "100, 99, ... 0 bytes");
        // Message of n bytes: (n + 64) * 80 ps and 1 us. Data waits for the ACK of the message that
        // it answers, 5.12 ns, which the same event sends. The last ACK ends it.
        Ticks expected = US + 5'120;
        for (Ticks n = 0; n <= 100; ++n)
        {
            expected += (n + 64) * 80 + US + (n < 100 ? 5'120 : 0);
        }
        NS_TEST_EXPECT_MSG_EQ(m_last, expected, "when");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().messagesSent, 51, "from host 0");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[1]->GetCounters().messagesSent, 50, "from host 1");
    }

    uint32_t m_completions{0}; ///< requests completed
    Ticks m_last{0};           ///< when the last of them was
};

/** Messages larger than the wire allows, for real. */
class HugeMessageTestCase : public TestCase
{
  public:
    HugeMessageTestCase()
        : TestCase("A 5 GiB message crosses the wire")
    {
    }

  private:
    void DoRun() override
    {
        ChainOptions options;
        options.mtu = 65'464;
        options.dataOverhead = 0;
        options.ackBytes = 0;
        options.interframe = 20;
        options.rate = "800Gbps";
        Chain chain(options);
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::GoBackN[AckEvery=16]"));
        }
        auto [a, b] = chain.Connect();
        Recorder sender;
        Recorder receiver;
        a->SetHandler(&sender);
        b->SetHandler(&receiver);
        constexpr uint64_t BYTES = uint64_t{5} << 30;
        a->PostSend(Write(BYTES, 1, 4096));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), 1, "one completion");
        NS_TEST_EXPECT_MSG_EQ(sender.sent[0].completion.bytes, BYTES, "bytes");
        NS_TEST_ASSERT_MSG_EQ(receiver.placed.size(), 1, "one placement");
        NS_TEST_EXPECT_MSG_EQ(receiver.placed[0].placement.bytes, BYTES, "bytes");
        NS_TEST_EXPECT_MSG_EQ(receiver.placed[0].placement.remoteAddress, 4096, "address");
        // Two parts of 32,804 packets, 32,804 * 65,464 = 2,147,481,056 bytes, and one of the other
        // 1,073,747,008 bytes: 16,402 packets and one of 6480 bytes. Frames: 62 bytes of headers,
        // 16 more on the first of each part, payload padded to 4 (all are multiples of it), 20
        // bytes of preamble and gap.
        constexpr uint64_t PACKETS = 2 * 32'804 + 16'403;
        const auto& counters = chain.nic[0]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(counters.dataSent, PACKETS, "packets");
        NS_TEST_EXPECT_MSG_EQ(counters.payloadBytesSent, BYTES, "payload");
        NS_TEST_EXPECT_MSG_EQ(counters.dataBytesSent, BYTES + 62 * PACKETS + 3 * 16, "frames");
        // 10 ps a byte: no rounding.
        NS_TEST_EXPECT_MSG_EQ(
            receiver.placed[0].at, Ticks(10 * (BYTES + 82 * PACKETS + 3 * 16)) + US, "time");
    }
};

/** A hundred thousand queue pairs. */
class ManyQueuePairsTestCase : public TestCase
{
  public:
    ManyQueuePairsTestCase()
        : TestCase("100,000 queue pairs on one NIC")
    {
    }

  private:
    void DoRun() override
    {
        // State of an idle queue pair: the four objects, with what ns-3 allocates for each of them
        // (a list of aggregates: 16 bytes, and the heap's own 16).
        const std::size_t law =
            std::max({sizeof(NoCongestionControl), sizeof(Dcqcn), sizeof(DcqcnVendor)});
        const std::size_t scheme = std::max(sizeof(GoBackN), sizeof(SelectiveRepeat));
        const std::size_t bytes = sizeof(QueuePair) + scheme + law + sizeof(SinglePath) + 4 * 32;
        NS_TEST_EXPECT_MSG_LT(bytes, 1025, "bytes of an idle queue pair");

        constexpr uint32_t N = 100'000;
        Chain chain{ChainOptions()};
        Recorder sender;
        Recorder receiver;
        std::vector<Ptr<QueuePair>> queuePairs;
        for (uint32_t i = 0; i < N; ++i)
        {
            auto [a, b] = chain.Connect();
            a->SetHandler(&sender);
            b->SetHandler(&receiver);
            queuePairs.push_back(a);
        }
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetNQueuePairs(), N, "created");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetQueuePair(N + 1), queuePairs.back(), "by number");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetQueuePair(N + 2), nullptr, "no such");
        for (uint32_t i = 0; i < N; ++i)
        {
            queuePairs[i]->PostSend(Write(2 * 4086, i));
        }
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sender.sent.size(), N, "all complete");
        NS_TEST_ASSERT_MSG_EQ(receiver.placed.size(), N, "all arrive");
        // The port was never idle.
        NS_TEST_EXPECT_MSG_EQ(receiver.placed.back().at, 2 * N * Ticks{332'000} + US, "time");
        // Turn by turn: in the first round the first packet of each, in the second the second.
        for (uint32_t i = 0; i < N; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(sender.sent[i].completion.wrId, i, "in turn");
        }
    }
};

/** Two NICs of two ports, put together by the helper. */
class HelperTestCase : public TestCase
{
  public:
    HelperTestCase()
        : TestCase("RdmaHelper, NICs of several ports")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        RdmaHelper helper;
        helper.SetCongestionControl("ns3::rdma::NoCongestionControl",
                                    "Rate",
                                    StringValue("10Gbps"),
                                    "Window",
                                    UintegerValue(5'000));
        helper.SetReliability("ns3::rdma::GoBackN", "AckEvery", UintegerValue(3));
        helper.SetPathSelector("ns3::rdma::SinglePath");
        helper.SetNicAttribute("DataClass", UintegerValue(4));
        Ptr<Nic> nics[2];
        std::vector<Ptr<fabric::Port>> ports;
        for (uint32_t i = 0; i < 2; ++i)
        {
            auto node = CreateObject<Node>();
            for (uint32_t k = 0; k < 2; ++k)
            {
                auto port = CreateObject<fabric::Port>();
                port->SetFabricAddress(2 * i + k);
                node->AddDevice(port);
                ports.push_back(port);
            }
            nics[i] = helper.Install(node, {ports[2 * i], ports[2 * i + 1]});
            NS_TEST_EXPECT_MSG_EQ(node->GetObject<Nic>(), nics[i], "aggregated");
        }
        for (uint32_t k = 0; k < 2; ++k) // port 0 to port 0, port 1 to port 1
        {
            auto link = CreateObject<fabric::Link>();
            link->Attach(ports[k]);
            link->Attach(ports[2 + k]);
        }
        auto [a, b] = RdmaHelper::Connect(nics[0], nics[1], 1, 1);
        UintegerValue every;
        a->GetReliability()->GetAttribute("AckEvery", every);
        NS_TEST_EXPECT_MSG_EQ(every.Get(), 3, "attribute of the scheme");
        NS_TEST_EXPECT_MSG_EQ(a->GetRate(), 10'000'000'000, "attribute of congestion control");
        NS_TEST_EXPECT_MSG_EQ(a->GetCongestionControl()->GetWindow(), 5'000, "likewise");
        NS_TEST_EXPECT_MSG_EQ(a->GetRemoteAddress(), 3, "the other's port 1");
        Recorder receiver;
        b->SetHandler(&receiver);
        a->PostSend(Write(10 * 4096));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(receiver.placed.size(), 1, "arrived");
        NS_TEST_EXPECT_MSG_EQ(ports[1]->GetCounters().txFrames[4], 10, "by port 1, in class 4");
        NS_TEST_EXPECT_MSG_EQ(ports[0]->GetCounters().txFrames[4], 0, "not by port 0");
        // The window of 5000 bytes holds one packet: each asks for an ACK.
        NS_TEST_EXPECT_MSG_EQ(ports[3]->GetCounters().txFrames[4], 10, "ACKs");
        NS_TEST_EXPECT_MSG_EQ(
            Config::LookupMatches("/NodeList/*/$ns3::rdma::Nic/QueuePairs/*/CongestionControl/"
                                  "$ns3::rdma::NoCongestionControl")
                .GetN(),
            2,
            "found by path");
        Simulator::Destroy();
    }
};

/** The suite. */
class RdmaNicTestSuite : public TestSuite
{
  public:
    RdmaNicTestSuite()
        : TestSuite("weft-rdma-nic", TestSuite::Type::UNIT)
    {
        AddTestCase(new SharedReceivesTestCase);
        AddTestCase(new PingPongTestCase);
        AddTestCase(new HelperTestCase);
        AddTestCase(new HugeMessageTestCase);
        AddTestCase(new ManyQueuePairsTestCase);
    }
};

RdmaNicTestSuite g_rdmaNicTestSuite; ///< registers the suite

} // namespace
