/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_COMPARISON_H
#define EXPERIMENT_COMPARISON_H

#include "experiment-flow-summary.h"
#include "experiment-workload-limit.h"

#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Runs of the same flows on the same cluster under several network stacks, side by side.
 */
class Comparison
{
  public:
    /** @param plan what is run under each stack; must outlive the comparison */
    explicit Comparison(const FlowPlan& plan);

    /** @param stack name of a stack @param summary what the run under it came to */
    void Add(const std::string& stack, const FlowSummary& summary);

    /** @param out where to print, for people: a row for each figure, a column for each stack */
    void Print(std::ostream& out) const;

    /** @return the figures as JSON, with stable keys */
    std::string ToJson() const;

  private:
    /** A run. */
    struct Entry
    {
        std::string stack;   ///< its stack
        FlowSummary summary; ///< what it came to
    };

    /** @return the limit of the workload, by the stack that sends flows alone fastest */
    WorkloadLimit GetLimit() const;

    const FlowPlan& m_plan;       ///< what is run
    std::vector<Entry> m_entries; ///< in the order added
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_COMPARISON_H */
