/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_HIERARCHICAL_ALL_REDUCE_H
#define COLLECTIVE_HIERARCHICAL_ALL_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-reduce in two dimensions, scale-up by scale-out: each rank gets its slice of all ranks of its
 * server directly, reduces it on a ring with the ranks of the same place (rail) in the other
 * servers, and gives the result to all ranks of its server directly. The three phases of different
 * chunks overlap.
 *
 * With g ranks in each of m servers a rank sends 2(g-1)/g S in its server and 2(m-1)/m S/g to
 * others, on its own NIC and rail. Needs servers of equal size; on others it does what
 * RingAllReduce does.
 */
class HierarchicalAllReduce : public ChunkedAlgorithm
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

#endif /* COLLECTIVE_HIERARCHICAL_ALL_REDUCE_H */
