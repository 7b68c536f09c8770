/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-nscc.h"
#include "ns3/test.h"

/**
 * @ingroup rdma-tests
 * NSCC by hand. 100 Gb/s, 12 us and packets of 1000 bytes without headers are the reference
 * network: BDP 150,000 bytes, a = 1, target 9 us, greatest window 225,000; proportional increase
 * 4000 / 12 us per byte and delay, fair increase 5000, additive 150.
 */

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks US = 1'000'000;

/** The reference network. */
class NsccBench : public LawBench<Nscc>
{
  public:
    /** @param more attributes besides BaseRtt */
    explicit NsccBench(std::vector<std::pair<std::string, std::string>> more = {})
        : LawBench<Nscc>(100'000'000'000, Add(more))
    {
        inFlight = 0;
        Send(200'000);
    }

    /** A trimmed packet. @param bytes of it @param lastHop where it was trimmed */
    void Trim(uint32_t bytes, bool lastHop = false)
    {
        law->NotifyNack({now, inFlight, bytes, true, lastHop});
    }

    /** Acknowledgments with a queueing delay over 12 us. */
    void AckDelayed(uint32_t n, Ticks delay, bool marked = false, uint64_t bytes = 1000)
    {
        rtt = 12 * US + delay;
        inFlight = 200'000;
        for (uint32_t i = 0; i < n; ++i)
        {
            Ack(bytes, marked);
        }
    }

  private:
    /** @return with BaseRtt 12 us */
    static std::vector<std::pair<std::string, std::string>> Add(
        std::vector<std::pair<std::string, std::string>>& more)
    {
        more.emplace_back("BaseRtt", "12us");
        return more;
    }
};

/** The four cases. */
class NsccCasesTestCase : public TestCase
{
  public:
    NsccCasesTestCase()
        : TestCase("NSCC: increases below and above the target, marks, adjustment")
    {
    }

  private:
    void DoRun() override
    {
        NsccBench bench;
        const auto& law = *bench.law;
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 225'000, "starts with 1.5 BDP");
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetTarget(), 9e6, 1, "target");
        bench.now = 20 * US;
        bench.Trim(125'000);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 100'000, "less the trimmed packet");
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetAverageDelay(), 0.15e6, 1, "0.0125 of 12 us");

        // Delay 3 us: 1000 (9 - 3) 4000 / 12 = 2e6, at once since 21 us > 12 us; and 150.
        bench.now = 21 * US;
        bench.AckDelayed(1, 3 * US);
        double cwnd = 100'000 + 2e6 / 100'000 + 150;
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd, 1e-6, "proportional and additive");
        // 0.15 + 0.0125 (3 - 0.15) us
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetAverageDelay(), 185'625, 1, "average delay");

        // Eight more full packets are not more than eight; the ninth is. No additive increase.
        bench.now = 22 * US;
        bench.AckDelayed(8, 3 * US);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd, 1e-6, "collected only");
        bench.AckDelayed(1, 3 * US);
        cwnd += 18e6 / cwnd;
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd, 1e-6, "nine times 2e6");

        // At the target without mark: 5000 x 1000 each. In the average it counts as 3 us.
        const double average = law.GetAverageDelay();
        bench.now = 23 * US;
        bench.AckDelayed(9, 9 * US);
        cwnd += 45e6 / cwnd;
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd, 1e-6, "fair increase");
        // The target itself is not above the target: nine samples of 9 us.
        double expected = average;
        for (uint32_t i = 0; i < 9; ++i)
        {
            expected += 0.0125 * (9e6 - expected);
        }
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetAverageDelay(), expected, 1, "average delay");
        bench.AckDelayed(1, 9 * US + 1);
        expected += 0.0125 * (3e6 - expected);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetAverageDelay(), expected, 1, "above it a quarter of 12");

        // A mark below the target: nothing, even when it is time to adjust. Above the target, but
        // with an average below: nothing either.
        bench.now = 24 * US;
        bench.AckDelayed(7, 3 * US, true);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd, 1e-6, "marked below the target");
        bench.AckDelayed(1, 10 * US, true);
        // that was the ninth packet since the last adjustment: the one above the target enters
        cwnd += 5e6 / cwnd;
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd, 1e-6, "average below the target");

        // A lost packet comes off.
        bench.law->NotifyLoss({bench.now, 1000});
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), cwnd - 1000, 1e-6, "a loss");
        bench.Trim(4'000'000'000);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 1000, "one packet is the least");
    }
};

/** Decreases and fast increase. */
class NsccDecreaseTestCase : public TestCase
{
  public:
    NsccDecreaseTestCase()
        : TestCase("NSCC: decrease once per round trip, fast increase, a smaller RTT")
    {
    }

