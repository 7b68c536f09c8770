/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_BRUCK_ALL_GATHER_H
#define COLLECTIVE_BRUCK_ALL_GATHER_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-gather by Bruck's algorithm: in round k rank r sends all it has, up to 2^k slices beginning
 * with its own, to rank r - 2^k (Bruck et al., "Efficient algorithms for all-to-all communications
 * in multiport message-passing systems", IEEE Trans. Parallel Distrib. Syst. 8, 1997). Fewest
 * rounds, no byte more than necessary, any number of ranks.
 *
 * On an idle network with latency a and b per byte: ceil(log2 n) a + (n-1)/n S b.
 */
class BruckAllGather : public Algorithm
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

#endif /* COLLECTIVE_BRUCK_ALL_GATHER_H */
