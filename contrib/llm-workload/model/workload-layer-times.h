/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_LAYER_TIMES_H
#define WORKLOAD_LAYER_TIMES_H

#include "workload-accelerator.h"
#include "workload-finding.h"
#include "workload-model-shape.h"
#include "workload-parallelism.h"

#include "ns3/fabric-time.h"

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
 * How long one part of the model keeps one accelerator busy for one micro-batch.
 */
struct PartTimes
{
    fabric::Ticks forward{0};        ///< forward pass
    fabric::Ticks inputGradient{0};  ///< backward pass, gradient of the activations
    fabric::Ticks weightGradient{0}; ///< backward pass, gradient of the weights

    /** @return both gradients */
    fabric::Ticks GetBackward() const
    {
        return inputGradient + weightGradient;
    }
};

/**
 * @ingroup llm-workload
 * How long the parts of a model keep one accelerator busy: from operation counts, or measured.
 */
struct LayerTimes
{
    PartTimes embedding;        ///< word and position embedding (first stage)
    PartTimes attention;        ///< attention of one layer
    PartTimes mlp;              ///< MLP of one dense layer
    PartTimes experts;          ///< router and experts of one layer that has them
    PartTimes output;           ///< output layer and loss (last stage)
    fabric::Ticks optimizer{0}; ///< update of the parameters, once per step

    /**
     * Times by operation counts: operations / (tensor x context x peak x efficiency). Each gradient
     * takes as long as the forward pass, the embedding no time, and the optimizer the time to move
     * 30 bytes per parameter of the rank at the rate of the memory (Adam reads FP32 parameter,
     * gradient and two moments, and writes parameter, moments and the FP16 parameter).
     *
     * @param shape the model, without problems
     * @param parallelism how it is split, without problems
     * @param accelerator on what
     * @param efficiency share of the peak that matrix products reach, above 0, at most 1
     * @param convention which attention scores are computed
     * @return the times
     */
    static LayerTimes FromFlops(const ModelShape& shape,
                                const Parallelism& parallelism,
                                const Accelerator& accelerator,
                                double efficiency,
                                AttentionFlops convention = AttentionFlops::FULL);

    /**
     * Times by the roofline: the longer of operations / (peak x efficiency) and bytes / memory
     * rate, part by part. A pass reads its weights once, and reads or writes once each activation
     * that Korthikanti's account keeps (ComputeLayerActivations); the gradient of the activations
     * moves as much as the forward pass, the gradient of the weights as much and once more the
     * weights. The embedding reads and writes each token's vector. Scores are not moved
     * (FlashAttention).
     *
     * @param shape the model, without problems
     * @param parallelism how it is split, without problems
     * @param accelerator on what
     * @param efficiency share of the peak that matrix products reach, above 0, at most 1
     * @return the times; none is shorter than that of FromFlops
     */
    static LayerTimes FromRoofline(const ModelShape& shape,
                                   const Parallelism& parallelism,
                                   const Accelerator& accelerator,
                                   double efficiency);
};

/**
 * @ingroup llm-workload
 * Measured times as read from a file, and what they were measured for.
 *
 * The format is CSV. Empty lines and everything after # are skipped. The first line of content is
 * the header, exactly `part,forward_ns,input_gradient_ns,weight_gradient_ns`. Lines that start
 * with @ say for what the figures hold: `@hidden,N`, `@sequence,N`, `@ffn,N`, `@tensor,N` and
 * `@micro_batch,N`; a model or split that differs is refused. The parts are embedding, attention,
 * mlp, experts, output and optimizer; the optimizer has only its forward_ns, the others stay empty.
 * attention and mlp must be there; what is missing of the others is estimated from operation counts
 * at the efficiency that attention and MLP show in the file (the optimizer: as in FromFlops).
 */
struct LayerTimesTable
{
    /// What may be said of the measurement, by index into holdsFor.
    enum Key : uint8_t
    {
        HIDDEN,
        SEQUENCE,
        FFN,
        TENSOR,
        MICRO_BATCH,
        N_KEYS
    };

    std::string file;                            ///< name of the file
    std::array<uint32_t, N_KEYS> holdsFor{};     ///< by Key; 0: not said
    std::array<uint32_t, N_KEYS> holdsForLine{}; ///< by Key: where it is said
    std::optional<PartTimes> embedding;          ///< as LayerTimes
    std::optional<PartTimes> attention;          ///< as LayerTimes
    std::optional<PartTimes> mlp;                ///< as LayerTimes
    std::optional<PartTimes> experts;            ///< as LayerTimes
    std::optional<PartTimes> output;             ///< as LayerTimes
    std::optional<fabric::Ticks> optimizer;      ///< as LayerTimes

    /**
     * @param input the text
     * @param name name of the file, for messages
     * @param [out] findings what is to be said about it; an error means that the table is useless
     * @return the table
     */
    static LayerTimesTable Read(std::istream& input,
                                const std::string& name,
                                std::vector<Finding>& findings);

    /**
     * @param shape the model, without problems
     * @param parallelism how it is split, without problems
     * @param accelerator on what; used for parts that are missing
     * @param [out] findings an error where the figures do not hold for this model and split; notes
     *        of what was estimated
     * @return the times
     */
    LayerTimes Apply(const ModelShape& shape,
                     const Parallelism& parallelism,
                     const Accelerator& accelerator,
                     std::vector<Finding>& findings) const;
};

} // namespace ns3::workload

#endif /* WORKLOAD_LAYER_TIMES_H */
