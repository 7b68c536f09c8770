/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-credit-setup.h"

#include "ns3/fabric-credit-buffer.h"
#include "ns3/fabric-credit-control.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <array>
#include <functional>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** @return a buffer of credits, which a switch has from now on */
Ptr<CreditBuffer>
GiveCreditBuffer(Switch& device)
{
    auto buffer = CreateObject<CreditBuffer>();
    device.SetBufferPolicy(buffer);
    return buffer;
}

/** Two hosts on one link of 100 Gb/s: the rate of a lane is credit over round trip. */
class ThroughputTestCase : public TestCase
{
  public:
    /** @param frames credit of the lane @param delay of the cable */
    ThroughputTestCase(uint32_t frames, Time delay)
        : TestCase("Credit of " + std::to_string(frames) + " frames, " +
                   std::to_string(delay.GetNanoSeconds()) + " ns"),
          m_frames(frames),
          m_delay(delay)
    {
    }

  private:
    void DoRun() override
    {
        // The receiver's credit frame (64 + 20 B, 6.72 ns) goes out at 0 and arrives at d + 6.72
        // ns; then the sender starts. A frame arrives 100 ns + d after its start, and its credit is
        // back 6.72 ns + d later: T = 106.72 ns + 2 d. With n frames of credit, frame i starts
        // (i mod n) x 100 ns into round trip i / n if the round trip is longer than n frames, else
        // back to back.
        const PortDefaults defaults("Cbfc", m_frames);
        TestHost sender("100Gbps");
        TestHost receiver("100Gbps");
        sender.port->SetFabricAddress(0);
        receiver.port->SetFabricAddress(1);
        Connect(sender.port, receiver.port, m_delay);
        constexpr uint32_t N = 200;
        // once all ports have started
        Simulator::Schedule(NanoSeconds(1), &TestHost::Saturate, &sender, 1, N, FRAME, uint8_t{3});
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(receiver.arrivals.size(), N, "every frame arrives");
        const Ticks d = m_delay.GetTimeStep();
        const Ticks trip = 106'720 + 2 * d;
        const Ticks first = d + 6'720;
        for (uint32_t i = 0; i < N; ++i)
        {
            const Ticks start = m_frames * 100'000 <= trip
                                    ? first + i / m_frames * trip + i % m_frames * 100'000
                                    : first + i * 100'000;
            NS_TEST_EXPECT_MSG_EQ(
                receiver.arrivals[i].at, start + 100'000 + d, "arrival of frame " << i);
        }
        Simulator::Destroy();
    }

    uint32_t m_frames; ///< credit of the lane
    Time m_delay;      ///< of the cable
};

/** Overload through a switch: nothing is dropped with any length and any credit. */
class NeverDropsTestCase : public TestCase
{
  public:
    NeverDropsTestCase()
        : TestCase("Never drops, with any length of link")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t metres : {5, 300, 10'000, 100'000})
        {
            for (const uint32_t frames : {1, 3, 40})
            {
                Incast(NanoSeconds(5 * metres), frames);
            }
        }
    }

    void Incast(Time delay, uint32_t frames)
    {
        // Eight senders to one: the full rate needs 8 n frames per round trip of 0.2 us and more.
        // Totals come while frames that they count are still in the pipeline.
        const PortDefaults defaults("Cbfc", frames);
        PortDefaults::RefreshEvery(std::to_string(700 + delay.GetNanoSeconds() / 2) + "ns");
        Star star(9, "100Gbps", delay);
        star.sw->SetPipelineLatency(NanoSeconds(600));
        auto buffer = GiveCreditBuffer(*star.sw);
        NS_TEST_ASSERT_MSG_EQ(buffer->Check(*star.sw), "", "fits");
        for (uint32_t i = 1; i <= 8; ++i)
        {
            Simulator::Schedule(
                NanoSeconds(1), &TestHost::Saturate, star.hosts[i].get(), 0, 50, FRAME, 3);
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(star.hosts[0]->arrivals.size(), 400, "every frame arrives");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "nothing is dropped");
        for (uint16_t i = 0; i < star.sw->GetNPorts(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(
                star.sw->GetPort(i).GetCounters().dropFrames[3], 0, "all had credit");
        }
        NS_TEST_EXPECT_MSG_EQ(buffer->GetOccupancy(), 0, "the memory is empty");
        // never more than each lane has
        NS_TEST_EXPECT_MSG_LT_OR_EQ(buffer->GetPeakOccupancy(), 8ULL * frames * FRAME, "peak");
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(buffer->CheckIdentities(why), true, why);
        NS_TEST_EXPECT_MSG_EQ(
            FramePool::Of(star.hosts[1]->node)->GetNOutstanding(), 0, "no frame leaks");
        Simulator::Destroy();
    }
};

