/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_WORKLOAD_LIMIT_H
#define EXPERIMENT_WORKLOAD_LIMIT_H

#include "experiment-flow-summary.h"

#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What no network stack can beat: the time in which the flows of a plan cannot be over sooner, and
 * why.
 *
 * Of two bounds the longer one: the ports of each host send and receive what its flows carry, not
 * faster than their rate allows for message bytes and not before the first flow begins; and each
 * flow takes what it takes alone. Links between switches are not looked at.
 */
struct WorkloadLimit
{
    double seconds{0};  ///< from the first start to the last completion
    std::string reason; ///< what takes that long

    /**
     * @param plan what is run
     * @param summary a run of it, for the times that flows take alone
     * @return the limit
     */
    static WorkloadLimit Of(const FlowPlan& plan, const FlowSummary& summary);
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_WORKLOAD_LIMIT_H */
