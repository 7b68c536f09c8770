/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-share-bench.h"

#include "ns3/test.h"

#include <cmath>
#include <functional>

using namespace ns3;
using namespace ns3::cluster::tests;

namespace
{

constexpr int64_t MS = 1'000'000'000; ///< ps
constexpr double RATE = 12.5e3;       ///< 100 Gb/s, bytes per us
constexpr double FRAME = 4178;        ///< a full frame on the link, bytes

/**
 * Round trip without queues: two links of 1 us each way, a frame of 4178 bytes twice and an ACK of
 * 86 bytes twice, us.
 */
constexpr double BASE_RTT = 4 + 2 * FRAME / RATE + 2 * 86 / RATE;

/** What the queue of N flows comes to, bytes: mean and allowed relative distance. */
struct Expected
{
    double queue;     ///< mean
    double tolerance; ///< relative; or absolute, packets, if the queue is 0
};

/** A law, what it needs, and what its published law says of the queue. */
struct Law
{
    std::string name;                                          ///< for the test
    std::string type;                                          ///< type and attributes
    std::vector<std::pair<std::string, std::string>> marking;  ///< of RedMarker
    std::string stampers;                                      ///< of the switch
    uint32_t signalBytes;                                      ///< of each frame
    double utilization;                                        ///< least share of the link used
    std::function<Expected(uint32_t)> expected;                ///< by number of flows
    std::vector<std::pair<std::string, std::string>> defaults; ///< of the switch
};

/** DCTCP: SIGCOMM 2010, 3.3: the queue goes between K + N and A less, where A is the amplitude. */
Expected
DctcpQueue(uint32_t n)
{
    const double k = 300'000 / FRAME;
    const double amplitude = 0.5 * std::sqrt(2 * n * (RATE * BASE_RTT / FRAME + k));
    return {(k + n - amplitude / 2) * FRAME, 0.1};
}

/** Swift: the window w of each flow is what keeps the delay on target(w). */
Expected
SwiftQueue(uint32_t n)
{
    const double a = 100 / (1 / std::sqrt(0.1) - 0.1);
    double target = 30; // us
    for (int i = 0; i < 100; ++i)
    {
        const double window = RATE * target / FRAME / n;
        target = 20 + 3.053 + std::max(a / std::sqrt(window) - a / 10, 0.0);
    }
    return {RATE * (target - BASE_RTT), 0.1};
}

/**
 * PowerTCP: window W, power P = 1 + q / (C T), beta = C T / 10, W (1 - 1 / P) = beta. Few flows
 * send at their pace W / T, which fills the link: W = C T / N. Many are held by their window: W =
 * (C RTT
 * + q) / N. Message bytes are 4096 of 4220 (with INT) on the link.
 */
Expected
PowerTcpQueue(uint32_t n)
{
    const double product = RATE * 13;
    const double beta = product / 10;
    const double paced = product / n;
    double queue = 0;
    if (beta < paced && product * beta / (paced - beta) < product - RATE * BASE_RTT)
    {
        queue = product * beta / (paced - beta);
    }
    else
    {
        for (int i = 0; i < 200; ++i)
        {
            const double window = (RATE * BASE_RTT + queue) / n;
            queue += 0.1 * (n * beta * (product + queue) / product - window * n * queue / product);
        }
    }
    return {queue, 0.15};
}

/** Flows that start one after the other share a link of 100 Gb/s. */
class ConvergenceTestCase : public TestCase
{
  public:
    /** @param law the law @param senders number of flows */
    ConvergenceTestCase(const Law& law, uint32_t senders)
        : TestCase(law.name + ": " + std::to_string(senders) + " flows share a link"),
          m_law(law),
          m_senders(senders)
    {
    }

  private:
    void DoRun() override
    {
        ShareOptions options;
        options.senders = m_senders;
        options.congestionControl = m_law.type;
        options.marking = m_law.marking;
        options.stampers = m_law.stampers;
        options.signalBytes = m_law.signalBytes;
        options.switchDefaults = m_law.defaults;
        options.begin = 5 * MS;
        options.end = 10 * MS;
        const ShareResult result = RunShare(options);
        NS_TEST_EXPECT_MSG_GT(result.jain, 0.95, "fair");
        NS_TEST_EXPECT_MSG_GT(result.utilization, m_law.utilization, "used");
        NS_TEST_EXPECT_MSG_LT(result.utilization, 1.002, "not more than fits");
        const Expected expected = m_law.expected(m_senders);
        const double slack =
            expected.queue > 0 ? expected.queue * expected.tolerance : expected.tolerance * FRAME;
        NS_TEST_EXPECT_MSG_EQ_TOL(result.meanQueue, expected.queue, slack, "queue");
        NS_TEST_EXPECT_MSG_EQ(result.health.pfcXoffs, 0, "no pause");
        NS_TEST_EXPECT_MSG_EQ(result.health.retransmissions, 0, "no loss");
    }

    Law m_law;          ///< the law
    uint32_t m_senders; ///< number of flows
};

/** The suite. */
class ClusterCongestionControlTestSuite : public TestSuite
{
  public:
    ClusterCongestionControlTestSuite();
};

ClusterCongestionControlTestSuite::ClusterCongestionControlTestSuite()
    : TestSuite("weft-cluster-congestion-control", TestSuite::Type::SYSTEM)
{
    const auto empty = [](uint32_t) { return Expected{0, 2}; };
    const auto packets = [](uint32_t n) {
        return Expected{0, 1.0 * n};
    }; // less than one of each flow
    const std::vector<Law> laws = {
        {"DCTCP",
         "ns3::rdma::Dctcp",
         {{"Kmin", "30000"}, {"Kmax", "30000"}, {"ReferenceRate", "10Gbps"}},
         "",
         0,
         0.99,
         DctcpQueue,
         {}},
        {"Swift", "ns3::rdma::Swift", {}, "", 0, 0.99, SwiftQueue, {}},
        {"HPCC", "ns3::rdma::Hpcc", {}, "ns3::fabric::IntStamper", 42, 0.93, empty, {}},
        {"HPCC-PINT", "ns3::rdma::HpccPint", {}, "ns3::fabric::PintStamper", 1, 0.93, empty, {}},
        {"CAQM",
         "ns3::rdma::Caqm",
         {},
         "ns3::fabric::ShareGrantStamper",
         2,
         0.9,
         empty,
         {{"ns3::fabric::GrantStamper::Threshold", "40000"}}},
        {"Bolt", "ns3::rdma::Bolt", {}, "ns3::fabric::BoltStamper", 8, 0.95, packets, {}},
        {"PowerTCP",
         "ns3::rdma::PowerTcp",
         {},
         "ns3::fabric::IntStamper",
         42,
         0.99,
         PowerTcpQueue,
         {}},
    };
    for (const Law& law : laws)
    {
        AddTestCase(new ConvergenceTestCase(law, 2));
        AddTestCase(new ConvergenceTestCase(law, 16));
    }
}

ClusterCongestionControlTestSuite g_clusterCongestionControlTestSuite; ///< registers the suite

} // namespace
