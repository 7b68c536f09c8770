/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_HALVING_DOUBLING_ALL_REDUCE_H
#define COLLECTIVE_HALVING_DOUBLING_ALL_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-reduce by recursive halving and doubling (Rabenseifner, "Optimization of collective reduction
 * operations", ICCS 2004): in round k rank r exchanges with the rank whose number differs in bit k,
 * gives away one half of what it is responsible for, and adds what it gets to the other half; then
 * the same backwards, getting complete data. The largest messages go to the nearest ranks. Any
 * number of ranks (PowerOfTwo).
 *
 * On an idle network with latency a and b per byte and n = 2^l: 2 l a + 2(n-1)/n S b; 2 (a + S b)
 * more if n is no power of two.
 */
class HalvingDoublingAllReduce : public Algorithm
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

#endif /* COLLECTIVE_HALVING_DOUBLING_ALL_REDUCE_H */
