/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Graphs as traces need them: computations that run as they become ready, and delays.

#include "../../collective/test/collective-ideal-network.h"

#include "ns3/collective-engine.h"
#include "ns3/simulator.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"
#include "ns3/workload-replay-engine.h"

#include <memory>

using namespace ns3;
using namespace ns3::workload;
using collective::test::IdealNetwork;

namespace
{

/// A microsecond in ticks.
constexpr fabric::Ticks US = 1'000'000;

/** Two or more ranks on an ideal network: a message takes 1 us and 1 ns for each byte. */
class Bench
{
  public:
    explicit Bench(JobGraph job)
        : engine(CreateObject<ReplayEngine>())
    {
        const auto network = CreateObject<IdealNetwork>();
        network->SetShape({static_cast<uint32_t>(job.ranks.size()), 1, Time(US), Time(1000)});
        const auto collectives = CreateObject<collective::CollectiveEngine>();
        collectives->SetNetwork(network);
        engine->SetAttribute("Steps", UintegerValue(1));
        engine->SetCollectiveEngine(collectives);
        engine->SetJob(std::make_shared<JobGraph>(std::move(job)));
        engine->Start();
        Simulator::Run();
    }

    ~Bench()
    {
        engine->GetCollectiveEngine()->Dispose();
        engine->Dispose();
        Simulator::Destroy();
    }

    /** @return when the job was done; -1 if it was not */
    fabric::Ticks GetEnd() const
    {
        return engine->IsFinished() ? engine->GetLedger().GetStepEnd(0) : -1;
    }

    Ptr<ReplayEngine> engine; ///< the replay engine
};

using Graph = std::shared_ptr<OperationGraph>;

/** @return a graph of which only dependencies order the operations */
Graph
MakeGraph()
{
    return std::make_shared<OperationGraph>(StreamOrder::AS_READY);
}

/** Computations of a stream run one at a time, as they become ready. */
class AsReadyTestCase : public TestCase
{
  public:
    AsReadyTestCase()
        : TestCase("only dependencies and processors order computations")
    {
    }

  private:
    void DoRun() override
    {
        fabric::UsePicoseconds();
        // Processor 0: c waits for a and is added before b, which is ready at once:
        // a 0-10, b 10-15, then c, ready at 10 behind b, 15-17. Processor 1: d 0-4.
        auto graph = MakeGraph();
        const auto a = graph->AddCompute("a", 0, 10 * US);
        const auto c = graph->AddCompute("c", 0, 2 * US);
        graph->AddCompute("b", 0, 5 * US);
        graph->AddCompute("d", 1, 4 * US);
        graph->AddDependency(c, a);
        JobGraph job;
        graph->Seal();
        job.ranks.push_back({graph, {}, {}});
        {
            Bench bench(job);
            NS_TEST_EXPECT_MSG_EQ(bench.GetEnd(), 17 * US, "one processor runs 17 us");
        }
        // Without limit: a and b together, then c: 12 us. A delay is not computation.
        graph = MakeGraph();
        const auto free = graph->AddCompute("a", OperationGraph::UNLIMITED, 10 * US);
        graph->AddCompute("b", OperationGraph::UNLIMITED, 5 * US);
        graph->AddDependency(graph->AddDelay("c", 0, 2 * US), free);
        graph->Seal();
        JobGraph other;
        other.ranks.push_back({graph, {}, {}});
        Bench unlimited(other);
        NS_TEST_EXPECT_MSG_EQ(unlimited.GetEnd(), 12 * US, "two at a time");
        const auto& account = unlimited.engine->GetLedger().GetAccount(0, 0);
        NS_TEST_EXPECT_MSG_EQ(account.compute, 10 * US, "computing");
        NS_TEST_EXPECT_MSG_EQ(account.idle, 2 * US, "the delay");
    }
};

/** Operation graphs as traces need them. */
class StreamOrderTestSuite : public TestSuite
{
  public:
    StreamOrderTestSuite()
        : TestSuite("weft-workload-stream-order", TestSuite::Type::UNIT)
    {
        AddTestCase(new AsReadyTestCase);
    }
};

StreamOrderTestSuite g_streamOrderTestSuite; ///< registers the suite

} // namespace
