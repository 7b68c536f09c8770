/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nic.h"
#include "rdma-queue-pair.h"

#include "ns3/node.h"
#include "ns3/simulator.h"

// What a NIC does when its ports lose their links.

namespace ns3::rdma
{

namespace
{

/** Between two looks at a port without link by which something is to be sent: 1 ms. */
constexpr Ticks LOOK_INTERVAL = 1'000'000'000;

} // namespace

bool
Nic::IsReachable(uint16_t port) const
{
    for (const PortEntry& entry : m_ports)
    {
        if (entry.first == m_ports[port].first && entry.port->IsLinkUp())
        {
            return true;
        }
    }
    return false;
}

void
Nic::LinkChanged(fabric::Port& port)
{
    const uint16_t index = port.GetOwnerIndex();
    if (!port.IsLinkUp())
    {
        m_ports[index].downSince = fabric::NowTicks();
        WatchLink(index);
    }
    for (std::size_t bond = 0; bond < m_bonds.size(); ++bond)
    {
        if (m_bonds[bond].front() == m_ports[index].first)
        {
            Simulator::ScheduleWithContext(
                port.GetNode()->GetId(), m_failoverTime, &Nic::Rebalance, this, bond);
        }
    }
}

void
Nic::WatchLink(uint16_t port)
{
    PortEntry& entry = m_ports[port];
    if (!entry.watched)
    {
        entry.watched = true;
        Simulator::ScheduleWithContext(
            entry.port->GetNode()->GetId(), TimeStep(LOOK_INTERVAL), &Nic::LookAtLink, this, port);
    }
}

void
Nic::LookAtLink(uint16_t port)
{
    if (m_ports.empty())
    {
        return; // disposed
    }
    m_ports[port].watched = false;
    if (m_ports[port].port->IsLinkUp())
    {
        return;
    }
    const bool over = fabric::NowTicks() - m_ports[port].downSince >= m_linkTimeout.GetTimeStep() &&
                      !IsReachable(port);
    // What is told of it may make or destroy queue pairs.
    for (std::size_t i = 0; i < m_queuePairs.size(); ++i)
    {
        const Ptr<QueuePair> queuePair = m_queuePairs[i];
        if (queuePair == m_tombstone || queuePair->GetPortIndex() != port || !queuePair->HasWork())
        {
            continue;
        }
        if (!over)
        {
            WatchLink(port);
            return;
        }
        queuePair->Fail(CompletionStatus::RETRY_EXCEEDED);
    }
}

} // namespace ns3::rdma
