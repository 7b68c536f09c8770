/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"

#include "ns3/fabric-time.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::TestBench;

namespace
{

/** Latency a of the network of these tests. */
const int64_t ALPHA_NS = 1000;
/** Time per byte b: 100 ps (80 Gb/s). */
const int64_t BETA_PS = 100;

/** @return the network of n accelerators */
IdealNetwork::Shape
GetShape(uint32_t n, uint32_t perServer = 1)
{
    IdealNetwork::Shape shape;
    shape.nAccelerators = n;
    shape.perServer = perServer;
    shape.latency = NanoSeconds(ALPHA_NS);
    shape.perByte = PicoSeconds(BETA_PS);
    return shape;
}

/**
 * Duration of a collective that all ranks post at once, equal to the alpha-beta closed form to the
 * picosecond.
 */
class DurationTestCase : public TestCase
{
  public:
    /**
     * @param what name of the case
     * @param type the collective
     * @param text the algorithm
     * @param n number of ranks
     * @param bytes size of the buffer
     * @param expected the closed form
     * @param attributes of the engine, (name, value)
     * @param perServer number of ranks in each server
     */
    DurationTestCase(const std::string& what,
                     CollectiveType type,
                     const std::string& text,
                     uint32_t n,
                     uint64_t bytes,
                     Time expected,
                     std::vector<std::pair<std::string, std::string>> attributes = {},
                     uint32_t perServer = 1)
        : TestCase(what + " of " + std::to_string(n) + " ranks"),
          m_type(type),
          m_text(text),
          m_n(n),
          m_bytes(bytes),
          m_expected(expected),
          m_attributes(std::move(attributes)),
          m_perServer(perServer)
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(GetShape(m_n, m_perServer));
        bench.SetAlgorithm(m_type, m_text);
        for (const auto& [name, value] : m_attributes)
        {
            bench.engine->SetAttribute(name, StringValue(value));
        }
        bench.engine->TraceConnectWithoutContext(
            "Finished", MakeCallback(&DurationTestCase::NoteFinished, this));
        Operation operation;
        operation.type = m_type;
        operation.communicator = bench.AddWorld();
        operation.bytes = m_bytes;
        bench.PostAll(operation);
        bench.Run();
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), m_n, "all ranks complete");
        NS_TEST_ASSERT_MSG_EQ(bench.GetEnd(), m_expected, "closed form");
        NS_TEST_ASSERT_MSG_EQ(m_last.finished - m_last.posted, m_expected, "record");
        const double algorithmBandwidth = m_bytes / m_expected.GetSeconds();
        NS_TEST_ASSERT_MSG_EQ_TOL(
            m_last.algorithmBandwidth, algorithmBandwidth, 1e-9 * algorithmBandwidth, "algbw");
        NS_TEST_ASSERT_MSG_EQ_TOL(m_last.busBandwidth,
                                  algorithmBandwidth * GetBusFactor(m_type, m_n),
                                  1e-9 * algorithmBandwidth,
                                  "busbw");
    }

    /** Trace sink. */
    void NoteFinished(const OperationRecord& record)
    {
        m_last = record;
    }

    const CollectiveType m_type;                                         ///< the collective
    const std::string m_text;                                            ///< the algorithm
    const uint32_t m_n;                                                  ///< number of ranks
    const uint64_t m_bytes;                                              ///< size of the buffer
    const Time m_expected;                                               ///< the closed form
    const std::vector<std::pair<std::string, std::string>> m_attributes; ///< of the engine
    const uint32_t m_perServer;                                          ///< ranks in a server
    OperationRecord m_last;                                              ///< the last to finish
};

/** Bytes that each rank gives to the network equal the closed form exactly. */
class WireBytesTestCase : public TestCase
{
  public:
    WireBytesTestCase()
        : TestCase("bytes on the wire of each rank")
    {
    }

  private:
    /** @return bytes that each rank sends */
    std::vector<uint64_t> Measure(CollectiveType type,
                                  const std::string& text,
                                  uint32_t n,
                                  uint64_t bytes,
                                  uint32_t root)
    {
        TestBench bench(GetShape(n));
        bench.SetAlgorithm(type, text);
        Operation operation;
        operation.type = type;
        operation.communicator = bench.AddWorld();
        operation.bytes = bytes;
        operation.root = root;
        bench.PostAll(operation);
        bench.Run();
        std::vector<uint64_t> sent;
        for (uint32_t rank = 0; rank < n; ++rank)
        {
            sent.push_back(bench.network->GetBytesSent(rank));
        }
        return sent;
    }

