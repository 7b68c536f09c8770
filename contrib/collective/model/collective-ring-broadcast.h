/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RING_BROADCAST_H
#define COLLECTIVE_RING_BROADCAST_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * Broadcast on rings: the buffer passes all ranks in chunks, from the root along the ring to the
 * rank before the root. NCCL's broadcast.
 *
 * Every rank but the last sends the buffer once. On an idle network with latency a, b per byte and
 * k chunks: (n-1)(a + S/k b) + (k-1) S/k b.
 */
class RingBroadcast : public ChunkedAlgorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    bool DoSupports(CollectiveType type) const override;
    std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                      const Operation& operation,
                                      uint32_t rank) const override;
};

} // namespace ns3::collective

#endif /* COLLECTIVE_RING_BROADCAST_H */
