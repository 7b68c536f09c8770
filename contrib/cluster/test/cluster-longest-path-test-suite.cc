/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-longest-path.h"
#include "ns3/cluster-topology-spec.h"
#include "ns3/test.h"

#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::cluster;
using ns3::fabric::Ticks;

namespace
{

constexpr Ticks US = 1'000'000;
constexpr uint64_t GBPS = 1'000'000'000;

/** @param graph a graph @return longest round trip of frames of 4224 bytes and ACKs of 128 */
Ticks
RoundTrip(const TopologyGraph& graph, Ticks latency = 0)
{
    return GetLongestRoundTrip(graph, ShortestPaths::SHORTEST, 4224, 128, latency);
}

/** Networks of equal cables. */
class EqualCablesTestCase : public TestCase
{
  public:
    EqualCablesTestCase()
        : TestCase("equal cables: their number times what one takes")
    {
    }

  private:
    void DoRun() override
    {
        // A cable of 1 us at 100 Gb/s: 2 us, 337.92 ns there and 10.24 back: 2.34816 us.
        constexpr Ticks CABLE = 2'348'160;
        const std::vector<std::pair<std::string, int>> networks = {
            {"leaf-spine:leaves=1,spines=1,hosts=3", 2},
            {"leaf-spine:leaves=2,spines=2,hosts=2", 4},
            {"leaf-spine:leaves=2,spines=2,hosts=1", 4},
            {"fat-tree:k=4", 6},
        };
        for (const auto& [spec, cables] : networks)
        {
            std::vector<TopologyError> errors;
            const auto graph = GenerateTopology(spec + ",rate=100Gbps,delay=1us", errors);
            NS_TEST_ASSERT_MSG_EQ(graph.has_value(), true, spec);
            NS_TEST_EXPECT_MSG_EQ(RoundTrip(*graph), cables * CABLE, spec);
            NS_TEST_EXPECT_MSG_EQ(RoundTrip(*graph, US), cables * (CABLE + 2 * US), spec);
            NS_TEST_EXPECT_MSG_EQ(GetLowestRate(*graph), 100 * GBPS, spec);
        }
    }
};

/** Networks of different cables. */
class UnequalCablesTestCase : public TestCase
{
  public:
    UnequalCablesTestCase()
        : TestCase("different cables: the longest of the shortest paths")
    {
    }

  private:
    void DoRun() override
    {
        // 40 Gb/s: 844.8 ns there and 25.6 back, 0.8704 us
        constexpr Ticks FRAMES = 870'400;
        TopologyGraph star;
        const uint32_t middle = star.AddSwitch("s", 1);
        for (Ticks delay : {500'000, 500'000, 884'500'000})
        {
            const uint32_t server = star.AddServer("h" + std::to_string(delay), {});
            star.AddLink(server, middle, {40 * GBPS, delay});
        }
        // round trips of 1 us and 1.769 ms
        NS_TEST_EXPECT_MSG_EQ(RoundTrip(star), 1770 * US + 2 * FRAMES, "star");

        // Two spines: the way over the second, 5 us, is as short in cables. A third switch between
        // them would be longer still, and is not taken.
        TopologyGraph clos;
        const uint32_t left = clos.AddSwitch("left", 1);
        const uint32_t right = clos.AddSwitch("right", 1);
        const uint32_t near = clos.AddSwitch("near", 2);
        const uint32_t far = clos.AddSwitch("far", 2);
        clos.AddLink(clos.AddServer("a"), left, {40 * GBPS, US});
        clos.AddLink(clos.AddServer("b"), right, {40 * GBPS, US});
        clos.AddLink(left, near, {40 * GBPS, US});
        clos.AddLink(near, right, {40 * GBPS, US});
        clos.AddLink(left, far, {40 * GBPS, 5 * US});
        clos.AddLink(far, right, {40 * GBPS, 5 * US});
        clos.AddLink(near, far, {10 * GBPS, 100 * US});
        NS_TEST_EXPECT_MSG_EQ(RoundTrip(clos), 2 * (1 + 5 + 5 + 1) * US + 4 * FRAMES, "Clos");
        NS_TEST_EXPECT_MSG_EQ(GetLowestRate(clos), 10 * GBPS, "lowest rate");

        TopologyGraph pair; // two servers and a cable
        pair.AddLink(pair.AddServer("a"), pair.AddServer("b"), {40 * GBPS, US});
        NS_TEST_EXPECT_MSG_EQ(RoundTrip(pair), 2 * US + FRAMES, "pair");

        TopologyGraph alone; // one server at a switch
        alone.AddLink(alone.AddServer("a"), alone.AddSwitch("s", 1), {40 * GBPS, US});
        NS_TEST_EXPECT_MSG_EQ(RoundTrip(alone), 0, "nobody to talk to");
        NS_TEST_EXPECT_MSG_EQ(GetLowestRate(TopologyGraph()), 0, "no cable");
    }
};

/** The suite. */
class LongestPathTestSuite : public TestSuite
{
  public:
    LongestPathTestSuite()
        : TestSuite("weft-cluster-longest-path", TestSuite::Type::UNIT)
    {
        AddTestCase(new EqualCablesTestCase);
        AddTestCase(new UnequalCablesTestCase);
    }
};

LongestPathTestSuite g_longestPathTestSuite; ///< the suite

} // namespace