    void DoRun() override
    {
        const std::string fine = "[Channels=2|ChunkSize=64]";
        for (const uint32_t n : {2, 3, 5, 8, 16})
        {
            // 12 bytes are left over: the first 12 slices (or all, one after the other) have one
            // byte more, so the closed forms hold with the sizes of the slices.
            const uint64_t bytes = 1000 * n + 12 % n;
            const Part whole{0, bytes};
            const auto slice = [&](uint32_t rank) { return whole.Divide(rank % n, n).bytes; };
            const auto reduceScatter =
                Measure(CollectiveType::REDUCE_SCATTER, "RingReduceScatter" + fine, n, bytes, 0);
            const auto allGather =
                Measure(CollectiveType::ALL_GATHER, "RingAllGather" + fine, n, bytes, 0);
            const auto allReduce =
                Measure(CollectiveType::ALL_REDUCE, "RingAllReduce" + fine, n, bytes, 0);
            const auto broadcast =
                Measure(CollectiveType::BROADCAST, "RingBroadcast" + fine, n, bytes, 1);
            const auto reduce = Measure(CollectiveType::REDUCE, "RingReduce" + fine, n, bytes, 1);
            const auto allToAll =
                Measure(CollectiveType::ALL_TO_ALL, "PairwiseAllToAll", n, bytes, 0);
            const auto direct = Measure(CollectiveType::ALL_REDUCE, "DirectAllReduce", n, bytes, 0);
            const auto trees =
                Measure(CollectiveType::ALL_REDUCE, "DoubleTreeAllReduce" + fine, n, bytes, 0);
            // Every edge of both trees carries half of the buffer up and down.
            NS_TEST_ASSERT_MSG_EQ(std::accumulate(trees.begin(), trees.end(), uint64_t{0}),
                                  2 * (n - 1) * bytes,
                                  "double tree");
            for (uint32_t rank = 0; rank < n; ++rank)
            {
                // All slices but its own, and its own to all others.
                NS_TEST_ASSERT_MSG_EQ(direct[rank], bytes + (n - 2) * slice(rank), "direct");
                // An inner rank of one tree sends S/2 up in both and S/2 down twice.
                NS_TEST_ASSERT_MSG_LT(trees[rank], 2 * bytes + 1, "double tree");
                // All slices but its own pass a rank on their way to their owners.
                NS_TEST_ASSERT_MSG_EQ(reduceScatter[rank], bytes - slice(rank), "reduce-scatter");
                // All slices but that of its successor.
                NS_TEST_ASSERT_MSG_EQ(allGather[rank], bytes - slice(rank + 1), "all-gather");
                // Both phases: the slice that a rank completes is that of its successor, which it
                // does not send in the first phase; in the second it does not send the next one.
                NS_TEST_ASSERT_MSG_EQ(
                    allReduce[rank], 2 * bytes - slice(rank + 1) - slice(rank + 2), "all-reduce");
                // From rank 1 along the ring: rank 0 is the last.
                NS_TEST_ASSERT_MSG_EQ(broadcast[rank], (rank == 0 ? 0 : bytes), "broadcast");
                NS_TEST_ASSERT_MSG_EQ(reduce[rank], (rank == 1 ? 0 : bytes), "reduce");
                NS_TEST_ASSERT_MSG_EQ(allToAll[rank], bytes - slice(rank), "all-to-all");
            }
        }
    }
};

/** Schedules of any size are told on demand, within the range of keys, and without gaps. */
class LargeScheduleTestCase : public TestCase
{
  public:
    LargeScheduleTestCase()
        : TestCase("schedule of a terabyte on 64 ranks")
    {
    }

  private:
    void DoRun() override
    {
        TestBench bench(GetShape(64));
        bench.SetAlgorithm(CollectiveType::ALL_REDUCE, "RingAllReduce[ChunkSize=1]");
        Operation operation;
        operation.communicator = bench.AddWorld();
        operation.bytes = 1ULL << 40;
        const auto schedule =
            bench.engine->GetAlgorithm(CollectiveType::ALL_REDUCE)
                ->Build(bench.engine->GetCommunicator(operation.communicator), operation, 17);
        NS_TEST_ASSERT_MSG_EQ(schedule->GetNLanes(), 2, "one channel");
        // 126 steps of as many chunks as fit under 2^22 keys: floor(4194304 / 126) = 33288.
        const uint64_t nSteps = 126 * 33288;
        NS_TEST_ASSERT_MSG_EQ(schedule->GetNSteps(0), nSteps, "steps");
        Step step;
        schedule->GetStep(0, nSteps - 1, step);
        NS_TEST_ASSERT_MSG_EQ(step.peer, 18, "successor");
        NS_TEST_ASSERT_MSG_LT(step.key, MAX_KEYS, "key");
        // The chunks of ring step 0 are the slice of rank 17 without gaps: 2^40 / 64 = 2^34 bytes.
        uint64_t next = 17ULL << 34;
        for (uint64_t index = 0; index < 33288; ++index)
        {
            schedule->GetStep(0, index, step);
            NS_TEST_ASSERT_MSG_EQ(step.ranges.size(), 1, "one range");
            NS_TEST_ASSERT_MSG_EQ(step.ranges[0].offset, next, "no gap");
            next += step.bytes;
        }
        NS_TEST_ASSERT_MSG_EQ(next, 18ULL << 34, "the whole slice");
    }
};

