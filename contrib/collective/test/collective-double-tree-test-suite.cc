/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/collective-double-tree.h"
#include "ns3/fabric-time.h"
#include "ns3/test.h"

#include <algorithm>
#include <string>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** Latency a of the network of these tests; a byte takes 100 ps. */
const int64_t ALPHA_NS = 1000;

/** Both trees span all nodes with logarithmic depth, and no node is inner in both. */
class DoubleTreeTestCase : public TestCase
{
  public:
    DoubleTreeTestCase()
        : TestCase("double binary tree")
    {
    }

  private:
    void DoRun() override
    {
        for (uint32_t n = 1; n <= 200; ++n)
        {
            const DoubleTree trees(n);
            uint32_t maxDepth = 0;
            while ((1U << maxDepth) < n)
            {
                ++maxDepth;
            }
            uint32_t nInnerTwice = 0;
            for (uint32_t node = 0; node < n; ++node)
            {
                for (uint32_t tree = 0; tree < 2; ++tree)
                {
                    for (const auto child : trees.GetChildren(tree, node))
                    {
                        NS_TEST_ASSERT_MSG_EQ(trees.GetParent(tree, child), node, n << " nodes");
                    }
                    NS_TEST_ASSERT_MSG_LT(trees.GetChildren(tree, node).size(), 3, n << " nodes");
                    uint32_t depth = 0;
                    for (uint32_t above = node; trees.GetParent(tree, above) != DoubleTree::NOBODY;
                         above = trees.GetParent(tree, above))
                    {
                        const auto siblings = trees.GetChildren(tree, trees.GetParent(tree, above));
                        NS_TEST_ASSERT_MSG_EQ(std::count(siblings.begin(), siblings.end(), above),
                                              1,
                                              n << " nodes: known to the parent");
                        ++depth;
                        NS_TEST_ASSERT_MSG_LT(depth, maxDepth + 1, n << " nodes: too deep");
                    }
                }
                const bool isInnerTwice =
                    !trees.GetChildren(0, node).empty() && !trees.GetChildren(1, node).empty();
                nInnerTwice += isInnerTwice ? 1 : 0;
            }
            NS_TEST_ASSERT_MSG_LT(nInnerTwice, n % 2 + 1, n << " nodes: inner in both trees");
        }
    }
};

/** The double tree has logarithmic latency and full bandwidth. */
class DoubleTreeDurationTestCase : public TestCase
{
  public:
    DoubleTreeDurationTestCase()
        : TestCase("duration of double binary tree")
    {
    }

  private:
    /** @return duration in ns */
    double Measure(uint32_t n, uint64_t bytes, const std::string& text)
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.latency = NanoSeconds(ALPHA_NS);
        shape.perByte = PicoSeconds(100);
        TestBench bench(shape);
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, text);
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = bytes;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_EXPECT_MSG_EQ(bench.events.size(), n, "all complete");
        return bench.GetEnd().GetPicoSeconds() / 1000.0;
    }

    void DoRun() override
    {
        // Two ranks: half of 2000 bytes one way up, the other half the other way, then down.
        NS_TEST_ASSERT_MSG_EQ(Measure(2, 2000, "DoubleTreeAllReduce"), 2200, "2 (a + S/2 b)");
        for (const uint32_t log : {2, 3, 4, 5})
        {
            // Latency: log2(n) levels up and as many down; 32 bytes take nothing.
            const uint32_t n = 1 << log;
            NS_TEST_ASSERT_MSG_EQ_TOL(Measure(n, 32, "DoubleTreeAllReduce"),
                                      2.0 * log * ALPHA_NS,
                                      0.02 * 2 * log * ALPHA_NS,
                                      "2 log2(n) a of " << n << " ranks");
            // Bandwidth: 8 MB take 800 us; chunks of 8000 bytes fill the pipeline fast.
            const double bound = 2 * 800000;
            const double measured = Measure(n, 8000000, "DoubleTreeAllReduce[ChunkSize=8000]");
            NS_TEST_ASSERT_MSG_EQ_TOL(measured, bound, 0.02 * bound, "2 S b of " << n << " ranks");
        }
    }
};

/** The unit test suite of the double binary tree. */
class DoubleTreeTestSuite : public TestSuite
{
  public:
    DoubleTreeTestSuite()
        : TestSuite("weft-collective-double-tree", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddTestCase(new DoubleTreeTestCase());
        AddTestCase(new DoubleTreeDurationTestCase());
    }
};

DoubleTreeTestSuite g_doubleTreeTestSuite; ///< registers the suite

} // namespace
