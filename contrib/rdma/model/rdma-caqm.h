/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_CAQM_H
#define RDMA_CAQM_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * A window that the switches grant, for queues near zero: the sender of CAQM (Unified Bus base
 * specification, 6.6.1.3). A frame asks for an increase (I and Hint); each switch lets that pass or
 * refuses it, and may say that the window is to shrink (C). By the echo of the acknowledgment
 *
 *     C clear, I set: W += Hint        C set, I clear: W -= Decrease x acknowledged bytes
 *     both set: both                   both clear: W stays
 *
 * The specification counts C in units that it leaves open; here a C takes a share of the bytes that
 * it came with, as switches with fabric::ShareGrantStamper expect. Left open are also when to ask
 * and for how much: here once per window, on average, at distances that differ from window to
 * window so that flows do not ask in a fixed order; for LeastHint, doubled up to MostHint after
 * each request that was granted without C, and LeastHint again after one that was refused.
 *
 * The window is paced over BaseRtt, and begins with one packet unless InitialWindow says otherwise.
 */
class Caqm : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Caqm();
    ~Caqm() override;

    /** @return hint of the next request */
    uint8_t GetHint() const
    {
        return m_hint;
    }

  private:
    void DoStart() override;
    void DoSent(const Sent& sent) override;
    void DoAck(const Ack& ack) override;

    /** Let the next frame ask, or not. @param hint what for, 0 for nothing */
    void Ask(uint8_t hint);

    /** @return whether window and pace, not the user, hold data back: else W must not grow */
    bool IsUsed(const Ack& ack) const;

    double m_decrease;      ///< share of acknowledged bytes that a C takes
    uint32_t m_unit;        ///< bytes of a hint of 1
    uint8_t m_leastHint;    ///< least hint
    uint8_t m_mostHint;     ///< largest hint
    uint8_t m_hint{0};      ///< of the next request
    uint32_t m_requests{0}; ///< requests so far
    double m_untilAsk{0};   ///< message bytes to send before the next
};

} // namespace ns3::rdma

#endif /* RDMA_CAQM_H */