  private:
    void DoRun() override
    {
        // The average is the last sample; no increases but fast ones.
        NsccBench bench({{"DelayGain", "1"},
                         {"AdditiveIncrease", "0"},
                         {"ProportionalIncrease", "0"},
                         {"FairIncrease", "0"}});
        const auto& law = *bench.law;
        bench.now = 20 * US;
        bench.Trim(125'000);
        // 12 us: 0.8 (12 - 9) / 12 = 0.2 off. The next within 12 us of the first changes nothing.
        bench.now = 30 * US;
        bench.AckDelayed(1, 12 * US, true);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 80'000, 1e-6, "by 0.2");
        bench.now = 42 * US;
        bench.AckDelayed(1, 12 * US, true, 50'000); // 50,000: no quick adapt
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 80'000, 1e-6, "once in 12 us");
        bench.now = 42 * US + 1;
        bench.AckDelayed(1, 33 * US, true);
        // 0.8 (33 - 9) / 33 = 0.58: a half at most
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 40'000, 1e-6, "by a half");

        // Fast increase: 20,000 + 20,000 are not more than the window; 60,000 are, and then each
        // acknowledgment adds a quarter, until there is a delay of 1 us.
        bench.now = 43 * US;
        bench.AckDelayed(2, US - 1, false, 20'000);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 40'000, 1e-6, "not a window yet");
        bench.AckDelayed(1, US - 1, false, 20'000);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 45'000, 1e-6, "a quarter");
        bench.AckDelayed(1, US - 1, false, 4'000);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 46'000, 1e-6, "and again");
        bench.AckDelayed(1, US, false, 4'000);
        bench.AckDelayed(1, US - 1, false, 4'000);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 46'000, 1e-6, "starts anew");

        // 6 us: the greatest window is 1.5 x 75,000 now, the delay of 18 us is 12 and no longer 6.
        bench.AckDelayed(1, -6 * US, false, 0);
        NS_TEST_ASSERT_MSG_EQ(law.GetLeastRtt(), 6 * US, "least RTT");
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetMaxWindowBytes(), 112'500, 1e-6, "greatest window");
        bench.now = 60 * US;
        bench.AckDelayed(1, 6 * US, true, 30'000);
        NS_TEST_ASSERT_MSG_EQ_TOL(law.GetWindowBytes(), 46'000 * 0.8, 1e-6, "by 0.2 of 12 us");
    }
};

/** Quick adapt. */
class NsccQuickAdaptTestCase : public TestCase
{
  public:
    NsccQuickAdaptTestCase()
        : TestCase("NSCC: quick adapt to what arrived, then marks are ignored")
    {
    }

  private:
    void DoRun() override
    {
        NsccBench bench({{"DelayGain", "1"}, {"AdditiveIncrease", "0"}});
        const auto& law = *bench.law;
        // The first interval is 20 to 20 + 12 + 9 us.
        bench.now = 20 * US;
        bench.Trim(1000);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 224'000, "no interval yet");
        bench.now = 25 * US;
        bench.AckDelayed(7, 8 * US, true);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 224'000, "marked below the target");
        bench.now = 41 * US - 1;
        bench.Trim(1000);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 223'000, "the interval is not over");
        bench.now = 41 * US;
        bench.inFlight = 50'000;
        bench.Trim(1000);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 7'000, "what arrived, less than 225,000 / 8");

        // Marks with 12 us of delay are ignored until 50,000 bytes have come, trimmed ones too.
        bench.now = 55 * US;
        bench.AckDelayed(48, 12 * US, true);
        bench.Trim(1000); // 7000 - 1000
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 6'000, "ignored, but for the trimmed packet");
        bench.AckDelayed(1, 12 * US, true);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 4'800, "50,000 are through: by 0.2");

        // In the next interval 49,000 + 1000 arrive, more than 28,125: no quick adapt at its end.
        bench.now = 62 * US;
        bench.Trim(1000);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 3'800, "only the trimmed packet");
        // Then 28,000 with more than four targets of delay, without loss, are less.
        bench.now = 70 * US;
        bench.AckDelayed(27, 8 * US, true);
        bench.now = 62 * US + 21 * US;
        bench.AckDelayed(1, 36 * US + 1, true);
        NS_TEST_ASSERT_MSG_EQ(law.GetWindow(), 28'000, "upwards too");

        // Receiver credits: trims at the last hop are the receiver's business.
        NsccBench trusting({{"TrustReceiver", "true"}, {"AdditiveIncrease", "0"}});
        trusting.now = 20 * US;
        trusting.Trim(1000, true);
        NS_TEST_ASSERT_MSG_EQ(trusting.law->GetWindow(), 225'000, "last hop");
        trusting.Trim(1000, false);
        NS_TEST_ASSERT_MSG_EQ(trusting.law->GetWindow(), 224'000, "another hop");
    }
};

/** The suite. */
class NsccTestSuite : public TestSuite
{
  public:
    NsccTestSuite()
        : TestSuite("weft-rdma-nscc", TestSuite::Type::UNIT)
    {
        AddTestCase(new NsccCasesTestCase);
        AddTestCase(new NsccDecreaseTestCase);
        AddTestCase(new NsccQuickAdaptTestCase);
    }
};

NsccTestSuite g_nsccTestSuite; ///< registers the suite

} // namespace
