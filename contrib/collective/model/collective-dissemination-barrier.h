/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_DISSEMINATION_BARRIER_H
#define COLLECTIVE_DISSEMINATION_BARRIER_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * Barrier by dissemination: in step k = 0 .. ceil(log2 n)-1 rank r sends an empty message to rank
 * r + 2^k and waits for the one of rank r - 2^k; after step k it has heard, directly or not, of
 * 2^(k+1) ranks (Hensgen, Finkel and Manber, "Two algorithms for barrier synchronization", Int. J.
 * Parallel Program. 17, 1988).
 *
 * On an idle network with latency a: ceil(log2 n) a.
 */
class DisseminationBarrier : public Algorithm
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

#endif /* COLLECTIVE_DISSEMINATION_BARRIER_H */
