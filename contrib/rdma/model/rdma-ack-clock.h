/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ACK_CLOCK_H
#define RDMA_ACK_CLOCK_H

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Tells round trips apart by what was sent and acknowledged: take a mark now, and the round that
 * begins here is over once anything is acknowledged that left after it. Counts bytes, not sequence
 * numbers, so that it works under every reliability scheme.
 */
class AckClock
{
  public:
    /** @param bytes message bytes that left for the first time */
    void Sent(uint64_t bytes)
    {
        m_sent += bytes;
    }

    /** @param bytes message bytes newly acknowledged */
    void Acked(uint64_t bytes)
    {
        m_acked += bytes;
    }

    /** @return the present, for IsPast */
    uint64_t GetMark() const
    {
        return m_sent;
    }

    /** @param mark a mark @return whether more is acknowledged than had left by then */
    bool IsPast(uint64_t mark) const
    {
        return m_acked > mark;
    }

  private:
    uint64_t m_sent{0};  ///< bytes that ever left, once each
    uint64_t m_acked{0}; ///< bytes acknowledged
};

} // namespace ns3::rdma

#endif /* RDMA_ACK_CLOCK_H */
