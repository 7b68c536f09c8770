/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GOAL_WRITER_H
#define WORKLOAD_GOAL_WRITER_H

#include "workload-job-graph.h"

#include <ostream>
#include <string>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * @param job a job in which JobGraph::Check finds nothing
 * @return why it cannot be written as GOAL, empty if it can: GOAL knows no collectives
 *         (CollectiveExpansion spells them out), no more than 255 processors of a rank, and no
 *         messages above 2^50 bytes
 */
std::string CheckGoalExport(const JobGraph& job);

/**
 * @ingroup llm-workload
 * Write a job as GOAL, the language that ReadGoalText describes. Times are rounded to nanoseconds.
 * What a rank does beside its computations (delays, what its host does) is a calc on a processor
 * where nobody waits for it; messages have a processor of their own.
 *
 * @param job a job of which CheckGoalExport says nothing
 * @param out where to write
 */
void WriteGoalText(const JobGraph& job, std::ostream& out);

/**
 * @ingroup llm-workload
 * The same in the binary form that ReadGoalBinary describes, as LogGOPSim and ATLAHS read it.
 *
 * @param job a job of which CheckGoalExport says nothing
 * @param out where to write
 */
void WriteGoalBinary(const JobGraph& job, std::ostream& out);

} // namespace ns3::workload

#endif /* WORKLOAD_GOAL_WRITER_H */