/** The unit test suite of durations and sizes. */
class CostTestSuite : public TestSuite
{
  public:
    CostTestSuite()
        : TestSuite("weft-collective-cost", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        AddRingCases();
        AddChunkCases();
        AddDirectCases();
        AddRoundCases();
        AddHierarchicalCases();
        AddEngineCases();
        AddTestCase(new WireBytesTestCase());
        AddTestCase(new LargeScheduleTestCase());
    }

  private:
    /** One chunk per step: number of steps times (a + size of a step times b). */
    void AddRingCases()
    {
        for (const uint32_t n : {2, 3, 4, 8, 31})
        {
            // S = 1000 n bytes: a slice of 1000 bytes takes 100 ns, a step 1100 ns.
            const uint64_t bytes = 1000 * n;
            AddTestCase(new DurationTestCase("ring all-reduce",
                                             CollectiveType::ALL_REDUCE,
                                             "RingAllReduce",
                                             n,
                                             bytes,
                                             NanoSeconds(2 * (n - 1) * 1100)));
            AddTestCase(new DurationTestCase("ring reduce-scatter",
                                             CollectiveType::REDUCE_SCATTER,
                                             "RingReduceScatter",
                                             n,
                                             bytes,
                                             NanoSeconds((n - 1) * 1100)));
            AddTestCase(new DurationTestCase("ring all-gather",
                                             CollectiveType::ALL_GATHER,
                                             "RingAllGather",
                                             n,
                                             bytes,
                                             NanoSeconds((n - 1) * 1100)));
            AddTestCase(new DurationTestCase("pairwise all-to-all",
                                             CollectiveType::ALL_TO_ALL,
                                             "PairwiseAllToAll",
                                             n,
                                             bytes,
                                             NanoSeconds((n - 1) * 1100)));
            // All exchanges at once: the port sends n-1 parts without a pause.
            AddTestCase(new DurationTestCase("pairwise all-to-all at once",
                                             CollectiveType::ALL_TO_ALL,
                                             "PairwiseAllToAll[Exchanges=1000]",
                                             n,
                                             bytes,
                                             NanoSeconds((n - 1) * 100 + 1000),
                                             {{"Slots", "1000"}}));
            uint32_t nRounds = 0;
            while ((1U << nRounds) < n)
            {
                ++nRounds;
            }
            AddTestCase(new DurationTestCase("dissemination barrier",
                                             CollectiveType::BARRIER,
                                             "DisseminationBarrier",
                                             n,
                                             0,
                                             NanoSeconds(nRounds * 1000)));
        }
    }

