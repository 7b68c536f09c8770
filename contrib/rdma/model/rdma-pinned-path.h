/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PINNED_PATH_H
#define RDMA_PINNED_PATH_H

#include "rdma-path-selector.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * One path that the user chose: a fixed entropy. With the hash of the switches known it puts a
 * queue pair on certain links, as HPN's library (SIGCOMM 2024) and central traffic engineering do.
 */
class PinnedPath : public PathSelector
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PinnedPath();
    ~PinnedPath() override;

    /** @param entropy the path */
    void SetEntropy(uint16_t entropy)
    {
        m_entropy = entropy;
    }

    /** @return the path */
    uint16_t GetEntropy() const
    {
        return m_entropy;
    }

  private:
    void DoStart(uint32_t localQpn, uint32_t remoteQpn) override;
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;

    uint16_t m_entropy{0}; ///< the path
};

} // namespace ns3::rdma

#endif /* RDMA_PINNED_PATH_H */
