/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RING_ALL_REDUCE_H
#define COLLECTIVE_RING_ALL_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-reduce on rings: n-1 steps that reduce, after which each rank holds one complete slice, and
 * n-1 steps that pass the complete slices on (Patarasuk and Yuan, "Bandwidth optimal all-reduce
 * algorithms for clusters of workstations", J. Parallel Distrib. Comput. 69, 2009).
 *
 * A rank sends and receives 2(n-1)/n of the buffer, less than which is impossible. On an idle
 * network with latency a and b per byte: 2(n-1)a + 2(n-1)/n S b with one chunk per step.
 */
class RingAllReduce : public ChunkedAlgorithm
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

#endif /* COLLECTIVE_RING_ALL_REDUCE_H */
