/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_COLLECTIVE_EXPANSION_H
#define WORKLOAD_COLLECTIVE_EXPANSION_H

#include "workload-job-graph.h"

#include "ns3/collective-engine.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Spells out the collectives of a job as the messages and reductions that a collective engine would
 * make of them, for formats that know no collectives, or fewer of them.
 *
 * Order and overlap of the messages are those of the engine: its algorithms, its number of
 * unconfirmed messages in a lane (Slots), and a computation for each reduction if it has a
 * ReductionRate. Its launch and step latencies, and permissions of receivers, are left out: they
 * are times of a library, which a simulator that reads the result has its own figures for.
 */
class CollectiveExpansion
{
  public:
    /// No job is expanded to more messages, in all ranks together: memory.
    static constexpr uint64_t MAX_MESSAGES = 1ULL << 24;

    /**
     * @param engine how collectives are done; needs no network, and must outlive the object
     * @param domains by rank: the server (scale-up domain) that it is in
     */
    CollectiveExpansion(Ptr<const collective::CollectiveEngine> engine,
                        std::vector<uint32_t> domains);

    /** @param types the collectives to spell out instead of all: others are kept */
    void SetTypes(const std::vector<collective::CollectiveType>& types);

    /**
     * @param job a job in which JobGraph::Check finds nothing
     * @param [out] expanded the same job, in which dependencies alone order operations (streams are
     *        StreamOrder::AS_READY), and computations have the loads of their rank in their times
     * @return why it cannot be done, empty if it was
     */
    std::string Expand(const JobGraph& job, JobGraph& expanded) const;

  private:
    Ptr<const collective::CollectiveEngine> m_engine; ///< how collectives are done
    std::vector<uint32_t> m_domains;                  ///< by rank
    std::vector<bool> m_types;                        ///< by type: whether it is spelled out
};

} // namespace ns3::workload

#endif /* WORKLOAD_COLLECTIVE_EXPANSION_H */
