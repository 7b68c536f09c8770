/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RECURSIVE_DOUBLING_ALL_REDUCE_H
#define COLLECTIVE_RECURSIVE_DOUBLING_ALL_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-reduce by recursive doubling: in round k rank r exchanges the whole buffer with the rank
 * whose number differs in bit k, and both add. Fewest rounds, for small buffers. Any number of
 * ranks (PowerOfTwo).
 *
 * On an idle network with latency a and b per byte and n = 2^l: l (a + S b); two rounds more if n
 * is no power of two.
 */
class RecursiveDoublingAllReduce : public Algorithm
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

#endif /* COLLECTIVE_RECURSIVE_DOUBLING_ALL_REDUCE_H */
