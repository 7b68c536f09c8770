/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GOAL_READER_H
#define WORKLOAD_GOAL_READER_H

#include "workload-trace.h"

#include <istream>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Read GOAL as text, the language of LogGOPSim and ATLAHS (T. Hoefler, C. Siebert, A. Lumsdaine,
 * "Group Operation Assembly Language", ICPP 2009, with the cpu and nic of LogGOPSim):
 *
 *     num_ranks 2
 *     rank 0 {
 *     l1: calc 1000 cpu 0
 *     l2: send 1048576b to 1 tag 7 cpu 1 nic 0
 *     l2 requires l1
 *     }
 *     rank 1 { l1: recv 1048576b from 0 tag 7 }
 *
 * calc is in nanoseconds; of the calcs of one cpu one runs at a time. `a requires b`: b has ended;
 * `a irequires b`: b may begin. The source and the tag of a recv may be -1, for any. Comments are
 * those of C++.
 *
 * Deliberate differences from LogGOPSim: a send ends when the network has confirmed the message and
 * takes no time of its cpu; the nic is ignored (the network knows which ports an accelerator has);
 * a receive from anybody is bound to a sender beforehand.
 *
 * @param input the text
 * @param [out] log what is wrong, with line and column
 * @return the trace; useless if there was an error
 */
Trace ReadGoalText(std::istream& input, FindingLog& log);

/**
 * @ingroup llm-workload
 * Read the binary form of GOAL, as LogGOPSim's txt2bin writes it, little endian: u64 4223; u32
 * number of ranks, u8 cpus, u8 nics; for each rank u64 begin and u64 end, counted from behind the
 * 4223; there u32 number of nodes, u32 number of roots, u32 per root, a record of 39 bytes per node
 * {u32 dependencies, char 1 send, 2 recv or 3 calc, u32 peer, u64 size, u32 tag, u8 cpu, u8 nic,
 * u32 dependents, u32 their place, u32 dependents on the start, u32 their place}, and u32 per
 * dependent. Everything else as with ReadGoalText; nodes are numbered from 0 in each rank.
 *
 * @param input the file
 * @param [out] log what is wrong, with the number of the byte
 * @return the trace; useless if there was an error
 */
Trace ReadGoalBinary(std::istream& input, FindingLog& log);

/** First number of a binary GOAL file. */
constexpr uint64_t GOAL_MAGIC = 4223;

} // namespace ns3::workload

#endif /* WORKLOAD_GOAL_READER_H */
