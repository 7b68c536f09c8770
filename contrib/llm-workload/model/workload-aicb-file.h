/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_AICB_FILE_H
#define WORKLOAD_AICB_FILE_H

#include "workload-finding.h"

#include "ns3/collective-types.h"

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * A workload in the text format of AICB and SimAI: one program that all ranks run.
 *
 * The first line holds the policy and `key: value` pairs, the second one the number of rows; each
 * row has twelve fields: name, dependency (always -1, ignored), then for forward pass, input
 * gradient and weight gradient the computation in nanoseconds, the collective and its bytes, and
 * last the time of the update in nanoseconds. A collective is ALLREDUCE, ALLGATHER, REDUCESCATTER,
 * ALLTOALL, BROADCAST or NONE, with the suffix _EP (expert group) or _DP_EP (data group of
 * experts), or without: tensor group for forward and input gradient, data group for weight
 * gradients.
 *
 * Nothing in a file can make the reader fail: whatever is wrong becomes a finding with its
 * position.
 */
struct AicbFile
{
    /// The group of a collective.
    enum Group : uint8_t
    {
        TENSOR,
        DATA,
        EXPERT,
        DATA_OF_EXPERTS,
        N_GROUPS
    };

    /// The phases of a row.
    enum Phase : uint8_t
    {
        FORWARD,
        INPUT_GRADIENT,
        WEIGHT_GRADIENT,
        N_PHASES
    };

    /// A computation and the collective behind it.
    struct Work
    {
        uint64_t computeNs{0};                          ///< computation, ns
        std::optional<collective::CollectiveType> type; ///< collective, if any
        Group group{TENSOR};                            ///< who takes part
        uint64_t bytes{0};                              ///< size of the whole tensor
    };

    /// A row of the file.
    struct Row
    {
        uint32_t line{0};                 ///< where it stands
        std::string name;                 ///< name of the layer
        std::array<Work, N_PHASES> works; ///< by phase
        uint64_t updateNs{0}; ///< update after the collective of the weight gradient, ns
    };

    std::string file;            ///< name of the file
    std::string policy;          ///< first word
    uint32_t tensor{1};          ///< model_parallel_NPU_group
    uint32_t expert{1};          ///< ep
    uint32_t pipeline{1};        ///< pp
    uint32_t virtualPipeline{1}; ///< vpp
    uint32_t accumulation{1};    ///< ga
    uint32_t allGpus{0};         ///< all_gpus; 0: not said
    uint64_t pipelineBytes{0};   ///< pp_comm
    uint64_t checkpoints{0};     ///< number of activation checkpoints
    std::vector<Row> rows;       ///< in order

    /**
     * @param input the text
     * @param name name of the file, for messages
     * @param [out] findings what is to be said about it; an error means that the file is useless
     * @return the workload
     */
    static AicbFile Read(std::istream& input,
                         const std::string& name,
                         std::vector<Finding>& findings);
};

} // namespace ns3::workload

#endif /* WORKLOAD_AICB_FILE_H */
