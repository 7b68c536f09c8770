/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/rdma-no-congestion-control.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Frames leave at the rate that congestion control allows. */
class PacingTestCase : public TestCase
{
  public:
    PacingTestCase()
        : TestCase("Pacing to the picosecond")
    {
    }

  private:
    /** Send 100 packets. @param rate static rate @param interframe bytes @param gap expected */
    void Run(const std::string& rate, uint32_t interframe, Ticks gap)
    {
        ChainOptions options;
        options.interframe = interframe;
        Chain chain(options);
        chain.nic[0]->SetAttribute(
            "CongestionControl", StringValue("ns3::rdma::NoCongestionControl[Rate=" + rate + "]"));
        auto departures = Watch(chain.nic[0]);
        auto [a, b] = chain.Connect();
        a->PostSend(Write(100 * 4086));
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(departures->size(), 100, rate << ": all packets");
        for (uint32_t k = 0; k < 100; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ((*departures)[k].at, k * gap, rate << ": packet " << k);
        }
    }

    void DoRun() override
    {
        // Between two starts: 8 (4150 + interframe) / rate, rounded up to whole picoseconds.
        Run("25Gbps", 0, 1'328'000);
        Run("25Gbps", 20, 1'334'400);
        Run("33Gbps", 0, 1'006'061); // 1,006,060.6
        Run("1Mbps", 0, 33'200'000'000);
        // The port cannot do more than 100 Gb/s.
        Run("100Gbps", 20, 333'600);
        Run("400Gbps", 20, 333'600);
        Run("0bps", 0, 332'000);
    }
};

/** Queue pairs of one port share it by bytes. */
class FairnessTestCase : public TestCase
{
  public:
    FairnessTestCase()
        : TestCase("Queue pairs share a port equally")
    {
    }

  private:
    void DoRun() override
    {
        // Frames of 4150, 4150 and 1088 bytes: 3 * 1 MB at least for each.
        Chain chain{ChainOptions()};
        auto departures = Watch(chain.nic[0]);
        auto [a, peerOfA] = chain.Connect();
        auto [b, peerOfB] = chain.Connect();
        chain.options.mtu = 1024;
        auto [c, peerOfC] = chain.Connect();
        a->PostSend(Write(1'000 * 4086));
        b->PostSend(Write(1'000 * 4086));
        c->PostSend(Write(4'000 * 1024));
        // A fourth, paced, takes what it may and no more, and does not disturb the others.
        chain.nic[0]->SetAttribute("CongestionControl",
                                   StringValue("ns3::rdma::NoCongestionControl[Rate=5Gbps]"));
        chain.options.mtu = 4086;
        auto [d, peerOfD] = chain.Connect();
        d->PostSend(Write(1'000 * 4086));
        Simulator::Stop(MicroSeconds(900)); // 11.25 MB leave in this time; nobody has finished
        Simulator::Run();

        std::map<uint32_t, int64_t> bytes;
        int64_t widest = 0;
        for (const auto& departure : *departures)
        {
            bytes[departure.qpn] += departure.bytes;
            if (departure.qpn != d->GetQpn())
            {
                const int64_t sent[] = {bytes[a->GetQpn()], bytes[b->GetQpn()], bytes[c->GetQpn()]};
                const auto [least, most] = std::minmax_element(sent, sent + 3);
                widest = std::max(widest, *most - *least);
            }
        }
        // A turn is a quantum of 4150 bytes, and what was sent too much in one turn is taken off
        // the next: two of them differ by two quanta at most, once all have something to send. The
        // first two frames of a are chosen before the others have: one goes on the wire, one is
        // next.
        NS_TEST_EXPECT_MSG_LT_OR_EQ(widest, (2 + 2) * 4150, "difference at any time");
        // 900 us at 5 Gb/s are 562,500 bytes, 135.5 frames: what the others delay is made up for.
        NS_TEST_EXPECT_MSG_EQ_TOL(bytes[d->GetQpn()], 135 * 4150, 4150, "the paced one");
        const double rest = (900e-6 * 100e9 / 8 - bytes[d->GetQpn()]) / 3;
        for (const auto& queuePair : {a, b, c})
        {
            NS_TEST_EXPECT_MSG_EQ_TOL(
                double(bytes[queuePair->GetQpn()]), rest, (1 + 2) * 4150, "a third");
        }
    }
};

/** Higher classes first; paused classes not at all, and they do not block others. */
class ClassesTestCase : public TestCase
{
  public:
    ClassesTestCase()
        : TestCase("Classes: strict priority, PFC")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        auto departures = Watch(chain.nic[0]);
        auto low = Pair(chain, 3);
        auto high = Pair(chain, 5);
        low->PostSend(Write(10 * 4086)); // its first packet leaves at once, its second is next
        high->PostSend(Write(10 * 4086));
        // Host 1 pauses class 5 from 1 us to 20 us. The PFC frame takes 1 us and 5.12 ns.
        Simulator::Schedule(MicroSeconds(1), &fabric::Port::PausePeer, chain.port[1], 5);
        Simulator::Schedule(MicroSeconds(20), &fabric::Port::ResumePeer, chain.port[1], 5);
        Simulator::Run();
        // Two of low, one on the wire and one next when high comes, then high until the pause is
        // obeyed: 2.005 us is within the seventh frame (6 * 332 ns = 1.992 us), the fifth of high.
        // The sixth is made already, and waits. Then low, then the rest of high.
        std::vector<uint32_t> expected(2, low->GetQpn());
        expected.insert(expected.end(), 6, high->GetQpn());
        expected.insert(expected.end(), 8, low->GetQpn());
        expected.insert(expected.end(), 4, high->GetQpn());
        NS_TEST_ASSERT_MSG_EQ(departures->size(), 20, "all packets");
        for (uint32_t k = 0; k < 20; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ((*departures)[k].qpn, expected[k], "packet " << k);
        }
        NS_TEST_EXPECT_MSG_EQ(((*departures)[16].at > 21 * US), true, "after the pause");
    }

    /** @return the sending end of a connection of a class */
    static Ptr<QueuePair> Pair(Chain& chain, uint8_t priority)
    {
        auto a = chain.nic[0]->CreateQueuePair();
        auto b = chain.nic[1]->CreateQueuePair();
        for (auto& queuePair : {a, b})
        {
            queuePair->SetAttribute("PathMtu", UintegerValue(4086));
            queuePair->SetTrafficClass(priority, priority * 8);
        }
        a->Connect(chain.port[1]->GetFabricAddress(), b->GetQpn());
        b->Connect(chain.port[0]->GetFabricAddress(), a->GetQpn());
        return a;
    }
};

/** Queue pairs whose time comes while the port is busy. */
class OverdueTestCase : public TestCase
{
  public:
    OverdueTestCase()
        : TestCase("Paced queue pairs behind a long frame")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        auto departures = Watch(chain.nic[0]);
        const auto pair = [&](const std::string& rate, uint32_t mtu)
        {
            chain.nic[0]->SetAttribute(
                "CongestionControl",
                StringValue("ns3::rdma::NoCongestionControl[Rate=" + rate + "]"));
            chain.options.mtu = mtu;
            return chain.Connect().first;
        };
        auto fast = pair("50Gbps", 4086);
        auto slow = pair("1Gbps", 4086);
        auto bulk = pair("0bps", 60'000);
        // Slow sends at 0 and may again at 33.2 us; fast sends at 0.332 us and may again at 0.996
        // us; bulk sends 60,064 bytes from 0.664 to 5.46912 us. Fast has more to send at 0.8 us,
        // waits for its time, and is overdue when slow begins to wait at 2 us.
        slow->PostSend(Write(4086));
        Simulator::Schedule(NanoSeconds(332), [=]() { fast->PostSend(Write(4086)); });
        Simulator::Schedule(NanoSeconds(500), [=]() { bulk->PostSend(Write(2 * 60'000)); });
        Simulator::Schedule(NanoSeconds(800), [=]() { fast->PostSend(Write(3 * 4086)); });
        Simulator::Schedule(MicroSeconds(2), [=]() { slow->PostSend(Write(4086)); });
        Simulator::Run();
        const std::vector<std::pair<uint32_t, Ticks>> expected{
            {slow->GetQpn(), 0},
            {fast->GetQpn(), 332'000},
            {bulk->GetQpn(), 664'000},
            {bulk->GetQpn(), 5'469'120},  // whose turn it is, being alone in the ring
            {fast->GetQpn(), 10'274'240}, // at last; it makes up for one gap of 664 ns,
            {fast->GetQpn(), 10'606'240}, // and then keeps to it:
            {fast->GetQpn(), 10'938'240}, // 664 ns after the first of the three
            {slow->GetQpn(), 33'200'000},
        };
        NS_TEST_ASSERT_MSG_EQ(departures->size(), expected.size(), "all packets");
        for (std::size_t k = 0; k < expected.size(); ++k)
        {
            NS_TEST_EXPECT_MSG_EQ((*departures)[k].qpn, expected[k].first, "packet " << k);
            NS_TEST_EXPECT_MSG_EQ((*departures)[k].at, expected[k].second, "packet " << k);
        }
    }
};

/** The suite. */
class RdmaTransmitTestSuite : public TestSuite
{
  public:
    RdmaTransmitTestSuite()
        : TestSuite("weft-rdma-transmit", TestSuite::Type::UNIT)
    {
        AddTestCase(new PacingTestCase);
        AddTestCase(new FairnessTestCase);
        AddTestCase(new ClassesTestCase);
        AddTestCase(new OverdueTestCase);
    }
};

RdmaTransmitTestSuite g_rdmaTransmitTestSuite; ///< registers the suite

} // namespace
