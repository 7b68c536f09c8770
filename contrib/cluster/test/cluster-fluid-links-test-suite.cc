/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/cluster-fluid-links.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/test.h"

#include <algorithm>
#include <map>
#include <vector>

/**
 * @ingroup cluster-tests
 * Fluid links: rates and ends of messages by hand, and for random nets the condition that makes
 * rates max-min fair: each stream has its peak, or a full link where no other has more.
 */

using namespace ns3;
using namespace ns3::cluster;

namespace
{

constexpr uint64_t GBPS = 1'000'000'000;
constexpr uint32_t WHOLE = FluidLinks::WHOLE;
constexpr uint32_t HALF = WHOLE / 2;

/** Links and notes of which message left when. */
class Bench : public FluidUser
{
  public:
    Bench()
    {
        fabric::UsePicoseconds();
    }

    ~Bench() override
    {
        links.Stop();
        Simulator::Destroy();
    }

    void MessageLeft(uint32_t, const Message& message) override
    {
        left[message.tag] = fabric::NowTicks();
    }

    /** Send a message of a stream at a time. */
    void Send(int64_t at, uint32_t stream, uint64_t bytes, uint64_t tag)
    {
        Message message;
        message.bytes = bytes;
        message.tag = tag;
        Simulator::ScheduleWithContext(
            0, TimeStep(at), [this, stream, message]() { links.Send(stream, message); });
    }

    FluidLinks links{*this};          ///< the links
    std::map<uint64_t, int64_t> left; ///< by tag, ps
};

/** Rates by hand. */
class HandTestCase : public TestCase
{
  public:
    HandTestCase()
        : TestCase("rates and ends by hand")
    {
    }

  private:
    void DoRun() override
    {
        CheckTwoLinks();
        CheckShares();
        CheckPlenty();
    }

