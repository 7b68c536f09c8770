/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-link-direction.h"

#include "fabric-frame-error-model.h"
#include "fabric-link.h"
#include "fabric-port.h"

#include "ns3/node.h"

namespace ns3::fabric
{

namespace
{
constexpr uint32_t INITIAL_FRAMES = 8; ///< of a ring, a power of two
} // namespace

LinkDirection::LinkDirection(Link& link, std::size_t end)
    : m_ring(std::make_unique<InFlight[]>(INITIAL_FRAMES)),
      m_mask(INITIAL_FRAMES - 1),
      m_link(link),
      m_end(end)
{
}

LinkDirection::~LinkDirection() = default;

void
LinkDirection::SetReceiver(Port* receiver)
{
    m_receiver = receiver;
    m_context = receiver->GetNode()->GetId();
    SetDelay(m_delay);
}

void
LinkDirection::SetDelay(Ticks delay)
{
    m_delay = delay;
    m_latency = delay + (m_receiver ? m_receiver->GetReceiveLatency() : 0);
}

void
LinkDirection::SetErrorModel(FrameErrorModel* errors)
{
    m_errors = errors;
    m_hasErrors = errors != nullptr;
}

void
LinkDirection::PrefetchState() const
{
    if (m_receiver)
    {
        __builtin_prefetch(&m_ring[m_head]);
        m_receiver->PrefetchForArrival();
    }
}

void
LinkDirection::Flush()
{
    while (m_count > 0)
    {
        m_link.Lose(m_end, Pop());
    }
}

uint64_t
LinkDirection::GetBytes() const
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < m_count; ++i)
    {
        bytes += m_ring[(m_head + i) & m_mask].frame->bytes;
    }
    return bytes;
}

void
LinkDirection::Notify()
{
    const Ticks now = NowTicks();
    if (!m_receiver || now != m_scheduled)
    {
        return; // another event was scheduled, for an earlier time
    }
    m_scheduled = NEVER;
    if (m_count == 0)
    {
        return; // recalled or flushed
    }
    if (m_ring[m_head].at > now)
    {
        Schedule(m_ring[m_head].at, now); // recalled or flushed, then filled again
        return;
    }
    Frame* frame = Pop();
    __builtin_prefetch(&frame->bytes);
    if (m_count > 0)
    {
        Schedule(m_ring[m_head].at, now);
    }
    if (m_hasErrors && m_errors->IsLost(*frame))
    {
        m_link.Lose(m_end, frame);
        return;
    }
    m_receiver->FrameArrived(frame, now);
}

void
LinkDirection::Schedule(Ticks at, Ticks now)
{
    m_scheduled = at;
    Ref(); // the simulator drops one reference after the event
    Simulator::ScheduleWithContext(m_context, TimeStep(at - now), this);
}

void
LinkDirection::Grow()
{
    auto ring = std::make_unique<InFlight[]>(2 * (m_mask + 1));
    for (uint32_t i = 0; i < m_count; ++i)
    {
        ring[i] = m_ring[(m_head + i) & m_mask];
    }
    m_ring = std::move(ring);
    m_mask = 2 * m_mask + 1;
    m_head = 0;
}

} // namespace ns3::fabric
