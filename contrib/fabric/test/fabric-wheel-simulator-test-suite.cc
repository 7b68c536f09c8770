/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/config.h"
#include "ns3/event-id.h"
#include "ns3/fabric-wheel-simulator-impl.h"
#include "ns3/global-value.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/type-id.h"

#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

using namespace ns3;
using namespace ns3::fabric;

namespace
{

/** Runs with another simulator and event list than those that are configured. */
class OtherSimulator
{
  public:
    /** @param simulator type of the simulator @param scheduler type of its event list */
    OtherSimulator(const std::string& simulator, const std::string& scheduler)
    {
        Simulator::Destroy();
        for (const auto& [name, value] :
             {std::pair<std::string, std::string>{"SimulatorImplementationType", simulator},
              std::pair<std::string, std::string>{"SchedulerType", scheduler}})
        {
            StringValue before;
            GlobalValue::GetValueByName(name, before);
            m_before[name] = before.Get();
            Config::SetGlobal(name, StringValue(value));
        }
    }

    ~OtherSimulator()
    {
        Simulator::Destroy();
        for (const auto& [name, value] : m_before)
        {
            Config::SetGlobal(name, StringValue(value));
        }
    }

  private:
    std::map<std::string, std::string> m_before; ///< global values to restore
};

/** A random program of events that schedule, cancel, remove and ask, with a log of all it sees. */
class RandomProgram
{
  public:
    /** @return the log */
    std::string Run()
    {
        m_random = CreateObject<UniformRandomVariable>();
        m_random->SetStream(11);
        for (uint32_t context = 0; context < 20; ++context)
        {
            Simulator::ScheduleWithContext(
                context, NanoSeconds(context % 3), &RandomProgram::Step, this, context);
        }
        Simulator::ScheduleDestroy(&RandomProgram::Note, this, std::string("destroy"));
        const auto cancelled =
            Simulator::ScheduleDestroy(&RandomProgram::Note, this, std::string("not this"));
        const auto removed =
            Simulator::ScheduleDestroy(&RandomProgram::Note, this, std::string("nor this"));
        Simulator::Cancel(cancelled);
        Simulator::Remove(removed);
        m_log << cancelled.IsExpired() << removed.IsExpired() << "\n";
        Simulator::Stop(MicroSeconds(40));
        Simulator::Run();
        m_log << "stopped at " << Simulator::Now().GetTimeStep() << " finished "
              << Simulator::IsFinished() << "\n";
        Simulator::Stop(MicroSeconds(200));
        Simulator::Run();
        m_log << "events " << Simulator::GetEventCount() << "\n";
        Simulator::Destroy();
        return m_log.str();
    }

