/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-patched-timely.h"
#include "ns3/rdma-timely.h"
#include "ns3/test.h"

#include <array>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks US = 1'000'000;

/** One step: a segment is acknowledged 100 us after the last one. */
template <typename L>
void
Step(LawBench<L>& bench, Ticks rtt, Ticks after = 100 * US)
{
    bench.now += after;
    bench.rtt = rtt;
    bench.inFlight = 64'000;
    bench.Ack(64'000);
}

/** TIMELY by hand, at 10 Gb/s. */
class TimelyLawTestCase : public TestCase
{
  public:
    TimelyLawTestCase()
        : TestCase("TIMELY: thresholds, gradient, hyperactive increase, bounds, step by step")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<Timely> bench(10'000'000'000, {{"InitialRate", "1Gbps"}});
        const auto& law = *bench.law;
        double rate = 1e9;
        const auto expect = [&](const std::string& what)
        { NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()), rate, 2, what); };
        expect("first rate");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), UNLIMITED_WINDOW, "no window");

        // Half a segment: no step. The other half, 40 us < 50 us: + 10 Mb/s.
        bench.inFlight = 64'000;
        bench.rtt = 40 * US;
        bench.Ack(32'000);
        expect("half a segment");
        bench.Ack(32'000);
        rate += 10e6;
        expect("below the low threshold");
        NS_TEST_EXPECT_MSG_EQ(law.GetGradient(), 0, "no difference yet");

        // 40 -> 60 us: average difference 0.875 * 20 = 17.5 us, gradient 0.875.
        Step(bench, 60 * US);
        rate *= 1 - 0.8 * 0.875;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetGradient(), 0.875, 1e-12, "gradient");
        rate = 1.01e9 / 2; // 0.3 would be left, but no step takes more than half
        expect("rising: held to half");
        // 60 -> 62 us: 0.125 * 17.5 + 0.875 * 2 = 3.9375 us: gradient 0.196875.
        Step(bench, 62 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetGradient(), 0.196875, 1e-12, "gradient");
        rate *= 1 - 0.8 * 0.196875;
        expect("rising");
        // 62 -> 60, falling: 0.125 * 3.9375 - 1.75 < 0. Five falling or level steps: the fifth is
        // hyperactive.
        Step(bench, 60 * US);
        rate += 10e6;
        expect("falling 1");
        for (int i = 2; i <= 4; ++i)
        {
            Step(bench, 60 * US);
            rate += 10e6;
            expect("level");
        }
        Step(bench, 60 * US);
        rate += 50e6;
        expect("hyperactive increase");
        Step(bench, 60 * US);
        rate += 50e6;
        expect("and again");
        // A quarter of MinRtt after the last step: a quarter of it.
        Step(bench, 60 * US, 5 * US);
        rate += 12.5e6;
        expect("scaled by time");

        // 1000 us > 500 us: times 1 - 0.8 * (1 - 0.5).
        Step(bench, 1000 * US);
        rate *= 0.6;
        expect("above the high threshold");
        // At the thresholds themselves the gradient decides.
        Step(bench, 500 * US);
        rate += 10e6 * 5;
        expect("falling, at the threshold: the count went on");
        for (int i = 0; i < 40; ++i)
        {
            Step(bench, 100'000 * US);
        }
        rate = 10e6;
        expect("least rate");
        for (int i = 0; i < 1100; ++i)
        {
            Step(bench, 10 * US);
        }
        rate = 10e9;
        expect("line rate");
    }
};

/** The patched form by hand. */
class PatchedTimelyTestCase : public TestCase
{
  public:
    PatchedTimelyTestCase()
        : TestCase("patched TIMELY: weight and error, scaling with the line rate, step by step")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s: steps of 100 Mb/s. Beta 0.5, to see something.
        LawBench<PatchedTimely> bench(100'000'000'000,
                                      {{"InitialRate", "10Gbps"}, {"Beta", "0.5"}});
        const auto& law = *bench.law;
        double rate = 10e9;
        const auto expect = [&](const std::string& what)
        { NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()), rate, 4, what); };
        // First 75 us: gradient 0, weight 1/2, error 1/2.
        Step(bench, 75 * US);
        rate = rate * (1 - 0.5 * 0.5 * 0.5) + 100e6 * 0.5;
        expect("level");
        // 75 -> 77 us: gradient 0.875 * 2 / 20 = 0.0875, weight 0.675, error 0.54.
        Step(bench, 77 * US);
        rate = rate * (1 - 0.5 * 0.675 * 0.54) + 100e6 * 0.325;
        expect("rising");
        // 77 -> 100 us: (0.125 * 1.75 + 0.875 * 23) / 20 = 1.017: weight 1, error 1.
        Step(bench, 100 * US);
        rate = rate * 0.5;
        expect("rising fast");
        // 100 -> 60: (0.125 * 20.34 - 35) / 20 < -1/4: weight 0.
        Step(bench, 60 * US);
        rate += 100e6;
        expect("falling fast");
        Step(bench, 49 * US);
        rate += 100e6;
        expect("below the low threshold");
        Step(bench, 600 * US);
        rate *= 1 - 0.5 / 6;
        expect("above the high threshold");
    }
};

