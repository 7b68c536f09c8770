/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Running and watching a simulation, and figures for people.

#include "ns3/experiment-format.h"
#include "ns3/experiment-run-monitor.h"
#include "ns3/simulator.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sstream>

using namespace ns3;
using namespace ns3::experiment;

namespace
{

TEST(Format, FourDigitsAndFittingUnits)
{
    EXPECT_EQ(FormatSeconds(0), "0 ps");
    EXPECT_EQ(FormatSeconds(0.0123456), "12.35 ms");
    EXPECT_EQ(FormatSeconds(1.0), "1.000 s");
    EXPECT_EQ(FormatSeconds(999.96e-6), "1.000 ms");
    EXPECT_EQ(FormatSeconds(999.94e-6), "999.9 us");
    EXPECT_EQ(FormatSeconds(6.4e-10), "640.0 ps");
    EXPECT_EQ(FormatByteRate(48.97e9), "48.97 GB/s");
    EXPECT_EQ(FormatBytes(5.457e9), "5.457 GB");
    EXPECT_EQ(FormatFlops(123.4e12), "123.4 TFLOP/s");
    EXPECT_EQ(FormatCount(999), "999");
    EXPECT_EQ(FormatCount(3.1e6), "3.100 M");
    EXPECT_EQ(FormatInteger(0), "0");
    EXPECT_EQ(FormatInteger(999), "999");
    EXPECT_EQ(FormatInteger(1234567), "1,234,567");
    EXPECT_EQ(FormatPercent(0.4214), "42.1 %");
}

TEST(Format, TableIsAligned)
{
    TextTable table({TextTable::LEFT, TextTable::RIGHT, TextTable::LEFT});
    table.AddRow({"step time", "1.25", "s"});
    table.AddRow({"MFU", "43.21", "%"});
    table.AddRow({"end"});
    std::ostringstream out;
    table.Print(out, 2);
    EXPECT_EQ(out.str(),
              "  step time   1.25  s\n"
              "  MFU        43.21  %\n"
              "  end\n");
}

/** Schedules one event after the other, up to a number. */
class Ticker
{
  public:
    /** @param n events to come */
    explicit Ticker(uint64_t n)
        : m_left(n)
    {
        Simulator::Schedule(NanoSeconds(10), &Ticker::Tick, this);
    }

    /** Called before each event. */
    std::function<void(uint64_t left)> onTick;

  private:
    void Tick()
    {
        --m_left;
        if (onTick)
        {
            onTick(m_left);
        }
        if (m_left > 0)
        {
            Simulator::Schedule(NanoSeconds(10), &Ticker::Tick, this);
        }
    }

    uint64_t m_left; ///< events to come
};

TEST(RunMonitor, EndsWhenTheWorkIsDone)
{
    Ticker ticker(100000);
    RunMonitor monitor({}, nullptr, false);
    ticker.onTick = [&monitor](uint64_t left)
    {
        if (left == 40000)
        {
            monitor.Finish();
        }
    };
    EXPECT_EQ(monitor.Run(), RunMonitor::COMPLETE);
    EXPECT_EQ(Simulator::Now(), NanoSeconds(600000)); // 60,000 events, 10 ns apart
    EXPECT_EQ(monitor.GetNEvents(), 60000U);
    Simulator::Destroy();
}

TEST(RunMonitor, NoticesThatNothingIsLeft)
{
    Ticker ticker(1000);
    RunMonitor monitor({}, nullptr, false);
    EXPECT_EQ(monitor.Run(), RunMonitor::STALLED);
    EXPECT_EQ(monitor.GetNEvents(), 1000U);
    Simulator::Destroy();
}

TEST(RunMonitor, SignalEndsTheRun)
{
    Ticker ticker(UINT64_MAX);
    uint64_t checkpoints = 0;
    std::ostringstream out;
    RunMonitor::Work work;
    work.fraction = [] { return 0.5; };
    work.detail = [] { return std::string("step 1/2"); };
    work.checkpoint = [&checkpoints]
    {
        ++checkpoints;
        raise(SIGINT);
    };
    RunMonitor monitor(work, &out, true);
    EXPECT_EQ(monitor.Run(), RunMonitor::INTERRUPTED);
    EXPECT_EQ(checkpoints, 1U);
    EXPECT_NE(out.str().find("50 %  step 1/2  simulated "), std::string::npos) << out.str();
    EXPECT_NE(out.str().find(" events/s  ETA 0:0"), std::string::npos) << out.str();
    EXPECT_LT(monitor.GetWallSeconds(), 5.0);
    Simulator::Destroy();
}

} // namespace
