/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RING_REDUCE_H
#define COLLECTIVE_RING_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * Reduce on rings: the buffer passes all ranks in chunks, from the rank behind the root along the
 * ring to the root, and every rank adds its own data. NCCL's reduce.
 *
 * Every rank but the root sends the buffer once. On an idle network with latency a, b per byte and
 * k chunks: (n-1)(a + S/k b) + (k-1) S/k b.
 */
class RingReduce : public ChunkedAlgorithm
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

#endif /* COLLECTIVE_RING_REDUCE_H */
