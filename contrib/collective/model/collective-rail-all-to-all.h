/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RAIL_ALL_TO_ALL_H
#define COLLECTIVE_RAIL_ALL_TO_ALL_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-to-all in two dimensions, scale-up and scale-out: what a rank has for place q of other
 * servers goes to place q of its own server first, which sends what it has got from its server to
 * place q of each other server in one message (NCCL's PXN: Kwon et al., "Doubling all2all
 * performance with NVIDIA Collective Communication Library 2.12", 2022). So all traffic between
 * servers stays on the rail of its place, which a rail-optimised fabric without spines needs, and a
 * rank has one partner in each server instead of all of its ranks.
 *
 * With m servers of g ranks a rank sends (g-1)/g S inside and (m-1)/m S between servers. A message
 * for a server leaves when the parts for it have come from all ranks of the own server; those for
 * the own server go last. With servers of different sizes it is PairwiseAllToAll.
 */
class RailAllToAll : public Algorithm
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

    uint32_t m_exchanges; ///< how many exchanges with servers may overlap
};

} // namespace ns3::collective

#endif /* COLLECTIVE_RAIL_ALL_TO_ALL_H */
