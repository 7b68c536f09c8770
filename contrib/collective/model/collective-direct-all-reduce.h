/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_DIRECT_ALL_REDUCE_H
#define COLLECTIVE_DIRECT_ALL_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-reduce by direct messages (mesh): everybody sends everybody else that one's slice, adds up
 * its own, and sends the result to all. For full meshes and switched scale-up domains.
 *
 * A rank sends and receives 2(n-1)/n of the buffer. On an idle network with one port per rank,
 * latency a and b per byte: 2a + 2(n-1)/n S b, if there are n-1 slots.
 */
class DirectAllReduce : public Algorithm
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

#endif /* COLLECTIVE_DIRECT_ALL_REDUCE_H */
