/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/object-factory.h"
#include "ns3/rdma-cnp-generator.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace ns3;
using namespace ns3::cluster;
using ns3::cluster::tests::TestBench;

namespace
{

constexpr int64_t MS = 1'000'000'000;

/** A variant of DCQCN, and the marking and the CNP interval that go with it. */
struct Variant
{
    std::string name;                                         ///< for the test
    std::string congestionControl;                            ///< TypeId
    std::string cnpInterval;                                  ///< least time between CNPs
    std::vector<std::pair<std::string, std::string>> marking; ///< attributes of RedMarker
    uint64_t gbps;                                            ///< rate of all links
    uint64_t kmax;                                            ///< upper threshold there, bytes
};

/**
 * Two senders, one receiver, one switch. The second flow starts 1 ms after the first. From 20 to
 * 40 ms the link is to be full, and shared evenly.
 */
class DcqcnConvergenceTestCase : public TestCase
{
  public:
    /** @param variant what to test */
    explicit DcqcnConvergenceTestCase(const Variant& variant)
        : TestCase("DCQCN of the " + variant.name + ": two flows share a link"),
          m_variant(variant)
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        NetworkStack stack;
        stack.nic.Set("CongestionControl", StringValue(m_variant.congestionControl));
        stack.marker = ObjectFactory("ns3::fabric::RedMarker");
        for (const auto& [name, value] : m_variant.marking)
        {
            stack.marker.Set(name, StringValue(value));
        }
        TestBench bench("leaf-spine:leaves=1,spines=1,hosts=3,delay=1us,rate=" +
                            std::to_string(m_variant.gbps) + "Gbps",
                        stack);
        bench.cluster->AssignStreams(1);
        bench.cluster->GetNic(0)->GetCnpGenerator(0).SetAttribute(
            "Interval", StringValue(m_variant.cnpInterval));
        bench.Send(0, 1, 0, 1ULL << 40);
        bench.Send(MS, 2, 0, 1ULL << 40);

        const auto sent = [&bench]
        {
            return std::array<double, 2>{
                static_cast<double>(bench.cluster->GetNic(1)->GetCounters().payloadBytesSent),
                static_cast<double>(bench.cluster->GetNic(2)->GetCounters().payloadBytesSent)};
        };
        std::array<double, 2> before{};
        Simulator::Schedule(MilliSeconds(20), [&] { before = sent(); });
        uint64_t longest = 0;
        auto port = bench.cluster->GetPort(0, 0)->GetPeer(); // of the switch to the receiver
        for (int64_t at = 20 * MS; at < 40 * MS; at += 10'000'000)
        {
            Simulator::Schedule(TimeStep(at),
                                [&longest, port]
                                { longest = std::max(longest, port->GetQueues().GetBytes()); });
        }
        Simulator::Stop(MilliSeconds(40));
        Simulator::Run();

        const auto after = sent();
        const double x = after[0] - before[0];
        const double y = after[1] - before[1];
        // Jain's index of two shares; 0.5 if one has nothing, 1 if both are equal.
        const double jain = (x + y) * (x + y) / (2 * (x * x + y * y));
        NS_TEST_EXPECT_MSG_GT(jain, 0.95, "fair: " << x << " and " << y << " bytes");
        // The link carries 0.9804 of its rate as message bytes, for 20 ms.
        const double most = 0.9804 * static_cast<double>(m_variant.gbps) * 1e9 / 8 * 0.02;
        NS_TEST_EXPECT_MSG_GT(x + y, 0.9 * most, "used");
        NS_TEST_EXPECT_MSG_LT(x + y, 1.001 * most + 2e6, "not more than fits");

        const auto health = bench.cluster->GetHealth();
        NS_TEST_EXPECT_MSG_GT(longest, 0, "a queue, as marking needs one");
        // above Kmax every frame is marked, but senders hear of it a round trip later
        NS_TEST_EXPECT_MSG_LT(longest, m_variant.kmax * 5 / 4, "queue held at Kmax");
        // When the second flow starts, both send at line rate until the first CNPs arrive: the
        // excess of a round trip (4 us and a CNP interval) on top of Kmax at most.
        const double excess = static_cast<double>(m_variant.gbps) * 1e9 / 8 * 8e-6;
        NS_TEST_EXPECT_MSG_LT(static_cast<double>(health.peakBufferBytes),
                              static_cast<double>(m_variant.kmax) + excess,
                              "bounded from the start");
        NS_TEST_EXPECT_MSG_GT(health.cnpsSent, 0, "CNPs");
        NS_TEST_EXPECT_MSG_EQ(health.pfcXoffs, 0, "no pause");
        NS_TEST_EXPECT_MSG_EQ(health.retransmissions, 0, "no loss");
        for (uint64_t drops : health.dropFrames)
        {
            NS_TEST_EXPECT_MSG_EQ(drops, 0, "no drops");
        }
    }

    Variant m_variant; ///< what to test
};

/** The suite. */
class ClusterDcqcnTestSuite : public TestSuite
{
  public:
    ClusterDcqcnTestSuite();
};

ClusterDcqcnTestSuite::ClusterDcqcnTestSuite()
    : TestSuite("weft-cluster-dcqcn", TestSuite::Type::SYSTEM)
{
    // parameters of SIGCOMM'15
    AddTestCase(new DcqcnConvergenceTestCase(
        {"paper",
         "ns3::rdma::Dcqcn",
         "50us",
         {{"Kmin", "5000"}, {"Kmax", "200000"}, {"Pmax", "0.01"}, {"ReferenceRate", "40Gbps"}},
         40,
         200'000}));
    // HPCC's thresholds: 100 and 400 KB at 25 Gb/s
    AddTestCase(new DcqcnConvergenceTestCase(
        {"NICs", "ns3::rdma::DcqcnVendor", "4us", {}, 100, 1'600'000}));
}

ClusterDcqcnTestSuite g_clusterDcqcnTestSuite; ///< registers the suite

} // namespace
