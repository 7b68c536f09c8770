/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GOAL_CPUS_H
#define WORKLOAD_GOAL_CPUS_H

#include "workload-operation-graph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Processors for the operations of a graph, as GOAL needs them: of the calcs of one processor one
 * runs at a time. Computations of a stream get a processor of their own. What takes time and waits
 * for nobody (a delay, a computation of OperationGraph::UNLIMITED) shares a processor only with
 * what comes before or after it anyway. Messages and what takes no time are on one more.
 */
class GoalCpus
{
  public:
    /// LogGOPSim has room for so many: it counts them in a byte.
    static constexpr uint32_t MAX_CPUS = 255;

    /** @param graph a sealed graph without a circle */
    explicit GoalCpus(const OperationGraph& graph);

    /** @return number of processors in use; may be more than GOAL has room for */
    uint32_t GetN() const;

    /** @param operation an operation of the graph @return its processor */
    uint32_t Get(OperationGraph::Index operation) const;

  private:
    /** @return whether an operation needs a processor for which nobody has to wait */
    static bool NeedsOwn(const OperationGraph& graph, OperationGraph::Index operation);

    /** Give these operations processors. */
    void Spread(const OperationGraph& graph);

    std::vector<uint32_t> m_cpus; ///< by operation
    uint32_t m_n{0};              ///< number of processors
};

} // namespace ns3::workload

#endif /* WORKLOAD_GOAL_CPUS_H */
