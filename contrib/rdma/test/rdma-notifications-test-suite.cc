/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-test-net.h"

#include "ns3/fabric-frame-pool.h"
#include "ns3/rdma-opcode.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <functional>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

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

/** The suite. */
class RdmaNotificationsTestSuite : public TestSuite
{
  public:
    RdmaNotificationsTestSuite()
        : TestSuite("weft-rdma-notifications", TestSuite::Type::UNIT)
    {
        AddTestCase(new NotificationsTestCase);
        AddTestCase(new ChangesTestCase);
        AddTestCase(new NarrowedWindowTestCase);
        AddTestCase(new MarksTestCase);
    }
};

RdmaNotificationsTestSuite g_rdmaNotificationsTestSuite; ///< registers the suite

} // namespace
