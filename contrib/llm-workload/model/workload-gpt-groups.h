/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_GROUPS_H
#define WORKLOAD_GPT_GROUPS_H

#include "workload-job-graph.h"
#include "workload-parallelism.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * The groups of a GPT job, and which of them a rank is in. Used by GptJob.
 */
class GptGroups
{
  public:
    /// The groups of a rank that a graph may use.
    enum Kind : uint32_t
    {
        TENSOR,
        DATA,          ///< ranks that hold the same parameters: replicas and context ranks
        EXPERT,        ///< ranks that share out the experts of a layer
        EXPERT_RELAY,  ///< of these, the ones at the same place in each group of experts
        EXPERT_WITHIN, ///< of these, the ones of a group of experts
        EXPERT_DATA,   ///< ranks that have the same experts
        EMBEDDING,     ///< first and last stage
        MODEL,         ///< all stages and tensor ranks of a replica
        N_KINDS
    };

    /**
     * @param shape the model
     * @param parallelism how it is split; must outlive the table
     * @param partsTwice whether stages p and P - 1 - p hold the same part
     * @param groups where groups are added; must outlive the table
     */
    GptGroups(const ModelShape& shape,
              const Parallelism& parallelism,
              bool partsTwice,
              std::vector<CommunicationGroup>& groups);

    /** Add the groups of a kind: one for each set of ranks that differ in what the kind spans. */
    void Add(Kind kind);

    /** @param kind a kind that was added @param rank a member @return its group */
    uint32_t Find(Kind kind, uint32_t rank) const;

  private:
    uint64_t KeyOf(Kind kind, uint32_t rank) const;

    const Parallelism& m_parallelism;          ///< how the model is split
    uint32_t m_expertGroupSize;                ///< ranks of a group of experts
    bool m_partsTwice;                         ///< stages p and P - 1 - p hold the same part
    std::vector<CommunicationGroup>& m_groups; ///< where they are added
    std::array<std::vector<uint32_t>, N_KINDS> m_groupOfRank; ///< by kind and rank
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_GROUPS_H */
