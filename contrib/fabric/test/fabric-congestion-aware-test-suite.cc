/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/fabric-conga.h"
#include "ns3/fabric-conweave.h"
#include "ns3/fabric-flat-table.h"
#include "ns3/fabric-rate-estimator.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** The register of CONGA. */
class RateEstimatorTestCase : public TestCase
{
  public:
    RateEstimatorTestCase()
        : TestCase("Discounting rate estimator")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s, T = 50 us, alpha = 0.2: a full link sends 625,000 B per period, and the
        // register of a link that is always full is 625,000 / 0.2 = 3,125,000 B: utilisation 1.
        constexpr Ticks T = 50'000'000;
        RateEstimator burst;
        burst.Setup(100'000'000'000, T, 0.2);
        burst.Add(1'562'500, 0);
        NS_TEST_EXPECT_MSG_EQ_TOL(burst.GetUtilization(0), 0.5, 1e-12, "half of that");
        NS_TEST_EXPECT_MSG_EQ(burst.GetMetric(T - 1, 3), 4, "half of 8 steps, within a period");
        // After three periods 0.5 * 0.8^3 = 0.256: 2.048 of 8 steps; after ten 0.43 of 8.
        NS_TEST_EXPECT_MSG_EQ_TOL(burst.GetUtilization(3 * T + 5), 0.256, 1e-12, "decayed");
        NS_TEST_EXPECT_MSG_EQ(burst.GetMetric(3 * T + 6, 3), 2, "in steps");
        NS_TEST_EXPECT_MSG_EQ(burst.GetMetric(10 * T, 3), 0, "forgotten");
        // Steady at line rate: just after the addition of each period 1, the top step.
        RateEstimator full;
        full.Setup(100'000'000'000, T, 0.2);
        for (int i = 0; i < 100; ++i)
        {
            full.Add(625'000, i * T);
        }
        NS_TEST_EXPECT_MSG_EQ_TOL(full.GetUtilization(99 * T), 1, 1e-9, "full");
        NS_TEST_EXPECT_MSG_EQ(full.GetMetric(99 * T, 3), 7, "the top of 8 steps");
    }
};

/** The exact-match table. */
class FlatTableTestCase : public TestCase
{
  public:
    FlatTableTestCase()
        : TestCase("Exact-match table")
    {
    }

  private:
    void DoRun() override
    {
        FlatTable<uint32_t> table;
        NS_TEST_EXPECT_MSG_EQ(table.Find(0), nullptr, "empty");
        for (uint32_t key = 0; key < 10'000; ++key)
        {
            table.Get(uint64_t{key} << 40) = key;
        }
        table.Get(0) = 77;
        NS_TEST_EXPECT_MSG_EQ(table.GetN(), 10'000, "keys");
        bool right = *table.Find(0) == 77;
        for (uint32_t key = 1; key < 10'000; ++key)
        {
            right &= *table.Find(uint64_t{key} << 40) == key;
        }
        NS_TEST_EXPECT_MSG_EQ(right, true, "values");
        NS_TEST_EXPECT_MSG_EQ(table.Find(5), nullptr, "another key");
    }
};

/** Flowlets avoid congestion that is not local. */
class CongaTestCase : public TestCase
{
  public:
    CongaTestCase()
        : TestCase("CONGA avoids remote congestion")
    {
    }

  private:
    void DoRun() override
    {
        // Host 4 of leaf 2 keeps the path by one spine to leaf 1 full, all the time. Host 0 of leaf
        // 0 sends 40 flowlets of 3 frames to leaf 1, 150 us apart (the gap is 100 us), and gets a
        // frame back after each. Its own up-links are idle, so that only what leaf 1 tells can
        // make a difference: at most the first flowlet takes the full path.
        NS_TEST_EXPECT_MSG_LT(CountOnFullPath("ns3::fabric::Conga"), 4, "CONGA");
        // LetFlow draws: 20 of 40 flowlets, standard deviation 3.2; 10 of them are 30 frames.
        NS_TEST_EXPECT_MSG_GT(CountOnFullPath("ns3::fabric::LetFlow"), 30, "LetFlow");
        // The frames of the first flowlet pass the full link at 202 us, after four periods of 50
        // us and 2 us: 0.2 (0.8 + 0.8^2 + 0.8^3 + 0.8^4 + 2 / 50) = 0.480, times 8 is 3.8.
        NS_TEST_EXPECT_MSG_EQ(+m_remoteMetric, 3, "as told by leaf 1");
    }

    /** @return frames of the flowlets that took the full path */
    uint64_t CountOnFullPath(const std::string& balancer)
    {
        LeafSpine net(3, 2, 2, ObjectFactory(balancer));
        Simulator::Schedule(
            NanoSeconds(1), &TestHost::Saturate, net.hosts[4].get(), 3, 80'000, 1000, 3);
        for (int i = 0; i < 40; ++i)
        {
            const Time at = MicroSeconds(200 + 150 * i);
            Simulator::Schedule(at, &TestHost::Send, net.hosts[0].get(), 2, 3, 1000, 3);
            Simulator::Schedule(
                at + MicroSeconds(20), &TestHost::Send, net.hosts[2].get(), 0, 1, 1000, 3);
        }
        uint16_t full = 0;
        Simulator::Schedule(
            MicroSeconds(300),
            [&]()
            {
                full = net.spines[1]->GetPort(2).GetCounters().rxFrames[3] > 100 ? 1 : 0;
                auto conga = DynamicCast<Conga>(net.leaves[0]->GetLoadBalancer());
                if (conga)
                {
                    // The first flowlet took one of the paths, whose value leaf 1 has told.
                    m_remoteMetric =
                        std::max(conga->GetRemoteMetric(1, 2), conga->GetRemoteMetric(1, 3));
                    m_tookFull = net.spines[full]->GetPort(0).GetCounters().rxFrames[3] > 0;
                }
            });
        Simulator::Stop(MilliSeconds(6));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(net.hosts[2]->arrivals.size(), 114 + 3, "flowlets but the last two");
        NS_TEST_EXPECT_MSG_EQ(net.CheckBooks(), "", "books");
        const uint64_t frames = net.spines[full]->GetPort(0).GetCounters().rxFrames[3];
        if (!m_tookFull)
        {
            m_remoteMetric = 3; // nothing to be told: the first draw was lucky
        }
        Simulator::Destroy();
        return frames;
    }

    uint8_t m_remoteMetric{0}; ///< what leaf 0 has been told of the path that it took
    bool m_tookFull{false};    ///< the first flowlet took the full path
};

/** A flow moves between paths and stays in order. */
class ConWeaveTestCase : public TestCase
{
  public:
    ConWeaveTestCase()
        : TestCase("ConWeave moves flows in order")
    {
    }

  private:
    static constexpr uint32_t N = 2000; ///< frames of the flow: 1020 B with gap, 81.6 ns each

    void DoRun() override
    {
        // The link down from the spine that the flow uses is paused from 20 to 80 us. A request
        // that was stuck is 8 us old at the latest 8 us and a round trip (6 us) later, so the flow
        // moves before 40 us; from then until 80 us at least 40 us / 81.6 ns = 490 frames overtake
        // the end of the old path.
        Run(false);
        NS_TEST_EXPECT_MSG_EQ(m_source.reroutes, 1, "moved once");
        NS_TEST_EXPECT_MSG_GT(m_sink.heldFrames, 489, "frames overtook");
        NS_TEST_EXPECT_MSG_LT(m_sink.heldFrames, N, "not all");
        NS_TEST_EXPECT_MSG_EQ(m_sink.peakHeld, 1000 * m_sink.heldFrames, "all at one time");
        NS_TEST_EXPECT_MSG_EQ(m_sink.flushes, 0, "the end of the old path came");
        NS_TEST_EXPECT_MSG_EQ(m_arrived, N, "all frames");
        // Not paused: nothing moves, and nothing is held.
        m_pause = false;
        Run(false);
        NS_TEST_EXPECT_MSG_EQ(m_source.reroutes, 0, "no congestion");
        NS_TEST_EXPECT_MSG_EQ(m_sink.heldFrames, 0, "no waiting");
        NS_TEST_EXPECT_MSG_EQ(m_arrived, N, "all frames");
        // The paused link dies at 50 us: what is on the old path is lost with the TAIL. Rerouted
        // frames wait for 200 us after the last frame that came by it, then go on.
        m_pause = true;
        Run(true);
        NS_TEST_EXPECT_MSG_EQ(m_sink.flushes, 1, "without the end of the old path");
        NS_TEST_EXPECT_MSG_GT(m_sink.heldFrames, 1000, "waited");
        NS_TEST_EXPECT_MSG_LT(m_arrived, N, "lost with the link");
        NS_TEST_EXPECT_MSG_GT(m_arrived, N - 300, "but not more than was on it");
    }

    /** Send the flow. @param dies whether the paused link dies */
    void Run(bool dies)
    {
        LeafSpine net(2, 2, 1, ObjectFactory("ns3::fabric::ConWeave"));
        Simulator::Schedule(NanoSeconds(1), &TestHost::Saturate, net.hosts[0].get(), 1, N, 1000, 3);
        uint32_t used = 0;
        Simulator::Schedule(MicroSeconds(20),
                            [&]()
                            {
                                used = net.spines[1]->GetPort(0).GetCounters().rxFrames[3] > 0;
                                if (m_pause)
                                {
                                    net.leaves[1]->GetPort(1 + used).PausePeer(3);
                                }
                            });
        Simulator::Schedule(MicroSeconds(50),
                            [&]()
                            {
                                if (dies)
                                {
                                    net.GetLink(1, used)->SetUp(false);
                                }
                            });
        Simulator::Schedule(MicroSeconds(80),
                            [&]()
                            {
                                if (m_pause && !dies)
                                {
                                    net.leaves[1]->GetPort(1 + used).ResumePeer(3);
                                }
                            });
        Simulator::Stop(MilliSeconds(1));
        Simulator::Run();
        m_source = DynamicCast<ConWeave>(net.leaves[0]->GetLoadBalancer())->GetCounters();
        m_sink = DynamicCast<ConWeave>(net.leaves[1]->GetLoadBalancer())->GetCounters();
        const auto& arrivals = net.hosts[1]->arrivals;
        m_arrived = arrivals.size();
        bool inOrder = true;
        for (std::size_t i = 1; i < arrivals.size(); ++i)
        {
            inOrder &= arrivals[i].psn > arrivals[i - 1].psn;
        }
        NS_TEST_EXPECT_MSG_EQ(inOrder, true, "in order");
        NS_TEST_EXPECT_MSG_EQ(net.leaves[1]->GetHeldBytes(3), 0, "nothing waits");
        NS_TEST_EXPECT_MSG_EQ(net.CheckBooks(), "", "books");
        NS_TEST_EXPECT_MSG_GT(m_sink.controlFrames, 5, "requests are answered");
        Simulator::Destroy();
    }

    bool m_pause{true};          ///< whether the link is paused
    ConWeave::Counters m_source; ///< of the source leaf
    ConWeave::Counters m_sink;   ///< of the destination leaf
    uint64_t m_arrived{0};       ///< frames that arrived
};

/** Suite: balancers that know of congestion elsewhere. */
class FabricCongestionAwareTestSuite : public TestSuite
{
  public:
    FabricCongestionAwareTestSuite()
        : TestSuite("weft-fabric-congestion-aware", TestSuite::Type::UNIT)
    {
        AddTestCase(new RateEstimatorTestCase);
        AddTestCase(new FlatTableTestCase);
        AddTestCase(new CongaTestCase);
        AddTestCase(new ConWeaveTestCase);
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricCongestionAwareTestSuite g_fabricCongestionAwareTestSuite; ///< registers the suite

} // namespace
