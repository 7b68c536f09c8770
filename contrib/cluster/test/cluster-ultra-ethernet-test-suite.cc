/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>

/**
 * @ingroup cluster-tests
 * Ultra Ethernet over fat-trees: what ./weft validate ultra-ethernet does, smaller. 400 Gb/s, 1 us;
 * frames of 4096 + 110 + 20 bytes on the link, 84.52 ns.
 */

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr double FRAME = 84.52e3; // ps
constexpr double DELAY = 1e6;     // ps

/** @return time of so many packets back to back over 6 links, ps */
double
Bound(double packets)
{
    return (packets + 5) * FRAME + 6 * DELAY;
}

/** A congestion control on a k = 4 fat-tree. */
class UltraEthernetTestCase : public TestCase
{
  public:
    /**
     * @param law congestion control
     * @param one most of the time of one flow over the bound
     * @param incast most of the time of the incast over the bound
     */
    UltraEthernetTestCase(const std::string& law, double one, double incast)
        : TestCase("Ultra Ethernet with " + law),
          m_law(law),
          m_one(one),
          m_incast(incast)
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::fabric::Trimmer::Classes", UintegerValue(8));
        Config::SetDefault("ns3::fabric::Trimmer::Threshold", UintegerValue(625'000));
        Config::SetDefault("ns3::fabric::DynamicThreshold::LosslessClasses", UintegerValue(0));
        NetworkStack stack;
        stack.nic.Set("WireFormat", StringValue("UltraEthernet"));
        stack.nic.Set("AckClass", UintegerValue(6));
        stack.nic.Set("Reliability", StringValue("ns3::rdma::UetRud"));
        stack.nic.Set("CongestionControl", StringValue(m_law));
        stack.nic.Set("PathSelector", StringValue("ns3::rdma::MixedSpray[Paths=256]"));
        stack.marker.SetTypeId("ns3::fabric::RedMarker");
        stack.marker.Set("Kmin", UintegerValue(125'000));
        stack.marker.Set("Kmax", UintegerValue(500'000));
        stack.marker.Set("ReferenceRate", StringValue("400Gbps"));
        RunOne(stack);
        RunPermutation(stack);
        RunIncast(stack);
        Config::Reset();
    }

    /** A flow alone. */
    void RunOne(const NetworkStack& stack)
    {
        TestBench bench("fat-tree:k=4", stack);
        NS_TEST_ASSERT_MSG_EQ(bench.cluster->CheckConfiguration().size(), 0, "nothing to complain");
        bench.Send(0, 0, 15, 1000 * 4096, 1);
        Simulator::Run();
        const auto at = static_cast<double>(bench.ReceivedAt(1));
        NS_TEST_ASSERT_MSG_LT(at, m_one * Bound(1000), "alone");
        NS_TEST_ASSERT_MSG_GT(at, Bound(1000) - 1, "not sooner than possible");
    }

    /** Each host to the one eight further, in another pod. */
    void RunPermutation(const NetworkStack& stack)
    {
        TestBench bench("fat-tree:k=4", stack);
        bench.network->AssignStreams(1 + bench.cluster->AssignStreams(1));
        for (uint32_t i = 0; i < 16; ++i)
        {
            bench.Send(0, i, (i + 8) % 16, 512 * 4096, i);
        }
        Simulator::Run();
        double last = 0;
        for (uint32_t i = 0; i < 16; ++i)
        {
            NS_TEST_ASSERT_MSG_GT(bench.ReceivedAt(i), 0, "received");
            last = std::max(last, static_cast<double>(bench.ReceivedAt(i)));
        }
        NS_TEST_ASSERT_MSG_LT(last, 1.25 * Bound(512), "permutation");
        NS_TEST_ASSERT_MSG_EQ(bench.cluster->CheckInvariants().size(), 0, "books");
    }

    /** Twelve hosts of other pods to one, two messages each: the second is behind the first. */
    void RunIncast(const NetworkStack& stack)
    {
        TestBench bench("fat-tree:k=4", stack);
        bench.network->AssignStreams(1 + bench.cluster->AssignStreams(1));
        for (uint32_t i = 4; i < 16; ++i)
        {
            bench.Send(0, i, 0, 100 * 4096, 2 * i);
            bench.Send(0, i, 0, 100 * 4096, 2 * i + 1);
        }
        Simulator::Run();
        double last = 0;
        double sum = 0;
        double squares = 0;
        for (uint32_t i = 4; i < 16; ++i)
        {
            NS_TEST_ASSERT_MSG_GT(bench.ReceivedAt(2 * i), 0, "received");
            NS_TEST_ASSERT_MSG_EQ((bench.ReceivedAt(2 * i + 1) >= bench.ReceivedAt(2 * i)),
                                  true,
                                  "messages of a channel in order");
            const auto at = static_cast<double>(bench.ReceivedAt(2 * i + 1));
            last = std::max(last, at);
            sum += 1 / at;
            squares += 1 / (at * at);
        }
        NS_TEST_ASSERT_MSG_LT(last, m_incast * Bound(2400), "incast");
        NS_TEST_ASSERT_MSG_GT(sum * sum / (12 * squares), 0.95, "Jain's index");
        NS_TEST_ASSERT_MSG_GT(bench.cluster->GetHealth().framesTrimmed, 0, "trimmed");
        NS_TEST_ASSERT_MSG_EQ(bench.network->GetNPending(), 0, "nothing pending");
    }

    std::string m_law; ///< congestion control
    double m_one;      ///< most of the time of one flow over the bound
    double m_incast;   ///< most of the time of the incast over the bound
};

/** The suite. */
class UltraEthernetTestSuite : public TestSuite
{
  public:
    UltraEthernetTestSuite()
        : TestSuite("weft-cluster-ultra-ethernet", TestSuite::Type::SYSTEM)
    {
        AddTestCase(new UltraEthernetTestCase("ns3::rdma::Nscc", 1.0001, 1.15));
        AddTestCase(new UltraEthernetTestCase("ns3::rdma::Rccc", 1.02, 1.06));
        AddTestCase(
            new UltraEthernetTestCase("ns3::rdma::NsccRccc[TrustReceiver=true]", 1.02, 1.15));
    }
};

UltraEthernetTestSuite g_ultraEthernetTestSuite; ///< registers the suite

} // namespace
