/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_WHEEL_SIMULATOR_IMPL_H
#define FABRIC_WHEEL_SIMULATOR_IMPL_H

#include "fabric-event-wheel.h"
#include "fabric-time.h"

#include "ns3/event-id.h"
#include "ns3/event-impl.h"
#include "ns3/ptr.h"
#include "ns3/simulator-impl.h"

#include <atomic>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * ns-3's DefaultSimulatorImpl with an EventWheel as its own: the same events in the same order,
 * without the calls through three objects and the event ids that each event of the stock one
 * costs. Chosen with the global value SimulatorImplementationType.
 *
 * With any SchedulerType but WheelScheduler it keeps its events in that scheduler. Events may be
 * scheduled from other threads, as ns-3 allows it, by ScheduleWithContext alone.
 *
 * Differs from DefaultSimulatorImpl: PreEventHook is not called, and in the wheel event ids may
 * wrap around (after 4 billion events) without changing the order of events of one time.
 */
class WheelSimulatorImpl final : public SimulatorImpl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    WheelSimulatorImpl();
    ~WheelSimulatorImpl() override;

    /** @return the instance that runs the simulation, or null if another type does */
    static WheelSimulatorImpl* Get()
    {
        return s_instance;
    }

    /**
     * What ScheduleWithContext does for the thread of the simulation.
     *
     * @param context node of the event
     * @param delay from now, time steps, not negative
     * @param event the event, one reference of which is handed over
     */
    void Insert(uint32_t context, Ticks delay, EventImpl* event)
    {
        Add(event, static_cast<uint64_t>(m_now + delay), NextUid(), context);
    }

    // ns3::SimulatorImpl
    void Destroy() override;
    bool IsFinished() const override;
    void Stop() override;
    /** The result is an EventId since ns-3.41. */
    decltype(std::declval<SimulatorImpl&>().Stop(std::declval<const Time&>())) Stop(
        const Time& delay) override;
    EventId Schedule(const Time& delay, EventImpl* event) override;
    void ScheduleWithContext(uint32_t context, const Time& delay, EventImpl* event) override;
    EventId ScheduleNow(EventImpl* event) override;
    EventId ScheduleDestroy(EventImpl* event) override;
    void Remove(const EventId& id) override;
    void Cancel(const EventId& id) override;
    bool IsExpired(const EventId& id) const override;
    void Run() override;
    Time Now() const override;
    Time GetDelayLeft(const EventId& id) const override;
    Time GetMaximumSimulationTime() const override;
    void SetScheduler(ObjectFactory schedulerFactory) override;
    uint32_t GetSystemId() const override;
    uint32_t GetContext() const override;
    uint64_t GetEventCount() const override;

  protected:
    void DoDispose() override;

  private:
    /** An event from another thread; its delay counts from when we take it. */
    struct Foreign
    {
        uint32_t context; ///< node of the event
        Ticks delay;      ///< from when it is taken
        EventImpl* event; ///< the event
    };

    /** @return id of a new event */
    uint32_t NextUid()
    {
        if (m_uid < EventId::UID::VALID)
        {
            m_uid = EventId::UID::VALID; // it has wrapped around
        }
        return m_uid++;
    }

    /** Keep an event. @param event what @param at when @param uid its id @param context its node */
    void Add(EventImpl* event, uint64_t at, uint32_t uid, uint32_t context)
    {
        if (!m_scheduler)
        {
            m_wheel.Insert(event, at, uid, context);
        }
        else
        {
            m_scheduler->Insert({event, {at, uid, context}});
        }
    }

    /** @return whether no event is left */
    bool IsEmpty() const
    {
        return m_scheduler ? m_scheduler->IsEmpty() : m_wheel.IsEmpty();
    }

    /** @return the next event, taken out */
    Scheduler::Event Take()
    {
        return m_scheduler ? m_scheduler->RemoveNext() : m_wheel.RemoveNext();
    }

    /** Keep the events that other threads have scheduled. */
    void TakeForeign();

    static WheelSimulatorImpl* s_instance; ///< there is one simulator, as in ns-3

    EventWheel m_wheel;                      ///< the events
    Ptr<Scheduler> m_scheduler;              ///< the events, if the user wants another list
    Ticks m_now{0};                          ///< the time
    uint64_t m_eventCount{0};                ///< events executed
    uint32_t m_uid{EventId::UID::VALID};     ///< id of the next event
    uint32_t m_currentUid{EventId::INVALID}; ///< id of the event that is being executed
    uint32_t m_context;                      ///< its node
    bool m_stop{false};                      ///< stop after this event
    std::atomic<bool> m_hasForeign{false};   ///< m_foreign is not empty
    std::vector<Foreign> m_foreign;          ///< events from other threads
    std::mutex m_foreignMutex;               ///< guards m_foreign
    std::thread::id m_thread;                ///< of the simulation
    std::list<EventId> m_destroyEvents;      ///< for the end
};

/**
 * @ingroup fabric
 * Schedule an event object that is used again and again: Simulator::ScheduleWithContext without its
 * indirections, if a WheelSimulatorImpl runs. Only from the thread of the simulation.
 *
 * @param context node of the event
 * @param delay from now, time steps, not negative
 * @param event the event; a reference is taken, which the simulator drops after the event
 */
inline void
ScheduleAgain(uint32_t context, Ticks delay, EventImpl* event)
{
    event->Ref();
    if (WheelSimulatorImpl* simulator = WheelSimulatorImpl::Get())
    {
        simulator->Insert(context, delay, event);
    }
    else
    {
        Simulator::ScheduleWithContext(context, TimeStep(delay), event);
    }
}

} // namespace ns3::fabric

#endif /* FABRIC_WHEEL_SIMULATOR_IMPL_H */
