/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_BRUCK_REDUCE_SCATTER_H
#define COLLECTIVE_BRUCK_REDUCE_SCATTER_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * Reduce-scatter by Bruck's algorithm backwards: the slices go back the ways that they take in
 * BruckAllGather, and are added up where these ways part there. Fewest rounds, no byte more than
 * necessary, any number of ranks.
 *
 * On an idle network with latency a and b per byte: ceil(log2 n) a + (n-1)/n S b.
 */
class BruckReduceScatter : public Algorithm
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

#endif /* COLLECTIVE_BRUCK_REDUCE_SCATTER_H */