/** The computed credit lets a lane have the full rate. */
class FullRateTestCase : public TestCase
{
  public:
    FullRateTestCase()
        : TestCase("Computed credit gives the full rate")
    {
    }

  private:
    void DoRun() override
    {
        for (const uint32_t metres : {5, 300, 2000})
        {
            const PortDefaults defaults("Cbfc", 0);
            Star star(2, "400Gbps", NanoSeconds(5 * metres));
            GiveCreditBuffer(*star.sw);
            Simulator::Schedule(
                NanoSeconds(1), &TestHost::Saturate, star.hosts[1].get(), 0, 2000, FRAME, 3);
            Simulator::Run();
            const auto& arrivals = star.hosts[0]->arrivals;
            NS_TEST_ASSERT_MSG_EQ(arrivals.size(), 2000, "every frame arrives");
            // 1,250 B at 400 Gb/s: 25 ns each, without a gap
            NS_TEST_EXPECT_MSG_EQ(
                arrivals.back().at - arrivals.front().at, 1999 * 25'000, "back to back");
            Simulator::Destroy();
        }
    }
};

/** Lanes are apart; classes of one lane share its credit. */
class LaneTestCase : public TestCase
{
  public:
    LaneTestCase()
        : TestCase("Virtual lanes")
    {
    }

