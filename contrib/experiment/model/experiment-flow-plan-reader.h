/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_FLOW_PLAN_READER_H
#define EXPERIMENT_FLOW_PLAN_READER_H

#include "experiment-flow-summary.h"

#include <cstdint>
#include <ostream>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Read topology and flows of a plan, as the user described them.
 *
 * @param [in,out] plan has topology and flowSource; gets graph and flows
 * @param [in,out] stream first random stream to use
 * @param err where to say what is wrong
 * @return exit code; EXIT_OK if the plan is good
 */
int ReadFlowPlan(FlowPlan& plan, int64_t& stream, std::ostream& err);

} // namespace ns3::experiment

#endif /* EXPERIMENT_FLOW_PLAN_READER_H */
