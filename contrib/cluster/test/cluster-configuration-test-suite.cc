/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-test-bench.h"

#include "ns3/boolean.h"
#include "ns3/cluster-configuration.h"
#include "ns3/data-rate.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

using namespace ns3;
using namespace ns3::cluster;
using namespace ns3::cluster::tests;

namespace
{

constexpr const char* FABRIC = "leaf-spine:leaves=2,spines=2,hosts=2,rate=100Gbps,delay=500ns";

/** What is doubtful is told, with the reason; what is not is not. */
class DoubtsTestCase : public TestCase
{
  public:
    DoubtsTestCase()
        : TestCase("Doubts about a configuration")
    {
    }

  private:
    void DoRun() override
    {
        Marking("ns3::fabric::DynamicThreshold");
        Marking("ns3::fabric::SonicBuffer");
        Headroom();
        Neighbours();
        Expect(NetworkStack(), {});
    }

    /** Assert that the doubts are as many as the texts, and that each contains its text. */
    void Expect(const NetworkStack& stack, const std::vector<std::string>& texts)
    {
        TestBench bench(FABRIC, stack);
        Compare(*bench.cluster, texts);
        Simulator::Destroy();
    }

    void Compare(const Cluster& cluster, const std::vector<std::string>& texts)
    {
        const auto doubts = FindDoubts(cluster);
        NS_TEST_ASSERT_MSG_EQ(
            doubts.size(), texts.size(), (doubts.empty() ? "none" : doubts.front()));
        for (std::size_t i = 0; i < texts.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_NE(doubts[i].find(texts[i]), std::string::npos, doubts[i]);
        }
    }

    void Marking(const std::string& policy)
    {
        // Four ports with 20,000 B of headroom for class 3; nothing guaranteed. Of 980,000 B are
        // left 900,000 B: a lone sender with alpha 1/8 is paused at 900,000 / 9 = 100,000 B.
        NetworkStack stack;
        stack.bufferPolicy.SetTypeId(policy);
        stack.bufferPolicy.Set("Size", UintegerValue(980'000));
        stack.bufferPolicy.Set("Guarantee", UintegerValue(0));
        stack.bufferPolicy.Set("ComputeHeadroom", BooleanValue(false));
        stack.bufferPolicy.Set("FixedHeadroom", UintegerValue(20'000));
        stack.bufferPolicy.Set("MaxFrame", UintegerValue(1000));
        stack.marker.SetTypeId("ns3::fabric::RedMarker");
        stack.marker.Set("ReferenceRate", DataRateValue(DataRate("0bps")));
        stack.marker.Set("Kmin", UintegerValue(50'000));
        stack.marker.Set("Kmax", UintegerValue(100'000));
        Expect(stack, {});
        stack.marker.Set("Kmax", UintegerValue(100'001));
        Expect(stack, {"Kmax = 100001 B on, but a single sender is paused by PFC at 100000 B"});
        stack.bufferPolicy.Set("LosslessClasses", UintegerValue(0));
        Expect(stack, {}); // no PFC, nothing to come too late for
    }

    void Headroom()
    {
        // 100 Gb/s, 500 ns, frames of 1000 + 20 B, both sides: 81.6 ns + PFC 6.72 ns + 500 ns +
        // 81.6 ns + 500 ns = 1169.92 ns = 14.3 frames: 15,000 B.
        NetworkStack stack;
        stack.bufferPolicy.Set("MaxFrame", UintegerValue(1000));
        stack.bufferPolicy.Set("ComputeHeadroom", BooleanValue(false));
        stack.bufferPolicy.Set("FixedHeadroom", UintegerValue(15'000));
        Expect(stack, {});
        stack.bufferPolicy.Set("FixedHeadroom", UintegerValue(14'999));
        Expect(stack,
               {"has 14999 B of headroom for a lossless class, but rate, cable and frames "
                "of 1000 B need 15000 B"});
    }

    void Neighbours()
    {
        TestBench bench(FABRIC, NetworkStack());
        const auto& graph = bench.cluster->GetGraph();
        for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
        {
            if (bench.cluster->GetSwitch(v) && graph.GetVertex(v).tier == 2)
            {
                bench.cluster->GetSwitch(v)->GetBufferPolicy()->SetAttribute("LosslessClasses",
                                                                             UintegerValue(0x18));
            }
        }
        Compare(*bench.cluster, {"class 4 is lossless at one end, but not at the other"});
        Simulator::Destroy();
    }
};

/** Suite: doubts about configurations. */
class ClusterConfigurationTestSuite : public TestSuite
{
  public:
    ClusterConfigurationTestSuite()
        : TestSuite("weft-cluster-configuration", TestSuite::Type::UNIT)
    {
        AddTestCase(new DoubtsTestCase);
    }

  private:
    void DoSetup() override
    {
        fabric::UsePicoseconds();
    }
};

ClusterConfigurationTestSuite g_clusterConfigurationTestSuite; ///< registers the suite

} // namespace
