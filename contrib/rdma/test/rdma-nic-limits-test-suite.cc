/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-loss-setup.h"

#include "ns3/data-rate.h"
#include "ns3/rdma-context-cache.h"
#include "ns3/rdma-nic-limits.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::rdma;
using namespace ns3::rdma::tests;

namespace
{

/** Which contexts are there. */
class ContextCacheTestCase : public TestCase
{
  public:
    ContextCacheTestCase()
        : TestCase("Contexts: the one not used for longest makes room")
    {
    }

  private:
    void DoRun() override
    {
        ContextCache cache(2);
        NS_TEST_EXPECT_MSG_EQ(cache.Use(5), false, "empty");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(5), true, "5");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(0), false, "5 0");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(5), true, "0 5");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(7), false, "5 7: 0 went");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(5), true, "7 5");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(0), false, "5 0: 7 went");
        NS_TEST_EXPECT_MSG_EQ(cache.Use(7), false, "0 7: 5 went");
        NS_TEST_EXPECT_MSG_EQ(cache.GetSize(), 2, "never more");
        ContextCache one(1);
        NS_TEST_EXPECT_MSG_EQ(one.Use(1), false, "1");
        NS_TEST_EXPECT_MSG_EQ(one.Use(2), false, "2");
        NS_TEST_EXPECT_MSG_EQ(one.Use(2), true, "2");
        NS_TEST_EXPECT_MSG_EQ(one.Use(1), false, "1");
    }
};

/** When frames leave under each limit. */
class LimitsTestCase : public TestCase
{
  public:
    LimitsTestCase()
        : TestCase("Messages, bus, NIC, queue pair: when frames leave")
    {
    }

  private:
    /**
     * Send messages one after the other.
     *
     * @param limits of the NICs
     * @param messages number of them
     * @param bytes of each
     * @param rate MaxRate of the queue pair
     * @return when they complete
     */
    std::vector<Ticks> Run(const std::string& limits,
                           uint32_t messages,
                           uint64_t bytes,
                           const std::string& rate = "0bps")
    {
        ChainOptions options;
        options.limits = limits;
        LossSetup setup("ns3::rdma::GoBackN", 0, options);
        setup.a->SetAttribute("MaxRate", StringValue(rate));
        for (uint32_t i = 0; i < messages; ++i)
        {
            setup.a->PostSend(Write(bytes, i));
        }
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(setup.sender.sent.size(), messages, limits << ": all complete");
        NS_TEST_EXPECT_MSG_EQ(setup.Sender().dataRepeated, 0, limits << ": nothing is lost");
        std::vector<Ticks> times;
        for (const auto& sent : setup.sender.sent)
        {
            times.push_back(sent.at);
        }
        return times;
    }

