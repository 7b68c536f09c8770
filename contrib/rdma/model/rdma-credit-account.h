/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CREDIT_ACCOUNT_H
#define RDMA_CREDIT_ACCOUNT_H

#include "rdma-congestion-control.h"

#include <algorithm>
#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The sender's book of receiver credit (Ultra Ethernet RCCC; EQDS, NSDI 2022): what the receiver
 * granted and is not used, and a speculative amount to start with, which lapses at the first word
 * from the receiver. What is granted beyond the limit is lost.
 */
class CreditAccount
{
  public:
    /** @param limit most credit held, and speculative credit, message bytes */
    void Start(int64_t limit)
    {
        m_limit = limit;
    }

    /** There is something to send after a pause: speculate. */
    void Activate()
    {
        m_speculative = m_limit;
    }

    /** The receiver has been heard of: no more speculation. */
    void StopSpeculating()
    {
        m_speculative = 0;
    }

    /** @return whether speculative credit is left */
    bool IsSpeculating() const
    {
        return m_speculative > 0;
    }

    /** @param bytes that leave; granted credit goes first */
    void Spend(uint32_t bytes)
    {
        (m_credit > 0 || m_speculative <= 0 ? m_credit : m_speculative) -= bytes;
    }

    /** @param granted since the start, units modulo 2^32 */
    void Grant(uint32_t granted)
    {
        const auto news = static_cast<int32_t>(granted - m_granted);
        if (news > 0)
        {
            m_granted = granted;
            m_credit = std::min(m_credit + int64_t{news} * CREDIT_UNIT_BYTES, m_limit);
        }
        StopSpeculating();
    }

    /** @return credit left, message bytes; not above 0: nothing may leave */
    int64_t GetCredit() const
    {
        return std::max(m_credit, m_speculative);
    }

    /**
     * @param backlog message bytes that wait
     * @param mtu message bytes of a full packet, asked for at least while speculating
     * @return credit to ask for, since the start, units modulo 2^32
     */
    uint32_t GetTarget(uint64_t backlog, uint32_t mtu) const
    {
        int64_t wanted = std::min<int64_t>(backlog, m_limit) - m_credit;
        wanted = std::max<int64_t>(wanted, IsSpeculating() ? mtu : 0);
        return m_granted +
               static_cast<uint32_t>((wanted + CREDIT_UNIT_BYTES - 1) / CREDIT_UNIT_BYTES);
    }

  private:
    int64_t m_limit{0};       ///< most credit held
    int64_t m_credit{0};      ///< granted and not used; below 0 by part of a packet
    int64_t m_speculative{0}; ///< speculative and not used
    uint32_t m_granted{0};    ///< granted since the start, units
};

} // namespace ns3::rdma

#endif /* RDMA_CREDIT_ACCOUNT_H */