    /** Several chunks or channels. */
    void AddChunkCases()
    {
        // 4 ranks, slices of k chunks of 1000 bytes (t = 100 ns). The first chunk of a step can go
        // when it came in the step before, t + a = 1100 ns after its start there, and the port is
        // free after k t. So step s starts at s max(k t, t + a), and the last one, s = 5, takes
        // k t + a.
        // k = 8: 5 * 1100 + 800 + 1000.
        AddTestCase(new DurationTestCase("ring all-reduce bound by latency",
                                         CollectiveType::ALL_REDUCE,
                                         "RingAllReduce[ChunkSize=1000]",
                                         4,
                                         32000,
                                         NanoSeconds(7300)));
        // k = 16: 5 * 1600 + 1600 + 1000.
        AddTestCase(new DurationTestCase("ring all-reduce bound by bandwidth",
                                         CollectiveType::ALL_REDUCE,
                                         "RingAllReduce[ChunkSize=1000]",
                                         4,
                                         64000,
                                         NanoSeconds(10600),
                                         {{"Slots", "16"}}));
        // The same with 2 slots: two messages per t + a = 1100 ns, and as 1100 ns * 16 / 2 = 8800
        // ns per step exceed t + a, messages 0 .. 95 go in 48 pairs; the last arrives t later than
        // the first of its pair: 47 * 1100 + 200 + 1000.
        AddTestCase(new DurationTestCase("ring all-reduce bound by slots",
                                         CollectiveType::ALL_REDUCE,
                                         "RingAllReduce[ChunkSize=1000]",
                                         4,
                                         64000,
                                         NanoSeconds(52900),
                                         {{"Slots", "2"}}));
        // 2 channels share the port: 500 bytes of each per step. Channel 0 starts step s at s (50 +
        // 1000) ns, channel 1 50 ns later, when the port is free again; 6 steps.
        AddTestCase(new DurationTestCase("ring all-reduce on two channels",
                                         CollectiveType::ALL_REDUCE,
                                         "RingAllReduce[Channels=2]",
                                         4,
                                         4000,
                                         NanoSeconds(6 * 1050 + 50)));
        for (const uint32_t n : {2, 5, 9})
        {
            // 20 chunks of 1000 bytes: (n-1) hops of the first one, then 19 more behind it.
            const Time expected = NanoSeconds((n - 1) * 1100 + 19 * 100);
            AddTestCase(new DurationTestCase("chain broadcast",
                                             CollectiveType::BROADCAST,
                                             "RingBroadcast[ChunkSize=1000]",
                                             n,
                                             20000,
                                             expected,
                                             {{"Slots", "20"}}));
            AddTestCase(new DurationTestCase("chain reduce",
                                             CollectiveType::REDUCE,
                                             "RingReduce[ChunkSize=1000]",
                                             n,
                                             20000,
                                             expected,
                                             {{"Slots", "20"}}));
        }
    }

    /** Direct messages: the port is busy without a pause, once or twice. */
    void AddDirectCases()
    {
        for (const uint32_t n : {2, 3, 8, 17})
        {
            // Slices of 1000 bytes: n-1 times 100 ns, and one latency.
            const Time once = NanoSeconds((n - 1) * 100 + 1000);
            const std::vector<std::pair<std::string, std::string>> slots{{"Slots", "100"}};
            AddTestCase(new DurationTestCase("direct reduce-scatter",
                                             CollectiveType::REDUCE_SCATTER,
                                             "DirectReduceScatter",
                                             n,
                                             1000 * n,
                                             once,
                                             slots));
            AddTestCase(new DurationTestCase("direct all-gather",
                                             CollectiveType::ALL_GATHER,
                                             "DirectAllGather",
                                             n,
                                             1000 * n,
                                             once,
                                             slots));
            AddTestCase(new DurationTestCase("direct all-reduce",
                                             CollectiveType::ALL_REDUCE,
                                             "DirectAllReduce",
                                             n,
                                             1000 * n,
                                             once + once,
                                             slots));
        }
    }

    /** Logarithmic numbers of rounds. */
    void AddRoundCases()
    {
        for (const uint32_t n : {2, 3, 4, 6, 8, 16, 23})
        {
            uint32_t floorLog = 0;
            while ((2U << floorLog) <= n)
            {
                ++floorLog;
            }
            const bool isPower = n == 1U << floorLog;
            const uint32_t ceilLog = floorLog + (isPower ? 0 : 1);
            if (isPower)
            {
                const Time whole = PicoSeconds(1000 * n * BETA_PS);
                AddTestCase(new DurationTestCase("recursive doubling all-reduce",
                                                 CollectiveType::ALL_REDUCE,
                                                 "RecursiveDoublingAllReduce",
                                                 n,
                                                 1000 * n,
                                                 floorLog * (NanoSeconds(ALPHA_NS) + whole)));
                AddTestCase(
                    new DurationTestCase("halving-doubling all-reduce",
                                         CollectiveType::ALL_REDUCE,
                                         "HalvingDoublingAllReduce",
                                         n,
                                         1000 * n,
                                         NanoSeconds(2 * floorLog * ALPHA_NS + 2 * (n - 1) * 100)));
            }
            AddTestCase(new DurationTestCase("Bruck all-gather",
                                             CollectiveType::ALL_GATHER,
                                             "BruckAllGather",
                                             n,
                                             1000 * n,
                                             NanoSeconds(ceilLog * ALPHA_NS + (n - 1) * 100)));
            AddTestCase(new DurationTestCase("Bruck reduce-scatter",
                                             CollectiveType::REDUCE_SCATTER,
                                             "BruckReduceScatter",
                                             n,
                                             1000 * n,
                                             NanoSeconds(ceilLog * ALPHA_NS + (n - 1) * 100)));
            // A part j ranks away is sent once for each bit of j.
            int64_t nBits = 0;
            for (uint32_t j = 1; j < n; ++j)
            {
                for (uint32_t rest = j; rest > 0; rest /= 2)
                {
                    nBits += rest % 2;
                }
            }
            AddTestCase(new DurationTestCase("Bruck all-to-all",
                                             CollectiveType::ALL_TO_ALL,
                                             "BruckAllToAll",
                                             n,
                                             1000 * n,
                                             NanoSeconds(ceilLog * ALPHA_NS + nBits * 100)));
        }
    }

