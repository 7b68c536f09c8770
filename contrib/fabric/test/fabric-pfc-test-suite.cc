/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fabric-headroom.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <cmath>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** Two hosts on one link of 100 Gb/s and 1 us; frames of 1230 + 20 B take 100 ns. */
struct Pair
{
    Pair()
        : a("100Gbps"),
          b("100Gbps")
    {
        a.port->SetFabricAddress(0);
        b.port->SetFabricAddress(1);
        link = Connect(a.port, b.port, MicroSeconds(1));
    }

    TestHost a;     ///< sends
    TestHost b;     ///< pauses
    Ptr<Link> link; ///< between them
};

/** Pause, resume, expiry and refresh, to the picosecond. */
class PauseTestCase : public TestCase
{
  public:
    PauseTestCase()
        : TestCase("Pause, resume, expiry and refresh")
    {
    }

  private:
    void DoRun() override
    {
        // 65535 quanta of 512 bit times at 100 Gb/s: 65535 * 5.12 ns.
        NS_TEST_EXPECT_MSG_EQ(PauseTicks(65535, 100'000'000'000), 335'539'200, "longest pause");
        NS_TEST_EXPECT_MSG_EQ(PauseTicks(1, 800'000'000'000), 640, "quantum at 800 Gb/s");
        ResumeByFrame();
        ResumeByExpiry();
        Refresh();
    }

    void ResumeByFrame()
    {
        // The PFC frame (64 + 20 B, 6.72 ns) leaves at 0 and is there at 1,006.72 ns. Frame 10,
        // begun at 1,000 ns, is the last: frames 0..10 go out. Resumed at 5 us: XON arrives at
        // 6,006.72 ns, frame 11 goes out at once and arrives 1,100 ns later. Another class
        // is not concerned.
        Pair pair;
        pair.a.Saturate(1, 13, 1230);
        pair.b.port->PausePeer(3);
        Simulator::Schedule(MicroSeconds(5), &Port::ResumePeer, pair.b.port, 3);
        Simulator::Schedule(MicroSeconds(3), &TestHost::Send, &pair.a, 1, 1, 1230, 5);
        Simulator::Run();
        const auto& arrivals = pair.b.arrivals;
        NS_TEST_ASSERT_MSG_EQ(arrivals.size(), 14, "all frames arrive in the end");
        NS_TEST_EXPECT_MSG_EQ(arrivals[10].at, 2'100'000, "last frame before the pause");
        NS_TEST_EXPECT_MSG_EQ(arrivals[11].at, 4'100'000, "frame of class 5 during the pause");
        NS_TEST_EXPECT_MSG_EQ(+arrivals[11].priority, 5, "its class");
        NS_TEST_EXPECT_MSG_EQ(arrivals[12].at, 7'106'720, "first frame after the pause");
        NS_TEST_EXPECT_MSG_EQ(arrivals[13].at, 7'206'720, "second frame after the pause");
        NS_TEST_EXPECT_MSG_EQ(
            pair.a.port->GetPausedTime(3).GetTimeStep(), 5'000'000, "time paused");
        NS_TEST_EXPECT_MSG_EQ(pair.a.port->GetPausedTime(5).GetTimeStep(), 0, "class 5 never");
        NS_TEST_EXPECT_MSG_EQ(pair.a.port->GetCounters().pfcRxXoff, 1, "one XOFF");
        NS_TEST_EXPECT_MSG_EQ(pair.a.port->GetCounters().pfcRxXon, 1, "one XON");
        Simulator::Destroy();
    }

    void ResumeByExpiry()
    {
        // One PFC frame of 100 quanta (512 ns), never refreshed: paused from 1,006.72 ns to
        // 1,518.72 ns; then frame 11 goes out.
        Pair pair;
        pair.a.Saturate(1, 12, 1230);
        Frame* pause = pair.b.Make(BROADCAST_ADDRESS, 64, 0, 0);
        pause->kind = FrameKind::PFC;
        pause->pfc = PfcFields{};
        pause->pfc.enabledClasses = 1U << 3;
        pause->pfc.quanta[3] = 100;
        pair.b.port->Enqueue(pause);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(pair.b.arrivals.size(), 12, "all frames arrive in the end");
        NS_TEST_EXPECT_MSG_EQ(pair.b.arrivals[11].at, 1'518'720 + 1'100'000, "after expiry");
        NS_TEST_EXPECT_MSG_EQ(pair.a.port->GetPausedTime(3).GetTimeStep(), 512'000, "time paused");
        Simulator::Destroy();
    }

    void Refresh()
    {
        // 100 quanta last 512 ns and are refreshed each 256 ns: at 256, 512 ... 9,984 ns, 39 times,
        // until resumed at 10 us. The pause never lapses in between.
        Pair pair;
        pair.b.port->GetPauseGenerator().SetQuanta(100);
        pair.b.port->PausePeer(3);
        Simulator::Schedule(MicroSeconds(2), &TestHost::Send, &pair.a, 1, 1, 1230, 3);
        Simulator::Schedule(MicroSeconds(10), &Port::ResumePeer, pair.b.port, 3);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(pair.b.port->GetCounters().pfcTxXoff, 40, "XOFF and 39 refreshes");
        NS_TEST_EXPECT_MSG_EQ(pair.b.port->GetCounters().pfcTxXon, 1, "XON");
        NS_TEST_ASSERT_MSG_EQ(pair.b.arrivals.size(), 1, "the frame arrives in the end");
        NS_TEST_EXPECT_MSG_EQ(pair.b.arrivals[0].at, 11'006'720 + 1'100'000, "after XON");
        Simulator::Destroy();
    }
};

/** Response time of the peer delays the effect of a pause. */
class PauseResponseTestCase : public TestCase
{
  public:
    PauseResponseTestCase()
        : TestCase("Pause response time")
    {
    }

  private:
    void DoRun() override
    {
        // As above, but obeyed 300 ns after 1,006.72 ns: frames begun until 1,306.72 ns go out,
        // that is frames 0..13.
        Pair pair;
        pair.a.port->SetAttribute("PauseResponseTime", TimeValue(NanoSeconds(300)));
        pair.a.Saturate(1, 20, 1230);
        pair.b.port->PausePeer(3);
        Simulator::Stop(MicroSeconds(10));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(pair.b.arrivals.size(), 14, "frames 0..13");
        NS_TEST_EXPECT_MSG_EQ(+pair.a.port->GetPausedClasses(), 8, "class 3 is paused");
        Simulator::Destroy();
    }
};

/**
 * N senders that all fill the memory hold alpha B / (1 + alpha N) of the shared part each: nothing
 * drains, since the receiver keeps the class paused.
 */
class DynamicThresholdTestCase : public TestCase
{
  public:
    /** @param n number of senders @param alpha share */
    DynamicThresholdTestCase(uint32_t n, double alpha)
        : TestCase("Dynamic threshold, N = " + std::to_string(n)),
          m_n(n),
          m_alpha(alpha)
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint32_t FRAME = 1000;
        Star star(m_n + 1, "400Gbps", NanoSeconds(500));
        auto buffer = CreateObject<DynamicThreshold>();
        buffer->SetAttribute("Size", UintegerValue(16 << 20));
        buffer->SetAttribute("Alpha", DoubleValue(m_alpha));
        star.sw->SetBufferPolicy(buffer);
        star.hosts[0]->port->PausePeer(3);
        for (uint32_t i = 1; i <= m_n; ++i)
        {
            // After the pause is in force; enough frames to fill the whole memory alone.
            Simulator::Schedule(
                MicroSeconds(2), &TestHost::Saturate, star.hosts[i].get(), 0, 20'000, FRAME, 3);
        }
        Simulator::Stop(MicroSeconds(500));
        Simulator::Run();
        const double expected = m_alpha * buffer->GetSharedSize() / (1 + m_alpha * m_n);
        for (uint32_t i = 1; i <= m_n; ++i)
        {
            // Host i is at port i of the switch.
            const auto slot = BufferPolicy::SlotOf(i, 3);
            NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(buffer->GetIngressShared(slot)),
                                      expected,
                                      FRAME,
                                      "share of sender " << i);
            NS_TEST_EXPECT_MSG_EQ(+star.hosts[i]->port->GetPausedClasses(), 8, "paused");
        }
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "nothing dropped");
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(buffer->CheckIdentities(why), true, why);
        Simulator::Destroy();
    }

    uint32_t m_n;   ///< senders
    double m_alpha; ///< share
};

/**
 * Incast of 16 senders at line rate without congestion control: the least headroom never drops, one
 * frame less does.
 */
class HeadroomTestCase : public TestCase
{
  public:
    /** @param rate of the links @param delay of the links */
    HeadroomTestCase(const std::string& rate, Time delay)
        : TestCase("Least headroom at " + rate + ", " + std::to_string(delay.GetNanoSeconds()) +
                   " ns"),
          m_rate(rate),
          m_delay(delay)
    {
    }

  private:
    static constexpr uint32_t FRAME = 4158; ///< RoCEv2 frame of MTU 4096

    void DoRun() override
    {
        // No traffic of the switch towards the senders delays the PFC frames: own frame 0.
        // By hand, 400 Gb/s and 500 ns: frame (4158 + 20) B = 83.56 ns, PFC 84 B = 1.68 ns;
        // 1.68 + 500 + 83.56 + 500 = 1085.24 ns = 12.99 frames: 13 frames.
        HeadroomParameters parameters;
        parameters.bitRate = DataRate(m_rate).GetBitRate();
        parameters.propagation = m_delay.GetTimeStep();
        parameters.peerFrameBytes = FRAME;
        const uint64_t least = MinimumHeadroom(parameters);
        if (m_rate == "400Gbps" && m_delay == NanoSeconds(500))
        {
            NS_TEST_EXPECT_MSG_EQ(least, 13 * FRAME, "by hand");
        }
        NS_TEST_EXPECT_MSG_EQ(Drops(least), 0, "least headroom");
        NS_TEST_EXPECT_MSG_GT(Drops(least - FRAME), 0, "one frame less");
    }

    /** @param headroom bytes @return frames dropped by the switch */
    uint64_t Drops(uint64_t headroom)
    {
        constexpr uint32_t SENDERS = 16;
        Star star(SENDERS + 1, m_rate, m_delay);
        auto buffer = CreateObject<DynamicThreshold>();
        buffer->SetAttribute("ComputeHeadroom", BooleanValue(false));
        buffer->SetAttribute("FixedHeadroom", UintegerValue(headroom));
        buffer->SetAttribute("Size",
                             UintegerValue((SENDERS + 1) * (headroom + 8 * 4096) + 2'000'000));
        star.sw->SetBufferPolicy(buffer);
        for (uint32_t i = 1; i <= SENDERS; ++i)
        {
            star.hosts[i]->Saturate(0, 1000, FRAME);
        }
        Simulator::Run();
        const uint64_t drops = star.sw->GetNLosslessDrops();
        NS_TEST_EXPECT_MSG_EQ(star.hosts[0]->arrivals.size() + drops,
                              SENDERS * 1000,
                              "every frame arrives or is dropped");
        NS_TEST_EXPECT_MSG_EQ(star.BytesInside(), 0, "nothing is left");
        NS_TEST_EXPECT_MSG_EQ(buffer->GetOccupancy(), 0, "the memory is empty");
        NS_TEST_EXPECT_MSG_EQ(
            FramePool::Of(star.hosts[1]->node)->GetNOutstanding(), 0, "no frame leaks");
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(buffer->CheckIdentities(why), true, why);
        Simulator::Destroy();
        return drops;
    }

    std::string m_rate; ///< of the links
    Time m_delay;       ///< of the links
};

/** SONiC's headroom formula against its published examples. */
class SonicHeadroomTestCase : public TestCase
{
  public:
    SonicHeadroomTestCase()
        : TestCase("Headroom by SONiC's formula")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, 40 m (200 ns = 2,500 B), MTU 9216, no small packets: 9216 + 9216 + 2 * 2500 +
        // MAC/PHY 800 + 394 * 64 = 49,448 B.
        HeadroomParameters parameters;
        parameters.bitRate = 100'000'000'000;
        parameters.propagation = 200'000;
        parameters.peerFrameBytes = 9216;
        parameters.ownFrameBytes = 9216;
        SonicHeadroom formula;
        formula.smallPacketPercent = 0;
        NS_TEST_EXPECT_MSG_EQ(formula.Compute(parameters), 49'448, "100 Gb/s, 40 m");
        // All small packets in cells of 254 B: each of 64 B takes a cell, 3.96875 times as much:
        // 9216 + (9216 + 5000 + 800 + 25216) * 3.96875 = 168,886.75
        formula.smallPacketPercent = 100;
        NS_TEST_EXPECT_MSG_EQ(formula.Compute(parameters), 168'886, "small packets");
        NS_TEST_EXPECT_MSG_EQ(PauseResponseQuanta(400'000'000'000), 905, "802.3 at 400 Gb/s");
        NS_TEST_EXPECT_MSG_EQ(PauseResponseQuanta(800'000'000'000), 1810, "the same time at 800");
    }
};

/** A memory that cannot hold what is reserved is refused with the figures. */
class CheckTestCase : public TestCase
{
  public:
    CheckTestCase()
        : TestCase("Too small a memory")
    {
    }

  private:
    void DoRun() override
    {
        // Three ports with a guarantee of 4096 B for each of 8 classes, and 10,000 B of headroom
        // for the one lossless class: 3 x (8 x 4096 + 10,000) = 128,304 B. One byte must be left.
        Star star(3, "100Gbps", NanoSeconds(500));
        auto policy = CreateObject<DynamicThreshold>();
        policy->SetAttribute("ComputeHeadroom", BooleanValue(false));
        policy->SetAttribute("FixedHeadroom", UintegerValue(10'000));
        policy->SetAttribute("Size", UintegerValue(128'305));
        NS_TEST_EXPECT_MSG_EQ(policy->Check(*star.sw), "", "just enough");
        policy->SetAttribute("Size", UintegerValue(128'304));
        NS_TEST_EXPECT_MSG_NE(
            policy->Check(*star.sw).find("take 128304 B"), std::string::npos, "one byte less");
        Simulator::Destroy();
    }
};

/** A lossy class is dropped at its own threshold, and leaves the lossless one alone. */
class LossyTestCase : public TestCase
{
  public:
    LossyTestCase()
        : TestCase("Lossy and lossless classes share the memory")
    {
    }

  private:
    void DoRun() override
    {
        // Senders 1..4 overload host 0 with lossy class 1; sender 5 sends 500 lossless frames.
        Star star(6, "100Gbps", NanoSeconds(500));
        auto buffer = CreateObject<DynamicThreshold>();
        buffer->SetAttribute("Size", UintegerValue(4 << 20));
        star.sw->SetBufferPolicy(buffer);
        for (uint32_t i = 1; i <= 4; ++i)
        {
            star.hosts[i]->Saturate(0, 2000, 1500, 1);
        }
        star.hosts[5]->Saturate(0, 500, 1500, 3);
        Simulator::Run();
        uint64_t lossless = 0;
        for (const auto& arrival : star.hosts[0]->arrivals)
        {
            lossless += arrival.priority == 3;
        }
        NS_TEST_EXPECT_MSG_EQ(lossless, 500, "every lossless frame");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "no lossless drop");
        const uint64_t drops = star.sw->GetCounters().dropsBuffer[1];
        NS_TEST_EXPECT_MSG_GT(drops, 0, "lossy frames are dropped");
        NS_TEST_EXPECT_MSG_EQ(star.hosts[0]->arrivals.size() + drops, 8500, "conservation");
        NS_TEST_EXPECT_MSG_EQ(
            star.hosts[1]->port->GetCounters().pfcRxXoff, 0, "a lossy sender is never paused");
        Simulator::Destroy();
    }
};

/** Suite: flow control and packet memory. */
class FabricPfcTestSuite : public TestSuite
{
  public:
    FabricPfcTestSuite()
        : TestSuite("weft-fabric-pfc", TestSuite::Type::UNIT)
    {
        AddTestCase(new PauseTestCase);
        AddTestCase(new PauseResponseTestCase);
        for (const uint32_t n : {1, 4, 16})
        {
            AddTestCase(new DynamicThresholdTestCase(n, 0.125));
        }
        AddTestCase(new DynamicThresholdTestCase(3, 1.0));
        AddTestCase(new HeadroomTestCase("400Gbps", NanoSeconds(500)));
        AddTestCase(new HeadroomTestCase("100Gbps", NanoSeconds(25)));
        AddTestCase(new HeadroomTestCase("800Gbps", NanoSeconds(1500)));
        AddTestCase(new SonicHeadroomTestCase);
        AddTestCase(new CheckTestCase);
        AddTestCase(new LossyTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricPfcTestSuite g_fabricPfcTestSuite; ///< registers the suite

} // namespace
