/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/fabric-time.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

/** A permutation on a fat-tree of k = 4, with one load balancing scheme. */
class PermutationTestCase : public TestCase
{
  public:
    /**
     * @param balancer fabric::LoadBalancer
     * @param device fabric::Switch
     * @param fabricRate of links between switches
     * @param limit most over the bound
     */
    PermutationTestCase(const std::string& balancer,
                        const std::string& device,
                        const std::string& fabricRate,
                        double limit)
        : TestCase("Permutation with " + (device == "Switch" ? balancer : device)),
          m_balancer(balancer),
          m_device(device),
          m_fabricRate(fabricRate),
          m_limit(limit)
    {
    }

  private:
    void DoRun() override
    {
        // Host i of 16 sends 4 MiB to host 5 i + 2 modulo 16, never itself: 4 i = -2 has no
        // solution modulo 16. As many paths as hosts: the bound is that of a flow alone, (n - 1 +
        // L) 8 S / B
        // + L p with n = 1024 packets of S = 4178 B with preamble and gap, L = 6 links of B = 400
        // Gb/s and p = 1 us: 1029 * 83.56 ns + 6 us = 91.98 us.
        constexpr double BOUND = 1029 * 83.56e-9 + 6e-6;
        NetworkStack stack;
        stack.loadBalancer.SetTypeId("ns3::fabric::" + m_balancer);
        stack.fabricSwitch.SetTypeId("ns3::fabric::" + m_device);
        stack.nic.Set("CongestionControl", StringValue("ns3::rdma::NoCongestionControl"));
        const bool ordered = m_balancer == "EcmpHash" || m_balancer == "PinnedPaths";
        stack.nic.Set("Reliability",
                      StringValue(ordered ? "ns3::rdma::GoBackN[AckEvery=64]"
                                          : "ns3::rdma::SelectiveRepeat[ReorderTime=100us]"));
        TestBench bench("fat-tree:k=4,fabric-rate=" + m_fabricRate, stack);
        bench.cluster->AssignStreams(1);
        for (uint32_t i = 0; i < 16; ++i)
        {
            bench.Send(0, i, (5 * i + 2) % 16, 4 << 20, i);
        }
        Simulator::Stop(MilliSeconds(10));
        Simulator::Run();
        int64_t last = 0;
        for (uint32_t i = 0; i < 16; ++i)
        {
            NS_TEST_EXPECT_MSG_GT(bench.ReceivedAt(i), 0, "flow " << i);
            last = std::max(last, bench.ReceivedAt(i));
        }
        const double over = static_cast<double>(last) * 1e-12 / BOUND;
        NS_TEST_EXPECT_MSG_GT(over, 0.999, "the bound");
        NS_TEST_EXPECT_MSG_LT(over, m_limit, "over the bound");
        const auto ills = bench.cluster->CheckInvariants();
        NS_TEST_EXPECT_MSG_EQ((ills.empty() ? "" : ills[0]), "", "invariants");
    }

    std::string m_balancer;   ///< load balancer
    std::string m_device;     ///< switch
    std::string m_fabricRate; ///< of links between switches
    double m_limit;           ///< most over the bound
};

/** Suite: what load balancing schemes make of a permutation. */
class ClusterPermutationTestSuite : public TestSuite
{
  public:
    ClusterPermutationTestSuite()
        : TestSuite("weft-cluster-permutation", TestSuite::Type::UNIT)
    {
        // Two flows on a link take twice as long, three three times: what hashing does.
        AddTestCase(new PermutationTestCase("EcmpHash", "Switch", "400Gbps", 4.1));
        AddTestCase(new PermutationTestCase("RandomSpray", "Switch", "400Gbps", 1.10));
        AddTestCase(new PermutationTestCase("RoundRobinSpray", "Switch", "400Gbps", 1.10));
        AddTestCase(new PermutationTestCase("Adaptive", "Switch", "400Gbps", 1.05));
        AddTestCase(new PermutationTestCase("PinnedPaths", "Switch", "400Gbps", 1.02));
        // The first credit takes a round trip of the fabric, 8 us: 1.09; and a part of one passes
        // until requests are far enough ahead.
        AddTestCase(new PermutationTestCase("EcmpHash", "CellSwitch", "500Gbps", 1.20));
        AddTestCase(new PermutationTestCase("EcmpHash", "ContainerSwitch", "420Gbps", 1.20));
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterPermutationTestSuite g_clusterPermutationTestSuite; ///< registers the suite

} // namespace
