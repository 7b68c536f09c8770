/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RING_ALL_GATHER_H
#define COLLECTIVE_RING_ALL_GATHER_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-gather on rings: n-1 steps, in which the slice of each rank passes all other ranks.
 *
 * A rank sends and receives (n-1)/n of the buffer. On an idle network with latency a and b per
 * byte: (n-1)a + (n-1)/n S b with one chunk per step.
 */
class RingAllGather : public ChunkedAlgorithm
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

#endif /* COLLECTIVE_RING_ALL_GATHER_H */
