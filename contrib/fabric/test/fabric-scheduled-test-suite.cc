/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/fabric-credit-scheduler.h"
#include "ns3/fabric-reassembly.h"
#include "ns3/fabric-scheduled-switch.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** Credits in turn, at the rate of the port. */
class CreditSchedulerTestCase : public TestCase, private CreditScheduler::Granter
{
  public:
    CreditSchedulerTestCase()
        : TestCase("Credits in turn")
    {
    }

  private:
    /** A credit that was granted. */
    struct Grant_
    {
        Ticks at;                              ///< when
        const CreditScheduler::Client* client; ///< to whom
        uint64_t granted;                      ///< bytes since the start
    };

    void DoRun() override
    {
        // 100 Gb/s, credits of 1000 B: one each 80 ns. A asks for 2500 B and B for 2000 B of class
        // 3, C for 1000 B of class 5, all at 0; the first grant goes to A at once, then C, whose
        // class is higher, then A and B in turn: B (it has waited), A, B, A with the last 500 B.
        CreditScheduler scheduler(*this, 0, 100'000'000'000, 1000);
        CreditScheduler::Client a;
        CreditScheduler::Client b;
        CreditScheduler::Client c;
        a.priority = 3;
        b.priority = 3;
        c.priority = 5;
        Simulator::Schedule(Time(0),
                            [&]()
                            {
                                scheduler.Request(a, 2500);
                                scheduler.Request(b, 2000);
                                scheduler.Request(c, 1000);
                            });
        // The port is not ready from 1 us to 2 us; D is granted when it is told that it is.
        CreditScheduler::Client d;
        Simulator::Schedule(MicroSeconds(1),
                            [&]()
                            {
                                m_ready = false;
                                scheduler.Request(d, 700);
                            });
        Simulator::Schedule(MicroSeconds(2),
                            [&]()
                            {
                                m_ready = true;
                                scheduler.Kick();
                            });
        Simulator::Run();
        const std::vector<Grant_> expected = {{0, &a, 1000},
                                              {80'000, &c, 1000},
                                              {160'000, &a, 2000},
                                              {240'000, &b, 1000},
                                              {320'000, &a, 2500},
                                              {360'000, &b, 2000},
                                              {2'000'000, &d, 700}};
        NS_TEST_ASSERT_MSG_EQ(m_grants.size(), expected.size(), "grants");
        for (std::size_t i = 0; i < expected.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(m_grants[i].at, expected[i].at, "time of grant " << i);
            NS_TEST_EXPECT_MSG_EQ(
                (m_grants[i].client == expected[i].client), true, "client of grant " << i);
            NS_TEST_EXPECT_MSG_EQ(m_grants[i].granted, expected[i].granted, "bytes " << i);
        }
        Simulator::Destroy();
    }

    void Grant(CreditScheduler::Client& client, uint64_t granted) override
    {
        m_grants.push_back({NowTicks(), &client, granted});
    }

    bool IsReady(uint16_t port) const override
    {
        return m_ready;
    }

    bool m_ready{true};           ///< whether the port is
    std::vector<Grant_> m_grants; ///< in order
};

/** Pieces in any order. */
class ReassemblyTestCase : public TestCase
{
  public:
    ReassemblyTestCase()
        : TestCase("Reassembly")
    {
    }

  private:
    void DoRun() override
    {
        auto pool = CreateObject<FramePool>();
        // Frame A of pieces 0, 1, 2; B of 3; C of 4, 5.
        Frame* a = pool->Allocate();
        Frame* b = pool->Allocate();
        Frame* c = pool->Allocate();
        {
            Reassembly all;
            all.Add(3, 0, b);
            all.Add(2, 2, a);
            all.Add(5, 1, c);
            NS_TEST_EXPECT_MSG_EQ((all.Take() == nullptr), true, "0 is missing");
            all.Add(0, 0, nullptr);
            NS_TEST_EXPECT_MSG_EQ((all.Take() == nullptr), true, "1 is missing");
            all.Add(1, 1, nullptr);
            NS_TEST_EXPECT_MSG_EQ((all.Take() == a), true, "A is whole");
            NS_TEST_EXPECT_MSG_EQ((all.Take() == b), true, "and B after it");
            NS_TEST_EXPECT_MSG_EQ((all.Take() == nullptr), true, "4 is missing");
            NS_TEST_EXPECT_MSG_EQ(all.GetNWaiting(), 1, "5");
            NS_TEST_EXPECT_MSG_EQ(all.Add(2, 2, nullptr), false, "twice");
            // Piece 4 is lost: C is not whole, though its last piece is there.
            NS_TEST_EXPECT_MSG_EQ(all.Skip(6), true, "4 is given up");
            NS_TEST_EXPECT_MSG_EQ((all.Take() == nullptr), true, "no C");
            const auto broken = all.TakeBroken();
            NS_TEST_EXPECT_MSG_EQ(broken.size(), 1, "C");
            NS_TEST_EXPECT_MSG_EQ(all.Add(4, 0, nullptr), false, "too late");
            // The next frame is well again, also far ahead.
            all.Add(6, 0, b);
            NS_TEST_EXPECT_MSG_EQ((all.Take() == b), true, "the next");
        }
        // A thousand pieces in reverse.
        Reassembly reverse;
        for (uint32_t i = 1000; i-- > 1;)
        {
            reverse.Add(i, 0, a);
        }
        NS_TEST_EXPECT_MSG_EQ((reverse.Take() == nullptr), true, "the first is missing");
        NS_TEST_EXPECT_MSG_EQ(reverse.GetNWaiting(), 999, "all wait");
        reverse.Add(0, 0, a);
        uint32_t n = 0;
        while (reverse.Take())
        {
            ++n;
        }
        NS_TEST_EXPECT_MSG_EQ(n, 1000, "all at once");
        for (Frame* frame : {a, b, c})
        {
            FramePool::Release(frame);
        }
        NS_TEST_EXPECT_MSG_EQ(pool->GetNOutstanding(), 0, "none is lost");
    }
};

/** Frames cross the scheduled fabric whole, in order, over all links. */
class ScheduledFabricTestCase : public TestCase
{
  public:
    /** @param type of the switches @param pieces of a frame of 1000 B @param bytes of them */
    ScheduledFabricTestCase(const std::string& type, uint32_t pieces, uint32_t bytes)
        : TestCase("Frames through " + type),
          m_type(type),
          m_pieces(pieces),
          m_bytes(bytes)
    {
    }

  private:
    static constexpr uint32_t N = 1600; ///< frames of a flow

    void DoRun() override
    {
        // Two leaves with four spines: 1,600 frames of 1000 B from a host to one of the other
        // leaf, and as many to a neighbour of the sender.
        LeafSpine net(2, 4, 3, ObjectFactory("ns3::fabric::EcmpHash"), ObjectFactory(m_type));
        Simulator::Schedule(NanoSeconds(1), &TestHost::Saturate, net.hosts[0].get(), 3, N, 1000, 3);
        Simulator::Schedule(NanoSeconds(1), &TestHost::Saturate, net.hosts[1].get(), 2, N, 1000, 3);
        Simulator::Run();
        CheckOrder(*net.hosts[3], "remote");
        CheckOrder(*net.hosts[2], "local");
        const auto leaf = DynamicCast<ScheduledSwitch>(net.leaves[0]);
        const auto& counters = leaf->GetScheduleCounters();
        NS_TEST_EXPECT_MSG_EQ(counters.pieces, N * m_pieces, "pieces of the remote flow");
        NS_TEST_EXPECT_MSG_EQ(leaf->GetVoqBytes(), 0, "nothing waits");
        NS_TEST_EXPECT_MSG_EQ(net.CheckBooks(), "", "books");
        // Cells of a round go to all spines, so that each has a quarter of 6,400 exactly. A
        // container of 16 KiB has 17 frames (16,000 B are not enough); of 94 full ones and one of
        // 2 frames a spine has 23 or 24: at most 24 * 17 = 408 frames, at least 22 * 17 + 2.
        uint64_t all = 0;
        for (const auto& spine : net.spines)
        {
            const auto in = spine->GetPort(0).GetCounters();
            all += in.rxBytes[3];
            NS_TEST_EXPECT_MSG_GT(in.rxFrames[3], N * m_pieces * 23 / 100, "share of a spine");
            NS_TEST_EXPECT_MSG_LT(in.rxFrames[3], N * m_pieces * 26 / 100, "share of a spine");
        }
        NS_TEST_EXPECT_MSG_EQ(all, uint64_t{N} * m_bytes, "bytes in the fabric");
        // At line rate 1,600 frames take 1600 * 81.6 ns = 130.56 us; before come a link (1 us and
        // 81.6 ns), a request and a credit (two links each, 2 us, and at most 4 * 6.72 ns with
        // their serialisation), and the fabric and the last link (3 us and a little). At the end
        // less than 16 KiB may be left that are asked for only when all before is granted: another
        // round trip of 4 us.
        const Ticks last = net.hosts[3]->arrivals.back().at;
        NS_TEST_EXPECT_MSG_GT(last, 130'560'000 + 8'000'000, "not before");
        NS_TEST_EXPECT_MSG_LT(last, 130'560'000 + 13'000'000, "at line rate");
        net.hosts.clear();
        Simulator::Destroy();
    }

    /** All frames, in order. */
    void CheckOrder(const TestHost& host, const std::string& what)
    {
        NS_TEST_ASSERT_MSG_EQ(host.arrivals.size(), N, what << ", frames");
        bool inOrder = true;
        for (uint32_t i = 0; i < N; ++i)
        {
            inOrder &= host.arrivals[i].psn == i;
        }
        NS_TEST_EXPECT_MSG_EQ(inOrder, true, what << ", order");
    }

    std::string m_type; ///< of the switches
    uint32_t m_pieces;  ///< of a frame
    uint32_t m_bytes;   ///< of them
};

/** A link dies under way. */
class LostPiecesTestCase : public TestCase
{
  public:
    LostPiecesTestCase()
        : TestCase("Lost cells and credits")
    {
    }

  private:
    void DoRun() override
    {
        // Spine 1 loses its link to leaf 1 at 50 us, and the leaves do not know: each fourth cell
        // to leaf 1 dies there, a cell of each frame of 1000 B (four cells). It comes back at 1 ms,
        // in the middle of the flow of 30,000 frames (2.4 ms). Everything after it is whole.
        LeafSpine net(2,
                      4,
                      1,
                      ObjectFactory("ns3::fabric::EcmpHash"),
                      ObjectFactory("ns3::fabric::CellSwitch"));
        constexpr uint32_t N = 30'000;
        Simulator::Schedule(NanoSeconds(1), &TestHost::Saturate, net.hosts[0].get(), 1, N, 1000, 3);
        Simulator::Schedule(MicroSeconds(50), &Link::SetUp, net.GetLink(1, 1), false);
        Simulator::Schedule(MilliSeconds(1), &Link::SetUp, net.GetLink(1, 1), true);
        Simulator::Run();
        const auto& arrivals = net.hosts[1]->arrivals;
        const auto& counters = DynamicCast<ScheduledSwitch>(net.leaves[1])->GetScheduleCounters();
        bool inOrder = true;
        for (std::size_t i = 1; i < arrivals.size(); ++i)
        {
            inOrder &= arrivals[i].psn > arrivals[i - 1].psn;
        }
        NS_TEST_EXPECT_MSG_EQ(inOrder, true, "order");
        // 950 us of 81.6 ns per frame are 11,642 frames; a few more or less in flight, and fewer
        // if requests that are lost too slow the flow down. Those whose
        // last cell died are not counted as incomplete, since only it brings the frame.
        NS_TEST_EXPECT_MSG_GT(arrivals.size(), N - 12'500, "the others");
        NS_TEST_EXPECT_MSG_LT(arrivals.size(), N - 6'000, "lost");
        NS_TEST_EXPECT_MSG_GT(counters.incomplete, 1000, "given up");
        NS_TEST_EXPECT_MSG_EQ(arrivals.back().psn, N - 1, "up to the end");
        NS_TEST_EXPECT_MSG_EQ(
            DynamicCast<ScheduledSwitch>(net.leaves[0])->GetVoqBytes(), 0, "nothing waits");
        NS_TEST_EXPECT_MSG_EQ(net.CheckBooks(), "", "books");
        Simulator::Destroy();
    }
};

/** An incast beside a flow that has nothing to do with it. */
class VictimTestCase : public TestCase
{
  public:
    VictimTestCase()
        : TestCase("Incast of 31 to 1 and a victim")
    {
    }

  private:
    void DoRun() override
    {
        // Four leaves with nine hosts, four spines. Hosts of leaves 0 to 3 but 0 and the last
        // ones of leaf 0 and 3 send 600 frames each to host 0: 31 senders. The victim goes from
        // host 35 (leaf 3) to host 8 (leaf 0), alone there: 500 frames from 100 us on.
        for (const std::string type : {"CellSwitch", "ContainerSwitch"})
        {
            const Ticks alone = Run(type, false);
            const Ticks beside = Run(type, true);
            NS_TEST_EXPECT_MSG_LT(beside, alone * 1.01, type << ": unaffected");
            NS_TEST_EXPECT_MSG_GT(beside, alone * 0.99, type << ": a time");
        }
        // Priority flow control: leaf 0 pauses the spines, they pause leaf 3, and the victim
        // stands behind frames of the incast. 31 * 600 frames take 1.5 ms; the victim alone 44 us.
        const Ticks alone = Run("Switch", false);
        const Ticks beside = Run("Switch", true);
        NS_TEST_EXPECT_MSG_GT(beside, 2 * alone, "head-of-line blocking");
    }

    /** @return from the start of the victim to its last arrival */
    Ticks Run(const std::string& type, bool incast)
    {
        LeafSpine net(
            4, 4, 9, ObjectFactory("ns3::fabric::EcmpHash"), ObjectFactory("ns3::fabric::" + type));
        for (const auto* group : {&net.leaves, &net.spines})
        {
            for (const auto& device : *group)
            {
                auto buffer = CreateObject<DynamicThreshold>();
                buffer->SetAttribute("Size", UintegerValue(6'000'000));
                device->SetBufferPolicy(buffer);
            }
        }
        for (uint32_t host = 1; incast && host < 35; ++host)
        {
            if (host != 8 && host != 17 && host != 26)
            {
                net.hosts[host]->SetEntropy(host);
                Simulator::Schedule(
                    NanoSeconds(1), &TestHost::Saturate, net.hosts[host].get(), 0, 600, 1000, 3);
            }
        }
        Simulator::Schedule(
            MicroSeconds(100), &TestHost::Saturate, net.hosts[35].get(), 8, 500, 1000, 3);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(net.hosts[8]->arrivals.size(), 500, type << ": the victim");
        NS_TEST_EXPECT_MSG_EQ(
            net.hosts[0]->arrivals.size(), (incast ? 31 * 600 : 0), type << ": the incast");
        NS_TEST_EXPECT_MSG_EQ(net.CheckBooks(), "", "books");
        const Ticks last = net.hosts[8]->arrivals.back().at;
        Simulator::Destroy();
        return last - 100'000'000;
    }
};

/** Suite: scheduled fabrics. */
class FabricScheduledTestSuite : public TestSuite
{
  public:
    FabricScheduledTestSuite()
        : TestSuite("weft-fabric-scheduled", TestSuite::Type::UNIT)
    {
        AddTestCase(new CreditSchedulerTestCase);
        AddTestCase(new ReassemblyTestCase);
        // 1000 B are three cells of 256 B and one of 232 B, each with 8 B more.
        AddTestCase(new ScheduledFabricTestCase("ns3::fabric::CellSwitch", 4, 1032));
        AddTestCase(new ScheduledFabricTestCase("ns3::fabric::ContainerSwitch", 1, 1008));
        AddTestCase(new LostPiecesTestCase);
        AddTestCase(new VictimTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricScheduledTestSuite g_fabricScheduledTestSuite; ///< registers the suite

} // namespace
