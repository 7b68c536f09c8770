/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-hpcc-pint.h"
#include "ns3/rdma-hpcc.h"
#include "ns3/test.h"

#include <cmath>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks US = 1'000'000;

/** @param at time @param txBytes sent @param queue waiting @param node switch @return a record */
fabric::IntHop
Hop(Ticks at, uint64_t txBytes, uint32_t queue, uint32_t node = 1)
{
    fabric::IntHop hop{};
    hop.timestamp = at;
    hop.txBytes = txBytes;
    hop.bitRate = 100'000'000'000;
    hop.queueBytes = queue;
    hop.node = node;
    return hop;
}

/** @param hops some records @return signals with them */
fabric::FrameSignals
Int(std::initializer_list<fabric::IntHop> hops)
{
    fabric::FrameSignals signals{};
    for (const auto& hop : hops)
    {
        signals.hops[signals.nHops++] = hop;
    }
    return signals;
}

/** 100 Gb/s, T = 10 us: 125,000 bytes are the largest window, and what a link carries in T. */
std::vector<std::pair<std::string, std::string>>
Settings()
{
    return {{"BaseRtt", "10us"}, {"AdditiveIncrease", "1000"}, {"Eta", "0.95"}, {"MaxStage", "2"}};
}

/** The law by hand. */
class HpccLawTestCase : public TestCase
{
  public:
    HpccLawTestCase()
        : TestCase("HPCC: utilization, multiplicative and additive steps, reference window")
    {
    }

  private:
    void DoRun() override
    {
        // frames of 958 bytes and 42 of INT for 1000 message bytes
        LawBench<Hpcc> bench(100'000'000'000, Settings(), 1000, 958);
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "first window");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "line rate");
        NS_TEST_EXPECT_MSG_EQ(+law.GetSignalRequest().kinds, +fabric::SIGNAL_INT, "wants INT");
        NS_TEST_EXPECT_MSG_EQ(law.GetSignalRequest().GetWireBytes(), 42, "2 + 5 * 8 bytes");

        // The first record can only be remembered.
        bench.Send(125'000);
        bench.Ack(1000, Int({Hop(0, 0, 50'000)}));
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "nothing to compare with");

        // 2 us later 25,000 bytes more have left, all that the link can: 1, and min(50,000, 37,500)
        // queued are 0.3 of B T: u' = 1.3. tau / T = 0.2: U = 0.8 * 1 + 0.2 * 1.3 = 1.06.
        // W = 125,000 / (1.06 / 0.95) + 1000. It is a full update: acknowledged is what left after
        // the start.
        bench.Ack(1000, Int({Hop(2 * US, 25'000, 37'500)}));
        double u = 1.06;
        double w = 125'000 * 0.95 / u + 1000;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetUtilization(), u, 1e-12, "U");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "multiplicative");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetReferenceWindow(), w, 1e-6, "reference window");
        NS_TEST_EXPECT_MSG_EQ(
            law.GetRate(), static_cast<uint64_t>(std::llround(w * 8e5)), "rate W / T");
        const double reference = w;

        // Further ACKs of the same round start from the same reference. Two hops: the busier one
        // counts, here the second: 1 + 12,500 / 125,000 = 1.1 against 0.4; tau 1 us.
        bench.Ack(1000, Int({Hop(2 * US, 25'000, 37'500), Hop(2 * US, 0, 20'000, 2)}));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "another path: remembered only");
        bench.Ack(1000, Int({Hop(3 * US, 30'000, 0), Hop(3 * US, 12'500, 12'500, 2)}));
        u = 0.9 * u + 0.1 * 1.1;
        w = reference * 0.95 / u + 1000;
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetUtilization(), u, 1e-12, "the busier link");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "from the same reference");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetReferenceWindow(), reference, 1e-6, "same round");
        // Records that are not later are only remembered.
        bench.Ack(1000, Int({Hop(3 * US, 30'000, 0), Hop(3 * US, 12'500, 12'500, 2)}));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), w, 1e-6, "not later");

        // An idle link, 20 us later (held to T): U = 0: additive, W = Wc + W_AI, twice; then
        // MaxStage is reached and the multiplicative step would be without bound: held to B T.
        const auto round = [&bench, this](Ticks at)
        {
            // all is acknowledged, then one packet more leaves and is acknowledged
            auto ack = bench.MakeAck(bench.inFlight);
            bench.law->NotifyAck(ack);
            bench.Send(1000);
            bench.Ack(1000, Int({Hop(at, 30'000, 0), Hop(at, 12'500, 0, 2)}));
        };
        round(23 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetUtilization(), 0, 1e-12, "idle");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), reference + 1000, 1e-6, "additive");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetReferenceWindow(), reference + 1000, 1e-6, "new round");
        round(43 * US);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), reference + 2000, 1e-6, "additive");
        round(63 * US);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "after MaxStage: multiplicative, held");

        // No record at all: the window stays.
        bench.Send(1000);
        bench.Ack(1000);
        bench.Send(1000);
        bench.Ack(1000, Int({}));
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "no telemetry");
    }
};

/** The default W_AI, and PINT. */
class HpccPintTestCase : public TestCase
{
  public:
    HpccPintTestCase()
        : TestCase("HPCC-PINT: utilization as told, sampling; default W_AI; least window")
    {
    }

  private:
    void DoRun() override
    {
        // SIGCOMM 2019, 5.1: 100 Gb/s * 13 us * 0.05 / 100 = 81.25 bytes ("80").
        LawBench<HpccPint> bench(100'000'000'000, {{"SampleEvery", "2"}}, 1000, 999);
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(+law.GetSignalRequest().kinds, +fabric::SIGNAL_PINT, "wants PINT");
        NS_TEST_EXPECT_MSG_EQ(law.GetSignalRequest().GetWireBytes(), 1, "one byte");
        fabric::FrameSignals signals{};
        signals.utilization = 1.9;
        bench.Send(10'000);
        bench.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 162'500, "every second one");
        bench.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 81'250 + 81.25, 1e-6, "U / eta = 2");
        // Endless congestion: the least window, 0.04 packets of 8000 bits in 13 us.
        signals.utilization = 1e9;
        for (int i = 0; i < 10; ++i)
        {
            bench.Send(1000);
            bench.Ack(1000, signals);
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 81.25, 1e-3, "W_AI is left");
        NS_TEST_EXPECT_MSG_EQ_TOL(
            static_cast<double>(law.GetRate()), 50e6, 100, "81.25 bytes in 13 us");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1000, "one packet at a time");
    }
};

/** The suite. */
class HpccTestSuite : public TestSuite
{
  public:
    HpccTestSuite()
        : TestSuite("weft-rdma-hpcc", TestSuite::Type::UNIT)
    {
        AddTestCase(new HpccLawTestCase);
        AddTestCase(new HpccPintTestCase);
    }
};

HpccTestSuite g_hpccTestSuite; ///< registers the suite

} // namespace
