/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-power-tcp.h"
#include "ns3/rdma-theta-power-tcp.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks US = 1'000'000;

/** @param at time @param txBytes sent @param queue waiting @return signals of one hop */
fabric::FrameSignals
Int(Ticks at, uint64_t txBytes, uint32_t queue)
{
    fabric::FrameSignals signals{};
    signals.nHops = 1;
    signals.hops[0].timestamp = at;
    signals.hops[0].txBytes = txBytes;
    signals.hops[0].bitRate = 100'000'000'000;
    signals.hops[0].queueBytes = queue;
    signals.hops[0].node = 1;
    return signals;
}

/** The law with telemetry by hand: 100 Gb/s, tau 10 us, so B tau = 125,000 bytes; beta 12,500. */
class PowerTcpLawTestCase : public TestCase
{
  public:
    PowerTcpLawTestCase()
        : TestCase("PowerTCP: current, voltage, smoothing, window of a round trip ago")
    {
    }

  private:
    void DoRun() override
    {
        // frames of 958 bytes and 42 of INT for 1000 message bytes
        LawBench<PowerTcp> bench(100'000'000'000, {{"BaseRtt", "10us"}}, 1000, 958);
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "first window");
        NS_TEST_EXPECT_MSG_EQ(+law.GetSignalRequest().kinds, +fabric::SIGNAL_INT, "wants INT");
        bench.Send(125'000);
        bench.Ack(1000, Int(0, 0, 0));
        NS_TEST_EXPECT_MSG_EQ(law.GetPower(), 0, "nothing to compare with");

        // In 2 us 25,000 bytes left and the queue grew by 25,000: current 2 B, voltage 1.2 B tau:
        // power 2.4, not smoothed, as it is the first.
        // W = 0.9 (125,000 / 2.4 + 12,500) + 0.1 * 125,000 = 70,625.
        bench.Ack(1000, Int(2 * US, 25'000, 25'000));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetPower(), 2.4, 1e-12, "power");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 70'625, 1e-6, "window");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 56'500'000'000, "rate W / tau");

        // The first update ended a round, so W_old = 70,625. 1 us later 12,500 left and the queue
        // is 12,500 shorter: current 0, power held to 0.01; P = 2.4 + 0.1 (0.01 - 2.4) = 2.161.
        bench.Ack(1000, Int(3 * US, 37'500, 12'500));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetPower(), 2.161, 1e-12, "smoothed");
        double w = 0.9 * (70'625 / 2.161 + 12'500) + 0.1 * 70'625;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "window");
        // The same round: from the same W_old. 10 us and more: the measurement alone. Current B,
        // voltage 1.1 B tau.
        bench.Ack(1000, Int(23 * US, 287'500, 12'500));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetPower(), 1.1, 1e-12, "no memory beyond tau");
        w = 0.9 * (70'625 / 1.1 + 12'500) + 0.1 * w;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "same W_old");

        // At equilibrium the window of N flows is the same after an update: with W = B tau / 2 and
        // the queue 2 beta = 25,000: P = 1.2, W / P + beta = 62,500 / 1.2 + 12,500 is 64,583: above
        // it, since in flight is W = (B tau + queue) / 2 = 75,000: 75,000 / 1.2 + 12,500 = 75,000.
        LawBench<PowerTcp> still(
            100'000'000'000, {{"BaseRtt", "10us"}, {"InitialWindow", "75000"}}, 1000, 958);
        still.Send(75'000);
        still.Ack(1000, Int(0, 0, 25'000));
        for (int i = 1; i < 20; ++i)
        {
            still.Ack(1000, Int(i * US, i * 12'500, 25'000));
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(still.law->GetWindowBytes(), 75'000, 1e-6, "fixed point");
    }
};

/** The law without telemetry by hand. */
class ThetaPowerTcpLawTestCase : public TestCase
{
  public:
    ThetaPowerTcpLawTestCase()
        : TestCase("theta-PowerTCP: gradient of the round-trip time, once per round trip")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<ThetaPowerTcp> bench(100'000'000'000, {{"BaseRtt", "10us"}});
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(+law.GetSignalRequest().kinds, 0, "wants nothing of switches");
        // First step: nothing to compare with.
        bench.Send(10'000);
        bench.now = 10 * US;
        bench.rtt = 10 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ(law.GetPower(), 0, "first");
        bench.now = 11 * US;
        bench.Ack(9000); // the same round
        NS_TEST_EXPECT_MSG_EQ(law.GetPower(), 0, "same round");
        // 20 us after the first step rtt 15 us: (1 + 5/20) * 15/10 = 1.875.
        bench.Send(10'000);
        bench.now = 30 * US;
        bench.rtt = 15 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetPower(), 1.875, 1e-12, "power");
        double w = 0.9 * (125'000 / 1.875 + 12'500) + 0.1 * 125'000;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "window");
        bench.now = 31 * US;
        bench.rtt = 100 * US;
        bench.Ack(9000);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "same round");
        // 5 us after the last step 8 us, a new least: (1 - 7/5) < 0: power held to 0.01. tau is
        // 8 us, so the weight is 5/8. Above the largest window: held.
        bench.Send(10'000);
        bench.now = 35 * US;
        bench.rtt = 8 * US;
        bench.Ack(1000);
        const double power = 1.875 + 0.625 * (0.01 - 1.875);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetPower(), power, 1e-12, "smoothed over the new tau");
        w = 0.9 * (w / power + 12'500) + 0.1 * w;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), std::min(w, 125'000.0), 1e-6, "window");
    }
};

/** The suite. */
class PowerTcpTestSuite : public TestSuite
{
  public:
    PowerTcpTestSuite()
        : TestSuite("weft-rdma-power-tcp", TestSuite::Type::UNIT)
    {
        AddTestCase(new PowerTcpLawTestCase);
        AddTestCase(new ThetaPowerTcpLawTestCase);
    }
};

PowerTcpTestSuite g_powerTcpTestSuite; ///< registers the suite

} // namespace
