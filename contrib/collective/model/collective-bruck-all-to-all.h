/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_BRUCK_ALL_TO_ALL_H
#define COLLECTIVE_BRUCK_ALL_TO_ALL_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-to-all by Bruck's algorithm: a part that has to go j ranks further goes 2^k ranks further in
 * round k if bit k of j is set, together with all others of which that is true (Bruck et al.,
 * "Efficient algorithms for all-to-all communications in multiport message-passing systems", IEEE
 * Trans. Parallel Distrib. Syst. 8, 1997). Fewest rounds, for small parts: parts pass several
 * ranks.
 *
 * On an idle network with latency a and b per byte and n = 2^l: l (a + S/2 b).
 */
class BruckAllToAll : public Algorithm
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

#endif /* COLLECTIVE_BRUCK_ALL_TO_ALL_H */
