/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SINGLE_PATH_H
#define RDMA_SINGLE_PATH_H

#include "rdma-path-selector.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * One path for the life of the queue pair: what a RoCEv2 NIC does. The entropy follows from both
 * queue pair numbers, see ConnectionEntropy.
 */
class SinglePath : public PathSelector
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SinglePath();
    ~SinglePath() override;

  private:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;

    uint16_t m_entropy{0}; ///< the path
};

} // namespace ns3::rdma

#endif /* RDMA_SINGLE_PATH_H */
