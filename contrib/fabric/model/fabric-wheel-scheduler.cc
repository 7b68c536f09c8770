/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-wheel-scheduler.h"

#include "ns3/assert.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(WheelScheduler);

TypeId
WheelScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::WheelScheduler")
                            .SetParent<Scheduler>()
                            .SetGroupName("Fabric")
                            .AddConstructor<WheelScheduler>();
    return tid;
}

WheelScheduler::WheelScheduler() = default;

WheelScheduler::~WheelScheduler() = default;

void
WheelScheduler::Insert(const Event& ev)
{
    m_wheel.Insert(ev);
}

bool
WheelScheduler::IsEmpty() const
{
    return m_wheel.IsEmpty();
}

Scheduler::Event
WheelScheduler::PeekNext() const
{
    NS_ASSERT_MSG(!IsEmpty(), "no event");
    return m_wheel.GetNext();
}

Scheduler::Event
WheelScheduler::RemoveNext()
{
    NS_ASSERT_MSG(!IsEmpty(), "no event");
    return m_wheel.RemoveNext();
}

void
WheelScheduler::Remove(const Event& ev)
{
    m_wheel.Remove(ev);
}

} // namespace ns3::fabric