    void CheckTwoLinks()
    {
        // 0 crosses A (100 Gb/s), 1 crosses A and B (30 Gb/s): 1 is held to 30 by B, 0 has the
        // other 70 of A. 8.75 MB at 70 Gb/s take 1 ms, 7.5 MB at 30 Gb/s take 2 ms: when 0 has
        // left, 1 has no more than before.
        Bench bench;
        const uint32_t a = bench.links.AddLink(100 * GBPS);
        const uint32_t b = bench.links.AddLink(30 * GBPS);
        bench.links.AddStream({{a}});
        bench.links.AddStream({{a}, {b}});
        bench.Send(0, 0, 8'750'000, 0);
        bench.Send(0, 1, 7'500'000, 1);
        // 2 joins A at 3 ms, when all is idle: 100 Gb/s, 12.5 MB in 1 ms
        bench.links.AddStream({{a}});
        bench.Send(3'000'000'000, 2, 12'500'000, 2);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.left[0], 1'000'000'000, "70 Gb/s");
        NS_TEST_ASSERT_MSG_EQ(bench.left[1], 2'000'000'000, "30 Gb/s");
        NS_TEST_ASSERT_MSG_EQ(bench.left[2], 4'000'000'000, "100 Gb/s");
        NS_TEST_ASSERT_MSG_EQ(bench.links.GetRate(0), 0, "idle");
    }

    void CheckShares()
    {
        // Links A and B of 30 Gb/s. Half of stream 0 crosses each, stream 1 crosses A whole. A
        // gives each r with r / 2 + r = 30: 20 Gb/s. B, with 10 of 30, has no say. 2.5 MB at 20
        // Gb/s take 1 ms; then 0 has its peak, 60 Gb/s: its other 7.5 MB take another ms.
        Bench bench;
        const uint32_t a = bench.links.AddLink(30 * GBPS);
        const uint32_t b = bench.links.AddLink(30 * GBPS);
        bench.links.AddStream({{a, HALF}, {b, HALF}});
        bench.links.AddStream({{a}});
        bench.Send(0, 0, 10'000'000, 0);
        bench.Send(0, 1, 2'500'000, 1);
        Simulator::Schedule(TimeStep(1),
                            [&bench, this]()
                            {
                                NS_TEST_ASSERT_MSG_EQ(bench.links.GetRate(0), 20 * GBPS, "0");
                                NS_TEST_ASSERT_MSG_EQ(bench.links.GetRate(1), 20 * GBPS, "1");
                            });
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.left[1], 1'000'000'000, "20 Gb/s");
        NS_TEST_ASSERT_MSG_EQ(bench.left[0], 2'000'000'000, "20, then 60 Gb/s");
    }

    void CheckPlenty()
    {
        // Two senders of 10 Gb/s, each divided over two links of 10 Gb/s: these can take all that
        // may come, so that nobody has to compute anything.
        Bench bench;
        const uint32_t s0 = bench.links.AddLink(10 * GBPS);
        const uint32_t s1 = bench.links.AddLink(10 * GBPS);
        const uint32_t a = bench.links.AddLink(10 * GBPS);
        const uint32_t b = bench.links.AddLink(10 * GBPS);
        bench.links.AddStream({{s0}, {a, HALF}, {b, HALF}});
        bench.links.AddStream({{s1}, {a, HALF}, {b, HALF}});
        bench.Send(0, 0, 1'250'000, 0);
        bench.Send(0, 1, 1'250'000, 1);
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.left[0], 1'000'000'000, "10 Gb/s");
        NS_TEST_ASSERT_MSG_EQ(bench.left[1], 1'000'000'000, "10 Gb/s");
        NS_TEST_ASSERT_MSG_EQ(bench.links.GetNComputations(), 0, "no contention");
    }
};

/** Random nets. */
class RandomTestCase : public TestCase
{
  public:
    /** @param seed of the nets */
    explicit RandomTestCase(uint64_t seed)
        : TestCase("max-min fair in random nets"),
          m_seed(seed)
    {
    }

  private:
    /** A stream of the net. */
    struct Flow
    {
        std::vector<FluidLinks::Use> path; ///< its links
        uint64_t peak;                     ///< the most it can have, bit/s
    };

    void DoRun() override
    {
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(static_cast<int64_t>(m_seed));
        for (uint32_t net = 0; net < 100; ++net)
        {
            RunNet(*random);
        }
        NS_TEST_ASSERT_MSG_GT(m_nHeld, 100, "streams were held back by links");
    }

    void RunNet(UniformRandomVariable& random)
    {
        Bench bench;
        std::vector<uint64_t> rates(random.GetInteger(2, 8));
        for (auto& rate : rates)
        {
            rate = random.GetInteger(1, 40) * GBPS;
            bench.links.AddLink(rate);
        }
        std::vector<Flow> flows(random.GetInteger(2, 12));
        uint32_t messages = 0;
        for (uint32_t f = 0; f < flows.size(); ++f)
        {
            flows[f].peak = UINT64_MAX;
            for (uint32_t link = 0; link < rates.size(); ++link)
            {
                if (random.GetInteger(0, 2) > 0 && (link > 0 || random.GetInteger(0, 1)))
                {
                    continue;
                }
                const uint32_t share = WHOLE / random.GetInteger(1, 4);
                flows[f].path.push_back({link, share});
                const auto most = static_cast<uint64_t>(__uint128_t{rates[link]} * WHOLE / share);
                flows[f].peak = std::min(flows[f].peak, most);
            }
            if (flows[f].path.empty())
            {
                flows[f].path.push_back({0, WHOLE});
                flows[f].peak = rates[0];
            }
            bench.links.AddStream(flows[f].path);
            const uint32_t n = random.GetInteger(1, 3);
            for (uint32_t i = 0; i < n; ++i)
            {
                const int64_t at = random.GetInteger(0, 3) * 1'000'000'000LL;
                bench.Send(at, f, random.GetInteger(0, 20'000'000), messages++);
            }
        }
        for (int64_t at = 1; at < 20'000'000'000; at += 1'000'000'000)
        {
            Simulator::Schedule(TimeStep(at),
                                [this, &bench, &flows, &rates]()
                                { CheckFair(bench.links, flows, rates); });
        }
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(bench.left.size(), messages, "all have left");
    }

    /** Check the rates of this moment. */
    void CheckFair(const FluidLinks& links,
                   const std::vector<Flow>& flows,
                   const std::vector<uint64_t>& rates)
    {
        std::vector<uint64_t> used(rates.size(), 0);
        std::vector<uint64_t> highest(rates.size(), 0);
        for (uint32_t f = 0; f < flows.size(); ++f)
        {
            for (const auto& use : flows[f].path)
            {
                const uint64_t rate = links.GetRate(f);
                used[use.link] += static_cast<uint64_t>(__uint128_t{rate} * use.share / WHOLE);
                highest[use.link] = std::max(highest[use.link], rate);
            }
        }
        // Rates are whole bit/s: each of at most 12 streams may leave a few unused.
        constexpr uint64_t ROUNDING = 64;
        for (uint32_t link = 0; link < rates.size(); ++link)
        {
            NS_TEST_ASSERT_MSG_LT(used[link], rates[link] + 1, "no more than there is");
        }
        for (uint32_t f = 0; f < flows.size(); ++f)
        {
            const uint64_t rate = links.GetRate(f);
            if (rate == 0 || rate == flows[f].peak)
            {
                continue;
            }
            ++m_nHeld;
            const bool fair = std::any_of(flows[f].path.begin(),
                                          flows[f].path.end(),
                                          [&](const FluidLinks::Use& use) {
                                              return used[use.link] + ROUNDING >= rates[use.link] &&
                                                     rate + ROUNDING >= highest[use.link];
                                          });
            NS_TEST_ASSERT_MSG_EQ(fair, true, "stream " << f << " at " << rate << " bit/s");
        }
    }

    uint64_t m_seed;     ///< of the nets
    uint32_t m_nHeld{0}; ///< rates seen below the peak
};

/** Tests of the fluid links. */
class FluidLinksTestSuite : public TestSuite
{
  public:
    FluidLinksTestSuite()
        : TestSuite("weft-cluster-fluid-links", TestSuite::Type::UNIT)
    {
        AddTestCase(new HandTestCase);
        AddTestCase(new RandomTestCase(1));
        AddTestCase(new RandomTestCase(2));
    }
};

FluidLinksTestSuite g_fluidLinksTestSuite; ///< registers itself

} // namespace
