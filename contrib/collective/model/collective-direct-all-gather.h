/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_DIRECT_ALL_GATHER_H
#define COLLECTIVE_DIRECT_ALL_GATHER_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-gather by direct messages (mesh): everybody sends its slice to everybody else.
 *
 * A rank sends and receives (n-1)/n of the buffer. On an idle network with one port per rank,
 * latency a and b per byte: a + (n-1)/n S b, if there are n-1 slots.
 */
class DirectAllGather : public Algorithm
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

#endif /* COLLECTIVE_DIRECT_ALL_GATHER_H */
