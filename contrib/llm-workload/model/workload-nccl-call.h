/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_NCCL_CALL_H
#define WORKLOAD_NCCL_CALL_H

#include "workload-finding-log.h"
#include "workload-json-reader.h"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * A call of NCCL as PyTorch records it: in the arguments of a kernel (Kineto, from PyTorch 2.3 on),
 * or as a node record_param_comms of its execution trace.
 */
struct NcclCall
{
    uint32_t line{0};                 ///< where it was found
    uint32_t column{0};               ///< where it was found
    std::string name;                 ///< PyTorch's name: allreduce, all_to_allv, ...
    uint64_t elementsIn{0};           ///< elements of the tensors in
    uint64_t elementsOut{0};          ///< elements of the tensors out
    uint64_t elementBytes{0};         ///< bytes of an element; 0 if not known
    std::vector<uint64_t> splitsIn;   ///< parts of an all-to-all-v in, empty if they are equal
    std::vector<uint64_t> splitsOut;  ///< parts of an all-to-all-v out
    std::string group;                ///< name of the process group, or empty
    std::vector<uint32_t> groupRanks; ///< its members, if they are told
    std::optional<uint32_t> peer;     ///< of send and recv
    std::optional<uint32_t> root;     ///< of broadcast and reduce, in the group
};

/**
 * @ingroup llm-workload
 * @param args arguments of a kernel of NCCL in a Kineto trace
 * @return the call; its name is empty if the arguments do not tell
 */
NcclCall ReadKernelArguments(const JsonValue& args);

/**
 * @ingroup llm-workload
 * Read the calls of NCCL out of a PyTorch execution trace (schema 1.0.1, or 1.1.0 and later), in
 * the order of their nodes, without the "wait" entries.
 *
 * @param input the file
 * @param log where mistakes go
 * @return the calls
 */
std::vector<NcclCall> ReadPyTorchCalls(std::istream& input, FindingLog& log);

} // namespace ns3::workload

#endif /* WORKLOAD_NCCL_CALL_H */
