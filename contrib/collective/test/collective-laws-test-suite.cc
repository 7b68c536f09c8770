/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/fabric-time.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** Latency of the network of these tests, ns. */
constexpr double ALPHA = 1000;
/** Time per byte, ns. */
constexpr double BETA = 0.1;

/** @return number of rounds that double what is reached until it is n */
uint32_t
CeilLog(uint32_t n)
{
    uint32_t log = 0;
    while ((1U << log) < n)
    {
        ++log;
    }
    return log;
}

/** @return number of bits set in all numbers below n */
uint32_t
CountBits(uint32_t n)
{
    uint32_t bits = 0;
    for (uint32_t number = 1; number < n; ++number)
    {
        for (uint32_t rest = number; rest > 0; rest /= 2)
        {
            bits += rest % 2;
        }
    }
    return bits;
}

/** What an algorithm costs. */
struct Law
{
    CollectiveType type; ///< the collective
    std::string text;    ///< the algorithm
    /** @return bytes that all ranks together send, for n ranks and a buffer of s bytes */
    std::function<uint64_t(uint32_t n, uint64_t s)> bytes;
    /** @return duration, ns; missing if there is no closed form */
    std::function<double(uint32_t n, double s)> time;
    uint32_t perServer{1}; ///< ranks of a server
};

/** Rounds over a power of two p of ranks; the r ranks over give and get all, one after the other.
 */
struct Powers
{
    /** @param n number of ranks */
    explicit Powers(uint32_t n)
        : log(CeilLog(n + 1) - 1),
          power(1U << log),
          rest(n - power)
    {
    }

    /** @return what the ranks over cost, ns */
    double GetExtra(double s) const
    {
        return rest > 0 ? 2 * (ALPHA + s * BETA) : 0;
    }

    uint32_t log;   ///< of p, base 2
    uint32_t power; ///< p
    uint32_t rest;  ///< r
};

/** Every algorithm but switches between others. */
std::vector<Law>
GetLaws()
{
    const auto once = [](uint32_t n, uint64_t s) { return (n - 1) * s; };
    const auto twice = [](uint32_t n, uint64_t s) { return 2 * (n - 1) * s; };
    const auto ring = [](uint32_t n, double s) { return (n - 1) * (ALPHA + s / n * BETA); };
    const auto rings = [ring](uint32_t n, double s) { return 2 * ring(n, s); };
    const auto chain = [](uint32_t n, double s) { return (n - 1) * (ALPHA + s * BETA); };
    const auto direct = [](uint32_t n, double s) { return ALPHA + (n - 1) * s / n * BETA; };
    const auto rounds = [](uint32_t n, double s)
    { return CeilLog(n) * ALPHA + (n - 1) * s / n * BETA; };
    return {
        {CollectiveType::ALL_REDUCE, "RingAllReduce", twice, rings},
        {CollectiveType::REDUCE_SCATTER, "RingReduceScatter", once, ring},
        {CollectiveType::ALL_GATHER, "RingAllGather", once, ring},
        {CollectiveType::BROADCAST, "RingBroadcast", once, chain},
        {CollectiveType::REDUCE, "RingReduce", once, chain},
        {CollectiveType::ALL_TO_ALL, "PairwiseAllToAll", once, ring},
        {CollectiveType::ALL_TO_ALL, "PairwiseAllToAll[Exchanges=64]", once, direct},
        {CollectiveType::ALL_REDUCE,
         "RecursiveDoublingAllReduce",
         [](uint32_t n, uint64_t s)
         {
             const Powers p(n);
             return p.power * p.log * s + 2 * p.rest * s;
         },
         [](uint32_t n, double s)
         {
             const Powers p(n);
             // An odd number of ranks over: one of those that they give to is in the first exchange
             // with a rank that has nobody to wait for. Both buffers reach its port at once.
             return p.log * (ALPHA + s * BETA) + p.GetExtra(s) + p.rest % 2 * s * BETA;
         }},
        {CollectiveType::ALL_REDUCE,
         "HalvingDoublingAllReduce",
         twice, // 2 (p-1) S of the power of two, 2 S of each other rank
         [](uint32_t n, double s)
         {
             const Powers p(n);
             // The same here with the first half of a buffer.
             return 2 * p.log * ALPHA + 2 * (p.power - 1) * s / p.power * BETA + p.GetExtra(s) +
                    p.rest % 2 * s / 2 * BETA;
         }},
        {CollectiveType::ALL_REDUCE,
         "DirectAllReduce",
         twice,
         [direct](uint32_t n, double s) { return 2 * direct(n, s); }},
        // Each edge of both trees carries half of the buffer, up and down. The duration depends on
        // the shapes of the trees: weft-collective-double-tree has it.
        {CollectiveType::ALL_REDUCE, "DoubleTreeAllReduce", twice, nullptr},
        // One server, and servers of one rank.
        {CollectiveType::ALL_REDUCE,
         "HierarchicalAllReduce",
         twice,
         [direct](uint32_t n, double s) { return 2 * direct(n, s); },
         64},
        {CollectiveType::ALL_REDUCE, "HierarchicalAllReduce", twice, rings},
        // m servers of g ranks: m 2(g-1) S inside and g 2(m-1) S/g outside, or rings: 2(n-1) S.
        {CollectiveType::ALL_REDUCE, "HierarchicalAllReduce", twice, nullptr, 4},
        {CollectiveType::REDUCE_SCATTER, "DirectReduceScatter", once, direct},
        {CollectiveType::REDUCE_SCATTER, "BruckReduceScatter", once, rounds},
        {CollectiveType::ALL_GATHER, "DirectAllGather", once, direct},
        {CollectiveType::ALL_GATHER, "BruckAllGather", once, rounds},
        // The part for the rank at distance j is sent once for each bit of j.
        {CollectiveType::ALL_TO_ALL,
         "BruckAllToAll",
         [](uint32_t n, uint64_t s) { return CountBits(n) * s; },
         [](uint32_t n, double s) { return CeilLog(n) * ALPHA + CountBits(n) * s / n * BETA; }},
        // Servers of one rank; one server; m servers of 4 ranks, where a part is sent inside of a
        // server unless it is from the place that it is for, and outside unless it stays; or
        // PairwiseAllToAll, if the last server is smaller.
        {CollectiveType::ALL_TO_ALL, "RailAllToAll", once, ring},
        {CollectiveType::ALL_TO_ALL, "RailAllToAll", once, direct, 64},
        {CollectiveType::ALL_TO_ALL,
         "RailAllToAll",
         [](uint32_t n, uint64_t s)
         { return n % 4 == 0 ? (n / 4 * 3 + (n - 4)) * s : (n - 1) * s; },
         nullptr,
         4},
        {CollectiveType::BARRIER,
         "DisseminationBarrier",
         [](uint32_t, uint64_t) { return 0; },
         [](uint32_t n, double) { return CeilLog(n) * ALPHA; }},
    };
}

