/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_PLACEMENT_H
#define WORKLOAD_PLACEMENT_H

#include "ns3/ptr.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
class UniformRandomVariable;
}

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * A server as a scheduler of jobs sees it.
 */
struct PlacementServer
{
    std::vector<uint32_t> accelerators; ///< free accelerators, in the order of their rails
    uint32_t locality{0};               ///< servers of equal locality are next to each other: on
                                        ///< one leaf, or one set of rails
};

/**
 * @ingroup llm-workload
 * In which order the ranks of a job take the accelerators that are free.
 */
enum class PlacementPolicy : uint8_t
{
    PACKED,   ///< server by server: neighbouring ranks in one server
    AFFINITY, ///< likewise, in the locality with the least room that holds the job; if none does,
              ///< in the ones with most room
    RAIL,     ///< groups of ranks (tensor groups) dealt out to servers in turn: members of a data
              ///< group have the same place, so the same rail, in different servers
    SPREAD,   ///< rank by rank dealt out to all servers in turn
    RANDOM    ///< any accelerator, at random
};

/**
 * @ingroup llm-workload
 * @param policy the order
 * @param nRanks ranks of the job
 * @param block ranks that RAIL keeps together
 * @param servers what is free, by number of the server
 * @param random for RANDOM
 * @return accelerator of each rank; empty if there are too few, or if RAIL finds no block free
 */
std::vector<uint32_t> PlaceRanks(PlacementPolicy policy,
                                 uint32_t nRanks,
                                 uint32_t block,
                                 const std::vector<PlacementServer>& servers,
                                 const Ptr<UniformRandomVariable>& random);

/** @return names of the policies, by value */
const std::vector<std::string>& GetPlacementNames();

} // namespace ns3::workload

#endif /* WORKLOAD_PLACEMENT_H */
