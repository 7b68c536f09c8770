/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/fabric-headroom.h"
#include "ns3/fabric-pfc-watchdog.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** What a watchdog reported. */
struct StormEvent
{
    Ticks at;         ///< when
    uint16_t port;    ///< where
    uint8_t priority; ///< class
    bool storm;       ///< begin or end
};

/**
 * Host 0 pauses class 3 for ever, or for 100 us. Host 1 sends it 400 frames and then 100 to host 2,
 * all in class 3. Links of 100 Gb/s and 500 ns, frames of 1230 + 20 B: 100 ns each.
 */
class StormNet : public Star
{
  public:
    /** @param action of the watchdog; empty: there is none */
    explicit StormNet(const std::string& action)
        : Star(3, "100Gbps", NanoSeconds(500))
    {
        if (!action.empty())
        {
            watchdog = CreateObject<PfcWatchdog>();
            watchdog->SetAttribute("PollInterval", TimeValue(MicroSeconds(10)));
            watchdog->SetAttribute("DetectionTime", TimeValue(MicroSeconds(20)));
            watchdog->SetAttribute("RestorationTime", TimeValue(MicroSeconds(30)));
            watchdog->SetAttribute("Action", StringValue(action));
            watchdog->TraceConnectWithoutContext("Storm", MakeCallback(&StormNet::Note, this));
            sw->SetPfcWatchdog(watchdog);
        }
        hosts[0]->port->PausePeer(3);
        TestHost* sender = hosts[1].get();
        Simulator::Schedule(NanoSeconds(50), &TestHost::Send, sender, 0, 400, 1230, 3);
        Simulator::Schedule(NanoSeconds(50), &TestHost::Send, sender, 2, 100, 1230, 3);
    }

    /** Trace sink. */
    void Note(uint16_t port, uint8_t priority, bool storm)
    {
        events.push_back({NowTicks(), port, priority, storm});
    }

    Ptr<PfcWatchdog> watchdog;      ///< or null
    std::vector<StormEvent> events; ///< what it reported
};

/** Detection, action and restoration, to the picosecond. */
class WatchdogTestCase : public TestCase
{
  public:
    WatchdogTestCase()
        : TestCase("Detection, action, restoration")
    {
    }

  private:
    void DoRun() override
    {
        Drop();
        Forward();
        Alert();
        Harmless();
    }

    void Drop()
    {
        // Paused from 506.72 ns on. The polls at 10 and 20 us see the queue stuck for 0 and 10 us,
        // the one at 30 us for 20 us: a storm. By then 294 frames wait (they come at 650 ns +
        // k 100 ns); they and the other 106 are dropped. The frames to host 2 pass: the last is
        // sent at 50 ns + 500 x 100 ns, and arrives twice 500 ns and 100 ns later, at 51,150 ns.
        // The pause ends at 100,506.72 ns. The poll at 100 us is the last that sees it running, 30
        // us later the queue is restored. Then a new frame arrives.
        StormNet net("Drop");
        Simulator::Schedule(MicroSeconds(100), &Port::ResumePeer, net.hosts[0]->port, 3);
        uint64_t atDetection = 0;
        Simulator::Schedule(NanoSeconds(30'001),
                            [&net, &atDetection]() { atDetection = net.watchdog->GetNDropped(); });
        Simulator::Schedule(MicroSeconds(129), &TestHost::Send, net.hosts[1].get(), 0, 1, 1230, 3);
        Simulator::Schedule(MicroSeconds(131), &TestHost::Send, net.hosts[1].get(), 0, 1, 1230, 3);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(net.events.size(), 2, "begin and end");
        NS_TEST_EXPECT_MSG_EQ(net.events[0].at, 30'000'000, "detected");
        NS_TEST_EXPECT_MSG_EQ(net.events[0].port, 0, "at the port of host 0");
        NS_TEST_EXPECT_MSG_EQ(+net.events[0].priority, 3, "in class 3");
        NS_TEST_EXPECT_MSG_EQ(net.events[1].at, 130'000'000, "restored");
        NS_TEST_EXPECT_MSG_EQ(atDetection, 294, "frames that waited");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->GetNDropped(), 401, "and those that came");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->GetNStorms(), 1, "storms");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->GetNRestored(), 1, "restored");
        NS_TEST_EXPECT_MSG_EQ(net.hosts[0]->arrivals.size(), 1, "the frame after the storm");
        NS_TEST_ASSERT_MSG_EQ(net.hosts[2]->arrivals.size(), 100, "frames to host 2");
        NS_TEST_EXPECT_MSG_EQ(net.hosts[2]->arrivals.back().at, 51'150'000, "the last");
        NS_TEST_EXPECT_MSG_EQ(net.sw->GetNLosslessDrops(), 0, "not for lack of memory");
        NS_TEST_EXPECT_MSG_EQ(net.sw->GetBufferPolicy()->GetOccupancy(), 0, "nothing is held");
        std::string why;
        NS_TEST_EXPECT_MSG_EQ(net.sw->GetBufferPolicy()->CheckIdentities(why), true, why);
        Simulator::Destroy();
    }

    void Forward()
    {
        // From 30 us on the pause is ignored: all frames arrive, the storm goes on.
        StormNet net("Forward");
        Simulator::Stop(MicroSeconds(500));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(net.hosts[0]->arrivals.size(), 400, "frames to host 0");
        // the first leaves at 30 us: 100 ns and 500 ns
        NS_TEST_EXPECT_MSG_EQ(net.hosts[0]->arrivals.front().at, 30'600'000, "the first");
        NS_TEST_EXPECT_MSG_EQ(net.hosts[2]->arrivals.size(), 100, "frames to host 2");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->GetNDropped(), 0, "nothing dropped");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->GetNRestored(), 0, "the storm goes on");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->IsStorm(0, 3), true, "and is contained");
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->IsStorm(1, 3), false, "there only");
        Simulator::Destroy();
    }

    void Alert()
    {
        StormNet net("Alert");
        Simulator::Stop(MicroSeconds(500));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(net.watchdog->GetNStorms(), 1, "reported");
        NS_TEST_EXPECT_MSG_EQ(net.hosts[0]->arrivals.size(), 0, "nothing is done about it");
        Simulator::Destroy();
    }

    void Harmless()
    {
        // Paused for 25 us, then for 25 us again: never stuck for 20 us at polls, and once nothing
        // is paused the polls end, and with them the simulation.
        Star star(2, "100Gbps", NanoSeconds(500));
        auto watchdog = CreateObject<PfcWatchdog>();
        watchdog->SetAttribute("PollInterval", TimeValue(MicroSeconds(10)));
        watchdog->SetAttribute("DetectionTime", TimeValue(MicroSeconds(20)));
        star.sw->SetPfcWatchdog(watchdog);
        star.hosts[1]->Saturate(0, 300, 1230);
        for (const uint32_t at : {1, 31})
        {
            Simulator::Schedule(MicroSeconds(at), &Port::PausePeer, star.hosts[0]->port, 3);
            Simulator::Schedule(MicroSeconds(at + 25), &Port::ResumePeer, star.hosts[0]->port, 3);
        }
        Simulator::Stop(Seconds(1));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(watchdog->GetNStorms(), 0, "no storm");
        NS_TEST_EXPECT_MSG_EQ(star.hosts[0]->arrivals.size(), 300, "all arrive");
        NS_TEST_EXPECT_MSG_LT(Simulator::GetEventCount(), 2000, "no polls for a second");
        Simulator::Destroy();
    }
};