    /** Scale-up by scale-out. */
    void AddHierarchicalCases()
    {
        const auto add = [this](uint32_t n, uint32_t perServer, uint64_t bytes, Time expected)
        {
            AddTestCase(new DurationTestCase("hierarchical all-reduce",
                                             CollectiveType::ALL_REDUCE,
                                             "HierarchicalAllReduce",
                                             n,
                                             bytes,
                                             expected,
                                             {{"Slots", "100"}},
                                             perServer));
        };
        // One rank per server: RingAllReduce, 6 steps of 1100 ns.
        add(4, 1, 4000, NanoSeconds(6600));
        // One server: DirectAllReduce, 2 (1000 + 3 * 100).
        add(4, 4, 4000, NanoSeconds(2600));
        // 2 servers of 2: pieces of 2000 bytes take t = 200 ns. Both pieces of the neighbour's
        // slice leave at once and arrive at t + a and 2t + a. The ring sends the first piece at t +
        // a, receives the other server's at 2t + 2a, sends the second piece then, and receives it
        // at 3t
        // + 3a; the neighbour has it at 4t + 4a.
        add(4, 2, 8000, NanoSeconds(4800));
    }

    /** What the engine adds. */
    void AddEngineCases()
    {
        const auto add = [this](const std::string& what,
                                Time expected,
                                std::vector<std::pair<std::string, std::string>> attributes)
        {
            // 4 ranks, slices of 1000 bytes: 6 steps of 1100 ns, 3 of which reduce.
            AddTestCase(new DurationTestCase("ring all-reduce with " + what,
                                             CollectiveType::ALL_REDUCE,
                                             "RingAllReduce",
                                             4,
                                             4000,
                                             expected,
                                             std::move(attributes)));
        };
        // 4000 bytes are small: recursive doubling, 2 (1000 + 400) ns; or large: the ring.
        for (const bool isSmall : {false, true})
        {
            AddTestCase(new DurationTestCase(
                std::string("all-reduce of a ") + (isSmall ? "small" : "large") + " buffer",
                CollectiveType::ALL_REDUCE,
                std::string("SizeSwitch[Small=ns3::collective::RecursiveDoublingAllReduce|") +
                    "Threshold=" + (isSmall ? "4001]" : "4000]"),
                4,
                4000,
                NanoSeconds(isSmall ? 2800 : 6600)));
        }
        add("step latency", NanoSeconds(6 * (1100 + 250)), {{"StepLatency", "250ns"}});
        add("launch latency", NanoSeconds(6 * 1100 + 5000), {{"LaunchLatency", "5us"}});
        // 1000 bytes at 16 Gb/s: 500 ns.
        add("reduction", NanoSeconds(6 * 1100 + 3 * 500), {{"ReductionRate", "16Gbps"}});
        // The first message waits for a permission, one latency; the others have theirs by then.
        add("credits", NanoSeconds(1000 + 6 * 1100), {{"ReceiverCredits", "true"}});
        // 2 channels reduce at the same accelerator, one after the other, 500 bytes in 250 ns.
        // Messages of 50 ns arrive 50 ns apart, so channel 1 waits 200 ns for channel 0's reduction
        // in the first step, and is 250 ns behind from then on; copies and the port (busy for 50
        // ns) do not disturb: channel 1 takes 3 (1050 + 250) + 3 * 1050 from 50 + 200 ns on.
        AddTestCase(new DurationTestCase("ring all-reduce with shared reduction",
                                         CollectiveType::ALL_REDUCE,
                                         "RingAllReduce[Channels=2]",
                                         4,
                                         4000,
                                         NanoSeconds(250 + 3 * 1300 + 3 * 1050),
                                         {{"ReductionRate", "16Gbps"}}));
    }
};

CostTestSuite g_costTestSuite; ///< registers the suite

} // namespace
