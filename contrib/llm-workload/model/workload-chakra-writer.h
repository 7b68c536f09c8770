/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_CHAKRA_WRITER_H
#define WORKLOAD_CHAKRA_WRITER_H

#include "workload-job-graph.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * @param job a job
 * @return why Chakra cannot express it: it has no all-to-all of uneven parts; empty if it can
 */
std::string CheckChakraExport(const JobGraph& job);

/**
 * @ingroup llm-workload
 * Write what a rank does as a binary Chakra execution trace of schema 0.0.4, with the sizes and
 * attributes that ASTRA-sim expects: bytes, of an all-gather what a rank contributes; groups by the
 * numbers of WriteChakraGroups. All order is by data dependencies, streams included.
 *
 * Three attributes are ours and tell our importer what Chakra cannot: duration_ps, the exact time;
 * weft_delay, for a delay (which others see as a computation of the host); and the stream 65535 for
 * computations that never wait for another one. Reading what was written gives the same job.
 *
 * @param job a job that can be expressed
 * @param rank which rank
 * @param out where to write
 */
void WriteChakraRank(const JobGraph& job, uint32_t rank, std::ostream& out);

/**
 * @ingroup llm-workload
 * Write the groups of a job as ASTRA-sim reads them: {"1": [0, 1], ...}, group i by the number
 * i + 1.
 *
 * @param job the job
 * @param out where to write
 */
void WriteChakraGroups(const JobGraph& job, std::ostream& out);

} // namespace ns3::workload

#endif /* WORKLOAD_CHAKRA_WRITER_H */
