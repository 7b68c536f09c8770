/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-law-bench.h"

#include "ns3/rdma-bbr.h"
#include "ns3/rdma-csig-control.h"
#include "ns3/rdma-swift-dcqcn.h"
#include "ns3/test.h"

#include <map>

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

constexpr Ticks US = 1'000'000;

/** Two laws at once. */
class SwiftDcqcnTestCase : public TestCase
{
  public:
    SwiftDcqcnTestCase()
        : TestCase("Swift and DCQCN: the smaller window and the smaller rate")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<SwiftDcqcn> bench(
            100'000'000'000,
            {{"Window",
              "ns3::rdma::Swift[InitialWindow=10000|HopTarget=0us|ScalingRange=0us|"
              "BaseTarget=20us]"},
             {"Rate", "ns3::rdma::Dcqcn"}});
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.UsesCnp(), true, "DCQCN wants CNPs");
        NS_TEST_EXPECT_MSG_EQ(law.NeedsEcn(), true, "and so marks");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 10'000, "Swift's window");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "line rate of both");
        // A CNP: DCQCN halves its rate (alpha 1); Swift's window stays.
        bench.law->NotifyCnp({0});
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 50'000'000'000, "DCQCN's rate");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 10'000, "Swift's window");
        // An acknowledgment above the target: 1 - 0.8 * 20/40 = 0.6.
        bench.Send(10'000);
        bench.now = 50 * US;
        bench.rtt = 40 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 6000, "Swift's cut");
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 50'000'000'000, "DCQCN's rate");
        // Swift below one packet: 0.6 * 0.5^4 * ... its pace is slower than DCQCN's rate. Losses
        // halve, 40 us apart: 6, 3, 1.5, 0.75 packets: 8000 bits each 40 / 0.75 us: 150 Mb/s.
        for (int i = 1; i <= 3; ++i)
        {
            bench.now += 40 * US;
            bench.Nack();
        }
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 150'000'000, "Swift's pace");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 1000, "one packet");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindowLaw()->GetRate(), 150'000'000, "of the first law");
        NS_TEST_EXPECT_MSG_EQ(law.GetRateLaw()->GetWindow(), UNLIMITED_WINDOW, "of the second law");
    }
};

/** The CSIG-driven window. */
class CsigControlTestCase : public TestCase
{
  public:
    CsigControlTestCase()
        : TestCase("CSIG: share and delay in turn make HPCC's utilization")
    {
    }

  private:
    void DoRun() override
    {
        LawBench<CsigControl> bench(
            100'000'000'000,
            {{"BaseRtt", "10us"}, {"AdditiveIncrease", "1000"}, {"InitialWindow", "125000"}});
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.GetSignalRequest().GetWireBytes(), 8, "one tag");
        const auto asked = [&law] { return law.GetSignalRequest().csigType; };
        NS_TEST_EXPECT_MSG_EQ((asked() == fabric::CsigType::MAX_UTILIZATION), true, "first");
        bench.Send(1000);
        NS_TEST_EXPECT_MSG_EQ((asked() == fabric::CsigType::MAX_HOP_DELAY), true, "second");
        bench.Send(1000);
        NS_TEST_EXPECT_MSG_EQ((asked() == fabric::CsigType::MAX_UTILIZATION), true, "third");

        fabric::FrameSignals signals{};
        signals.request.csigType = fabric::CsigType::MAX_UTILIZATION;
        signals.csig.isSet = true;
        signals.csig.value = 0.95;
        bench.Ack(1000, signals);
        // U = 0.95 = eta: W = 125,000 + 1000, held to 125,000 (8 bytes of a tag in 1008 are not
        // payload, so the largest window is the given one).
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 125'000, "at eta");
        signals.request.csigType = fabric::CsigType::MAX_HOP_DELAY;
        signals.csig.value = 9.5e6; // 9.5 us of 10: U = 0.95 + 0.95
        bench.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 63'500, "twice eta: half, and 1000");
        signals.csig.isSet = false;
        bench.Send(1000);
        bench.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 63'500, "no tag, no change");

        // The step for 25 flows: 125,000 * 1000 / 1008 bytes of messages in 10 us, of which 5 %
        // over 25: 248.02. U = 1.9, twice eta: half of 50,000 and that.
        LawBench<CsigControl> other(100'000'000'000,
                                    {{"BaseRtt", "10us"}, {"InitialWindow", "50000"}});
        other.Send(1000);
        signals.csig.isSet = true;
        signals.csig.value = 19e6;
        other.Ack(1000, signals);
        NS_TEST_EXPECT_MSG_EQ(other.law->GetWindow(), 25'248, "the step unless it is given");
    }
};

/** BBR on a path that it does not fill at first. */
class BbrTestCase : public TestCase
{
  public:
    BbrTestCase()
        : TestCase("BBR: startup, drain, cycle of gains, probe of the round-trip time")
    {
    }