/** The response times that IEEE 802.3 allows, and the headroom that they need. */
class StandardResponseTestCase : public TestCase
{
  public:
    StandardResponseTestCase()
        : TestCase("Response time by speed")
    {
    }

  private:
    void DoRun() override
    {
        // Quanta of 512 bit times: 10 Gb/s 67 x 51.2 ns = 3.4304 us, 25 Gb/s 80 x 20.48 ns =
        // 1.6384 us, 100 Gb/s 394 x 5.12 ns = 2.01728 us, 200 Gb/s 453 x 2.56 ns = 1.15968 us,
        // 400 Gb/s 905 x 1.28 ns = 1.1584 us, 800 Gb/s the same time.
        const std::vector<std::pair<std::string, Ticks>> expected = {{"10Gbps", 3'430'400},
                                                                     {"25Gbps", 1'638'400},
                                                                     {"100Gbps", 2'017'280},
                                                                     {"200Gbps", 1'159'680},
                                                                     {"400Gbps", 1'158'400},
                                                                     {"800Gbps", 1'158'400}};
        for (const auto& [rate, ticks] : expected)
        {
            TestHost host(rate);
            NS_TEST_EXPECT_MSG_EQ(
                host.port->GetPauseReceiver().GetResponseTicks(), 0, "obeyed at once");
            host.port->SetAttribute("StandardPauseResponse", BooleanValue(true));
            NS_TEST_EXPECT_MSG_EQ(host.port->GetPauseReceiver().GetResponseTicks(), ticks, rate);
            host.port->SetAttribute("PauseResponseTime", TimeValue(MicroSeconds(5)));
            NS_TEST_EXPECT_MSG_EQ(
                host.port->GetPauseReceiver().GetResponseTicks(), 5'000'000, "what is longer");
        }
        // 400 Gb/s, 40 m, frames of 4158 B, both sides: own frame 83.56 ns, PFC 1.68 ns, cable 2 x
        // 200 ns, response 1158.4 ns, frame 83.56 ns: 1727.2 ns = 20.67 frames: 21.
        Star star(2, "400Gbps", NanoSeconds(200));
        star.hosts[1]->port->SetAttribute("StandardPauseResponse", BooleanValue(true));
        const auto parameters = GetHeadroomParameters(star.sw->GetPort(1), 4158);
        NS_TEST_EXPECT_MSG_EQ(MinimumHeadroom(parameters), 21 * 4158, "headroom");
        // The effect: frames begun until 1,158.4 ns after the PFC frame came, at 201.68 ns. Host 1
        // sends from 0 on, one each 83.56 ns: 0 to 16 begin before 1,360.08 ns.
        star.hosts[1]->Saturate(0, 100, 4158);
        star.sw->GetPort(1).PausePeer(3);
        Simulator::Stop(MicroSeconds(10));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(star.hosts[0]->arrivals.size(), 17, "frames that still came");
        Simulator::Destroy();
    }
};

/** Suite: PFC watchdog and response times. */
class FabricPfcWatchdogTestSuite : public TestSuite
{
  public:
    FabricPfcWatchdogTestSuite()
        : TestSuite("weft-fabric-pfc-watchdog", TestSuite::Type::UNIT)
    {
        AddTestCase(new WatchdogTestCase);
        AddTestCase(new StandardResponseTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricPfcWatchdogTestSuite g_fabricPfcWatchdogTestSuite; ///< registers the suite

} // namespace
