/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-test-bench.h"
#include "collective-test-subjects.h"

#include "ns3/boolean.h"
#include "ns3/fabric-time.h"
#include "ns3/random-variable-stream.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <string>

using namespace ns3;
using namespace ns3::collective;
using ns3::collective::test::GetLibrarySubjects;
using ns3::collective::test::GetSubjects;
using ns3::collective::test::IdealNetwork;
using ns3::collective::test::Subject;
using ns3::collective::test::TestBench;

namespace
{

/**
 * No algorithm waits for ever, whatever order ranks and messages come in: two collectives follow
 * each other at each rank, ranks join at random times, up to many collectives apart, messages take
 * random times, and there are as few slots as possible, with and without receiver credits.
 */
class ArrivalOrderTestCase : public TestCase
{
  public:
    /** @param subject what is tested */
    explicit ArrivalOrderTestCase(const Subject& subject)
        : TestCase("any order of " + subject.GetName()),
          m_subject(subject)
    {
    }

  private:
    void DoRun() override
    {
        int64_t seed = 1;
        for (const uint32_t n : {2, 3, 4, 7, 12, 16})
        {
            for (const bool credits : {false, true})
            {
                Execute(n, credits, seed++);
            }
        }
    }

    /** Two collectives on n ranks. */
    void Execute(uint32_t n, bool credits, int64_t seed)
    {
        IdealNetwork::Shape shape;
        shape.nAccelerators = n;
        shape.perServer = 1 + seed % 4;
        shape.latency = NanoSeconds(100);
        shape.jitter = MicroSeconds(20);
        shape.stream = seed;
        TestBench bench(shape);
        bench.SetAlgorithm(m_subject.type, m_subject.text);
        bench.engine->SetAttribute("ReceiverCredits", BooleanValue(credits));
        bench.engine->SetAttribute("Slots", UintegerValue(1 + seed % 2));
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(1000 + seed);
        Operation operation;
        operation.type = m_subject.type;
        operation.communicator = bench.AddWorld();
        operation.bytes = m_subject.type == CollectiveType::BARRIER ? 0 : 8 * n + 3;
        operation.root = random->GetInteger(0, n - 1);
        for (operation.sequence = 0; operation.sequence < 2; ++operation.sequence)
        {
            bench.Watch(operation);
            for (uint32_t rank = 0; rank < n; ++rank)
            {
                // The second one may come before the first one at other ranks, or at this one.
                bench.PostAt(NanoSeconds(random->GetInteger(0, 1000000)), rank, operation);
            }
        }
        const std::string where = std::to_string(n) + " ranks, seed " + std::to_string(seed);
        NS_TEST_ASSERT_MSG_EQ(bench.Run(), "", where);
        NS_TEST_ASSERT_MSG_EQ(bench.events.size(), 2 * n, where << ": not all ranks completed");
        NS_TEST_ASSERT_MSG_EQ(bench.engine->GetNPending(), 0, where);
    }

    const Subject m_subject; ///< what is tested
};

/** The unit test suite of orders of arrival. */
class OrdersTestSuite : public TestSuite
{
  public:
    OrdersTestSuite()
        : TestSuite("weft-collective-orders", TestSuite::Type::UNIT)
    {
        fabric::UsePicoseconds();
        for (const auto& subject : GetSubjects())
        {
            AddTestCase(new ArrivalOrderTestCase(subject));
        }
        for (const auto& subject : GetLibrarySubjects())
        {
            AddTestCase(new ArrivalOrderTestCase(subject));
        }
    }
};

OrdersTestSuite g_ordersTestSuite; ///< registers the suite

} // namespace
