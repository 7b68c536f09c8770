/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-caqm.h"
#include "ns3/test.h"

/**
 * @ingroup rdma-tests
 * CAQM, the window that switches grant, step by step.
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** @param hint asked for, 0 for nothing @param increase I @param congested C @return the echo */
fabric::FrameSignals
Echo(uint8_t hint, bool increase, bool congested)
{
    fabric::FrameSignals signals{};
    signals.request.kinds = fabric::SIGNAL_GRANT;
    signals.request.grantHint = hint;
    signals.grant = {congested, increase, hint};
    return signals;
}

/** The law by hand. Packets of 1000 bytes, 10 us. */
class CaqmLawTestCase : public TestCase
{
  public:
    CaqmLawTestCase()
        : TestCase("CAQM: the four cases of C and I, hints, and when it asks")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<Caqm> bench(100'000'000'000, {{"BaseRtt", "10us"}});
        const auto& law = *bench.law;
        const auto asks = [&law] { return +law.GetSignalRequest().grantHint; };
        NS_TEST_EXPECT_MSG_EQ(+law.GetSignalRequest().kinds, +fabric::SIGNAL_GRANT, "grants");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1000, "one packet");
        // 1002 bytes on the link (with the grant) in 10 us
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 801'600'000, "paced");
        NS_TEST_EXPECT_MSG_EQ(asks(), 16, "the first frame asks");

        // Distances of requests: the node is 3, so the n-th is (0.5 + frac(0.618034 (3 + n))) of a
        // window. n = 1: 0.5 + frac(2.472136) = 0.972 of 1000, less than the frame that asked.
        bench.Send(1000);
        NS_TEST_EXPECT_MSG_EQ(asks(), 16, "each frame of a window of one");
        bench.Ack(1000, Echo(16, true, false));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 5096, 1e-6, "16 x 256 bytes more");
        NS_TEST_EXPECT_MSG_EQ(asks(), 32, "twice as much next time");

        // n = 2: 0.5 + frac(3.090170) = 0.590170 of 5096 are 3007 bytes: the fifth frame asks.
        for (int i = 0; i < 5; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(asks(), (i == 0 || i == 4 ? 32 : 0), "frame " << i);
            bench.Send(1000);
        }
        bench.Ack(1000, Echo(32, false, true));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 4596, 1e-6, "C: half of what it came with");
        NS_TEST_EXPECT_MSG_EQ(+law.GetHint(), 16, "refused: the least again");
        bench.Ack(1000, Echo(0, false, false));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 4596, 1e-6, "neither: it stays");
        bench.Ack(1000, Echo(0, false, true));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 4096, 1e-6, "C alone");

        // 2000 in flight, 1000 acknowledged and a packet are less than the window: not used
        bench.Ack(1000, Echo(16, true, false));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 4096, 1e-6, "unused, not grown");
        bench.Send(3000);
        bench.Ack(1000, Echo(16, true, true));
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 4096 + 4096 - 500, 1e-6, "both");
        NS_TEST_EXPECT_MSG_EQ(+law.GetHint(), 16, "not doubled under C");

        bench.inFlight = 100'000;
        bench.Ack(0, Echo(40, true, false));
        NS_TEST_EXPECT_MSG_EQ(+law.GetHint(), 64, "held to the largest");
        const double before = law.GetWindowBytes();
        bench.Ack(1000); // from a path without switches
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), before, 1e-6, "no echo, no change");

        // never below a packet
        LawBench<Caqm> least(100'000'000'000, {{"InitialWindow", "1200"}, {"BaseRtt", "10us"}});
        NS_TEST_EXPECT_MSG_EQ(least.law->GetWindow(), 1200, "as given");
        least.Send(1000);
        least.Ack(1000, Echo(0, false, true));
        NS_TEST_EXPECT_MSG_EQ(least.law->GetWindow(), 1000, "one packet at least");
    }
};

/** The suite. */
class RdmaCaqmTestSuite : public TestSuite
{
  public:
    RdmaCaqmTestSuite();
};

RdmaCaqmTestSuite::RdmaCaqmTestSuite()
    : TestSuite("weft-rdma-caqm", TestSuite::Type::UNIT)
{
    AddTestCase(new CaqmLawTestCase);
}

RdmaCaqmTestSuite g_rdmaCaqmTestSuite; ///< registers the suite

} // namespace