/**
 * Bytes on the wire equal the closed form exactly, and the duration that of the alpha-beta model
 * within 2 % on an idle network, for all numbers of ranks from 2 to 33 and a size that none of them
 * divides.
 */
class LawTestCase : public TestCase
{
  public:
    /** @param law what has to hold */
    explicit LawTestCase(const Law& law)
        : TestCase("costs of " + GetTypeName(law.type) + " by " + law.text + ", " +
                   std::to_string(law.perServer) + " per server"),
          m_law(law)
    {
    }

  private:
    void DoRun() override
    {
        for (uint32_t n = 2; n <= 33; ++n)
        {
            // Slices of 1000 or 1001 bytes: 0.1 % of the time per byte at most.
            Measure(n, 1000 * n + 1);
        }
    }

    /** Run it on n ranks. */
    void Measure(uint32_t n, uint64_t size)
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.perServer = m_law.perServer;
        shape.latency = NanoSeconds(static_cast<int64_t>(ALPHA));
        shape.perByte = PicoSeconds(static_cast<int64_t>(BETA * 1000));
        TestBench bench(shape);
        bench.SetAlgorithm(m_law.type, m_law.text);
        bench.engine->SetAttribute("Slots", StringValue("100"));
        Operation operation;
        operation.type = m_law.type;
        operation.communicator = bench.AddWorld();
        operation.bytes = m_law.type == CollectiveType::BARRIER ? 0 : size;
        operation.root = n / 2;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), n, "all ranks of " << n << " complete");
        uint64_t sent = 0;
        for (uint32_t rank = 0; rank < n; ++rank)
        {
            sent += bench.network->GetBytesSent(rank);
        }
        NS_TEST_ASSERT_MSG_EQ(sent, m_law.bytes(n, operation.bytes), n << " ranks: bytes");
        if (m_law.time)
        {
            const double expected = m_law.time(n, static_cast<double>(operation.bytes));
            NS_TEST_ASSERT_MSG_EQ_TOL(bench.GetEnd().GetSeconds() * 1e9,
                                      expected,
                                      0.02 * expected,
                                      n << " ranks: duration");
        }
    }

    const Law m_law; ///< what has to hold
};

/** The unit test suite of costs. */
class LawsTestSuite : public TestSuite
{
  public:
    LawsTestSuite()
        : TestSuite("weft-collective-laws", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        for (const auto& law : GetLaws())
        {
            AddTestCase(new LawTestCase(law));
        }
    }
};

LawsTestSuite g_lawsTestSuite; ///< registers the suite

} // namespace
