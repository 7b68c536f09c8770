/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TRACE_REPLICATE_H
#define WORKLOAD_TRACE_REPLICATE_H

#include "workload-trace.h"

#include <cstdint>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Make a trace of many ranks from that of one, by assuming that the others do the same.
 *
 * Each group must be a row of the ranks laid out in a grid: members at a constant distance s, k of
 * them, with s k dividing the number of ranks; then rank r is in the row that goes through r. What
 * has messages between ranks, other groups, or roots that differ, cannot be copied, and is refused.
 *
 * @param [in,out] trace a trace of which one rank has operations, and groups name the others
 * @param traced that rank
 * @param nRanks number of ranks wanted
 * @param log where it is said why not
 * @return whether it was done
 */
bool ReplicateRank(Trace& trace, uint32_t traced, uint32_t nRanks, FindingLog& log);

} // namespace ns3::workload

#endif /* WORKLOAD_TRACE_REPLICATE_H */
