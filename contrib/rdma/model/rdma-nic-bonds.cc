/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nic.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

// Ports of a NIC that share an address.

namespace ns3::rdma
{

namespace
{

/** @return a hash of 64 bits (the finaliser of MurmurHash3) */
uint64_t
Mix(uint64_t value)
{
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdULL;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53ULL;
    return value ^ value >> 33;
}

} // namespace

void
Nic::AddBond(const std::vector<uint16_t>& ports)
{
    NS_ABORT_MSG_IF(ports.size() < 2 || m_nDestroyed + m_queuePairs.size() > 0,
                    "a bond has two ports or more, and is made before queue pairs");
    const fabric::Port& first = GetPort(ports.front());
    for (const uint16_t port : ports)
    {
        NS_ABORT_MSG_IF(GetPort(port).GetFabricAddress() != first.GetFabricAddress() ||
                            GetPort(port).GetBitRate() != first.GetBitRate(),
                        "the ports of a bond have one address and rate");
        m_ports[port].first = ports.front();
    }
    m_bonds.push_back(ports);
}

void
Nic::ChoosePort(QueuePair& queuePair)
{
    const uint16_t first = m_ports[queuePair.GetPortIndex()].first;
    for (const auto& bond : m_bonds)
    {
        if (bond.front() != first)
        {
            continue;
        }
        uint64_t choice = queuePair.GetQpn();
        if (m_bondUse == HASH)
        {
            const uint64_t numbers = uint64_t{queuePair.GetQpn()} << 32 | queuePair.GetRemoteQpn();
            const uint64_t addresses =
                uint64_t{GetPort(first).GetFabricAddress()} << 32 | queuePair.GetRemoteAddress();
            choice = Mix(numbers ^ Mix(addresses));
        }
        std::vector<uint16_t> live;
        for (const uint16_t port : bond)
        {
            if (GetPort(port).IsLinkUp())
            {
                live.push_back(port);
            }
        }
        uint16_t port = bond[choice % bond.size()];
        if (!GetPort(port).IsLinkUp() && !live.empty())
        {
            port = live[choice / bond.size() % live.size()];
        }
        if (port != queuePair.GetPortIndex())
        {
            queuePair.MoveToPort(port);
        }
        return;
    }
}

uint64_t
Nic::GetLiveRate(uint16_t port) const
{
    uint64_t rate = 0;
    for (const PortEntry& entry : m_ports)
    {
        if (entry.first == m_ports[port].first && entry.port->IsLinkUp())
        {
            rate += entry.port->GetBitRate();
        }
    }
    return rate > 0 ? rate : GetPort(port).GetBitRate();
}

void
Nic::Rebalance(std::size_t bond)
{
    if (m_ports.empty())
    {
        return; // disposed
    }
    const uint16_t first = m_bonds[bond].front();
    if (const auto& pacer = m_ports[first].creditPacer)
    {
        pacer->Setup(GetLiveRate(first), GetPort(first).GetNode()->GetId());
    }
    for (const auto& queuePair : m_queuePairs)
    {
        if (queuePair != m_tombstone && m_ports[queuePair->GetPortIndex()].first == first)
        {
            const uint16_t before = queuePair->GetPortIndex();
            ChoosePort(*queuePair);
            m_nPortChanges += queuePair->GetPortIndex() != before;
        }
    }
}

} // namespace ns3::rdma
