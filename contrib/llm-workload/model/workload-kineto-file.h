/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_KINETO_FILE_H
#define WORKLOAD_KINETO_FILE_H

#include "workload-group-file.h"
#include "workload-nccl-call.h"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What a replay needs of a Kineto trace (torch.profiler) of one rank. Times are nanoseconds on the
 * clock of the trace.
 */
struct KinetoFile
{
    /** Something that ran on the accelerator: a kernel, a copy. */
    struct Kernel
    {
        uint32_t line{0};             ///< where it stands
        uint32_t column{0};           ///< where it stands
        std::string name;             ///< its name
        int64_t start{0};             ///< when it began, ns
        int64_t end{0};               ///< when it was over, ns
        uint64_t stream{0};           ///< CUDA stream
        uint64_t correlation{0};      ///< number of the host's call; 0: not known
        std::optional<NcclCall> call; ///< of NCCL's kernels
    };

    /** Something that the host did about it. */
    struct HostCall
    {
        /// What it was.
        enum Kind : uint8_t
        {
            LAUNCH,      ///< began a kernel or copy
            SYNCHRONIZE, ///< waited until the accelerator was done
            WAIT_EVENT   ///< made a stream wait for another one
        };

        Kind kind{LAUNCH};       ///< what it was
        int64_t start{0};        ///< when it began, ns
        int64_t end{0};          ///< when it was over, ns
        uint64_t correlation{0}; ///< number of the call
    };

    std::vector<Kernel> kernels;    ///< by start
    std::vector<HostCall> calls;    ///< by start
    std::optional<uint32_t> rank;   ///< distributedInfo
    std::optional<uint32_t> nRanks; ///< distributedInfo: world_size
    GroupMembers groups;            ///< distributedInfo: pg_config
    int64_t clock{0};               ///< baseTimeNanoseconds: what times count from, ns

    /**
     * Read a trace; only one event of it is in memory at a time.
     *
     * @param input the file
     * @param log where mistakes go
     * @return what it holds
     */
    static KinetoFile Read(std::istream& input, FindingLog& log);
};

} // namespace ns3::workload

#endif /* WORKLOAD_KINETO_FILE_H */
