/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/fabric-bolt-stamper.h"
#include "ns3/fabric-signals.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <vector>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** @param flags BoltFlag bits @return a request of Bolt */
SignalRequest
BoltRequest(uint8_t flags)
{
    SignalRequest request;
    request.kinds = SIGNAL_BOLT;
    request.bolt = flags;
    return request;
}

/** The stamper of one port, called by hand: 100 Gb/s, frames of 1000 bytes, 80,000 ps, no gap. */
class StamperTestCase : public TestCase
{
  public:
    StamperTestCase()
        : TestCase("Supply, tokens, increases and notices of a port, step by step")
    {
    }

  private:
    /**
     * Pass a frame of 1000 bytes.
     *
     * @param at when it comes
     * @param flags what it says
     * @param queueBytes what waits before it
     * @return whether it keeps the increase that it asked for
     */
    bool Pass(Ticks at, uint8_t flags, uint64_t queueBytes = 0)
    {
        Frame* frame = Make(flags);
        Frame* notice = m_stamper->Observe(*frame, {at, queueBytes, *m_pool});
        const bool kept = frame->signals->bolt.increase;
        m_told = notice != nullptr;
        if (notice)
        {
            FramePool::Release(notice);
        }
        FramePool::Release(frame);
        return kept;
    }

    /** @return a frame that says something */
    Frame* Make(uint8_t flags)
    {
        Frame* frame = m_pool->Allocate();
        frame->bytes = 1000 - 8; // Bolt adds 8
        FramePool::AttachSignals(frame, BoltRequest(flags));
        return frame;
    }

