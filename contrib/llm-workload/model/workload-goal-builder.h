/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GOAL_BUILDER_H
#define WORKLOAD_GOAL_BUILDER_H

#include "workload-trace.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Puts together the trace of a GOAL file, whatever its form.
 */
class GoalBuilder
{
  public:
    /// No trace has more ranks.
    static constexpr uint64_t MAX_RANKS = 1ULL << 17;
    /// No message is larger: 1 PiB.
    static constexpr uint64_t MAX_BYTES = 1ULL << 50;
    /// No computation takes longer: 10^6 s.
    static constexpr uint64_t MAX_NANOSECONDS = 1'000'000'000'000'000;

    /** @param trace what is put together */
    explicit GoalBuilder(Trace& trace);

    /**
     * Append an operation.
     *
     * @param rank whose
     * @param operation what it does; the value of a computation in nanoseconds
     * @return its index
     */
    uint32_t Add(uint32_t rank, TraceOperation operation);

    /** @param rank whose @param operation the one that waits @param on for the end of this one */
    void Require(uint32_t rank, uint32_t operation, uint32_t on);

    /** @param rank whose @param operation the one that waits @param on for the start of this one */
    void RequireStart(uint32_t rank, uint32_t operation, uint32_t on);

    /** All operations and dependencies of a rank are there. @param rank which */
    void Finish(uint32_t rank);

    /** A rank cannot be read to its end: forget what of it is not in the trace yet. */
    void Abandon();

  private:
    Trace& m_trace;                              ///< what is put together
    std::vector<TraceRank::Edge> m_startEdges{}; ///< of the present rank
};

} // namespace ns3::workload

#endif /* WORKLOAD_GOAL_BUILDER_H */
