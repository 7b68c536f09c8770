/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-retransmission-timers.h"

#include "rdma-queue-pair.h"

#include <algorithm>

namespace ns3::rdma
{

uint32_t&
TimerPlace::Of(QueuePair& queuePair)
{
    return queuePair.GetTimerState().place;
}

RetransmissionTimers::RetransmissionTimers()
    : m_alarm(new Alarm<RetransmissionTimers, &RetransmissionTimers::Wake>(this))
{
}

RetransmissionTimers::~RetransmissionTimers()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
RetransmissionTimers::SetContext(uint32_t context)
{
    m_alarm->SetContext(context);
}

void
RetransmissionTimers::Set(QueuePair& queuePair, Ticks at)
{
    queuePair.GetTimerState().at = at;
    if (!m_heap.Contains(queuePair))
    {
        m_heap.Push(queuePair, at);
    }
    else if (at < m_heap.GetTime(queuePair))
    {
        m_heap.Update(queuePair, at);
    }
    else
    {
        return;
    }
    m_alarm->SetNoLater(std::min(at, fabric::NowTicks() + HORIZON));
}

void
RetransmissionTimers::Remove(QueuePair& queuePair)
{
    queuePair.GetTimerState().at = NEVER;
    if (m_heap.Contains(queuePair))
    {
        m_heap.Remove(queuePair);
    }
}

void
RetransmissionTimers::Wake()
{
    const Ticks now = fabric::NowTicks();
    while (!m_heap.IsEmpty())
    {
        QueuePair& queuePair = m_heap.GetTop();
        TimerState& state = queuePair.GetTimerState();
        if (state.at != NEVER && m_heap.GetTopTime() > now)
        {
            break;
        }
        if (state.at > now && state.at != NEVER)
        {
            m_heap.Update(queuePair, state.at);
            continue;
        }
        const bool expired = state.at != NEVER;
        m_heap.Pop();
        if (expired)
        {
            state.at = NEVER;
            queuePair.HandleTimer();
        }
    }
    if (!m_heap.IsEmpty())
    {
        m_alarm->SetNoLater(std::min(m_heap.GetTopTime(), now + HORIZON));
    }
}

} // namespace ns3::rdma
