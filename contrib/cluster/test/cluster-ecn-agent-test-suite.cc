/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/config.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/rdma-nic.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <string>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** What a run showed. */
struct Reading
{
    double meanQueueBytes; ///< at the port to the receiver
    double goodput;        ///< message bytes that left the senders, as a share of the link
};

/**
 * Four senders, one receiver, 40 Gb/s, DCQCN of the paper, and RED thresholds that do not fit: the
 * agent must bring queue or goodput to where they belong.
 */
class EcnAgentTestCase : public TestCase
{
  public:
    EcnAgentTestCase()
        : TestCase("The agent improves on thresholds that do not fit")
    {
    }

  private:
    /** @param kmin, @param kmax thresholds @param pmax probability @param agent whether it tunes */
    Reading Run(uint64_t kmin, uint64_t kmax, double pmax, bool agent)
    {
        fabric::UsePicoseconds();
        const std::string interval = agent ? "100us" : "0s";
        Config::SetDefault("ns3::fabric::EcnAgent::Interval", StringValue(interval));
        NetworkStack stack;
        stack.nic.Set("CongestionControl", StringValue("ns3::rdma::Dcqcn"));
        stack.marker = ObjectFactory("ns3::fabric::RedMarker");
        stack.marker.Set("Kmin", UintegerValue(kmin));
        stack.marker.Set("Kmax", UintegerValue(kmax));
        stack.marker.Set("Pmax", StringValue(std::to_string(pmax)));
        stack.marker.Set("ReferenceRate", StringValue("0bps"));
        TestBench bench("leaf-spine:leaves=1,spines=1,hosts=5,delay=1us,rate=40Gbps", stack);
        bench.cluster->AssignStreams(1);
        for (uint32_t source = 1; source < 5; ++source)
        {
            bench.Send(0, source, 0, 1ULL << 40);
        }
        const auto sent = [&bench]
        {
            uint64_t bytes = 0;
            for (uint32_t source = 1; source < 5; ++source)
            {
                bytes += bench.cluster->GetNic(source)->GetCounters().payloadBytesSent;
            }
            return static_cast<double>(bytes);
        };
        double before = 0;
        double sum = 0;
        uint32_t samples = 0;
        Simulator::Schedule(MilliSeconds(20), [&] { before = sent(); });
        auto port = bench.cluster->GetPort(0, 0)->GetPeer(); // of the switch to the receiver
        for (int64_t us = 20'000; us < 40'000; us += 10)
        {
            Simulator::Schedule(MicroSeconds(us),
                                [&sum, &samples, port]
                                {
                                    sum += static_cast<double>(port->GetQueues().GetBytes());
                                    ++samples;
                                });
        }
        Simulator::Stop(MilliSeconds(40));
        Simulator::Run();
        Config::SetDefault("ns3::fabric::EcnAgent::Interval", StringValue("0s"));
        // 40 Gb/s for 20 ms are 100 MB
        return {sum / samples, (sent() - before) / 100e6};
    }

    void DoRun() override
    {
        // Marking begins at 2 MB: a standing queue of 400 us at least. The agent aims at 10 us, 50
        // KB.
        const Reading late = Run(2'000'000, 8'000'000, 0.01, false);
        const Reading lateTuned = Run(2'000'000, 8'000'000, 0.01, true);
        NS_TEST_EXPECT_MSG_GT(late.meanQueueBytes, 2'000'000, "marked too late: a long queue");
        NS_TEST_EXPECT_MSG_LT(lateTuned.meanQueueBytes, 100'000, "tuned: shorter");
        NS_TEST_EXPECT_MSG_GT(lateTuned.goodput, 0.9 * late.goodput, "and the link still full");

        // Everything above one packet is marked: the link runs dry.
        const Reading early = Run(0, 5'000, 1, false);
        const Reading earlyTuned = Run(0, 5'000, 1, true);
        NS_TEST_EXPECT_MSG_LT(early.goodput, 0.5, "marked too early: the link is not full");
        NS_TEST_EXPECT_MSG_GT(earlyTuned.goodput, 0.9, "tuned: full");
    }
};

/** The suite. */
class ClusterEcnAgentTestSuite : public TestSuite
{
  public:
    ClusterEcnAgentTestSuite()
        : TestSuite("weft-cluster-ecn-agent", TestSuite::Type::SYSTEM)
    {
        AddTestCase(new EcnAgentTestCase);
    }
};

ClusterEcnAgentTestSuite g_clusterEcnAgentTestSuite; ///< registers the suite

} // namespace
