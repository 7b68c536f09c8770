/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_JOB_SCALING_H
#define WORKLOAD_JOB_SCALING_H

#include "workload-job-graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * How a traced job is made larger.
 */
struct ScalingOptions
{
    uint32_t replicas{1}; ///< how many times as many ranks
    std::vector<std::string>
        dataGroups; ///< names of the groups that are data parallel; empty: those of Dimension::DATA
};

/**
 * @ingroup llm-workload
 * Give a job more data-parallel replicas: weak scaling, the only change of size that a trace
 * defines. Each replica computes what the traced ranks did. Of a data-parallel group the replicas
 * make one group, with the members of the traced one first; its collectives keep their sizes, since
 * each replica has the same gradients. Every other group, and every message, is there once in each
 * replica. Rank r of replica k is rank r + k n of the new job, n being the ranks of the trace.
 *
 * Refused, because the trace does not say what would come of it: jobs without a data-parallel group
 * (lists of messages have no groups at all), and all-to-all in such a group, whose parts depend on
 * the number of ranks. Other sizes of tensor, pipeline or expert groups would change what each rank
 * computes.
 *
 * @param job a job in which JobGraph::Check finds nothing
 * @param options how it is made larger
 * @param [out] scaled the larger job, which shares the graphs of the small one
 * @return why it cannot be done, empty if it was
 */
std::string ScaleJob(const JobGraph& job, const ScalingOptions& options, JobGraph& scaled);

} // namespace ns3::workload

#endif /* WORKLOAD_JOB_SCALING_H */
