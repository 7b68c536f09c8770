/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_MEMORY_H
#define WORKLOAD_MEMORY_H

#include "workload-model-shape.h"
#include "workload-parallelism.h"
#include "workload-pipeline-schedule.h"
#include "workload-volumes.h"

#include <cstdint>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What a training framework keeps in the memory of an accelerator, and how.
 */
struct MemoryOptions
{
    uint32_t zeroStage{0};   ///< what replicas share out: 1 optimizer, 2 gradients, 3 parameters
    ElementSizes sizes;      ///< bytes per element; gradients are kept as they are sent
    uint32_t optimizer{12};  ///< bytes of the optimizer per parameter: Adam with FP32 parameter
                             ///< and two moments (ZeRO paper, section 3.1)
    bool keepsScores{false}; ///< attention scores are kept for the backward pass; false:
                             ///< computed again block by block (FlashAttention)
};

/**
 * @ingroup llm-workload
 * Parameters that each rank of a pipeline stage holds.
 */
struct StageParameters
{
    uint64_t common{0};  ///< all but experts
    uint64_t experts{0}; ///< of experts
};

/**
 * @ingroup llm-workload
 * @param shape the model, without problems
 * @param parallelism how it is split, without problems
 * @param schedule which parts of the model a stage has
 * @param stage which stage
 * @return parameters of each of its ranks
 */
StageParameters ComputeStageParameters(const ModelShape& shape,
                                       const Parallelism& parallelism,
                                       const PipelineSchedule& schedule,
                                       uint32_t stage);

/**
 * @ingroup llm-workload
 * Bytes in the memory of one accelerator.
 */
struct MemoryUse
{
    uint32_t stage{0};       ///< of which pipeline stage
    uint64_t parameters{0};  ///< parameters as they are computed with
    uint64_t gradients{0};   ///< sums of gradients
    uint64_t optimizer{0};   ///< state of the optimizer
    uint64_t activations{0}; ///< what forward passes leave for backward passes, at most
    uint64_t activationsPerMicroBatch{0}; ///< of one micro-batch in one chunk of layers
    uint32_t microBatches{0};             ///< chunks of micro-batches that wait for their backward
                                          ///< pass, at most

    /** @return sum of all */
    uint64_t GetTotal() const;
};

/**
 * @ingroup llm-workload
 * Memory of the ranks of one stage.
 *
 * Activations per layer, with b micro-batch, s sequence, h hidden, a heads, t tensor ranks, as in
 * Korthikanti et al., "Reducing Activation Recomputation in Large Transformer Models", 2022,
 * equations 1, 2 and 4: s b h (10 + 24 / t + 5 a s / (h t)) bytes for a GPT layer, all divided by t
 * with sequence parallelism, 2 s b h of it with full recomputation (and one layer while it is
 * computed again). The parts are counted one by one, so that gated MLPs (3 widths instead of 2),
 * grouped queries, latent attention and experts (all of top k copies of a token) have theirs;
 * models without biases have no dropout masks. The last stage has the input and the FP32 logits of
 * the output layer once.
 *
 * Not counted: buffers of communication and of the framework, fragmentation, the layer that ZeRO 3
 * has gathered.
 *
 * @param shape the model, without problems
 * @param parallelism how it is split, without problems
 * @param schedule order of the passes
 * @param options what is kept
 * @param stage which stage
 * @return the memory
 */
MemoryUse ComputeMemory(const ModelShape& shape,
                        const Parallelism& parallelism,
                        const PipelineSchedule& schedule,
                        const MemoryOptions& options,
                        uint32_t stage);

/**
 * @ingroup llm-workload
 * @return memory of the stage that needs most; parameters as for ComputeMemory
 */
MemoryUse ComputeLargestMemory(const ModelShape& shape,
                               const Parallelism& parallelism,
                               const PipelineSchedule& schedule,
                               const MemoryOptions& options);

/**
 * @ingroup llm-workload
 * Bytes that the forward pass of one layer leaves for its backward pass, per micro-batch and rank.
 *
 * @param shape the model
 * @param parallelism how it is split; recompute does not count
 * @param options what is kept
 * @param hasExperts whether the layer has experts
 * @return the bytes
 */
uint64_t ComputeLayerActivations(const ModelShape& shape,
                                 const Parallelism& parallelism,
                                 const MemoryOptions& options,
                                 bool hasExperts);

} // namespace ns3::workload

#endif /* WORKLOAD_MEMORY_H */
