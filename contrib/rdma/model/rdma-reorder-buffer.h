/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_REORDER_BUFFER_H
#define RDMA_REORDER_BUFFER_H

#include "rdma-sequence-bitmap.h"

#include "ns3/fabric-frame.h"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What a receiver knows of packets that came before one that is still missing: their transport
 * headers. Their data lie in the memory of the user already (direct data placement), so a NIC needs
 * no more than this, and no buffer of packets.
 *
 * Holds no memory until the first packet comes early.
 */
class ReorderBuffer
{
  public:
    /** @param expected first packet that may come */
    void Start(uint64_t expected)
    {
        m_arrived.Start(expected);
    }

    /** @return which packets are here */
    const SequenceBitmap& GetArrived() const
    {
        return m_arrived;
    }

    /** @return whether there is none */
    bool IsEmpty() const
    {
        return m_arrived.IsEmpty();
    }

    /** @param sequence a packet @return whether it is here */
    bool Contains(uint64_t sequence) const
    {
        return m_arrived.Test(sequence);
    }

    /** @param sequence a packet that came early @param fields its transport headers */
    void Insert(uint64_t sequence, const fabric::RoceFields& fields)
    {
        const uint64_t distance = sequence - m_arrived.GetBegin();
        if (distance >= m_capacity)
        {
            Grow(distance + 1);
        }
        m_arrived.Set(sequence);
        m_fields[sequence & (m_capacity - 1)] = fields;
    }

    /** @param sequence a packet that is here @return its transport headers */
    const fabric::RoceFields& Get(uint64_t sequence) const
    {
        return m_fields[sequence & (m_capacity - 1)];
    }

    /** @param expected the packet that is next in order; what is known of those before is dropped
     */
    void Advance(uint64_t expected)
    {
        m_arrived.Advance(expected);
    }

    /** @param sequence a packet of which nothing is known any more */
    void Remove(uint64_t sequence)
    {
        m_arrived.Clear(sequence);
    }

  private:
    /** Make room. @param packets from the first one of the window */
    void Grow(uint64_t packets)
    {
        uint64_t capacity = std::max<uint64_t>(m_capacity, INITIAL_CAPACITY);
        while (capacity < packets)
        {
            capacity *= 2;
        }
        std::unique_ptr<fabric::RoceFields[]> fields(new fabric::RoceFields[capacity]);
        const uint64_t end = m_arrived.GetBegin() + m_capacity;
        for (uint64_t at = m_arrived.FindSet(m_arrived.GetBegin(), end); at < end;
             at = m_arrived.FindSet(at + 1, end))
        {
            fields[at & (capacity - 1)] = Get(at);
        }
        m_fields = std::move(fields);
        m_capacity = capacity;
    }

    static constexpr uint64_t INITIAL_CAPACITY = 64; ///< packets; a power of two

    SequenceBitmap m_arrived;                       ///< which packets are here
    std::unique_ptr<fabric::RoceFields[]> m_fields; ///< theirs, by sequence modulo the capacity
    uint64_t m_capacity{0};                         ///< packets, 0 or a power of two
};

} // namespace ns3::rdma

#endif /* RDMA_REORDER_BUFFER_H */
