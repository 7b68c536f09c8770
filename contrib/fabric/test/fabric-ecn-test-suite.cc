/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-test-net.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/fabric-ecn-agent.h"
#include "ns3/fabric-ecn-thresholds.h"
#include "ns3/fabric-per-class-marker.h"
#include "ns3/fabric-proportional-ecn-policy.h"
#include "ns3/fabric-step-marker.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <vector>

using namespace ns3;
using namespace ns3::fabric;
using namespace ns3::fabric::tests;

namespace
{

/** Thresholds of steps, and of classes. */
class StepTestCase : public TestCase
{
  public:
    StepTestCase()
        : TestCase("Step marking, and a marker for each class")
    {
    }

  private:
    void DoRun() override
    {
        auto step = CreateObject<StepMarker>();
        step->Setup(100'000'000'000);
        Frame frame{};
        // 97.5 KB at 10 Gb/s are 975 KB at 100 Gb/s.
        NS_TEST_EXPECT_MSG_EQ(step->GetEffectiveThreshold(), 975'000, "in proportion");
        NS_TEST_EXPECT_MSG_EQ(step->IsMarked(frame, 975'000), false, "at the step");
        NS_TEST_EXPECT_MSG_EQ(step->IsMarked(frame, 975'001), true, "above the step");

        auto classes = CreateObject<PerClassMarker>();
        classes->SetAttribute(
            "Class3", StringValue("ns3::fabric::StepMarker[Threshold=5000|ReferenceRate=0bps]"));
        classes->SetAttribute(
            "Class5", StringValue("ns3::fabric::StepMarker[Threshold=1000|ReferenceRate=0bps]"));
        classes->Setup(100'000'000'000);
        NS_TEST_EXPECT_MSG_EQ(classes->AssignStreams(7), 1, "one stream number per port");
        const bool expected[][3] = {{false, false, false}, {false, true, true}, {true, true, true}};
        const uint64_t queues[] = {1001, 5001, 10'000'000};
        const uint8_t priorities[] = {0, 3, 5};
        for (int c = 0; c < 3; ++c)
        {
            for (int q = 0; q < 3; ++q)
            {
                frame.priority = priorities[c];
                NS_TEST_EXPECT_MSG_EQ(classes->IsMarked(frame, queues[q]),
                                      expected[c][q],
                                      "class " << +priorities[c] << ", queue " << queues[q]);
            }
        }
    }
};

/** The thresholds of the DCQCN paper. */
class ThresholdsTestCase : public TestCase
{
  public:
    ThresholdsTestCase()
        : TestCase("ECN before PFC: 24.47 and 21.75 KB of the DCQCN paper")
    {
    }

  private:
    void DoRun() override
    {
        // Trident II: 12 MB, 32 ports, 22.4 KB of headroom for each of 256 queues, beta = 8.
        // (12,000,000 - 256 x 22,400) / 256 = 6,265,600 / 256 = 24,475
        // 8 / 9 of that: 21,755.6
        const EcnPfcParameters trident{12'000'000, 32, 22'400, 8};
        NS_TEST_EXPECT_MSG_EQ(StaticPfcThreshold(trident), 24'475.0, "static PFC threshold");
        NS_TEST_EXPECT_MSG_EQ_TOL(EcnThresholdBound(trident), 21'755.5556, 1e-3, "ECN bound");
    }
};

/** Marks on arrival and on leaving. */
class EnqueueTestCase : public TestCase
{
  public:
    EnqueueTestCase()
        : TestCase("Marking at dequeue and at enqueue")
    {
    }

  private:
    /** @param atEnqueue when the marker looks @return which of six frames are marked */
    std::vector<bool> Run(bool atEnqueue)
    {
        Star star(3, "100Gbps", MicroSeconds(1), 0);
        ObjectFactory factory("ns3::fabric::StepMarker");
        factory.Set("Threshold", UintegerValue(1500));
        factory.Set("ReferenceRate", DataRateValue(DataRate(0)));
        factory.Set("AtEnqueue", BooleanValue(atEnqueue));
        star.sw->SetMarkerFactory(factory);
        star.hosts[0]->Send(2, 3, 1000);
        star.hosts[1]->Send(2, 3, 1000);
        Simulator::Run();
        std::vector<bool> marked;
        for (const auto& arrival : star.hosts[2]->arrivals)
        {
            marked.push_back(arrival.ecn == Ecn::CE);
        }
        NS_TEST_EXPECT_MSG_EQ(star.sw->GetPort(2).GetCounters().ecnMarks, 2, "counted");
        Simulator::Destroy();
        return marked;
    }

    void DoRun() override
    {
        // Frames of 80 ns, two at 1.08, 1.16 and 1.24 us, leave at 1.08 + 0.08 k. The port chooses
        // the first two when they come and the third at 1.16 for 1.24; then the fourth, fifth and
        // sixth wait together. With itself, a frame that leaves is in a queue of 1000, 1000, 1000,
        // 3000, 2000, 1000 bytes; one that joins in one of 1000, 1000, 1000, 1000, 2000, 3000.
        const auto dequeue = Run(false);
        const auto enqueue = Run(true);
        NS_TEST_ASSERT_MSG_EQ(dequeue.size(), 6, "all arrive");
        NS_TEST_ASSERT_MSG_EQ(enqueue.size(), 6, "all arrive");
        for (int k = 0; k < 6; ++k)
        {
            NS_TEST_EXPECT_MSG_EQ(dequeue[k], (k == 3 || k == 4), "on leaving, frame " << k);
            NS_TEST_EXPECT_MSG_EQ(enqueue[k], (k == 4 || k == 5), "on joining, frame " << k);
        }
    }
};

/** The law of the controller. */
class PolicyTestCase : public TestCase
{
  public:
    PolicyTestCase()
        : TestCase("The proportional policy, case by case")
    {
    }

  private:
    void DoRun() override
    {
        // 100 Gb/s for 10 us: q* = 125,000 bytes. u* = 0.95, g = 0.5.
        auto policy = CreateObject<ProportionalEcnPolicy>();
        EcnObservation seen{};
        seen.bitRate = 100'000'000'000;
        seen.current = {100'000, 400'000, 0.2};
        // full, twice q*: f = 1 - 0.5 x 0.5 = 0.75
        Check(*policy, seen, 250'000, 1.0, 10, {75'000, 300'000, 0.2 / 0.75});
        // not full, and marking: f = 1 + 0.5 x 0.45 / 0.95 = 1.2368421; 494,736.8
        Check(*policy, seen, 250'000, 0.5, 10, {123'684, 494'736, 0.2 / 1.2368421});
        // not full, but not for our marks; full, with a short queue
        Check(*policy, seen, 250'000, 0.5, 0, seen.current);
        Check(*policy, seen, 125'000, 0.95, 10, seen.current);
        // full, 1000 q*: f = 0.5005; 15,015 is below the least
        seen.current = {7'500, 30'000, 0.2};
        Check(*policy, seen, 125'000'000, 1.0, 10, {5'000, 20'000, 0.2 / 0.5005});
        // starved: f = 1.5; 12 MB is above the largest, 0.012 / 1.5 below the least probability
        seen.current = {2'000'000, 8'000'000, 0.012};
        Check(*policy, seen, 0, 0.0, 1, {2'560'000, 10'240'000, 0.01});
    }

    /** Ask the policy. */
    void Check(EcnPolicy& policy,
               EcnObservation seen,
               double queue,
               double utilization,
               uint64_t marks,
               const EcnThresholds& expected)
    {
        seen.meanQueueBytes = queue;
        seen.utilization = utilization;
        seen.marks = marks;
        const EcnThresholds next = policy.Decide(seen);
        NS_TEST_EXPECT_MSG_EQ(next.kmin, expected.kmin, "Kmin");
        NS_TEST_EXPECT_MSG_EQ(next.kmax, expected.kmax, "Kmax");
        NS_TEST_EXPECT_MSG_EQ_TOL(next.pmax, expected.pmax, 1e-6, "Pmax");
    }
};

/** What the agent sees, and when it sleeps. */
class AgentTestCase : public TestCase
{
  public:
    AgentTestCase()
        : TestCase("The agent of a switch: observations and sleep")
    {
    }

  private:
    /** A decision. */
    struct Decision
    {
        Ticks at;                 ///< when
        uint16_t port;            ///< where
        EcnObservation seen;      ///< what was seen
        EcnThresholds thresholds; ///< what was decided
    };

    void Note(uint16_t port, const EcnObservation& seen, const EcnThresholds& thresholds)
    {
        m_decisions.push_back({NowTicks(), port, seen, thresholds});
    }

    void DoRun() override
    {
        Config::SetDefault("ns3::fabric::EcnAgent::Interval", TimeValue(MicroSeconds(10)));
        Star star(3, "100Gbps", MicroSeconds(1), 0);
        ObjectFactory factory("ns3::fabric::RedMarker");
        factory.Set("Kmin", UintegerValue(1'000'000));
        factory.Set("Kmax", UintegerValue(1'000'000));
        factory.Set("ReferenceRate", DataRateValue(DataRate(0)));
        star.sw->SetMarkerFactory(factory);
        star.sw->Initialize();
        Config::SetDefault("ns3::fabric::EcnAgent::Interval", TimeValue(Time(0)));
        star.sw->GetEcnAgent()->TraceConnectWithoutContext(
            "Tuned", MakeCallback(&AgentTestCase::Note, this));
        // Two hosts send 200 frames of 80 ns each from 0 and again from 1 ms; the switch is busy
        // for 400 frames, 32 us: from 1.08 to 33.08 us, and so on. Intervals end at 11.08, 21.08,
        // 31.08 and 41.08 us. In the fifth nothing is sent: the agent sleeps from 51.08 us on.
        for (const auto& host : {star.hosts[0].get(), star.hosts[1].get()})
        {
            host->Saturate(2, 200, 1000);
            Simulator::ScheduleWithContext(
                host->node->GetId(), MilliSeconds(1), [host] { host->Saturate(2, 200, 1000); });
        }
        Simulator::Run();
        NS_TEST_ASSERT_MSG_EQ(m_decisions.size(), 8, "four for each burst");
        for (std::size_t i = 0; i < 8; ++i)
        {
            const Decision& decision = m_decisions[i];
            const Ticks burst = i < 4 ? 0 : 1'000'000'000;
            NS_TEST_EXPECT_MSG_EQ(decision.at,
                                  burst + 11'080'000 + 10'000'000 * static_cast<Ticks>(i % 4),
                                  "time of decision " << i);
            NS_TEST_EXPECT_MSG_EQ(decision.port, 2, "the port that sent");
        }
        // 10 us of 80 ns: 125 frames; that which starts at 11.08 is chosen only then
        const EcnObservation& first = m_decisions[0].seen;
        NS_TEST_EXPECT_MSG_EQ(first.txFrames, 125, "frames");
        NS_TEST_EXPECT_MSG_EQ(first.txBytes, 125'000, "bytes");
        NS_TEST_EXPECT_MSG_EQ(first.utilization, 1.0, "busy");
        NS_TEST_EXPECT_MSG_EQ(first.marks, 0, "the queue stays below Kmin");
        // Every 80 ns the queue grows by a frame: by 12.5 frames in 1 us. Samples 1 to 10 us after
        // the beginning: 68.75 frames in the mean, 125 at the end, less one or two on their way.
        NS_TEST_EXPECT_MSG_EQ_TOL(first.meanQueueBytes, 67'500, 1'500, "mean queue");
        NS_TEST_EXPECT_MSG_EQ_TOL(first.maxQueueBytes, 124'000, 1'500, "longest queue");
        NS_TEST_EXPECT_MSG_EQ(first.current.kmax, 1'000'000, "what was in force");
        // below q* = 125,000 in the mean: left alone. In the second interval the queue is 125 to
        // 200 frames until 17.08 us and shrinks then: above q*, the thresholds come down.
        NS_TEST_EXPECT_MSG_EQ(m_decisions[0].thresholds.kmax, 1'000'000, "left alone");
        NS_TEST_EXPECT_MSG_LT(m_decisions[1].thresholds.kmax, 1'000'000, "brought down");
        auto marker = DynamicCast<RedMarker>(star.sw->GetMarker(2));
        NS_TEST_EXPECT_MSG_EQ(
            marker->GetThresholds().kmax, m_decisions.back().thresholds.kmax, "and in force");
        Simulator::Destroy();
    }

    std::vector<Decision> m_decisions; ///< all decisions
};

/** ECN marking and its tuning. */
class EcnTestSuite : public TestSuite
{
  public:
    EcnTestSuite()
        : TestSuite("weft-fabric-ecn", TestSuite::Type::UNIT)
    {
        UsePicoseconds();
        AddTestCase(new StepTestCase);
        AddTestCase(new ThresholdsTestCase);
        AddTestCase(new EnqueueTestCase);
        AddTestCase(new PolicyTestCase);
        AddTestCase(new AgentTestCase);
    }
};

EcnTestSuite g_ecnTestSuite; ///< the suite

} // namespace
