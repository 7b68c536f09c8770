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

/** A data frame that left a NIC. */
struct Departure
{
    Ticks at;       ///< when
    uint32_t qpn;   ///< whose
    uint32_t bytes; ///< its size
};

/** @return what leaves a NIC from now on, filled while the simulation runs */
std::shared_ptr<std::vector<Departure>>
Watch(Ptr<Nic> nic)
{
    auto departures = std::make_shared<std::vector<Departure>>();
    using Note = std::function<void(const QueuePair&, const fabric::Frame&)>;
    nic->TraceConnectWithoutContext(
        "DataSent",
        Callback<void, const QueuePair&, const fabric::Frame&>(Note(
            [=](const QueuePair& queuePair, const fabric::Frame& frame) {
                departures->push_back({frame.sentAt, queuePair.GetQpn(), frame.bytes});
            })));
    return departures;
}

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

/** A congestion control that notes what it is told. */
class Listening : public CongestionControl
{
  public:
    /** @return the TypeId */
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::rdma::tests::Listening")
                                .SetParent<CongestionControl>()
                                .SetGroupName("Rdma")
                                .AddConstructor<Listening>();
        return tid;
    }

    /** Change the rate. @param rate the rate, bit/s */
    void ChangeRate(uint64_t rate)
    {
        SetRate(rate);
    }

    /** Change the window. @param window the window, bytes */
    void ChangeWindow(uint64_t window)
    {
        SetWindow(window);
    }

    std::vector<Sent> sent;    ///< packets that left
    std::vector<Ack> acks;     ///< acknowledgments
    std::vector<Nack> nacks;   ///< negative acknowledgments
    std::vector<Ticks> cnps;   ///< congestion notifications
    uint32_t activations{0};   ///< calls of DoActive
    uint32_t deactivations{0}; ///< calls of DoIdle
    uint32_t interruptions{0}; ///< calls of DoSent in the middle of a change

  private:
    bool DoUsesCnp() const override
    {
        return true;
    }

    void DoActive() override
    {
        ++activations;
    }

    void DoIdle() override
    {
        ++deactivations;
    }

    void DoSent(const Sent& what) override
    {
        sent.push_back(what);
        interruptions += m_changing;
    }

    void DoAck(const Ack& ack) override
    {
        acks.push_back(ack);
    }

    void DoNack(const Nack& nack) override
    {
        nacks.push_back(nack);
    }

    void DoCnp(const Cnp& cnp) override
    {
        cnps.push_back(cnp.now);
    }

    bool m_changing{false}; ///< rate or window are being changed
};

NS_OBJECT_ENSURE_REGISTERED(Listening);

/** What congestion control is told. */
class NotificationsTestCase : public TestCase
{
  public:
    NotificationsTestCase()
        : TestCase("What congestion control is told")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("CongestionControl", StringValue("ns3::rdma::tests::Listening"));
        }
        auto [a, b] = chain.Connect();
        auto law = DynamicCast<Listening>(a->GetCongestionControl());
        NS_TEST_EXPECT_MSG_EQ(law->GetContext().lineRate, 100'000'000'000, "line rate");
        NS_TEST_EXPECT_MSG_EQ(law->GetContext().mtuBytes, 4086, "MTU");
        NS_TEST_EXPECT_MSG_EQ(law->GetContext().frameBytes, 4150, "frame");
        a->PostSend(Write(3 * 4086 + 1000)); // frames: three of 332 ns, one of 85.12 ns
        a->PostSend(Write(0));               // one of 64 bytes
        Simulator::Run();
        const uint64_t inFlight[] = {4086, 8172, 12258, 13258, 13258};
        const uint32_t frames[] = {4150, 4150, 4150, 1064, 64};
        const Ticks starts[] = {0, 332'000, 664'000, 996'000, 1'081'120};
        NS_TEST_ASSERT_MSG_EQ(law->sent.size(), 5, "packets");
        for (uint32_t k = 0; k < 5; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ(law->sent[k].now, starts[k], "start of " << k);
            NS_TEST_EXPECT_MSG_EQ(law->sent[k].bytesInFlight, inFlight[k], "in flight " << k);
            NS_TEST_EXPECT_MSG_EQ(law->sent[k].frameBytes, frames[k], "frame " << k);
            NS_TEST_EXPECT_MSG_EQ(law->sent[k].retransmission, false, "first time");
        }
        // RTT: the frame, twice 1 us, the ACK of 5.12 ns.
        const uint64_t left[] = {9172, 5086, 1000, 0, 0};
        const uint64_t acked[] = {4086, 4086, 4086, 1000, 0};
        NS_TEST_ASSERT_MSG_EQ(law->acks.size(), 5, "acknowledgments");
        for (uint32_t k = 0; k < 5; ++k)
        {
            const Ticks rtt = frames[k] * Ticks{80} + 2 * US + 5'120;
            NS_TEST_EXPECT_MSG_EQ(law->acks[k].rtt, rtt, "RTT " << k);
            NS_TEST_EXPECT_MSG_EQ(law->acks[k].now, starts[k] + rtt, "time " << k);
            NS_TEST_EXPECT_MSG_EQ(law->acks[k].ackedBytes, acked[k], "acknowledged " << k);
            NS_TEST_EXPECT_MSG_EQ(law->acks[k].bytesInFlight, left[k], "in flight " << k);
            NS_TEST_EXPECT_MSG_EQ(
                law->acks[k].entropy, ConnectionEntropy(a->GetQpn(), b->GetQpn()), "path " << k);
            NS_TEST_EXPECT_MSG_EQ(law->acks[k].ecnEcho, false, "no mark");
        }
        NS_TEST_EXPECT_MSG_EQ(law->activations, 1, "active once");
        NS_TEST_EXPECT_MSG_EQ(law->deactivations, 1, "idle once");
        a->PostSend(Write(0));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(law->activations, 2, "active again");
        NS_TEST_EXPECT_MSG_EQ(law->deactivations, 2, "idle again");
    }
};

