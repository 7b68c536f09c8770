/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/collective-sweep.h"
#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** Sweeps over sizes measure the closed form, whatever was run before. */
class SweepTestCase : public TestCase
{
  public:
    /** @param warmUps runs before the clock starts @param iterations runs that count */
    SweepTestCase(uint32_t warmUps, uint32_t iterations)
        : TestCase("sweep with " + std::to_string(warmUps) + " and " + std::to_string(iterations) +
                   " runs"),
          m_warmUps(warmUps),
          m_iterations(iterations)
    {
    }

  private:
    void DoRun() override
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = 4;
        shape.latency = MicroSeconds(1);
        shape.perByte = PicoSeconds(100);
        TestBench bench(shape);
        CollectiveSweep::Settings settings;
        settings.sizes = {4000, 8000, 16000};
        settings.warmUps = m_warmUps;
        settings.iterations = m_iterations;
        CollectiveSweep sweep(bench.engine, bench.AddWorld(), settings);
        uint32_t nFinished = 0;
        sweep.SetFinishedCallback([&nFinished]() { ++nFinished; });
        sweep.Start();
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sweep.GetFailure(), "", "no failure");
        NS_TEST_ASSERT_MSG_EQ(sweep.IsFinished(), true, "finished");
        NS_TEST_ASSERT_MSG_EQ(nFinished, 1, "told once");
        NS_TEST_ASSERT_MSG_EQ(sweep.GetNRuns(), 4 * 3 * (m_warmUps + m_iterations), "runs");
        NS_TEST_ASSERT_MSG_EQ(sweep.GetNRunsDone(), sweep.GetNRuns(), "all done");
        // All ranks leave the barrier at the same time here. A ring all-reduce takes 6 steps of 1
        // us and S/4 * 100 ps.
        for (uint32_t index = 0; index < 3; ++index)
        {
            const auto point = sweep.GetPoint(index);
            const double bytes = settings.sizes[index];
            const double seconds = 6 * (1e-6 + bytes / 4 * 100e-12);
            NS_TEST_ASSERT_MSG_EQ(point.bytes, settings.sizes[index], "size");
            NS_TEST_ASSERT_MSG_EQ(point.nRanks, 4, "ranks");
            NS_TEST_ASSERT_MSG_EQ_TOL(point.seconds, seconds, 1e-15, "time");
            NS_TEST_ASSERT_MSG_EQ_TOL(point.algorithmBandwidth, bytes / seconds, 1, "algbw");
            NS_TEST_ASSERT_MSG_EQ_TOL(point.busBandwidth, 1.5 * bytes / seconds, 1, "busbw");
        }
    }

    const uint32_t m_warmUps;    ///< runs before the clock starts
    const uint32_t m_iterations; ///< runs that count
};

/** Sizes in whole elements, for each rank where the buffer is divided. */
class RoundSizeTestCase : public TestCase
{
  public:
    RoundSizeTestCase()
        : TestCase("sizes of nccl-tests")
    {
    }

  private:
    void DoRun() override
    {
        const auto reduce = CollectiveType::ALL_REDUCE;
        const auto gather = CollectiveType::ALL_GATHER;
        NS_TEST_ASSERT_MSG_EQ(CollectiveSweep::RoundSize(reduce, 1023, 8, 4), 1020, "elements");
        NS_TEST_ASSERT_MSG_EQ(CollectiveSweep::RoundSize(reduce, 3, 8, 4), 4, "at least one");
        NS_TEST_ASSERT_MSG_EQ(CollectiveSweep::RoundSize(gather, 1023, 8, 4), 992, "31 x 32");
        NS_TEST_ASSERT_MSG_EQ(CollectiveSweep::RoundSize(gather, 8, 8, 4), 32, "one for each");
    }
};

/** A sweep on a network that fails ends with the reason. */
class FailingSweepTestCase : public TestCase
{
  public:
    FailingSweepTestCase()
        : TestCase("sweep on a broken network")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(IdealNetwork::Shape{});
        bench.network->Break();
        CollectiveSweep::Settings settings;
        settings.sizes = {4000};
        settings.warmUps = 1;
        CollectiveSweep sweep(bench.engine, bench.AddWorld(), settings);
        sweep.Start();
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(sweep.IsFinished(), false, "not finished");
        NS_TEST_ASSERT_MSG_EQ(sweep.GetPoint(0).nRanks, 0, "nothing was measured");
        NS_TEST_ASSERT_MSG_EQ(
            sweep.GetFailure(),
            "all-reduce of 4000 bytes failed at accelerator 0: the network is broken",
            "reason");
    }
};

/** The unit test suite of sweeps. */
class SweepTestSuite : public TestSuite
{
  public:
    SweepTestSuite()
        : TestSuite("weft-collective-sweep", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new SweepTestCase(0, 1));
        AddTestCase(new SweepTestCase(2, 3));
        AddTestCase(new RoundSizeTestCase());
        AddTestCase(new FailingSweepTestCase());
    }
};

SweepTestSuite g_sweepTestSuite; ///< registers the suite

} // namespace
