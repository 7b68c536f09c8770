/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_JOB_GRAPH_H
#define WORKLOAD_JOB_GRAPH_H

#include "workload-operation-graph.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Ranks that take part in collectives together.
 */
struct CommunicationGroup
{
    std::string name;            ///< for people to read, such as DP 3
    Dimension dimension;         ///< what it is for
    std::vector<uint32_t> ranks; ///< its members, in the order that a ring follows; no duplicates
};

/**
 * @ingroup llm-workload
 * What one rank does: a graph, and what the slots in it stand for.
 */
struct RankProgram
{
    std::shared_ptr<const OperationGraph> graph; ///< sealed; may be shared by many ranks
    std::vector<uint32_t> groups;                ///< by group slot: index of the group
    std::vector<uint32_t> peers;                 ///< by peer slot: the rank
    std::vector<double> loads{};                 ///< by load slot: a computation there takes its
                                                 ///< duration times this, 0 or more
    std::vector<std::shared_ptr<const collective::ExchangeSizes>>
        exchanges{}; ///< by exchange slot: parts of an ALL_TO_ALL_V, by place in the group
};

/**
 * @ingroup llm-workload
 * A job: what every rank does in one step, and the groups in which they communicate.
 */
struct JobGraph
{
    std::vector<CommunicationGroup> groups; ///< by index
    std::vector<RankProgram> ranks;         ///< by rank
    uint32_t nServices{0};                  ///< of these, so many at the end serve the others and
                                            ///< are in no account of the job: storage
    std::array<uint8_t, N_DIMENSIONS> priorities{
        3,
        3,
        3,
        3,
        3,
        3,
        3,
        3}; ///< class on the wire of the scale-out fabric, by dimension

    /** @return ranks that are no services: the first ones */
    uint32_t GetNWorkers() const;

    /**
     * Find out before a run whether the job can finish: no dependency cycle was told of by
     * OperationGraph::Seal; here, that slots stand for existing groups and ranks, that a rank is a
     * member of the groups it uses and not its own peer, that all members of a group call equal
     * collectives of equal size in an order that each of their programs allows, that the parts of
     * an ALL_TO_ALL_V are as many as the group has ranks and of equal size at both ends, that
     * every send has its receive with equal tag and size in the same steps, and that streams with a
     * timing of their own have no collectives.
     *
     * @param maximum stop after so many problems
     * @return the problems, for people to read; empty if there are none
     */
    std::vector<std::string> Check(std::size_t maximum = 20) const;

    /** @return bytes of all collectives of one rank in a step, for one dimension and type */
    uint64_t GetCollectiveBytes(uint32_t rank,
                                Dimension dimension,
                                collective::CollectiveType type) const;

    /** @return number of collectives of one rank in a step, for one dimension and type */
    uint64_t GetNCollectives(uint32_t rank,
                             Dimension dimension,
                             collective::CollectiveType type) const;
};

} // namespace ns3::workload

#endif /* WORKLOAD_JOB_GRAPH_H */
