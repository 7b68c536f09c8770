/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-credit-scheduler.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::fabric
{

CreditScheduler::CreditScheduler(Granter& granter,
                                 uint16_t port,
                                 uint64_t bitRate,
                                 uint32_t creditBytes)
    : m_granter(granter),
      m_bitRate(bitRate),
      m_creditBytes(creditBytes),
      m_port(port)
{
}

CreditScheduler::~CreditScheduler()
{
    m_event.Cancel();
}

void
CreditScheduler::Request(Client& client, uint64_t requested)
{
    client.requested = std::max(client.requested, requested);
    if (client.requested > client.granted && !client.active)
    {
        client.active = true;
        m_turns[client.priority].push_back(&client);
        m_occupied |= 1U << client.priority;
    }
    Kick();
}

void
CreditScheduler::Kick()
{
    if (m_occupied != 0 && m_event.IsExpired())
    {
        const Ticks now = NowTicks();
        if (now >= m_next)
        {
            Run();
        }
        else
        {
            m_event = Simulator::Schedule(TimeStep(m_next - now), &CreditScheduler::Run, this);
        }
    }
}

void
CreditScheduler::KickSoon()
{
    if (m_occupied != 0 && m_event.IsExpired())
    {
        const Ticks wait = std::max<Ticks>(m_next - NowTicks(), 0);
        m_event = Simulator::Schedule(TimeStep(wait), &CreditScheduler::Run, this);
    }
}

void
CreditScheduler::Run()
{
    if (m_occupied == 0 || !m_granter.IsReady(m_port))
    {
        return; // the next request, or the port, kicks again
    }
    const uint8_t priority = 31 - __builtin_clz(m_occupied);
    auto& turns = m_turns[priority];
    Client& client = *turns.front();
    turns.pop_front();
    const uint64_t bytes = std::min<uint64_t>(m_creditBytes, client.requested - client.granted);
    client.granted += bytes;
    client.active = client.requested > client.granted;
    if (client.active)
    {
        turns.push_back(&client);
    }
    else if (turns.empty())
    {
        m_occupied &= ~(1U << priority);
    }
    const Ticks now = NowTicks();
    m_next = now + SerializationTicks(bytes, m_bitRate);
    if (m_occupied != 0)
    {
        m_event = Simulator::Schedule(TimeStep(m_next - now), &CreditScheduler::Run, this);
    }
    m_granter.Grant(client, client.granted);
}

} // namespace ns3::fabric