/**
 * The fixed points. Two flows on a fluid link of 10 Gb/s whose delay is 4 us and the queue's. They
 * start at 7 and 3 Gb/s, which fill it, with a queue of 100 us (the experiment of CoNEXT 2016).
 */
template <typename L>
class TimelyFixedPointTestCase : public TestCase
{
  public:
    /** @param name of the law @param fair whether it must come to equal rates */
    TimelyFixedPointTestCase(const std::string& name, bool fair)
        : TestCase(name + (fair ? " leads to equal rates" : " does not lead to equal rates")),
          m_fair(fair)
    {
    }

  private:
    void DoRun() override
    {
        LawBench<L> a(10'000'000'000, {{"InitialRate", "7Gbps"}, {"SegmentBytes", "16000"}});
        LawBench<L> b(10'000'000'000, {{"InitialRate", "3Gbps"}, {"SegmentBytes", "16000"}});
        double queue = 100e-6 * 10e9; // bits
        double rtt = 0;
        std::array<double, 2> sent{};
        std::array<LawBench<L>*, 2> flows{&a, &b};
        constexpr double step = 1e-6; // s
        constexpr int steps = 1'500'000;
        double rttSum = 0;
        for (int i = 0; i < steps; ++i)
        {
            double arrivals = 0;
            for (int f = 0; f < 2; ++f)
            {
                const double bits = static_cast<double>(flows[f]->law->GetRate()) * step;
                arrivals += bits;
                sent[f] += bits;
            }
            queue = std::max(queue + arrivals - 10e9 * step, 0.0);
            rtt = 4e-6 + queue / 10e9;
            rttSum += i >= steps / 2 ? rtt : 0;
            for (int f = 0; f < 2; ++f)
            {
                if (sent[f] >= 16'000 * 8)
                {
                    sent[f] -= 16'000 * 8;
                    flows[f]->now = static_cast<Ticks>(i * step * 1e12);
                    flows[f]->rtt = static_cast<Ticks>(rtt * 1e12);
                    flows[f]->inFlight = 16'000;
                    flows[f]->Ack(16'000);
                }
            }
        }
        const double x = static_cast<double>(a.law->GetRate());
        const double y = static_cast<double>(b.law->GetRate());
        const double jain = (x + y) * (x + y) / (2 * (x * x + y * y));
        NS_TEST_EXPECT_MSG_EQ_TOL(x + y, 10e9, 0.3e9, "the link is full");
        if (m_fair)
        {
            NS_TEST_EXPECT_MSG_GT(jain, 0.999, "fair: " << x << " and " << y);
            // LowThreshold (1 + N delta / (beta C)) = 50 (1 + 2 * 10 / (0.008 * 10000)) = 62.5 us.
            NS_TEST_EXPECT_MSG_EQ_TOL(rttSum / (steps / 2.0), 62.5e-6, 1e-6, "the fixed point");
        }
        else
        {
            NS_TEST_EXPECT_MSG_LT(jain, 0.98, "unfair: " << x << " and " << y);
        }
    }

    bool m_fair; ///< whether the rates must become equal
};

/** The suite. */
class TimelyTestSuite : public TestSuite
{
  public:
    TimelyTestSuite()
        : TestSuite("weft-rdma-timely", TestSuite::Type::UNIT)
    {
        AddTestCase(new TimelyLawTestCase);
        AddTestCase(new PatchedTimelyTestCase);
        AddTestCase(new TimelyFixedPointTestCase<Timely>("TIMELY", false));
        AddTestCase(new TimelyFixedPointTestCase<PatchedTimely>("patched TIMELY", true));
    }
};

TimelyTestSuite g_timelyTestSuite; ///< registers the suite

} // namespace
