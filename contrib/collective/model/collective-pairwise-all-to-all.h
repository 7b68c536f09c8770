/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_PAIRWISE_ALL_TO_ALL_H
#define COLLECTIVE_PAIRWISE_ALL_TO_ALL_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-to-all by pairwise exchange: in step s = 1 .. n-1 rank r sends its part for rank r+s and
 * receives from rank r-s, so that in each step every rank sends to one and receives from one.
 *
 * A rank sends and receives (n-1)/n of its buffer. On an idle network with latency a and b per
 * byte, with one exchange at a time: (n-1)a + (n-1)/n S b. The rank's own part does not leave it
 * and costs nothing.
 */
class PairwiseAllToAll : public Algorithm
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

    uint32_t m_exchanges; ///< how many steps may overlap
};

} // namespace ns3::collective

#endif /* COLLECTIVE_PAIRWISE_ALL_TO_ALL_H */
