/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/double.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** Store-and-forward timing, to the picosecond. */
class TimingTestCase : public TestCase
{
  public:
    TimingTestCase()
        : TestCase("Frames arrive when store-and-forward says")
    {
    }

  private:
    void DoRun() override
    {
        // S = 4150 B on the wire with no gap on top, p = 1 us, one switch: L = 2 links.
        // Frame i (from 0) is there at (i + L) 8S/B + L p.
        //   100 Gb/s: 8S/B = 332,000 ps; 400 Gb/s: 83,000 ps; 800 Gb/s: 41,500 ps
        Check("100Gbps", 332'000);
        Check("400Gbps", 83'000);
        Check("800Gbps", 41'500);
        // 10 Gb/s and 7 bytes: 5.6 ns; at 3 bit/ps-odd rates the time is rounded up:
        // 7 B at 30 Gb/s = 1866.67 ps -> 1867 ps.
        NS_TEST_EXPECT_MSG_EQ(SerializationTicks(7, 10'000'000'000), 5600, "exact");
        NS_TEST_EXPECT_MSG_EQ(SerializationTicks(7, 30'000'000'000), 1867, "rounded up");
    }

    /** @param rate rate of the links @param serialization of 4150 B */
    void Check(const std::string& rate, Ticks serialization)
    {
        Star star(2, rate, MicroSeconds(1), 0);
        star.hosts[0]->Saturate(1, 256, 4150);
        Simulator::Run();
        const auto& arrivals = star.hosts[1]->arrivals;
        NS_TEST_ASSERT_MSG_EQ(arrivals.size(), 256, "all frames");
        for (uint32_t i = 0; i < arrivals.size(); ++i)
        {
            NS_TEST_ASSERT_MSG_EQ(arrivals[i].psn, i, "in order");
            NS_TEST_ASSERT_MSG_EQ(arrivals[i].at,
                                  (i + 2) * serialization + 2'000'000,
                                  "arrival of frame " << i << " at " << rate);
        }
        Simulator::Destroy();
    }
};

/** Preamble and gap count as link time, not as buffer. */
class InterframeTestCase : public TestCase
{
  public:
    InterframeTestCase()
        : TestCase("Preamble and gap take link time")
    {
    }

  private:
    void DoRun() override
    {
        // 64 B + 20 B at 800 Gb/s: 0.84 ns. Two frames over one link of 5 ns: 5.84 and 6.68 ns.
        TestHost a("800Gbps");
        TestHost b("800Gbps");
        a.port->SetFabricAddress(0);
        b.port->SetFabricAddress(1);
        auto link = Connect(a.port, b.port, NanoSeconds(5));
        a.Send(1, 2, 64);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(b.arrivals.size(), 2, "both frames");
        NS_TEST_EXPECT_MSG_EQ(b.arrivals[0].at, 5'840, "first");
        NS_TEST_EXPECT_MSG_EQ(b.arrivals[1].at, 6'680, "second");
        NS_TEST_EXPECT_MSG_EQ(a.port->GetCounters().txBytes[3], 128, "bytes without gap");
        Simulator::Destroy();
    }
};

/** A link that goes down loses what is on it and in front of it, and works again afterwards. */
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
        // 100 Gb/s, 1230 B + 20 B: 100 ns a frame, delay 1 us. Down at 550 ns: five frames have
        // left the sender or are on the cable, the sixth is being serialised: six lost; four wait
        // in the port and are flushed. None has arrived (the first would at 1.1 us).
        TestHost a("100Gbps");
        TestHost b("100Gbps");
        a.port->SetFabricAddress(0);
        b.port->SetFabricAddress(1);
        auto link = Connect(a.port, b.port, MicroSeconds(1));
        a.Send(1, 10, 1230);
        Simulator::Schedule(NanoSeconds(550), &Link::SetUp, link, false);
        Simulator::Schedule(MicroSeconds(3), &Link::SetUp, link, true);
        // Sent while down: lost. Sent after: arrives at 4 us + 100 ns + 1 us.
        Simulator::Schedule(MicroSeconds(2), &TestHost::Send, &a, 1, 1, 1230, 3);
        Simulator::Schedule(MicroSeconds(4), &TestHost::Send, &a, 1, 1, 1230, 3);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(link->GetNLost(), 6, "lost on the cable");
        NS_TEST_EXPECT_MSG_EQ(link->GetBytesLost(), 6 * 1230, "bytes lost on the cable");
        NS_TEST_EXPECT_MSG_EQ(a.port->GetCounters().dropFrames[3], 5, "4 flushed, 1 refused");
        NS_TEST_ASSERT_MSG_EQ(b.arrivals.size(), 1, "the last frame");
        NS_TEST_EXPECT_MSG_EQ(b.arrivals[0].at, 5'100'000, "when the link is up again");
        NS_TEST_EXPECT_MSG_EQ(a.port->GetFramePool().GetNOutstanding(), 0, "no frame leaks");
        Simulator::Destroy();
    }
};

/** Error models lose what they say. */
class ErrorModelTestCase : public TestCase
{
  public:
    ErrorModelTestCase()
        : TestCase("Error models")
    {
    }

  private:
    void DoRun() override
    {
        TestHost a("100Gbps");
        TestHost b("100Gbps");
        a.port->SetFabricAddress(0);
        b.port->SetFabricAddress(1);
        auto link = Connect(a.port, b.port, MicroSeconds(1));
        auto list = CreateObject<ListFrameErrorModel>();
        list->SetList({7, 0, 3});
        link->SetErrorModel(0, list);
        a.Send(1, 9, 1000);
        Simulator::Run();
        std::vector<uint32_t> got;
        for (const auto& arrival : b.arrivals)
        {
            got.push_back(arrival.psn);
        }
        const std::vector<uint32_t> expected{1, 2, 4, 5, 6, 8};
        NS_TEST_EXPECT_MSG_EQ((got == expected), true, "frames 0, 3 and 7 are lost");
        NS_TEST_EXPECT_MSG_EQ(link->GetNLost(), 3, "three frames lost");

        // 20,000 frames of 1,000 B with p = 0.01 and bit error rate 1e-6:
        // lost with 1 - 0.99 (1 - 1e-6)^8000 = 0.017888. Mean 357.8, standard deviation
        // sqrt(20000 * 0.017888 * 0.982112) = 18.7; five of them: 264 .. 451.
        auto random = CreateObject<RandomFrameErrorModel>();
        random->SetAttribute("FrameLossRate", DoubleValue(0.01));
        random->SetAttribute("BitErrorRate", DoubleValue(1e-6));
        random->AssignStreams(1);
        Frame* frame = a.Make(1, 1000, 3, 0);
        uint32_t lost = 0;
        for (int i = 0; i < 20'000; ++i)
        {
            lost += random->IsLost(*frame);
        }
        FramePool::Release(frame);
        NS_TEST_EXPECT_MSG_GT(lost, 264, "not too few");
        NS_TEST_EXPECT_MSG_LT(lost, 451, "not too many");
        Simulator::Destroy();
    }
};

/** Suite: links and ports. */
class FabricLinkTestSuite : public TestSuite
{
  public:
    FabricLinkTestSuite()
        : TestSuite("weft-fabric-link", TestSuite::Type::UNIT)
    {
        AddTestCase(new TimingTestCase);
        AddTestCase(new InterframeTestCase);
        AddTestCase(new LinkDownTestCase);
        AddTestCase(new ErrorModelTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricLinkTestSuite g_fabricLinkTestSuite; ///< registers the suite

} // namespace
