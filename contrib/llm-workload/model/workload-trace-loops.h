/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TRACE_LOOPS_H
#define WORKLOAD_TRACE_LOOPS_H

#include "workload-trace.h"

#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Break the circles among the dependencies of a rank: in each set of operations that wait for each
 * other in circles (strongly connected component, R. Tarjan 1972) the dependencies of an operation
 * on later ones are taken away. For recorded traces, in which the order of the file is an order
 * that was possible.
 *
 * @param rank the rank
 * @return what was taken away
 */
std::vector<TraceRank::Edge> BreakLoops(TraceRank& rank);

} // namespace ns3::workload

#endif /* WORKLOAD_TRACE_LOOPS_H */
