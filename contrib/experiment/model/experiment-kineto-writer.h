/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_KINETO_WRITER_H
#define EXPERIMENT_KINETO_WRITER_H

#include "experiment-timeline-job.h"

#include <cstdint>
#include <ostream>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Write what one rank did as the PyTorch profiler (Kineto) does: steps, kernels with their
 * launches, collectives with the arguments of NCCL's kernels. Holistic Trace Analysis and our own
 * importer read it. Messages are kernels of the name ncclDevKernel_SendRecv. The host runs ahead,
 * makes streams wait where a kernel comes after something of another stream, and synchronizes at
 * the end of a step.
 *
 * @param job what was recorded
 * @param rank which one
 * @param out where to write
 */
void WriteKineto(const TimelineJob& job, uint32_t rank, std::ostream& out);

} // namespace ns3::experiment

#endif /* EXPERIMENT_KINETO_WRITER_H */
