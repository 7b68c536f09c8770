/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-transmit-scheduler.h"

#include "rdma-queue-pair.h"

#include <algorithm>

namespace ns3::rdma
{

uint32_t&
TransmitPlace::Of(QueuePair& queuePair)
{
    return queuePair.GetTransmitState().place;
}

TransmitScheduler::TransmitScheduler(fabric::Port& port)
    : m_port(port),
      m_alarm(new Alarm<TransmitScheduler, &TransmitScheduler::Wake>(this))
{
}

TransmitScheduler::~TransmitScheduler()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
TransmitScheduler::SetContext(uint32_t context)
{
    m_alarm->SetContext(context);
}

void
TransmitScheduler::RaiseQuantum(uint32_t frameBytes)
{
    m_quantum = std::max<int32_t>(m_quantum, frameBytes);
}

void
TransmitScheduler::Update(QueuePair& queuePair)
{
    TransmitState& state = queuePair.GetTransmitState();
    if (state.inRing)
    {
        return; // should it not be its time, that is found out at its turn
    }
    const Ticks now = fabric::NowTicks();
    const bool waiting = m_waiting.Contains(queuePair);
    if (!waiting)
    {
        Admit(state, now);
    }
    if (state.notBefore > now)
    {
        Wait(queuePair, now);
        return;
    }
    if (waiting)
    {
        m_waiting.Remove(queuePair);
    }
    PushRing(queuePair);
    m_port.Kick();
}

void
TransmitScheduler::UpdateLater(QueuePair& queuePair)
{
    TransmitState& state = queuePair.GetTransmitState();
    if (state.inRing)
    {
        return;
    }
    const Ticks now = fabric::NowTicks();
    if (!m_waiting.Contains(queuePair))
    {
        Admit(state, now);
    }
    Wait(queuePair, now);
}

void
TransmitScheduler::Remove(QueuePair& queuePair)
{
    TransmitState& state = queuePair.GetTransmitState();
    m_served = nullptr;
    if (m_waiting.Contains(queuePair))
    {
        m_waiting.Remove(queuePair);
    }
    if (!state.inRing)
    {
        return;
    }
    // Turn the ring until it is the first, and then back to where it was.
    QueuePair*& tail = m_tails[state.priority];
    QueuePair* const last = tail;
    while (tail->GetTransmitState().next != &queuePair)
    {
        tail = tail->GetTransmitState().next;
    }
    QueuePair* const before = tail;
    PopRing(state.priority);
    if (m_occupied & (1U << state.priority))
    {
        tail = last == &queuePair ? before : last;
    }
}

void
TransmitScheduler::Admit(TransmitState& state, Ticks now) const
{
    state.deficit = m_quantum;
    state.notBefore = std::max(state.notBefore, now);
}

void
TransmitScheduler::Wait(QueuePair& queuePair, Ticks now)
{
    const Ticks time = queuePair.GetTransmitState().notBefore;
    if (m_waiting.Contains(queuePair))
    {
        m_waiting.Update(queuePair, time);
    }
    else
    {
        m_waiting.Push(queuePair, time);
    }
    // The earliest may be overdue, while the port is busy.
    m_alarm->SetNoLater(std::max(now, m_waiting.GetTopTime()));
}

void
TransmitScheduler::PrefetchNext() const
{
    if (m_occupied)
    {
        m_tails[31 - __builtin_clz(m_occupied)]->PrefetchState();
    }
}

fabric::Frame*
TransmitScheduler::Pull(uint8_t eligible, Ticks at)
{
    MoveDue(at);
    while (const uint8_t candidates = m_occupied & eligible)
    {
        const uint8_t priority = 31 - __builtin_clz(candidates);
        QueuePair& queuePair = *m_tails[priority]->GetTransmitState().next;
        TransmitState& state = queuePair.GetTransmitState();
        if (!queuePair.CanSend())
        {
            PopRing(priority);
            continue;
        }
        if (state.notBefore > at)
        {
            PopRing(priority);
            m_waiting.Push(queuePair, state.notBefore);
            continue;
        }
        m_served = &queuePair;
        fabric::Frame* frame = queuePair.MakeFrame(at);
        state.deficit -= frame->bytes;
        if (!queuePair.CanSend())
        {
            PopRing(priority);
        }
        else if (state.notBefore > at &&
                 state.notBefore > at + m_port.GetSerialization(frame->bytes))
        {
            PopRing(priority);
            m_waiting.Push(queuePair, state.notBefore);
        }
        else if (state.deficit <= 0)
        {
            state.deficit += m_quantum;
            m_tails[priority] = &queuePair;
        }
        return frame;
    }
    if (!m_waiting.IsEmpty())
    {
        m_alarm->SetNoLater(m_waiting.GetTopTime());
    }
    return nullptr;
}

bool
TransmitScheduler::WillPull(uint8_t eligible, Ticks at)
{
    MoveDue(at); // the port sends nothing before
    if (m_occupied & eligible)
    {
        return true;
    }
    if (!m_waiting.IsEmpty())
    {
        m_alarm->SetNoLater(m_waiting.GetTopTime());
    }
    return false;
}

void
TransmitScheduler::Wake()
{
    m_port.Kick(); // which pulls, now or when it is idle; and that sets the next alarm
}

void
TransmitScheduler::MoveDue(Ticks now)
{
    while (!m_waiting.IsEmpty() && m_waiting.GetTopTime() <= now)
    {
        PushRing(m_waiting.Pop());
    }
}

void
TransmitScheduler::PushRing(QueuePair& queuePair)
{
    TransmitState& state = queuePair.GetTransmitState();
    state.inRing = true;
    QueuePair*& tail = m_tails[state.priority];
    if (tail)
    {
        state.next = tail->GetTransmitState().next;
        tail->GetTransmitState().next = &queuePair;
    }
    else
    {
        state.next = &queuePair;
        m_occupied |= 1U << state.priority;
    }
    tail = &queuePair;
}

void
TransmitScheduler::PopRing(uint8_t priority)
{
    QueuePair*& tail = m_tails[priority];
    TransmitState& first = tail->GetTransmitState().next->GetTransmitState();
    first.inRing = false;
    if (first.next == tail->GetTransmitState().next)
    {
        tail = nullptr;
        m_occupied &= ~(1U << priority);
        return;
    }
    tail->GetTransmitState().next = first.next;
}

} // namespace ns3::rdma
