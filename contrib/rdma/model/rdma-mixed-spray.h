/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_MIXED_SPRAY_H
#define RDMA_MIXED_SPRAY_H

#include "rdma-bitmap-spray.h"
#include "rdma-ring-buffer.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The paths of packets that were acknowledged without an ECN mark are used again, in that order;
 * where none is left, the packet takes the next path that is not penalised, as BitmapSpray. Both
 * hear of everything.
 *
 * Source: UecMpMixed, the default of the Ultra Ethernet Consortium's reference model (uet-htsim,
 * uec_mp.cpp).
 */
class MixedSpray : public BitmapSpray
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    MixedSpray();
    ~MixedSpray() override;

  private:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
    void DoAck(const Feedback& feedback) override;

    RingBuffer<uint16_t> m_good; ///< entropy of good paths, oldest first
};

} // namespace ns3::rdma

#endif /* RDMA_MIXED_SPRAY_H */
