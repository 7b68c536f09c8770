/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_AICB_JOB_H
#define WORKLOAD_AICB_JOB_H

#include "workload-aicb-file.h"
#include "workload-job-graph.h"

#include <cstdint>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * How an AICB workload becomes a job.
 */
struct AicbOptions
{
    uint32_t nRanks{0};                 ///< ranks of the job; 0: all_gpus of the file
    bool repairSequenceParallel{false}; ///< give a backward Reduce-Scatter of 0 bytes the size of
                                        ///< its row's forward All-Gather
};

/**
 * @ingroup llm-workload
 * Make the job that an AICB workload describes.
 *
 * All ranks run the same program, as in SimAI: the forward pass of the rows in order, then backward
 * in reverse order the input gradient and the weight gradient of each. The collectives of forward
 * pass and input gradient hold up what follows; those of weight gradients run beside it on a stream
 * of their own, and the updates of their rows follow at the end.
 *
 * Groups, with T, E and P sizes of tensor, expert and pipeline groups: T consecutive ranks are a
 * tensor group, stages are blocks of N / P ranks, and the data group of a rank is all ranks of its
 * stage with its tensor index. E consecutive members of a data group are an expert group; the
 * members with the same place in their expert groups are the data group of experts.
 *
 * Deliberate differences from SimAI: BROADCAST is done, data groups do not cross stages, and sizes
 * below 4096 bytes are kept.
 *
 * @param workload a workload that was read without errors
 * @param options how
 * @param [out] findings an error where that is impossible
 * @return the job; ranks share one graph
 */
JobGraph BuildAicbJob(const AicbFile& workload,
                      const AicbOptions& options,
                      std::vector<Finding>& findings);

} // namespace ns3::workload

#endif /* WORKLOAD_AICB_JOB_H */