  private:
    void DoRun() override
    {
        // A path of 10 us and 10 Gb/s (1.25 bytes per ns): 12,500 bytes fill it. Line rate 100.
        LawBench<Bbr> bench(100'000'000'000, {{"BaseRtt", "20us"}});
        const auto& law = *bench.law;
        NS_TEST_EXPECT_MSG_EQ(law.GetRate(), 100'000'000'000, "starts at line rate");
        // Rounds of 10 packets, 8 us each: 1000 bytes each 0.8 us is 1.25e9 bytes/s, always.
        bench.rtt = 10 * US;
        std::vector<Bbr::Phase> phases;
        for (int round = 0; round < 40; ++round)
        {
            bench.Send(10'000);
            for (int packet = 0; packet < 10; ++packet)
            {
                bench.now += 800'000;
                bench.Ack(1000);
            }
            phases.push_back(law.GetPhase());
        }
        NS_TEST_EXPECT_MSG_EQ(phases.front(), Bbr::STARTUP, "startup");
        // The first estimate is line rate / 2.89, higher than the path: it is forgotten after ten
        // rounds; by then the rate has not grown for three rounds: startup is over.
        NS_TEST_EXPECT_MSG_EQ(phases[5], Bbr::PROBE_BW, "three rounds without growth; drained");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetBandwidth(), 1.25e9, 1.25e7, "rate of delivery");
        NS_TEST_EXPECT_MSG_EQ(law.GetMinRtt(), 10 * US, "round-trip time");
        NS_TEST_EXPECT_MSG_EQ_TOL(law.GetWindowBytes(), 25'000, 250, "twice what fills the path");

        // PROBE_BW begins with any gain but 3/4. With 20,000 bytes in flight, more than 5/4 of
        // 12,500, each lasts for the acknowledgment after 10 us: 13 packets, 10.4 us. Rates 12.5,
        // 7.5 and six times 10 Gb/s.
        bench.Send(20'000);
        std::map<uint64_t, int> rates; // by Gb/s, rounded, how many acknowledgments
        for (int packet = 0; packet < 13 * 8; ++packet)
        {
            bench.Send(1000);
            bench.now += 800'000;
            bench.Ack(1000);
            ++rates[(law.GetRate() + 50'000'000) / 100'000'000];
        }
        NS_TEST_EXPECT_MSG_EQ(rates.size(), 3, "three rates");
        NS_TEST_EXPECT_MSG_EQ(rates[125], 13, "5/4");
        NS_TEST_EXPECT_MSG_EQ(rates[75], 13, "3/4, since more than 12,500 are in flight");
        NS_TEST_EXPECT_MSG_EQ(rates[100], 13 * 6, "1");
        // With 12,000 in flight 5/4 goes on, and 3/4 is over at once.
        while (law.GetRate() < 12'000'000'000)
        {
            bench.Send(1000);
            bench.now += 800'000;
            bench.Ack(1000);
        }
        bench.inFlight = 11'000;
        for (int packet = 0; packet < 40; ++packet)
        {
            bench.Send(1000);
            bench.now += 800'000;
            bench.Ack(1000);
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()), 12.5e9, 1.3e8, "5/4 goes on");
        bench.Send(5000);
        bench.now += 800'000;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()), 7.5e9, 1e8, "full: 3/4");
        bench.inFlight = 12'000;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ_TOL(static_cast<double>(law.GetRate()), 10e9, 1e8, "empty: 1");

        // Higher round-trip times for longer than MinRttWindow: four packets, for 40 us from when
        // no more are in flight and a round trip is over.
        bench.rtt = 12 * US;
        bench.now += 2001 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ(law.GetPhase(), Bbr::PROBE_RTT, "the time is old");
        NS_TEST_EXPECT_MSG_EQ(law.GetWindow(), 4000, "four packets");
        bench.now += 100 * US;
        bench.Ack(5000);
        NS_TEST_EXPECT_MSG_EQ(bench.inFlight, 5000, "too many are in flight");
        bench.Ack(1000);
        bench.now += 39 * US;
        bench.rtt = 11 * US;
        bench.inFlight = 24'000; // all that was ever sent
        bench.Ack(22'000);
        NS_TEST_EXPECT_MSG_EQ(law.GetPhase(), Bbr::PROBE_RTT, "not yet 40 us");
        bench.now += 2 * US;
        bench.Ack(1000);
        NS_TEST_EXPECT_MSG_EQ(law.GetPhase(), Bbr::PROBE_BW, "back");
        NS_TEST_EXPECT_MSG_EQ(law.GetMinRtt(), 11 * US, "the new time");
    }
};

/** The suite. */
class MixedLawsTestSuite : public TestSuite
{
  public:
    MixedLawsTestSuite()
        : TestSuite("weft-rdma-mixed-laws", TestSuite::Type::UNIT)
    {
        AddTestCase(new SwiftDcqcnTestCase);
        AddTestCase(new CsigControlTestCase);
        AddTestCase(new BbrTestCase);
    }
};

MixedLawsTestSuite g_mixedLawsTestSuite; ///< registers the suite

} // namespace
