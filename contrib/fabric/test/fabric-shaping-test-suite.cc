/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/fabric-class-rates.h"
#include "ns3/fabric-wrr-scheduler.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** Weighted round robin, with strict classes above it. */
class WrrTestCase : public TestCase
{
  public:
    WrrTestCase()
        : TestCase("WRR, and strict priority before it")
    {
    }

  private:
    void DoRun() override
    {
        auto scheduler = CreateObject<WrrScheduler>();
        scheduler->SetAttribute("Weights", StringValue("0,3,1,2,0,0,0,0"));
        const ClassQueues queues; // WRR does not look at sizes
        std::string order;
        const auto select = [&](uint8_t ready)
        { order += std::to_string(scheduler->Select(queues, ready)); };
        for (int i = 0; i < 12; ++i)
        {
            select(0b1110);
        }
        NS_TEST_EXPECT_MSG_EQ(order, "111233111233", "three, one and two frames a round");
        order.clear();
        select(0b1000'1110); // the strict class in between does not disturb the round
        select(0b1110);
        select(0b1110);
        select(0b1001'1110);
        select(0b1'1110);
        select(0b1110);
        select(0b1010); // class 2 has nothing
        select(0b1010);
        select(0b1010);
        NS_TEST_EXPECT_MSG_EQ(order, "711741331", "highest strict class first");
        NS_TEST_EXPECT_MSG_EQ(scheduler->Precedes(7, 1), true, "strict before weighted");
        NS_TEST_EXPECT_MSG_EQ(scheduler->Precedes(1, 7), false, "not the other way round");
        NS_TEST_EXPECT_MSG_EQ(scheduler->Precedes(2, 1), false, "nor among weighted ones");
        NS_TEST_EXPECT_MSG_EQ(scheduler->Precedes(7, 4), true, "higher among strict ones");
    }
};

/** Limits of classes, to the picosecond. */
class ShapingTestCase : public TestCase
{
  public:
    ShapingTestCase()
        : TestCase("Token buckets of classes")
    {
    }

  private:
    /**
     * Host 0 sends ten frames of class 3 and one of class 0 to host 1. Class 3 is held to half of
     * 100 Gb/s at the switch.
     *
     * @param burst bytes @return arrivals
     */
    std::vector<TestHost::Arrival> Run(uint64_t burst)
    {
        Star star(2, "100Gbps", MicroSeconds(1));
        Port& port = star.sw->GetPort(1);
        port.SetAttribute("ShapedRates", StringValue("0,0,0,50Gbps,0,0,0,0"));
        port.SetAttribute("ShapingBurst", UintegerValue(burst));
        star.hosts[0]->Send(1, 10, 1000);
        star.hosts[0]->Send(1, 1, 1000, 0);
        Simulator::Run();
        const auto arrivals = star.hosts[1]->arrivals;
        Simulator::Destroy();
        return arrivals;
    }

    void DoRun() override
    {
        // 1020 bytes take 81,600 ps at 100 Gb/s and 163,200 at 50. The first is at the switch at
        // 1,081,600; without a burst they start 163,200 apart. The frame of class 0 comes after the
        // ten, at 1,081,600 + 10 x 81,600 = 1,897,600: class 3 starts its sixth frame at
        // 1,081,600 + 5 x 163,200 = 1,897,600 and is over its limit when that ends, at 1,979,200.
        constexpr Ticks first = 1'081'600;
        constexpr Ticks end = 81'600 + 1'000'000; // from the start of a frame to its arrival
        auto arrivals = Run(0);
        NS_TEST_ASSERT_MSG_EQ(arrivals.size(), 11, "all arrive");
        uint32_t shaped = 0;
        for (const auto& arrival : arrivals)
        {
            const Ticks start = arrival.priority == 0 ? 1'979'200 : first + 163'200 * shaped++;
            NS_TEST_EXPECT_MSG_EQ(arrival.at, start + end, "class " << +arrival.priority);
        }
        // A bucket of two frames refills by half a frame while one is sent: 2, 1.5, 1, 0.5, 0 when
        // the first five start; the sixth waits until it is 0 again, half a frame time more.
        arrivals = Run(2040);
        NS_TEST_ASSERT_MSG_EQ(arrivals.size(), 11, "all arrive");
        shaped = 0;
        for (const auto& arrival : arrivals)
        {
            if (arrival.priority == 3)
            {
                const Ticks start = shaped < 5 ? first + 81'600 * shaped
                                               : first + 81'600 * 4 + 163'200 * (shaped - 4);
                NS_TEST_EXPECT_MSG_EQ(arrival.at, start + end, "with a burst, frame " << shaped);
                ++shaped;
            }
        }
        RunText();
    }

    /** The attribute. */
    void RunText()
    {
        auto port = CreateObject<Port>();
        for (const char* bad : {"",
                                "50Gbps",
                                "0,0,0,50Gbps,0,0,0",
                                "0,0,0,0,0,0,0,0,0",
                                "0,0,0,x,0,0,0,0",
                                "0,0,0,50,0,0,0,0",
                                "0,0,0,-1Gbps,0,0,0,0"})
        {
            NS_TEST_EXPECT_MSG_EQ(port->SetAttributeFailSafe("ShapedRates", StringValue(bad)),
                                  false,
                                  "'" << bad << "' is malformed");
        }
        port->SetAttribute("ShapedRates", StringValue("0,0,0,50Gbps,0bps,0,0,0"));
        StringValue text;
        port->GetAttribute("ShapedRates", text);
        NS_TEST_EXPECT_MSG_EQ(
            text.Get(), "0bps,0bps,0bps,50000000000bps,0bps,0bps,0bps,0bps", "printed in bit/s");
    }
};

/** Cut-through, to the picosecond. */
class CutThroughTestCase : public TestCase
{
  public:
    CutThroughTestCase()
        : TestCase("Cut-through next to store-and-forward, pipeline latency")
    {
    }

  private:
    /**
     * A switch with hosts 0 and 1 at 100 Gb/s and, if asked for, host 2 at 400 Gb/s; n frames.
     *
     * @return when the last frame arrived
     */
    Ticks Run(uint32_t header, bool mixed, FabricAddress from, FabricAddress to, uint32_t n)
    {
        Star star(2, "100Gbps", MicroSeconds(1));
        TestHost fast("400Gbps");
        if (mixed)
        {
            auto port = CreateObject<Port>();
            port->SetDataRate(DataRate("400Gbps"));
            star.node->AddDevice(port);
            const uint16_t index = star.sw->AddPort(port);
            fast.port->SetFabricAddress(star.directory->Add(0));
            star.sw->GetRoutingTable().SetHostPort(2, index);
            star.links.push_back(Connect(fast.port, port, MicroSeconds(1)));
        }
        star.sw->SetAttribute("CutThroughBytes", UintegerValue(header));
        star.sw->SetAttribute("PipelineLatency", TimeValue(NanoSeconds(300)));
        TestHost& sender = from == 2 ? fast : *star.hosts[from];
        TestHost& receiver = to == 2 ? fast : *star.hosts[to];
        sender.Send(to, n, 4158);
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(receiver.arrivals.size(), n, "all arrive");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetBufferPolicy()->GetOccupancy(), 0, "memory is free");
        const Ticks last = receiver.arrivals.back().at;
        Simulator::Destroy();
        return last;
    }

    void DoRun() override
    {
        // n frames of S = 8 x 4178 / B over L links with delay p and L - 1 switches with pipeline
        // l: store-and-forward (n - 1 + L) S + L p + (L - 1) l; cut-through after a header of time
        // h (n - 1) S + S + (L - 1)(h + l) + L p. S = 334,240 ps at 100 Gb/s; h = 8 x 84 / B =
        // 6720.
        constexpr Ticks S = 334'240;
        constexpr Ticks P = 1'000'000;
        constexpr Ticks PIPELINE = 300'000;
        NS_TEST_EXPECT_MSG_EQ(
            Run(0, false, 0, 1, 10), (10 - 1 + 2) * S + 2 * P + PIPELINE, "store-and-forward");
        NS_TEST_EXPECT_MSG_EQ(
            Run(64, false, 0, 1, 10), 10 * S + 6720 + 2 * P + PIPELINE, "cut-through");
        NS_TEST_EXPECT_MSG_EQ(
            Run(9000, false, 0, 1, 10), (10 - 1 + 2) * S + 2 * P + PIPELINE, "all are shorter");
        // From 400 to 100 Gb/s: h = 8 x 84 / 400 = 1680. From 100 to 400, or with a faster port at
        // the switch: stored, 334,240 + 83,560 and 2 x 334,240.
        NS_TEST_EXPECT_MSG_EQ(Run(64, true, 2, 1, 1), 1680 + S + 2 * P + PIPELINE, "slower egress");
        NS_TEST_EXPECT_MSG_EQ(
            Run(64, true, 0, 2, 1), S + 83'560 + 2 * P + PIPELINE, "faster egress");
        NS_TEST_EXPECT_MSG_EQ(Run(64, true, 0, 1, 1), 2 * S + 2 * P + PIPELINE, "a faster port");
    }
};

/** Replication. */
class MulticastTestCase : public TestCase
{
  public:
    MulticastTestCase()
        : TestCase("Multicast groups")
    {
    }

  private:
    void DoRun() override
    {
        // 1000 bytes without gap at 100 Gb/s: 80,000 ps. Hosts 0, 1 and 2 send one frame each to
        // the group of all five. At 1.08 us the copies of the first leave at once; those of the
        // second wait for the end of the first at 2, 3, 4, chosen already; those of the third wait
        // in memory at 3 and 4: 2000 bytes, since each copy counts.
        Star star(5, "100Gbps", MicroSeconds(1), 0);
        star.sw->SetMulticastGroup(7, {0, 1, 2, 3, 4});
        for (FabricAddress from = 0; from < 3; ++from)
        {
            star.hosts[from]->Send(FIRST_MULTICAST_ADDRESS + 7, 1, 1000);
        }
        Simulator::Run();
        for (FabricAddress to = 0; to < 5; ++to)
        {
            const auto& arrivals = star.hosts[to]->arrivals;
            NS_TEST_ASSERT_MSG_EQ(arrivals.size(), (to < 3 ? 2 : 3), "frames of others at " << to);
            for (std::size_t i = 0; i < arrivals.size(); ++i)
            {
                NS_TEST_EXPECT_MSG_NE(arrivals[i].from, to, "not to the sender");
                NS_TEST_EXPECT_MSG_EQ(arrivals[i].at,
                                      2'080'000 + 80'000 * static_cast<Ticks>(i + 1),
                                      "copy " << i << " at " << to);
            }
        }
        const auto& counters = star.sw->GetCounters();
        NS_TEST_EXPECT_MSG_EQ(counters.copiesMade, 12, "four of each");
        NS_TEST_EXPECT_MSG_EQ(counters.bytesMade[3], 12'000 - 3'000, "bytes made");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetBufferPolicy()->GetPeakOccupancy(), 2000, "each counts");
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetBufferPolicy()->GetOccupancy(), 0, "memory is free");

        for (uint32_t group : {6, 8})
        {
            star.hosts[0]->Send(FIRST_MULTICAST_ADDRESS + group, 1, 1000);
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(counters.dropsNoRoute, 2, "groups that are not there");
        NS_TEST_EXPECT_MSG_EQ(
            star.hosts[0]->port->GetFramePool().GetNOutstanding(), 0, "no frame is left");
        Simulator::Destroy();
    }
};

/** Scheduling, shaping, cut-through and replication. */
class ShapingTestSuite : public TestSuite
{
  public:
    ShapingTestSuite()
        : TestSuite("weft-fabric-shaping", TestSuite::Type::UNIT)
    {
        UsePicoseconds();
        AddTestCase(new WrrTestCase);
        AddTestCase(new ShapingTestCase);
        AddTestCase(new CutThroughTestCase);
        AddTestCase(new MulticastTestCase);
    }
};

ShapingTestSuite g_shapingTestSuite; ///< the suite

} // namespace