    void DoRun() override
    {
        UsePicoseconds();
        m_pool = CreateObject<FramePool>();
        m_stamper = CreateObject<BoltStamper>();
        m_stamper->SetAttribute("Threshold", UintegerValue(3000));
        m_stamper->SetAttribute("MostTokens", UintegerValue(2));
        m_stamper->Setup({7, 3, 100'000'000'000, 0});
        NS_TEST_ASSERT_MSG_EQ(m_stamper->SeesArrivals(), true, "it is asked on arrival");
        NS_TEST_ASSERT_MSG_EQ(BoltRequest(0).GetWireBytes(), 8, "Bolt adds 8 bytes");

        // Supply matching. Nothing came for 1 us: one frame of supply is kept, and given away.
        NS_TEST_EXPECT_MSG_EQ(Pass(1'000'000, BOLT_INCREASE), true, "an idle port");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 0, "80,000 - 80,000");
        // The next comes right behind it: 80,000 passed, 80,000 asked for.
        NS_TEST_EXPECT_MSG_EQ(Pass(1'080'000, BOLT_INCREASE), false, "a full link");
        // Too early by half a frame: 40,000 - 80,000.
        NS_TEST_EXPECT_MSG_EQ(Pass(1'120'000, BOLT_INCREASE), false, "more than fits");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), -40'000, "asked in advance");
        // -40,000 + 199,999 - 80,000 = 79,999, less than a frame.
        NS_TEST_EXPECT_MSG_EQ(Pass(1'319'999, BOLT_INCREASE), false, "a picosecond too little");
        // 79,999 + 80,001 - 80,000 = 80,000.
        NS_TEST_EXPECT_MSG_EQ(Pass(1'400'000, BOLT_INCREASE), true, "just enough");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 0, "given away");
        // Who does not ask takes nothing.
        NS_TEST_EXPECT_MSG_EQ(Pass(1'560'000, 0), false, "not asked for");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 80'000, "kept");
        NS_TEST_EXPECT_MSG_EQ(Pass(1'560'000, 0), false, "not asked for");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 0, "back to none");

        // Frames without signals, such as acknowledgments, are demand, too: 500 bytes, 40,000.
        Frame* other = m_pool->Allocate();
        other->bytes = 500;
        Frame* answer = m_stamper->Observe(*other, {1'640'000, 9000, *m_pool});
        NS_TEST_EXPECT_MSG_EQ((answer == nullptr), true, "nobody is told");
        FramePool::Release(other);
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 40'000, "80,000 - 40,000");
        NS_TEST_EXPECT_MSG_EQ(Pass(1'680'000, 0), false, "");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 0, "40,000 + 40,000 - 80,000");

        // Proactive ramp-up. A last frame leaves a token, unless it is a first one, too; at most 2.
        Ticks at = 1'760'000;
        const auto next = [&at] { return at += 80'000; };
        Pass(at, BOLT_LAST);
        Pass(next(), BOLT_LAST | BOLT_FIRST);
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetNTokens(), 1, "of the flow that had begun");
        Pass(next(), BOLT_LAST);
        Pass(next(), BOLT_LAST);
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetNTokens(), 2, "the most");
        NS_TEST_EXPECT_MSG_EQ(Pass(next(), BOLT_INCREASE), true, "by a token");
        NS_TEST_EXPECT_MSG_EQ(Pass(next(), BOLT_INCREASE), true, "by a token");
        NS_TEST_EXPECT_MSG_EQ(Pass(next(), BOLT_INCREASE), false, "none is left");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetSupply(), 0, "tokens first");

        // Sub-RTT control, from Threshold on.
        NS_TEST_EXPECT_MSG_EQ(Pass(next(), BOLT_LAST, 2999), false, "");
        NS_TEST_EXPECT_MSG_EQ(m_told, false, "a byte below");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetNTokens(), 1, "a token as ever");
        NS_TEST_EXPECT_MSG_EQ(Pass(next(), BOLT_INCREASE, 3000), false, "refused");
        NS_TEST_EXPECT_MSG_EQ(m_told, true, "told");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetNTokens(), 1, "the token is kept");
        Pass(next(), BOLT_LAST, 3000);
        NS_TEST_EXPECT_MSG_EQ(m_told, true, "last or not");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetNTokens(), 1, "no token: the queue takes the room");
        NS_TEST_EXPECT_MSG_EQ(m_stamper->GetNNotices(), 2, "counted");
        CheckNotice(next());
    }

    /** Every field of a notice, and that a frame causes one only. @param at when */
    void CheckNotice(Ticks at)
    {
        Frame* frame = Make(BOLT_INCREASE);
        frame->source = 11;
        frame->destination = 22;
        frame->entropy = 0xc001;
        frame->sentAt = 123'456;
        frame->roce.psn = 77;
        frame->roce.response = true;
        frame->signals->bolt.sourceQp = 99;
        Frame* notice = m_stamper->Observe(*frame, {at, 12'500, *m_pool});
        NS_TEST_ASSERT_MSG_EQ((notice != nullptr), true, "told");
        NS_TEST_EXPECT_MSG_EQ((notice->kind == FrameKind::ROCE), true, "a RoCEv2 frame");
        NS_TEST_EXPECT_MSG_EQ(notice->bytes, 78, "14 + 20 + 8 + 12 + 16 + 4 + 4");
        NS_TEST_EXPECT_MSG_EQ(notice->source, 22, "as if by the peer");
        NS_TEST_EXPECT_MSG_EQ(notice->destination, 11, "to the source");
        NS_TEST_EXPECT_MSG_EQ(+notice->priority, 6, "class of CNPs");
        NS_TEST_EXPECT_MSG_EQ(+notice->dscp, 48, "DSCP of CNPs");
        NS_TEST_EXPECT_MSG_EQ(+notice->roce.opcode, 0xc0, "opcode");
        NS_TEST_EXPECT_MSG_EQ(notice->roce.destinationQp, 99, "queue pair of the sender");
        NS_TEST_EXPECT_MSG_EQ(notice->roce.psn, 77, "packet that it is about");
        NS_TEST_EXPECT_MSG_EQ(notice->roce.response, true, "of a READ response");
        NS_TEST_EXPECT_MSG_EQ(notice->roce.echoedSentAt, 123'456, "when that left");
        NS_TEST_EXPECT_MSG_EQ(notice->roce.drainTime, 1000, "12,500 bytes at 100 Gb/s, ns");
        NS_TEST_EXPECT_MSG_EQ(notice->roce.rateMbps, 100'000, "rate of the port");
        FramePool::Release(notice);
        notice = m_stamper->Observe(*frame, {at, 1'000'000, *m_pool});
        NS_TEST_EXPECT_MSG_EQ((notice == nullptr), true, "a longer queue further on says no more");
        FramePool::Release(frame);

        frame = Make(BOLT_INCREASE);
        frame->trimmed = true;
        notice = m_stamper->Observe(*frame, {at, 12'500, *m_pool});
        NS_TEST_EXPECT_MSG_EQ((notice == nullptr), true, "trimming tells the receiver");
        FramePool::Release(frame);

        frame = Make(BOLT_INCREASE);
        frame->signals->echoed = true;
        notice = m_stamper->Observe(*frame, {at, 12'500, *m_pool});
        NS_TEST_EXPECT_MSG_EQ((notice == nullptr), true, "acknowledgments are left alone");
        FramePool::Release(frame);
        NS_TEST_EXPECT_MSG_EQ(m_pool->GetNOutstanding(), 0, "all given back");
    }

    Ptr<FramePool> m_pool;      ///< of the frames
    Ptr<BoltStamper> m_stamper; ///< the stamper
    bool m_told{false};         ///< the last frame had a notice made
};

/** Queue n frames of 1000 bytes under Bolt. @param as the address that they say they are from */
void
SendBolt(TestHost& host, FabricAddress to, uint32_t n, FabricAddress as)
{
    for (uint32_t i = 0; i < n; ++i)
    {
        Frame* frame = host.Make(to, 1000 - 8, 3, i);
        frame->source = as;
        FramePool::AttachSignals(frame, BoltRequest(0));
        host.port->Enqueue(frame);
    }
}

/** Two hosts send into one port of a switch: who is told, when, and that the books are right. */
class StarTestCase : public TestCase
{
  public:
    /** @param known whether the switch knows where the sources are */
    explicit StarTestCase(bool known)
        : TestCase(known ? "A switch tells the source" : "A switch does not know the source"),
          m_known(known)
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, 1 us, no gap: frames of 1000 bytes, one from each of two hosts at 1.08, 1.16
        // and 1.24 us. The first starts at once. The port chooses one frame ahead, which is in no
        // queue any more: the second on its arrival, for 1.16; the third on its arrival at 1.16,
        // for 1.24. The fourth came with it and waits. At 1.24 the fifth finds 1000 bytes, the
        // sixth 2000, the threshold: it is the last one of host 1. The notice, 78 bytes, 6240 ps,
        // goes back at once.
        UsePicoseconds();
        Star star(3, "100Gbps", MicroSeconds(1), 0);
        star.sw->SetAttribute("Stampers", StringValue("ns3::fabric::BoltStamper"));
        star.node->Initialize();
        for (uint16_t port = 0; port < 3; ++port)
        {
            star.sw->GetStamper(port, 0)->SetAttribute("Threshold", UintegerValue(2000));
        }
        const FabricAddress nowhere = 1000;
        SendBolt(*star.hosts[0], 2, 3, 0);
        SendBolt(*star.hosts[1], 2, 3, m_known ? 1 : nowhere);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(star.hosts[2]->arrivals.size(), 6, "all data");
        NS_TEST_ASSERT_MSG_EQ(star.hosts[0]->arrivals.size(), 0, "found no queue");
        const auto& told = star.hosts[1]->arrivals;
        const auto& counters = star.sw->GetCounters();
        NS_TEST_ASSERT_MSG_EQ(told.size(), (m_known ? 1 : 0), "told once, if it is known");
        NS_TEST_EXPECT_MSG_EQ(counters.noticesMade, (m_known ? 1 : 0), "counted");
        NS_TEST_EXPECT_MSG_EQ(counters.dropsNoRoute, (m_known ? 0 : 1), "or dropped");
        NS_TEST_EXPECT_MSG_EQ(counters.bytesMade[6], 78, "made by the switch in any case");
        const auto port = star.sw->GetPort(2).GetCounters();
        NS_TEST_EXPECT_MSG_EQ(port.dropBytes[6], (m_known ? 0 : 78), "bytes of what is dropped");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetBufferPolicy()->GetOccupancy(), 0, "nothing is left");
        if (m_known)
        {
            NS_TEST_EXPECT_MSG_EQ(told[0].at, 1'240'000 + 6240 + 1'000'000, "at once");
            NS_TEST_EXPECT_MSG_EQ(told[0].psn, 2, "of its third frame");
            NS_TEST_EXPECT_MSG_EQ(told[0].from, 2, "as if by the receiver");
            NS_TEST_EXPECT_MSG_EQ(+told[0].priority, 6, "in its class");
            NS_TEST_EXPECT_MSG_EQ(
                star.sw->GetPort(1).GetCounters().txBytes[6], 78, "by the port to the source");
        }
        Simulator::Destroy();
    }

    bool m_known; ///< whether the switch knows where the sources are
};

/** Two tiers: notices find their way by the load balancer, and one way has one notice a frame. */
class LeafSpineTestCase : public TestCase
{
  public:
    LeafSpineTestCase()
        : TestCase("Notices over two tiers, and the books of all switches")
    {
    }

  private:
    void DoRun() override
    {
        // Three hosts of leaf 0 send 200 frames each to one host of leaf 1: queues before the
        // spines, if two share one, and before the host, since that port gets what both spines
        // send. All frames but the first few find a queue above the threshold somewhere, none tells
        // twice.
        UsePicoseconds();
        ObjectFactory device("ns3::fabric::Switch");
        device.Set("Stampers", StringValue("ns3::fabric::BoltStamper"));
        LeafSpine net(2, 2, 3, ObjectFactory("ns3::fabric::EcmpHash"), device);
        for (uint32_t h = 0; h < 3; ++h)
        {
            net.hosts[h]->SetEntropy(1000 + h);
            SendBolt(*net.hosts[h], 3, 200, h);
        }
        for (const auto* group : {&net.leaves, &net.spines})
        {
            for (const auto& sw : *group)
            {
                sw->GetObject<Node>()->Initialize();
            }
        }
        Simulator::Run();
        uint64_t made = 0;
        for (const auto* group : {&net.leaves, &net.spines})
        {
            for (const auto& sw : *group)
            {
                made += sw->GetCounters().noticesMade;
            }
        }
        NS_TEST_ASSERT_MSG_EQ(net.hosts[3]->arrivals.size(), 600, "all data");
        uint64_t told = 0;
        for (uint32_t h = 0; h < 3; ++h)
        {
            told += net.hosts[h]->arrivals.size();
            std::vector<bool> seen(200);
            for (const auto& notice : net.hosts[h]->arrivals)
            {
                NS_TEST_ASSERT_MSG_EQ(seen[notice.psn], false, "one notice a frame");
                seen[notice.psn] = true;
            }
        }
        NS_TEST_EXPECT_MSG_EQ(told, made, "every notice has come");
        // 600 frames at a third of what three hosts send: of three that come, two wait. Ten frames
        // wait after some 15 have come; at the end all find the queue.
        NS_TEST_EXPECT_MSG_GT(made, 500, "most frames found a queue");
        NS_TEST_EXPECT_MSG_EQ(net.CheckBooks(), "", "books");
        Simulator::Destroy();
    }
};

/** The suite. */
class FabricBoltTestSuite : public TestSuite
{
  public:
    FabricBoltTestSuite()
        : TestSuite("weft-fabric-bolt", TestSuite::Type::UNIT)
    {
        AddTestCase(new StamperTestCase);
        AddTestCase(new StarTestCase(true));
        AddTestCase(new StarTestCase(false));
        AddTestCase(new LeafSpineTestCase);
    }
};

FabricBoltTestSuite g_fabricBoltTestSuite; ///< registers the suite

} // namespace
