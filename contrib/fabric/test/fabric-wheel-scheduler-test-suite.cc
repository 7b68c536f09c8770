/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/fabric-wheel-scheduler.h"
#include "ns3/map-scheduler.h"
#include "ns3/random-variable-stream.h"
#include "ns3/test.h"

#include <vector>

using namespace ns3;
using namespace ns3::fabric;

namespace
{

/** Random insertions and removals come out in the same order as from ns-3's MapScheduler. */
class SameOrderTestCase : public TestCase
{
  public:
    /** @param what for the name @param spread typical distance of events, time steps */
    SameOrderTestCase(const std::string& what, uint64_t spread)
        : TestCase("Same order as MapScheduler: " + what),
          m_spread(spread)
    {
    }

  private:
    void DoRun() override
    {
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(7);
        auto reference = CreateObject<MapScheduler>();
        auto wheel = CreateObject<WheelScheduler>();
        std::vector<Scheduler::Event> pending;
        uint64_t now = 0;
        uint32_t uid = 0;
        for (int i = 0; i < 100'000; ++i)
        {
            const double what = random->GetValue(0.0, 1.0);
            if (what < 0.52 || reference->IsEmpty())
            {
                // A tenth at once, a tenth far away, the rest within the spread, in steps that
                // make equal times likely.
                const double kind = random->GetValue(0.0, 1.0);
                uint64_t delay =
                    static_cast<uint64_t>(random->GetValue(0.0, 1.0) * 16) * (m_spread / 16);
                delay = kind < 0.1 ? 0 : kind < 0.2 ? delay * 1000 : delay;
                Scheduler::Event event;
                event.impl = nullptr;
                event.key.m_ts = now + delay;
                event.key.m_uid = uid++;
                event.key.m_context = 0;
                reference->Insert(event);
                wheel->Insert(event);
                pending.push_back(event);
            }
            else if (what < 0.97)
            {
                NS_TEST_ASSERT_MSG_EQ(wheel->PeekNext().key.m_uid,
                                      reference->PeekNext().key.m_uid,
                                      "same next event");
                const auto event = reference->RemoveNext();
                NS_TEST_ASSERT_MSG_EQ(
                    wheel->RemoveNext().key.m_uid, event.key.m_uid, "same event removed");
                now = event.key.m_ts;
            }
            else
            {
                // Take one out of the middle that is still there.
                const auto k = random->GetInteger(0, pending.size() - 1);
                const auto event = pending[k];
                pending[k] = pending.back();
                pending.pop_back();
                if (event.key.m_ts > now)
                {
                    reference->Remove(event);
                    wheel->Remove(event);
                }
            }
            NS_TEST_ASSERT_MSG_EQ(wheel->IsEmpty(), reference->IsEmpty(), "same emptiness");
        }
        while (!reference->IsEmpty())
        {
            NS_TEST_ASSERT_MSG_EQ(
                wheel->RemoveNext().key.m_uid, reference->RemoveNext().key.m_uid, "same rest");
        }
        NS_TEST_EXPECT_MSG_EQ(wheel->IsEmpty(), true, "empty in the end");
    }

    uint64_t m_spread; ///< typical distance of events
};

/** Ids of 32 bits wrap around; events of one time keep the order in which they were scheduled. */
class WrapTestCase : public TestCase
{
  public:
    WrapTestCase()
        : TestCase("Order of events whose ids wrap around")
    {
    }

  private:
    void DoRun() override
    {
        auto wheel = CreateObject<WheelScheduler>();
        const std::vector<uint32_t> uids = {UINT32_MAX - 1, UINT32_MAX, 4, 5};
        // All at one time, of the current slot (0) and of one ahead.
        for (const uint64_t at : {0, 100'000})
        {
            for (const uint32_t uid : uids)
            {
                wheel->Insert({nullptr, {at, uid, 0}});
            }
        }
        for (int time = 0; time < 2; ++time)
        {
            for (const uint32_t uid : uids)
            {
                NS_TEST_EXPECT_MSG_EQ(wheel->RemoveNext().key.m_uid, uid, "as scheduled");
            }
        }
    }
};

/** Suite: the event list. */
class FabricWheelSchedulerTestSuite : public TestSuite
{
  public:
    FabricWheelSchedulerTestSuite()
        : TestSuite("weft-fabric-wheel-scheduler", TestSuite::Type::UNIT)
    {
        AddTestCase(new SameOrderTestCase("within a slot", 512));
        AddTestCase(new WrapTestCase());
        AddTestCase(new SameOrderTestCase("within the wheel", 2'000'000));
        AddTestCase(new SameOrderTestCase("beyond the wheel", 500'000'000));
    }
};

FabricWheelSchedulerTestSuite g_fabricWheelSchedulerTestSuite; ///< registers the suite

} // namespace
