/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-class-shaper.h"

#include "fabric-port.h"

#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::fabric
{

ClassShaper::ClassShaper(Port& port)
    : m_port(&port)
{
}

void
ClassShaper::Configure(const ClassRates& rates, uint64_t burstBytes)
{
    m_active = false;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        Bucket& bucket = m_buckets[priority];
        bucket.bitRate = rates.bitRate[priority];
        bucket.burst =
            bucket.bitRate && burstBytes ? SerializationTicks(burstBytes, bucket.bitRate) : 0;
        m_active |= bucket.bitRate != 0;
    }
}

void
ClassShaper::Charge(uint8_t priority, uint32_t linkBytes, Ticks at, Ticks now)
{
    Bucket& bucket = m_buckets[priority];
    m_charged = priority;
    m_before = bucket.notBefore;
    if (bucket.bitRate)
    {
        SetBucket(priority,
                  std::max(bucket.notBefore, at - bucket.burst) +
                      SerializationTicks(linkBytes, bucket.bitRate),
                  now);
    }
}

void
ClassShaper::Refund(Ticks now)
{
    if (m_charged < N_CLASSES && m_buckets[m_charged].bitRate)
    {
        SetBucket(m_charged, m_before, now);
    }
}

void
ClassShaper::SetBucket(uint8_t priority, Ticks notBefore, Ticks now)
{
    m_buckets[priority].notBefore = notBefore;
    const uint8_t bit = 1U << priority;
    if (notBefore <= now)
    {
        m_waiting &= ~bit;
        return;
    }
    m_waiting |= bit;
    Schedule(notBefore, now);
}

void
ClassShaper::Schedule(Ticks at, Ticks now)
{
    if (at < m_scheduled)
    {
        m_scheduled = at;
        Ref(); // the simulator drops one reference after the event
        Simulator::ScheduleWithContext(m_port->GetNode()->GetId(), TimeStep(at - now), this);
    }
}

void
ClassShaper::Notify()
{
    const Ticks now = NowTicks();
    if (!m_port || now != m_scheduled)
    {
        return; // another event was scheduled, for an earlier time
    }
    m_scheduled = NEVER;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (m_waiting & (1U << priority))
        {
            SetBucket(priority, m_buckets[priority].notBefore, now);
        }
    }
    m_port->ShaperChanged();
}

} // namespace ns3::fabric
