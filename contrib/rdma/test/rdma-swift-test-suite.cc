/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-swift.h"
#include "ns3/test.h"

#include <cmath>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks US = 1'000'000;

/** The target delay. */
class SwiftTargetTestCase : public TestCase
{
  public:
    SwiftTargetTestCase()
        : TestCase("Swift: target by hops and by the window")
    {
    }

  private:
    void DoRun() override
    {
        // Roots that are whole: windows 0.25 and 100. a = 90 / (1/0.5 - 1/10) = 900/19 us,
        // b = -a / 10 = -90/19 us.
        LawBench<Swift> bench(100'000'000'000,
                              {{"BaseTarget", "20us"},
                               {"HopTarget", "3us"},
                               {"ScalingRange", "90us"},
                               {"ScalingMinWindow", "0.25"},
                               {"ScalingMaxWindow", "100"}});
        const auto& law = *bench.law;
        const auto near = [this](Ticks actual, double us, const std::string& what)
        { NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(actual), us * US, 2, what); };
        near(law.GetTarget(100, 0), 20, "large window, no switch");
        near(law.GetTarget(1e6, 5), 35, "larger window, five switches");
        near(law.GetTarget(0.25, 0), 110, "small window");
        near(law.GetTarget(0.01, 1), 113, "smaller window, one switch");
        // 900/19 / 2 - 90/19 = 360/19.
        near(law.GetTarget(4, 0), 20 + 360.0 / 19, "window of four packets");
        near(law.GetTarget(1, 2), 26 + 810.0 / 19, "window of one packet, two switches");

        // First window: what 100 Gb/s carry in BaseRtt.
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 162'500, "starts at line rate");
    }
};

/** The law by hand, with a target of 20 us. */
class SwiftLawTestCase : public TestCase
{
  public:
    SwiftLawTestCase()
        : TestCase("Swift: growth, decrease once per round trip, losses, step by step")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<Swift> bench(100'000'000'000,
                              {{"InitialWindow", "10000"},
                               {"BaseTarget", "20us"},
                               {"HopTarget", "0us"},
                               {"ScalingRange", "0us"}});
        const auto& law = *bench.law;
        // rtt 10 us < 20 us: + 1/10 packet, + 2 / 10.1.
        bench.Send(10'000);
        bench.now = 100 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), 10.1, 1e-12, "growth");
        bench.Send(1000);
        bench.Ack(2000);
        double w = 10.1 + 2 / 10.1;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "growth by two packets");
        NS_TEST_EXPECT_MSG_EQ(
            law.GetWindow(), static_cast<uint64_t>(std::llround(w * 1000)), "window");
        // 5 packets in flight of a window of 10: not used, not grown.
        bench.inFlight = 5000;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "not limiting");

        // rtt 25 us: 1 - 0.8 * 5/25 = 0.84. Again 24.999 us later: nothing; 25 us later: again.
        bench.inFlight = 10'000;
        bench.rtt = 25 * US;
        bench.now = 200 * US;
        bench.Ack(1000);
        w *= 0.84;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "decrease");
        bench.now = 225 * US - 1;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "once per round trip");
        bench.now = 225 * US;
        bench.Ack(1000);
        w *= 0.84;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "decrease again");
        // rtt = target is no reason to grow: a decrease by nothing, but it counts as one.
        bench.now = 300 * US;
        bench.rtt = 20 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "on target");
        // rtt 200 us: 1 - 0.8 * 0.9 = 0.28, held to 0.5.
        bench.now = 500 * US;
        bench.rtt = 200 * US;
        bench.Ack(1000);
        w *= 0.5;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "largest decrease");

        // A loss within that round trip: nothing; after it: 0.5.
        bench.now = 600 * US;
        bench.Nack();
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "same round trip");
        bench.now = 700 * US;
        bench.Nack();
        w *= 0.5;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "loss");
        // Timeouts: four at 0.5 each, the fifth to the least. An ACK between starts the count
        // anew (200 us round trip: no further decrease at the same time).
        for (int i = 1; i <= 4; ++i)
        {
            bench.law->NotifyTimeout(1000 * i * US);
            w *= 0.5;
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "timeouts");
        bench.now = 4000 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "progress");
        for (int i = 5; i <= 8; ++i)
        {
            bench.law->NotifyTimeout(1000 * i * US);
            w *= 0.5;
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), w, 1e-12, "count begins anew");
        bench.law->NotifyTimeout(9000 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), 0.001, 1e-15, "the limit");
    }
};

/** Windows below one packet, and the endpoint's window. */
class SwiftSmallWindowTestCase : public TestCase
{
  public:
    SwiftSmallWindowTestCase()
        : TestCase("Swift: pace below one packet; window of the endpoint")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<Swift> bench(100'000'000'000,
                              {{"InitialWindow", "1000"},
                               {"BaseTarget", "20us"},
                               {"EndpointTarget", "10us"},
                               {"HopTarget", "0us"},
                               {"ScalingRange", "0us"}},
                              1000,
                              1100);
        const auto& law = *bench.law;
        bench.Send(1000);
        bench.now = 100 * US;
        bench.rtt = 40 * US;
        bench.Ack(1000);
        // 1 - 0.8 * 20/40 = 0.6: a packet of 8800 bits each 40 / 0.6 us is 132 Mb/s.
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), 0.6, 1e-12, "below one packet");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 132'000'000, "pace");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1000, "one packet in flight");
        // Below the target: + n packets, not n / w.
        bench.Send(1000);
        bench.now = 200 * US;
        bench.rtt = 10 * US;
        bench.Ack(500);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), 1.1, 1e-12, "growth");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "line rate");

        // So far the receiver answered at once, and the window of the endpoint grew: 1 + 1/1 at
        // the first ACK; not at the second, as one packet was in flight and a second one had room.
        bench.inFlight = 1000;
        bench.now = 300 * US;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetEndpointWindow(), 2, 1e-12, "grew");
        // 45 us, of which the receiver held the frame 25 us: the fabric is on its target.
        auto ack = bench.MakeAck(1000);
        ack.rtt = 45 * US;
        ack.endpointDelay = 25 * US;
        bench.law->NotifyAck(ack);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetFabricWindow(), 1.1, 1e-12, "fabric on target");
        // 1 - 0.8 * 15/25 = 0.52.
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetEndpointWindow(), 1.04, 1e-12, "endpoint cut");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1040, "the smaller one counts");
        bench.inFlight = 1000;
        ack = bench.MakeAck(1000);
        ack.now = 400 * US;
        ack.rtt = 45 * US;
        ack.endpointDelay = 25 * US;
        bench.law->NotifyAck(ack);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetEndpointWindow(), 0.5408, 1e-12, "endpoint cut again");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 540.8, 1e-9, "the smaller one counts");
    }
};

/** The suite. */
class SwiftTestSuite : public TestSuite
{
  public:
    SwiftTestSuite()
        : TestSuite("weft-rdma-swift", TestSuite::Type::UNIT)
    {
        AddTestCase(new SwiftTargetTestCase);
        AddTestCase(new SwiftLawTestCase);
        AddTestCase(new SwiftSmallWindowTestCase);
    }
};

SwiftTestSuite g_swiftTestSuite; ///< registers the suite

} // namespace