    void DoRun() override
    {
        // 64 bytes with 64 of overhead take 10.24 ns; a million messages a second are 1 us apart.
        constexpr Ticks SHORT = 10'240;
        auto times = Run("MessageRate=1000000", 100, 64);
        for (uint32_t i = 0; i < 100; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(times[i], i * US + SHORT + 2 * P + A, "64 B message " << i);
        }
        // Messages of three packets, 996 ns, are held up; of four, 1328 ns, they are not.
        times = Run("MessageRate=1000000", 10, 3 * 4086);
        for (uint32_t i = 0; i < 10; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(times[i], i * US + 2 * S + LOOP, "three packets " << i);
        }
        times = Run("MessageRate=1000000", 10, 4 * 4086);
        NS_TEST_EXPECT_MSG_EQ(times[9], 39 * S + LOOP, "four packets");

        // 4086 bytes over a bus of 50 Gb/s take 653.76 ns, and 332 ns on the link.
        times = Run("BusRate=50Gbps", 10, 4086);
        for (uint32_t i = 0; i < 10; ++i)
        {
            NS_TEST_EXPECT_MSG_EQ(times[i], i * Ticks{653'760} + LOOP, "bus " << i);
        }
        // Frames of 4150 bytes at 50 Gb/s: 664 ns.
        times = Run("Rate=50Gbps", 10, 4086);
        NS_TEST_EXPECT_MSG_EQ(times[9], 9 * Ticks{664'000} + LOOP, "NIC");
        times = Run("", 10, 4086, "25Gbps");
        NS_TEST_EXPECT_MSG_EQ(times[9], 9 * Ticks{1'328'000} + LOOP, "queue pair");
        times = Run("", 10, 4086);
        NS_TEST_EXPECT_MSG_EQ(times[9], 9 * S + LOOP, "no limit");
    }
};

/** Arrivals on the same bus. */
class SharedBusTestCase : public TestCase
{
  public:
    SharedBusTestCase()
        : TestCase("A bus that both directions share")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool shared : {false, true})
        {
            ChainOptions options;
            options.limits = std::string("BusRate=80Gbps|BusShared=") + (shared ? "1" : "0");
            LossSetup setup("ns3::rdma::GoBackN", 0, options);
            setup.b->PostSend(Write(10 * 4086));
            Simulator::Schedule(MicroSeconds(5), [&]() { setup.a->PostSend(Write(4086)); });
            Simulator::Run();
            // The bus takes 408.6 ns for a packet, and host 1 sends one in that time. The tenth
            // comes at 9 * 408.6 + S + P = 5009.4 ns; the ninth, at 4600.8 ns, holds the bus until
            // 5009.4 ns, and then the tenth until 5418 ns. What is posted at 5 us leaves between,
            // if it is first at 5009.4 ns, or behind the tenth.
            const Ticks ninth = 8 * Ticks{408'600} + S + P + 408'600;
            NS_TEST_ASSERT_MSG_EQ(setup.sender.sent.size(), 1, "completed");
            const Ticks left = setup.sender.sent[0].at - LOOP;
            if (shared)
            {
                NS_TEST_EXPECT_MSG_EQ((left == ninth || left == ninth + 408'600), true, "waits");
            }
            else
            {
                NS_TEST_EXPECT_MSG_EQ(left, 5 * US, "at once");
            }
        }
    }
};

/** Queue pairs in turn over a cache of contexts. */
class CacheTestCase : public TestCase
{
  public:
    /** @param entries of the cache @param misses expected of 15 frames of three queue pairs */
    CacheTestCase(uint32_t entries, uint32_t misses)
        : TestCase("Three queue pairs in turn, contexts: " + std::to_string(entries)),
          m_entries(entries),
          m_misses(misses)
    {
    }

  private:
    void DoRun() override
    {
        constexpr Ticks PENALTY = 500'000;
        ChainOptions options;
        options.limits = "MissPenalty=500ns|CacheEntries=" + std::to_string(m_entries);
        Chain chain(options);
        Recorder recorder;
        std::vector<Ptr<QueuePair>> queuePairs;
        for (uint32_t i = 0; i < 3; ++i)
        {
            auto [a, b] = chain.Connect();
            a->SetHandler(&recorder);
            queuePairs.push_back(a);
        }
        Simulator::ScheduleNow(
            [&]()
            {
                for (uint32_t k = 0; k < 5; ++k)
                {
                    for (auto& queuePair : queuePairs)
                    {
                        queuePair->PostSend(Write(4086));
                    }
                }
            });
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(recorder.sent.size(), 15, "all complete");
        const auto limits = chain.nic[0]->GetLimits();
        NS_TEST_EXPECT_MSG_EQ((limits ? limits->GetNMisses() : 0), m_misses, "misses");
        NS_TEST_EXPECT_MSG_EQ(
            recorder.sent.back().at, 14 * S + m_misses * PENALTY + LOOP, "each costs the penalty");
    }

    uint32_t m_entries; ///< of the cache
    uint32_t m_misses;  ///< expected
};

/** The suite. */
class RdmaNicLimitsTestSuite : public TestSuite
{
  public:
    RdmaNicLimitsTestSuite()
        : TestSuite("weft-rdma-nic-limits", TestSuite::Type::UNIT)
    {
        AddTestCase(new ContextCacheTestCase);
        AddTestCase(new LimitsTestCase);
        AddTestCase(new SharedBusTestCase);
        AddTestCase(new CacheTestCase(2, 15)); // none is there any more when its turn comes
        AddTestCase(new CacheTestCase(3, 3));  // all are, but at first
        AddTestCase(new CacheTestCase(0, 0));
    }
};

RdmaNicLimitsTestSuite g_rdmaNicLimitsTestSuite; ///< registers the suite

} // namespace