/** Rate and window that change while packets wait. */
class ChangesTestCase : public TestCase
{
  public:
    ChangesTestCase()
        : TestCase("Rate and window changes take effect at once")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        chain.nic[0]->SetAttribute("CongestionControl", StringValue("ns3::rdma::tests::Listening"));
        auto departures = Watch(chain.nic[0]);
        auto [a, b] = chain.Connect();
        auto law = DynamicCast<Listening>(a->GetCongestionControl());
        const auto rate = [law = law](uint64_t gbps) { law->ChangeRate(gbps * 1'000'000'000); };
        // At 1 Gb/s frames are 33.2 us apart. At 10 us the rate rises to 2 Gb/s: the second frame
        // leaves at 16.6 us. At 20 us it falls to 1 Gb/s: the third leaves at 16.6 + 33.2 us. At
        // 60 us it rises to 100 Gb/s: the fourth leaves then, and the fifth right behind it.
        rate(1);
        a->PostSend(Write(5 * 4086));
        Simulator::Schedule(MicroSeconds(10), [=]() { rate(2); });
        Simulator::Schedule(MicroSeconds(20), [=]() { rate(1); });
        Simulator::Schedule(MicroSeconds(60), [=]() { rate(100); });
        Simulator::Run();
        const Ticks expected[] = {0, 16'600'000, 49'800'000, 60'000'000, 60'332'000};
        NS_TEST_ASSERT_MSG_EQ(departures->size(), 5, "all packets");
        for (uint32_t k = 0; k < 5; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ((*departures)[k].at, expected[k], "packet " << k);
        }

        // A window of two packets and a bit; at 1 us, before any ACK, it opens by one packet. ACKs
        // arrive at LOOP = 2.33712 us and each 332 ns after it; each lets one packet go.
        departures->clear();
        const Ticks start = fabric::NowTicks();
        law->ChangeWindow(9000);
        a->PostSend(Write(5 * 4086));
        Simulator::Schedule(MicroSeconds(1), [law = law]() { law->ChangeWindow(12'258); });
        Simulator::Run();
        const Ticks windowed[] = {0, 332'000, 1'000'000, 2'337'120, 2'669'120};
        NS_TEST_ASSERT_MSG_EQ(departures->size(), 5, "all packets");
        for (uint32_t k = 0; k < 5; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ((*departures)[k].at - start, windowed[k], "packet " << k);
        }
        NS_TEST_EXPECT_MSG_EQ(law->interruptions, 0, "the law is left in peace");
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

/** A window that closes on packets that did not ask for an acknowledgment. */
class NarrowedWindowTestCase : public TestCase
{
  public:
    NarrowedWindowTestCase()
        : TestCase("A narrowed window does not wait for what nobody asked for")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        chain.nic[0]->SetAttribute("CongestionControl", StringValue("ns3::rdma::tests::Listening"));
        chain.nic[0]->SetAttribute("Reliability", StringValue("ns3::rdma::GoBackN[AckEvery=64]"));
        auto departures = Watch(chain.nic[0]);
        auto [a, b] = chain.Connect();
        auto law = DynamicCast<Listening>(a->GetCongestionControl());
        // At 1 us packets 0 to 3 have left, and none of them asks. The window becomes one packet:
        // packet 4 leaves at 1.328 us and asks; its ACK, 2.33712 us later, acknowledges all five,
        // and from there packets leave one by one, each when the ACK of the one before has come.
        a->PostSend(Write(10 * 4086));
        Simulator::Schedule(MicroSeconds(1), [law = law]() { law->ChangeWindow(4086); });
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(departures->size(), 10, "all packets");
        NS_TEST_EXPECT_MSG_EQ((*departures)[4].at, 1'328'000, "packet 4");
        for (uint32_t k = 5; k < 10; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ(
                (*departures)[k].at, 1'328'000 + (k - 4) * Ticks{2'337'120}, "packet " << k);
        }
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().timeouts, 0, "no timeout");
    }
};

/** CE marks, their echo and CNPs. */
class MarksTestCase : public TestCase
{
  public:
    MarksTestCase()
        : TestCase("CE marks are echoed and answered by CNPs")
    {
    }

  private:
    void DoRun() override
    {
        Chain chain{ChainOptions()};
        for (auto& nic : chain.nic)
        {
            nic->SetAttribute("CongestionControl", StringValue("ns3::rdma::tests::Listening"));
            nic->SetAttribute("Reliability", StringValue("ns3::rdma::GoBackN[AckEvery=2]"));
        }
        auto [a, b] = chain.Connect();
        auto law = DynamicCast<Listening>(a->GetCongestionControl());
        a->PostSend(Write(20 * 4086));
        // Packets 4, 5 and 18 are marked on the way; packet k arrives at (k + 1) * 332 ns + 1 us.
        Marker marker(*chain.nic[1], {4, 5, 18});
        chain.port[1]->SetOwner(&marker);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(marker.marked, 3, "marked");
        const auto& counters = chain.nic[1]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(counters.marksReceived, 3, "marks");
        // CNPs at most each 4 us: packet 4 at 2.66 us, packet 18 at 7.308 us.
        NS_TEST_EXPECT_MSG_EQ(counters.cnpsSent, 2, "CNPs sent");
        NS_TEST_EXPECT_MSG_EQ(chain.nic[0]->GetCounters().cnpsReceived, 2, "CNPs arrived");
        NS_TEST_ASSERT_MSG_EQ(law->cnps.size(), 2, "CNPs told");
        // 78 bytes are 6.24 ns; nothing else is on the way back then.
        NS_TEST_EXPECT_MSG_EQ(law->cnps[0], 2'660'000 + 6'240 + US, "when");
        NS_TEST_EXPECT_MSG_EQ(law->cnps[1], 7'308'000 + 6'240 + US, "when");
        // ACKs for packets 1, 3, 5 ... 19: that of 5 echoes the marks of 4 and 5, that of 19 the
        // mark of 18.
        NS_TEST_ASSERT_MSG_EQ(law->acks.size(), 10, "ACKs");
        for (uint32_t k = 0; k < 10; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ(law->acks[k].ecnEcho, (k == 2 || k == 9), "echo of ACK " << k);
        }
        const auto& sent = chain.port[1]->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(sent.txFrames[6], 2, "CNPs travel in class 6");
        NS_TEST_EXPECT_MSG_EQ(sent.txBytes[6], 2 * 78, "their size");
        NS_TEST_EXPECT_MSG_EQ(sent.txFrames[3], 10, "ACKs in the class of the data");
    }

    /** Marks frames on their way to a NIC. */
    class Marker : public fabric::PortOwner
    {
      public:
        /** @param nic the NIC @param psns frames to mark */
        Marker(Nic& nic, std::vector<uint32_t> psns)
            : m_nic(nic),
              m_psns(std::move(psns))
        {
        }

        uint32_t marked{0}; ///< frames marked

      private:
        void ReceiveFrame(fabric::Port& port, fabric::Frame* frame) override
        {
            if (std::count(m_psns.begin(), m_psns.end(), frame->roce.psn))
            {
                frame->ecn = fabric::Ecn::CE;
                ++marked;
            }
            m_nic.ReceiveFrame(port, frame);
        }

        Nic& m_nic;                   ///< the NIC
        std::vector<uint32_t> m_psns; ///< frames to mark
    };
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
        AddTestCase(new PacingTestCase);
        AddTestCase(new FairnessTestCase);
        AddTestCase(new ClassesTestCase);
        AddTestCase(new NotificationsTestCase);
        AddTestCase(new ChangesTestCase);
        AddTestCase(new OverdueTestCase);
        AddTestCase(new NarrowedWindowTestCase);
        AddTestCase(new MarksTestCase);
        AddTestCase(new PingPongTestCase);
        AddTestCase(new HelperTestCase);
        AddTestCase(new HugeMessageTestCase);
        AddTestCase(new ManyQueuePairsTestCase);
    }
};

RdmaNicTestSuite g_rdmaNicTestSuite; ///< registers the suite

} // namespace
