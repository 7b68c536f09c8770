/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_BITMAP_SPRAY_H
#define RDMA_BITMAP_SPRAY_H

#include "rdma-entropy-set.h"

#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Spraying that passes over paths which were congested lately. Each path has a penalty: an ECN
 * mark, a negative acknowledgment (a trimmed packet) or a loss on it adds to it, up to a limit. In
 * its round (see EntropySet::Walk) the sender takes the first path without penalty; of those that
 * it steps over, the first one has its penalty lowered by one. If all are penalised it takes the
 * one after a whole round.
 *
 * Source: UecMpBitmap of the Ultra Ethernet Consortium's reference model (uet-htsim, uec_mp.cpp).
 */
class BitmapSpray : public EntropySet
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    BitmapSpray();
    ~BitmapSpray() override;

    /** @param path number of a path @return its penalty */
    uint8_t GetPenalty(uint32_t path) const
    {
        return m_penalties[path];
    }

  protected:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
    void DoAck(const Feedback& feedback) override;
    void DoNack(const Feedback& feedback) override;
    void DoLoss(Ticks now, uint16_t entropy) override;

  private:
    /** @param entropy of a path @param penalty to add */
    void Penalize(uint16_t entropy, uint8_t penalty);

    uint8_t m_ecnPenalty{0};          ///< for an ECN mark
    uint8_t m_nackPenalty{0};         ///< for a negative acknowledgment
    uint8_t m_lossPenalty{0};         ///< for a loss
    uint8_t m_maxPenalty{0};          ///< the most that a path has
    std::vector<uint8_t> m_penalties; ///< by path
};

} // namespace ns3::rdma

#endif /* RDMA_BITMAP_SPRAY_H */