  private:
    /** Do something random, and go on. @param id what to log */
    void Step(uint32_t id)
    {
        m_log << Simulator::Now().GetTimeStep() << " " << Simulator::GetContext() << " " << id
              << "\n";
        if (m_next > 20'000)
        {
            return;
        }
        // More than one child on average, at most some microseconds ahead, often at the same time.
        const uint32_t children = m_random->GetInteger(0, 3);
        for (uint32_t i = 0; i < children; ++i)
        {
            const Time delay = PicoSeconds(m_random->GetInteger(0, 40) * 100'000);
            m_ids.push_back(delay.IsZero()
                                ? Simulator::ScheduleNow(&RandomProgram::Step, this, ++m_next)
                                : Simulator::Schedule(delay, &RandomProgram::Step, this, ++m_next));
        }
        if (m_ids.empty())
        {
            return;
        }
        const uint32_t k = m_random->GetInteger(0, m_ids.size() - 1);
        const EventId chosen = m_ids[k];
        m_log << "left " << Simulator::GetDelayLeft(chosen).GetTimeStep() << " expired "
              << chosen.IsExpired() << "\n";
        switch (m_random->GetInteger(0, 4))
        {
        case 0:
            Simulator::Cancel(chosen);
            break;
        case 1:
            Simulator::Remove(chosen);
            break;
        default:
            return;
        }
        m_log << "expired " << chosen.IsExpired() << "\n";
        m_ids[k] = m_ids.back();
        m_ids.pop_back();
    }

    /** @param what to log */
    void Note(std::string what)
    {
        m_log << what << "\n";
    }

    Ptr<UniformRandomVariable> m_random; ///< chance
    std::vector<EventId> m_ids;          ///< some of the events
    uint32_t m_next{1000};               ///< next id
    std::ostringstream m_log;            ///< what happened
};

/** The same program gives the same log as with ns-3's own simulator. */
class SameRunTestCase : public TestCase
{
  public:
    /** @param scheduler type of the event list */
    explicit SameRunTestCase(const std::string& scheduler)
        : TestCase("Same run as DefaultSimulatorImpl, events in " + scheduler),
          m_scheduler(scheduler)
    {
    }

  private:
    /** @param simulator type @param scheduler type @return log of the program */
    static std::string RunWith(const std::string& simulator, const std::string& scheduler)
    {
        const OtherSimulator other(simulator, scheduler);
        return RandomProgram().Run();
    }

    void DoRun() override
    {
        const std::string expected = RunWith("ns3::DefaultSimulatorImpl", "ns3::MapScheduler");
        const std::string seen = RunWith("ns3::fabric::WheelSimulatorImpl", m_scheduler);
        NS_TEST_EXPECT_MSG_GT(expected.size(), 100'000, "the program does something");
        NS_TEST_EXPECT_MSG_EQ((seen == expected), true, "same log");
    }

    std::string m_scheduler; ///< type of the event list
};

/** Events of another thread, and a change of the event list with events in it. */
class ThreadsAndListsTestCase : public TestCase
{
  public:
    ThreadsAndListsTestCase()
        : TestCase("Events from another thread, and a new event list, lose nothing")
    {
    }

  private:
    void DoRun() override
    {
        const OtherSimulator other("ns3::fabric::WheelSimulatorImpl",
                                   "ns3::fabric::WheelScheduler");
        uint32_t ran = 0;
        uint32_t contexts = 0;
        const auto count = [&ran, &contexts]()
        {
            ++ran;
            contexts += Simulator::GetContext();
        };
        Simulator::Schedule(NanoSeconds(1), []() {}); // makes the simulator, in this thread
        NS_TEST_ASSERT_MSG_NE(WheelSimulatorImpl::Get(), nullptr, "it is the one that runs");
        std::thread thread(
            [&count]()
            {
                for (uint32_t i = 0; i < 100; ++i)
                {
                    Simulator::ScheduleWithContext(i, NanoSeconds(i), count);
                }
            });
        thread.join();
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(ran, 100, "all ran");
        NS_TEST_EXPECT_MSG_EQ(contexts, 4950, "in their contexts: 0 + 1 + ... + 99");

        for (uint32_t i = 0; i < 100; ++i)
        {
            Simulator::ScheduleWithContext(i, MicroSeconds(i), count);
        }
        Simulator::SetScheduler(ObjectFactory("ns3::MapScheduler"));
        Simulator::Stop(NanoSeconds(49'500));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(ran, 150, "those at 0 to 49 us");
        Simulator::SetScheduler(ObjectFactory("ns3::fabric::WheelScheduler"));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(ran, 200, "the rest");
    }
};

/** Suite: the simulator. */
class FabricWheelSimulatorTestSuite : public TestSuite
{
  public:
    FabricWheelSimulatorTestSuite()
        : TestSuite("weft-fabric-wheel-simulator", TestSuite::Type::UNIT)
    {
        AddTestCase(new SameRunTestCase("ns3::fabric::WheelScheduler"));
        AddTestCase(new SameRunTestCase("ns3::MapScheduler"));
        AddTestCase(new ThreadsAndListsTestCase());
    }

  private:
    void DoSetup() override
    {
        UsePicoseconds();
    }
};

FabricWheelSimulatorTestSuite g_fabricWheelSimulatorTestSuite; ///< registers the suite

} // namespace
