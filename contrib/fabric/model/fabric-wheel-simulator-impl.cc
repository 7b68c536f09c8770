/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-wheel-simulator-impl.h"

#include "fabric-wheel-scheduler.h"

#include "ns3/assert.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(WheelSimulatorImpl);

WheelSimulatorImpl* WheelSimulatorImpl::s_instance = nullptr;

TypeId
WheelSimulatorImpl::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::WheelSimulatorImpl")
                            .SetParent<SimulatorImpl>()
                            .SetGroupName("Fabric")
                            .AddConstructor<WheelSimulatorImpl>();
    return tid;
}

WheelSimulatorImpl::WheelSimulatorImpl()
    : m_context(Simulator::NO_CONTEXT),
      m_thread(std::this_thread::get_id())
{
    s_instance = this;
    Clock::s_now = &m_now;
}

WheelSimulatorImpl::~WheelSimulatorImpl()
{
    if (s_instance == this)
    {
        s_instance = nullptr;
        Clock::s_now = nullptr;
    }
}

void
WheelSimulatorImpl::DoDispose()
{
    TakeForeign();
    while (!IsEmpty())
    {
        Take().impl->Unref();
    }
    m_scheduler = nullptr;
    SimulatorImpl::DoDispose();
}

void
WheelSimulatorImpl::Destroy()
{
    while (!m_destroyEvents.empty())
    {
        Ptr<EventImpl> event = m_destroyEvents.front().PeekEventImpl();
        m_destroyEvents.pop_front();
        if (!event->IsCancelled())
        {
            event->Invoke();
        }
    }
}

void
WheelSimulatorImpl::SetScheduler(ObjectFactory schedulerFactory)
{
    Ptr<Scheduler> scheduler;
    if (schedulerFactory.GetTypeId() != WheelScheduler::GetTypeId())
    {
        scheduler = schedulerFactory.Create<Scheduler>();
    }
    std::vector<Scheduler::Event> events;
    while (!IsEmpty())
    {
        events.push_back(Take());
    }
    m_scheduler = scheduler;
    m_wheel = EventWheel();
    for (const auto& ev : events)
    {
        Add(ev.impl, ev.key.m_ts, ev.key.m_uid, ev.key.m_context);
    }
}

bool
WheelSimulatorImpl::IsFinished() const
{
    return m_stop || IsEmpty();
}

void
WheelSimulatorImpl::Run()
{
    m_thread = std::this_thread::get_id();
    TakeForeign();
    m_stop = false;
    while (!m_stop && !IsEmpty())
    {
        const Scheduler::Event next = Take();
        NS_ASSERT_MSG(static_cast<Ticks>(next.key.m_ts) >= m_now, "an event of the past");
        ++m_eventCount;
        m_now = next.key.m_ts;
        m_context = next.key.m_context;
        m_currentUid = next.key.m_uid;
        next.impl->Invoke();
        next.impl->Unref();
        if (m_hasForeign.load(std::memory_order_relaxed))
        {
            TakeForeign();
        }
    }
}

void
WheelSimulatorImpl::Stop()
{
    m_stop = true;
}

decltype(std::declval<SimulatorImpl&>().Stop(std::declval<const Time&>()))
WheelSimulatorImpl::Stop(const Time& delay)
{
    using Result = decltype(std::declval<SimulatorImpl&>().Stop(delay));
    return static_cast<Result>(Simulator::Schedule(delay, &Simulator::Stop));
}

EventId
WheelSimulatorImpl::Schedule(const Time& delay, EventImpl* event)
{
    NS_ASSERT_MSG(m_thread == std::this_thread::get_id(),
                  "other threads schedule by ScheduleWithContext");
    NS_ASSERT_MSG(!delay.IsStrictlyNegative(), "an event in the past");
    const auto at = static_cast<uint64_t>(m_now + delay.GetTimeStep());
    const uint32_t uid = NextUid();
    Add(event, at, uid, m_context);
    return EventId(event, at, m_context, uid);
}

void
WheelSimulatorImpl::ScheduleWithContext(uint32_t context, const Time& delay, EventImpl* event)
{
    if (m_thread == std::this_thread::get_id())
    {
        NS_ASSERT_MSG(!delay.IsStrictlyNegative(), "an event in the past");
        Insert(context, delay.GetTimeStep(), event);
        return;
    }
    const std::lock_guard<std::mutex> lock(m_foreignMutex);
    m_foreign.push_back({context, delay.GetTimeStep(), event});
    m_hasForeign = true;
}

void
WheelSimulatorImpl::TakeForeign()
{
    std::vector<Foreign> events;
    {
        const std::lock_guard<std::mutex> lock(m_foreignMutex);
        events.swap(m_foreign);
        m_hasForeign = false;
    }
    for (const Foreign& foreign : events)
    {
        Insert(foreign.context, foreign.delay, foreign.event);
    }
}

EventId
WheelSimulatorImpl::ScheduleNow(EventImpl* event)
{
    return Schedule(Time(0), event);
}

EventId
WheelSimulatorImpl::ScheduleDestroy(EventImpl* event)
{
    EventId id(Ptr<EventImpl>(event, false), m_now, Simulator::NO_CONTEXT, EventId::UID::DESTROY);
    m_destroyEvents.push_back(id);
    return id;
}

void
WheelSimulatorImpl::Remove(const EventId& id)
{
    if (id.GetUid() == EventId::UID::DESTROY)
    {
        m_destroyEvents.remove(id);
        return;
    }
    if (IsExpired(id))
    {
        return;
    }
    const Scheduler::Event event{id.PeekEventImpl(), {id.GetTs(), id.GetUid(), id.GetContext()}};
    if (m_scheduler)
    {
        m_scheduler->Remove(event);
    }
    else
    {
        m_wheel.Remove(event);
    }
    event.impl->Cancel();
    event.impl->Unref();
}

void
WheelSimulatorImpl::Cancel(const EventId& id)
{
    if (!IsExpired(id))
    {
        id.PeekEventImpl()->Cancel();
    }
}

bool
WheelSimulatorImpl::IsExpired(const EventId& id) const
{
    EventImpl* event = id.PeekEventImpl();
    if (!event || event->IsCancelled())
    {
        return true;
    }
    if (id.GetUid() == EventId::UID::DESTROY)
    {
        return std::find(m_destroyEvents.begin(), m_destroyEvents.end(), id) ==
               m_destroyEvents.end();
    }
    const auto at = static_cast<Ticks>(id.GetTs());
    // Ids of one time differ by less than half of their range.
    return at < m_now || (at == m_now && static_cast<int32_t>(id.GetUid() - m_currentUid) <= 0);
}

Time
WheelSimulatorImpl::Now() const
{
    return TimeStep(m_now);
}

Time
WheelSimulatorImpl::GetDelayLeft(const EventId& id) const
{
    return IsExpired(id) ? TimeStep(0) : TimeStep(id.GetTs() - m_now);
}

Time
WheelSimulatorImpl::GetMaximumSimulationTime() const
{
    return TimeStep(INT64_MAX);
}

uint32_t
WheelSimulatorImpl::GetSystemId() const
{
    return 0;
}

uint32_t
WheelSimulatorImpl::GetContext() const
{
    return m_context;
}

uint64_t
WheelSimulatorImpl::GetEventCount() const
{
    return m_eventCount;
}

} // namespace ns3::fabric