  private:
    void DoRun() override
    {
        // Class 3 fills its lane towards a host that has no credit for it; class 5 passes if it has
        // another lane, and is stuck behind it if it shares the lane.
        NS_TEST_EXPECT_MSG_EQ(Passed("0,1,2,3,4,5,6,7"), 20, "a lane of its own");
        NS_TEST_EXPECT_MSG_EQ(Passed("0,1,2,3,4,3,6,7"), 0, "a shared lane");
        // 5 frames of 1230 B for each of 3 ports and 8 lanes: 147,600 B.
        const PortDefaults defaults("Cbfc", 5);
        Star star(3, "100Gbps", NanoSeconds(500));
        auto buffer = CreateObject<CreditBuffer>();
        buffer->SetAttribute("Size", UintegerValue(147'600));
        NS_TEST_EXPECT_MSG_EQ(buffer->Check(*star.sw), "", "just enough");
        buffer->SetAttribute("Size", UintegerValue(147'599));
        NS_TEST_EXPECT_MSG_NE(
            buffer->Check(*star.sw).find("take 147600 B"), std::string::npos, "a byte less");
        Simulator::Destroy();
        Star pfc(2, "100Gbps", NanoSeconds(500));
        pfc.hosts[0]->port->SetAttribute("FlowControl", StringValue("Pfc"));
        pfc.sw->GetPort(0).SetAttribute("FlowControl", StringValue("Pfc"));
        NS_TEST_EXPECT_MSG_NE(buffer->Check(*pfc.sw), "", "no credits at a port");
        Simulator::Destroy();
        Star mapped(2, "100Gbps", NanoSeconds(500));
        mapped.hosts[0]->port->GetCredits()->SetAttribute("SlToVl", StringValue("0,0,0,0,0,0,0,0"));
        NS_TEST_EXPECT_MSG_NE(
            buffer->Check(*mapped.sw).find("differently"), std::string::npos, "other lanes");
        Simulator::Destroy();
        Star small(2, "100Gbps", NanoSeconds(500));
        small.hosts[1]->port->GetCredits()->SetAttribute("Bytes", UintegerValue(FRAME - 1));
        NS_TEST_EXPECT_MSG_NE(buffer->Check(*small.sw).find("the peer of port 1 has credit for"),
                              std::string::npos,
                              "less than a frame");
        Simulator::Destroy();
    }

    /** @param lanes of the classes @return frames of class 5 that pass */
    uint64_t Passed(const std::string& lanes)
    {
        // Host 0 keeps what it gets for ever: five frames, then it is out of credit.
        const PortDefaults defaults("Cbfc", 5);
        PortDefaults::MapLanes(lanes);
        Star star(3, "100Gbps", NanoSeconds(500));
        GiveCreditBuffer(*star.sw);
        star.hosts[0]->port->SetHoldsFrames(); // and never frees them
        TestHost* sender = star.hosts[1].get();
        Simulator::Schedule(MicroSeconds(5), &TestHost::Send, sender, 0, 30, FRAME, 3);
        Simulator::Schedule(MicroSeconds(50), &TestHost::Send, sender, 2, 20, FRAME, 5);
        Simulator::Stop(MicroSeconds(500));
        Simulator::Run();
        const auto& arrivals = star.hosts[0]->arrivals;
        NS_TEST_EXPECT_MSG_EQ(arrivals.size(), 5, "no more than the credit");
        const uint64_t passed = star.hosts[2]->arrivals.size();
        Simulator::Destroy();
        return passed;
    }
};

/** What is lost on the cable, data or credit frames, does harm for a refresh interval at most. */
class LossTestCase : public TestCase
{
  public:
    LossTestCase()
        : TestCase("Lost frames of both kinds")
    {
    }

  private:
    void DoRun() override
    {
        // Every third data frame of the first 100 is lost: 34. With 12 frames of credit for ever,
        // the 12th loss would be the last frame to be sent.
        Run([](const Frame& frame, uint64_t n)
            { return frame.kind != FrameKind::CREDIT && n < 100 && n % 3 == 0; },
            nullptr,
            200 - 34);
        // The first ten credit frames of the receiver are lost: that at the start, and answers to
        // the totals of a sender that has had no credit yet.
        const Ticks end = Run(
            nullptr,
            [](const Frame& frame, uint64_t n)
            { return frame.kind == FrameKind::CREDIT && n < 10; },
            200);
        // one after the other at 20 us, 40 us ...: nothing comes before the tenth
        NS_TEST_EXPECT_MSG_GT(end, 200'000'000, "waits for the tenth answer");
        NS_TEST_EXPECT_MSG_LT(end, 225'000'000, "and no longer");
        // Totals and limits, every third both ways.
        const auto third = [](const Frame& frame, uint64_t n)
        { return frame.kind == FrameKind::CREDIT && n % 3 == 0; };
        Run(third, third, 200);
    }

    /** Loses frames. */
    using Losses = std::function<bool(const Frame& frame, uint64_t n)>;

    /**
     * @param forth lost from the sender to the receiver @param back lost the other way
     * @param arrivals how many of 200 frames arrive
     * @return when the last frame arrived
     */
    Ticks Run(const Losses& forth, const Losses& back, std::size_t arrivals)
    {
        const PortDefaults defaults("Cbfc", 12);
        PortDefaults::RefreshEvery("20us");
        TestHost sender("100Gbps");
        TestHost receiver("100Gbps");
        sender.port->SetFabricAddress(0);
        receiver.port->SetFabricAddress(1);
        const auto link = Connect(sender.port, receiver.port, NanoSeconds(500));
        std::size_t end = 0;
        for (const auto& losses : {forth, back})
        {
            if (losses)
            {
                link->SetErrorModel(end, Create<ChosenErrorModel>(losses));
            }
            ++end;
        }
        Simulator::Schedule(
            NanoSeconds(1), &TestHost::Saturate, &sender, 1, 200, FRAME, uint8_t{3});
        Simulator::Run(); // ends: a sender that has nothing to tell is silent
        NS_TEST_EXPECT_MSG_EQ(receiver.arrivals.size(), arrivals, "all others arrive");
        // 200 frames sent, and room for 12 more, but for the quantum of one that is not told
        const CreditControl& credits = *sender.port->GetCredits();
        NS_TEST_EXPECT_MSG_GT_OR_EQ(credits.GetLimit(3), 211ULL * FRAME, "nothing is missing");
        NS_TEST_EXPECT_MSG_LT_OR_EQ(credits.GetLimit(3), 212ULL * FRAME, "nor too much");
        const Ticks last = receiver.arrivals.empty() ? 0 : receiver.arrivals.back().at;
        Simulator::Destroy();
        return last;
    }
};

/** Counters of 32 bits wrap around. */
class WrapTestCase : public TestCase
{
  public:
    WrapTestCase()
        : TestCase("Counters wrap around")
    {
    }

  private:
    void DoRun() override
    {
        // 2^32 B are 65,536 frames of 65,536 B; the totals are told past that, too, with losses.
        const PortDefaults defaults("Cbfc", 1000);
        PortDefaults::RefreshEvery("20us");
        PortDefaults::ResizeFrames(65536);
        TestHost sender("800Gbps");
        TestHost receiver("800Gbps");
        sender.port->SetFabricAddress(0);
        receiver.port->SetFabricAddress(1);
        const auto link = Connect(sender.port, receiver.port, NanoSeconds(500));
        const auto losses = Create<ChosenErrorModel>([](const Frame& frame, uint64_t n)
                                                     { return n % 1000 == 999; });
        link->SetErrorModel(0, losses);
        constexpr uint32_t N = 66'000;
        Simulator::Schedule(NanoSeconds(1), &TestHost::Saturate, &sender, 1, N, 65536, uint8_t{3});
        Simulator::Run();
        NS_TEST_EXPECT_MSG_GT_OR_EQ(losses->lost, N / 1000, "data and totals are lost");
        NS_TEST_EXPECT_MSG_EQ(receiver.arrivals.size(), N - N / 1000, "all others arrive");
        NS_TEST_EXPECT_MSG_EQ(receiver.port->GetCounters().dropFrames[3], 0, "all had credit");
        NS_TEST_EXPECT_MSG_GT(sender.port->GetCredits()->GetLimit(3), uint64_t{N} * 65536, "limit");
        Simulator::Destroy();
    }
};

/** Frames that cross, and free each other's credit, never overlap on a link. */
class CrossingTestCase : public TestCase
{
  public:
    CrossingTestCase()
        : TestCase("Credits of frames that cross")
    {
    }

  private:
    void DoRun() override
    {
        // All ports of the switch are ready at the same picosecond: what one takes out frees
        // credit at another, which takes out a frame that frees credit at the first.
        for (const char* flowControl : {"Cbfc", "Pfc"})
        {
            const PortDefaults defaults(flowControl, 4);
            Star star(4, "100Gbps", NanoSeconds(500));
            const bool isCbfc = flowControl[0] == 'C';
            if (isCbfc)
            {
                GiveCreditBuffer(*star.sw);
            }
            std::array<Ticks, 4> free{};
            uint64_t overlaps = 0;
            for (uint16_t p = 0; p < 4; ++p)
            {
                star.sw->GetPort(p).TraceConnectWithoutContext(
                    "FrameTx",
                    Callback<void, const Frame&>(
                        [&free, &overlaps, p](const Frame& frame)
                        {
                            overlaps += NowTicks() < free[p];
                            free[p] = NowTicks() + SerializationTicks(frame.bytes + 20, 100e9);
                        }));
                // in threes to one, and in turn, so that there is always something to wait for
                for (uint32_t to = 0; to < 4; ++to)
                {
                    if (to != p)
                    {
                        Simulator::Schedule(NanoSeconds(1),
                                            &TestHost::Send,
                                            star.hosts[p].get(),
                                            to,
                                            100,
                                            FRAME,
                                            uint8_t{3});
                    }
                }
            }
            Simulator::Run();
            NS_TEST_EXPECT_MSG_EQ(overlaps, 0, flowControl);
            for (const auto& host : star.hosts)
            {
                NS_TEST_EXPECT_MSG_EQ(host->arrivals.size(), 300, "all arrive");
            }
            Simulator::Destroy();
        }
    }
};

/** A multicast frame keeps its credit until the last copy is gone; a frame without credit is lost.
 */
class CopiesTestCase : public TestCase
{
  public:
    CopiesTestCase()
        : TestCase("Multicast, and frames without credit")
    {
    }

  private:
    void DoRun() override
    {
        const PortDefaults defaults("Cbfc", 3);
        Star star(4, "100Gbps", NanoSeconds(500));
        auto buffer = GiveCreditBuffer(*star.sw);
        star.sw->SetMulticastGroup(0, {0, 1, 2, 3});
        Simulator::Schedule(NanoSeconds(1),
                            &TestHost::Send,
                            star.hosts[0].get(),
                            FIRST_MULTICAST_ADDRESS,
                            100,
                            FRAME,
                            uint8_t{3});
        Simulator::Schedule(
            NanoSeconds(1), &TestHost::Send, star.hosts[1].get(), 2, 100, FRAME, uint8_t{3});
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(star.hosts[1]->arrivals.size(), 100, "copies");
        NS_TEST_EXPECT_MSG_EQ(star.hosts[2]->arrivals.size(), 200, "copies and others");
        NS_TEST_EXPECT_MSG_EQ(star.hosts[3]->arrivals.size(), 100, "copies");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "nothing is dropped");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetPort(0).GetCounters().dropFrames[3], 0, "all had credit");
        NS_TEST_EXPECT_MSG_EQ(buffer->GetOccupancy(), 0, "the memory is empty");
        NS_TEST_EXPECT_MSG_GT_OR_EQ(
            star.hosts[0]->port->GetCredits()->GetLimit(3), 102ULL * FRAME, "credit is back");
        Simulator::Destroy();

        TestHost careless("100Gbps");
        TestHost receiver("100Gbps");
        careless.port->SetAttribute("FlowControl", StringValue("Pfc"));
        careless.port->SetFabricAddress(0);
        receiver.port->SetFabricAddress(1);
        receiver.port->SetHoldsFrames(); // and never frees them
        Connect(careless.port, receiver.port, NanoSeconds(500));
        Simulator::Schedule(NanoSeconds(1), &TestHost::Send, &careless, 1, 10, FRAME, uint8_t{3});
        Simulator::Stop(MicroSeconds(10)); // the receiver asks for credit for ever
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(receiver.arrivals.size(), 3, "what there is room for");
        NS_TEST_EXPECT_MSG_EQ(receiver.port->GetCounters().dropFrames[3], 7, "the rest is lost");
        Simulator::Destroy();
    }
};

/** A link that goes down and up starts with new credit. */
class LinkDownTestCase : public TestCase
{
  public:
    LinkDownTestCase()
        : TestCase("Link down and up")
    {
    }

  private:
    void DoRun() override
    {
        const PortDefaults defaults("Cbfc", 5);
        Star star(3, "100Gbps", NanoSeconds(500));
        auto buffer = GiveCreditBuffer(*star.sw);
        Simulator::Schedule(
            NanoSeconds(1), &TestHost::Saturate, star.hosts[1].get(), 0, 300, FRAME, 3);
        Simulator::Schedule(
            NanoSeconds(1), &TestHost::Saturate, star.hosts[2].get(), 0, 300, FRAME, 3);
        for (const uint32_t at : {7, 15, 23})
        {
            Simulator::Schedule(MicroSeconds(at), &Link::SetUp, star.links[1], false);
            Simulator::Schedule(MicroSeconds(at + 3), &Link::SetUp, star.links[1], true);
        }
        Simulator::Run();
        const uint64_t lost = star.links[1]->GetNLost();
        uint64_t dropped = 0;
        for (const auto& host : star.hosts)
        {
            dropped += host->port->GetCounters().dropFrames[3];
        }
        NS_TEST_EXPECT_MSG_GT(lost, 0, "frames in flight are lost");
        NS_TEST_EXPECT_MSG_EQ(
            star.hosts[0]->arrivals.size() + lost + dropped, 600, "all others arrive");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetNLosslessDrops(), 0, "never too many");
        NS_TEST_EXPECT_MSG_EQ(buffer->GetOccupancy(), 0, "the memory is empty");
        Simulator::Destroy();
    }
};

/** Suite: credit-based flow control. */
class FabricCreditTestSuite : public TestSuite
{
  public:
    FabricCreditTestSuite()
        : TestSuite("weft-fabric-credit", TestSuite::Type::UNIT)
    {
        AddTestCase(new ThroughputTestCase(1, NanoSeconds(500)));
        AddTestCase(new ThroughputTestCase(5, NanoSeconds(500)));
        AddTestCase(new ThroughputTestCase(11, NanoSeconds(500)));
        AddTestCase(new ThroughputTestCase(12, NanoSeconds(500)));
        AddTestCase(new ThroughputTestCase(7, MicroSeconds(50)));
        AddTestCase(new NeverDropsTestCase);
        AddTestCase(new FullRateTestCase);
        AddTestCase(new LaneTestCase);
        AddTestCase(new LossTestCase);
        AddTestCase(new WrapTestCase);
        AddTestCase(new CrossingTestCase);
        AddTestCase(new CopiesTestCase);
        AddTestCase(new LinkDownTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricCreditTestSuite g_fabricCreditTestSuite; ///< registers the suite

} // namespace
