/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-outstanding-packets.h"

#include "ns3/assert.h"

#include <algorithm>

namespace ns3::rdma
{

void
OutstandingPackets::Start(uint64_t begin)
{
    m_begin = begin;
    m_end = begin;
    m_lostFrom = begin;
}

uint64_t
OutstandingPackets::FindLost()
{
    NS_ASSERT_MSG(m_nLost > 0, "nothing is lost");
    m_lostFrom = std::max(m_lostFrom, m_begin);
    while (At(m_lostFrom).state != State::LOST)
    {
        ++m_lostFrom;
    }
    return m_lostFrom;
}

void
OutstandingPackets::Send(uint64_t sequence, uint32_t payload, uint16_t entropy, Ticks now)
{
    if (sequence == m_end)
    {
        if (m_end - m_begin == m_capacity)
        {
            Grow();
        }
        ++m_end;
    }
    else
    {
        NS_ASSERT_MSG(Contains(sequence) && At(sequence).state == State::LOST,
                      "packet " << sequence << " is not to be sent again");
        --m_nLost;
    }
    At(sequence) = {now, payload, entropy, State::SENT};
    m_bytesInFlight += payload;
}

uint32_t
OutstandingPackets::Arrive(uint64_t sequence)
{
    Packet& packet = At(sequence);
    if (packet.state == State::ARRIVED)
    {
        return 0;
    }
    if (packet.state == State::LOST)
    {
        --m_nLost;
    }
    else
    {
        m_bytesInFlight -= packet.payload;
    }
    packet.state = State::ARRIVED;
    ++m_nArrived;
    return packet.payload;
}

uint64_t
OutstandingPackets::ArriveUpTo(uint64_t begin)
{
    uint64_t bytes = 0;
    while (m_begin < begin)
    {
        bytes += Arrive(m_begin);
        --m_nArrived;
        ++m_begin;
    }
    return bytes;
}

void
OutstandingPackets::Lose(uint64_t sequence)
{
    Packet& packet = At(sequence);
    NS_ASSERT_MSG(packet.state == State::SENT, "packet " << sequence << " is not in the network");
    packet.state = State::LOST;
    m_bytesInFlight -= packet.payload;
    ++m_nLost;
    m_lostFrom = std::min(m_lostFrom, sequence);
}

void
OutstandingPackets::Grow()
{
    const uint64_t capacity = m_capacity > 0 ? 2 * m_capacity : INITIAL_CAPACITY;
    std::unique_ptr<Packet[]> packets(new Packet[capacity]);
    for (uint64_t sequence = m_begin; sequence < m_end; ++sequence)
    {
        packets[sequence & (capacity - 1)] = At(sequence);
    }
    m_packets = std::move(packets);
    m_capacity = capacity;
}

} // namespace ns3::rdma
