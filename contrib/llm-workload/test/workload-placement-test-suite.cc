/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "../../collective/test/collective-ideal-network.h"

#include "ns3/collective-engine.h"
#include "ns3/double.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-placement.h"
#include "ns3/workload-replay-engine.h"

#include <algorithm>
#include <memory>
#include <vector>

using namespace ns3;
using namespace ns3::workload;
using collective::CollectiveType;
using collective::test::IdealNetwork;

namespace
{

/// A microsecond in ticks.
constexpr fabric::Ticks US = 1'000'000;

/** Where ranks go. */
class PlacementTestCase : public TestCase
{
  public:
    PlacementTestCase()
        : TestCase("placement policies give ranks the accelerators that they promise")
    {
    }

  private:
    using Ranks = std::vector<uint32_t>;

    void Expect(PlacementPolicy policy, uint32_t nRanks, uint32_t block, const Ranks& expected)
    {
        const auto placed = PlaceRanks(policy, nRanks, block, m_servers, m_random);
        NS_TEST_EXPECT_MSG_EQ((placed == expected), true, GetPlacementNames()[uint8_t(policy)]);
    }

    void DoRun() override
    {
        m_random = CreateObject<UniformRandomVariable>();
        m_random->SetStream(3);
        // Four servers of four on three leaves; one accelerator of the first one is taken.
        m_servers = {{{1, 2, 3}, 0}, {{4, 5, 6, 7}, 0}, {{8, 9, 10, 11}, 1}, {{12, 13, 14, 15}, 2}};
        Expect(PlacementPolicy::PACKED, 5, 1, {1, 2, 3, 4, 5});
        // Leaf 1 is the first of those with the least room for 4; only leaf 0 has room for 6.
        Expect(PlacementPolicy::AFFINITY, 4, 1, {8, 9, 10, 11});
        Expect(PlacementPolicy::AFFINITY, 6, 1, {1, 2, 3, 4, 5, 6});
        // No leaf has room for 9: the one with most (7), then the next.
        Expect(PlacementPolicy::AFFINITY, 9, 1, {1, 2, 3, 4, 5, 6, 7, 8, 9});
        Expect(PlacementPolicy::SPREAD, 6, 1, {1, 4, 8, 12, 2, 5});
        // Pairs: three servers hold ten ranks in pairs (2 + 4 + 4).
        Expect(PlacementPolicy::RAIL, 10, 2, {1, 2, 4, 5, 8, 9, 6, 7, 10, 11});
        Expect(PlacementPolicy::RAIL, 8, 4, {4, 5, 6, 7, 8, 9, 10, 11});
        Expect(PlacementPolicy::RAIL, 15, 4, {}); // 12 in blocks of four
        Expect(PlacementPolicy::PACKED, 16, 1, {});
        const auto random = PlaceRanks(PlacementPolicy::RANDOM, 15, 1, m_servers, m_random);
        auto sorted = random;
        std::sort(sorted.begin(), sorted.end());
        NS_TEST_EXPECT_MSG_EQ((sorted == Ranks{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
                              true,
                              "each once");
        NS_TEST_EXPECT_MSG_EQ((random == sorted), false, "in another order");
    }

    std::vector<PlacementServer> m_servers; ///< what is free
    Ptr<UniformRandomVariable> m_random;    ///< random order
};

/** What makes computations longer. */
class ComputationTestCase : public TestCase
{
  public:
    ComputationTestCase()
        : TestCase("launches, stragglers, sharing and noise make computations longer as stated")
    {
    }

  private:
    /** @return a job of ranks that compute, and exchange 40 000 bytes beside a second computation
     */
    static std::shared_ptr<JobGraph> MakeJob(uint32_t nRanks)
    {
        const auto graph = std::make_shared<OperationGraph>();
        graph->AddCompute("first", 0, 20 * US);
        graph->AddCompute("second", 0, 80 * US);
        const auto begin = graph->AddCompute("until", 2, 20 * US);
        const auto reduce = graph->AddCollective(
            "reduce", 1, Dimension::DATA, CollectiveType::ALL_REDUCE, 0, 40'000);
        graph->AddDependency(reduce, begin);
        graph->Seal();
        auto job = std::make_shared<JobGraph>();
        job->groups.push_back({"all", Dimension::DATA, {}});
        for (uint32_t rank = 0; rank < nRanks; ++rank)
        {
            job->groups[0].ranks.push_back(rank);
            job->ranks.push_back({graph, {0}, {}});
        }
        return job;
    }

    /** Run it on two ranks. @return end of the step and computation of rank 0 */
    template <typename Change>
    std::pair<fabric::Ticks, fabric::Ticks> Run2(const Change& change, uint32_t nSteps = 1)
    {
        const auto network = CreateObject<IdealNetwork>();
        network->SetShape({2, 1, Time(0), Time(1000)}); // 2 x 20 000 bytes take 40 us
        const auto collectives = CreateObject<collective::CollectiveEngine>();
        collectives->SetNetwork(network);
        const auto engine = CreateObject<ReplayEngine>();
        engine->SetAttribute("Steps", UintegerValue(nSteps));
        engine->SetCollectiveEngine(collectives);
        engine->SetJob(MakeJob(2));
        engine->AssignStreams(100);
        change(*engine);
        engine->Start();
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(engine->IsFinished(), true, "finished");
        const auto& ledger = engine->GetLedger();
        fabric::Ticks compute = 0;
        for (uint32_t step = 0; step < nSteps; ++step)
        {
            compute += ledger.GetAccount(0, step).compute;
        }
        const std::pair<fabric::Ticks, fabric::Ticks> result{ledger.GetStepEnd(nSteps - 1),
                                                             compute};
        engine->Dispose();
        collectives->Dispose();
        Simulator::Destroy();
        return result;
    }

    void DoRun() override
    {
        fabric::UsePicoseconds();
        auto end = Run2([](ReplayEngine&) {}).first;
        NS_TEST_EXPECT_MSG_EQ(end, 100 * US, "20 + 80");
        end = Run2([](ReplayEngine& engine)
                   { engine.SetAttribute("LaunchLatency", TimeValue(Time(3 * US))); })
                  .first;
        NS_TEST_EXPECT_MSG_EQ(end, 106 * US, "two launches");
        end = Run2([](ReplayEngine& engine) { engine.SetSlowdown(1, 1.5); }).first;
        NS_TEST_EXPECT_MSG_EQ(end, 150 * US, "the straggler");
        // The exchange goes on from 20 to 60 us: the second computation gets on by 20 us in it, has
        // 60 us left.
        end = Run2([](ReplayEngine& engine)
                   { engine.SetAttribute("SharingSlowdown", DoubleValue(2)); })
                  .first;
        NS_TEST_EXPECT_MSG_EQ(end, 120 * US, "half as fast for 40 us");
        // Rank 1 comes 10 us later: its partner's kernel waits, and slows the computation down,
        // from 20 to 70 us.
        const auto late = Run2(
            [](ReplayEngine& engine)
            {
                engine.SetAttribute("SharingSlowdown", DoubleValue(2));
                engine.SetSlowdown(1, 1.5);
            });
        NS_TEST_EXPECT_MSG_EQ(late.second, 125 * US, "20 + 50 + 55");
        CheckNoise();
    }

    void CheckNoise()
    {
        const auto noisy = [](ReplayEngine& engine)
        { engine.SetAttribute("Deviation", DoubleValue(0.1)); };
        const auto one = Run2(noisy, 1000);
        NS_TEST_EXPECT_MSG_EQ((one == Run2(noisy, 1000)), true, "seeded");
        // 1000 steps of 20 and 80 us, the third computation is beside: mean 100 us, deviation of
        // the mean sqrt(20^2 + 80^2) x 0.1 / sqrt(1000) = 0.26 us.
        NS_TEST_EXPECT_MSG_EQ_TOL(
            static_cast<double>(one.second) / 1000 / US, 100.0, 2.0, "the mean stays");
        NS_TEST_EXPECT_MSG_EQ((one.first > one.second), true, "each waits for the slower one");
    }
};

/** Placement and variation of computation. */
class PlacementTestSuite : public TestSuite
{
  public:
    PlacementTestSuite()
        : TestSuite("weft-workload-placement", TestSuite::Type::UNIT)
    {
        AddTestCase(new PlacementTestCase);
        AddTestCase(new ComputationTestCase);
    }
};

PlacementTestSuite g_placementTestSuite; ///< registers the suite

} // namespace
