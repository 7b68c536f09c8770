/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-link-direction.h"

#include "fabric-frame-error-model.h"
#include "fabric-link.h"
#include "fabric-port.h"
#include "fabric-wheel-simulator-impl.h"

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
    const Ticks latency = delay + (m_receiver ? m_receiver->GetReceiveLatency() : 0);
    m_shortened |= m_count > 0 && latency < m_latency;
    m_latency = latency;
}

Ticks
LinkDirection::BehindLast(Ticks at)
{
    // Frames sent after the delay was shortened must not overtake those in flight.
    if (m_count == 0)
    {
        m_shortened = false;
        return at;
    }
    return std::max(at, m_ring[(m_head + m_count - 1) & m_mask].at);
}

void
LinkDirection::SetErrorModel(FrameErrorModel* errors)
{
    m_errors = errors;
    m_hasErrors = errors != nullptr;
}

void
LinkDirection::Prefetch(unsigned step) const
{
    if (!m_receiver || m_count == 0)
    {
        return;
    }
    const InFlight& first = m_ring[m_head];
    switch (step)
    {
    case 0:
        __builtin_prefetch(&first);
        __builtin_prefetch(&m_ring[(m_head + 1) & m_mask]);
        m_receiver->PrefetchState();
        break;
    case 1:
        __builtin_prefetch(first.frame);
        if (m_receiver->GetFabricAddress() != BROADCAST_ADDRESS)
        {
            __builtin_prefetch(&first.frame->roce.destinationQp); // a NIC reads all of it
        }
        m_receiver->PrefetchOwner();
        break;
    case 2:
        m_receiver->PrefetchForFrame(*first.frame);
        break;
    default:
        m_receiver->PrefetchDeep(*first.frame);
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
    if (m_count > 0)
    {
        const InFlight& next = m_ring[m_head];
        Schedule(next.at, now);
        // It was sent a propagation delay ago and may have left the caches since.
        __builtin_prefetch(next.frame);
        if (m_receiver->GetFabricAddress() != BROADCAST_ADDRESS)
        {
            __builtin_prefetch(&next.frame->roce.destinationQp); // a NIC reads all of it
        }
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
    ScheduleAgain(m_context, at - now, this);
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
