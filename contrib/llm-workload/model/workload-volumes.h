/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_VOLUMES_H
#define WORKLOAD_VOLUMES_H

#include "workload-model-shape.h"
#include "workload-parallelism.h"

#include <cstdint>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Traffic of a training step in closed form, with b microBatch, s sequence, h hidden, L layers,
 * T tensor, P pipeline, D data, m micro-batches, e bytes per element.
 *
 * Source: Narayanan et al., SC 2021; Korthikanti et al., "Reducing Activation Recomputation in
 * Large Transformer Models", 2022 (sequence parallelism).
 */
struct Volumes
{
    uint64_t parametersPerRank{0};    ///< all parameters / (T P), rounded up: the even split that
                                      ///< published figures use; stages differ by the embedding
    uint64_t gradientBytes{0};        ///< parametersPerRank x e: buffer of the data All-Reduce
    uint64_t dataWireBytes{0};        ///< a rank sends per step: 2 (D-1)/D gradientBytes
    uint64_t tensorBytes{0};          ///< b s h e: buffer of one tensor All-Reduce
    uint32_t tensorPerLayer{0};       ///< All-Reduces per layer and micro-batch: 4, 6 if recompute
    uint64_t tensorWireBytes{0};      ///< a rank sends per micro-batch in its L/P layers:
                                      ///< tensorPerLayer x L/P x 2 (T-1)/T tensorBytes; the same
                                      ///< with sequence parallelism
    uint64_t pipelineMessageBytes{0}; ///< a rank sends per micro-batch and boundary, each way:
                                      ///< b s h e, / T with scatter-gather or sequence parallelism
    double bubble{0};                 ///< idle share of the ideal step time: (P-1)/m
};

/**
 * @ingroup llm-workload
 * @param shape the model, without problems
 * @param parallelism how it is split, without problems
 * @param bytesPerActivation e of activations
 * @param bytesPerGradient e of gradients: 2, or 4 where they are reduced in FP32
 * @return the traffic
 */
Volumes ComputeVolumes(const ModelShape& shape,
                       const Parallelism& parallelism,
                       uint32_t bytesPerActivation = 2,
                       uint32_t bytesPerGradient = 2);

/**
 * @ingroup llm-workload
 * Parameters that one tensor rank holds of each part of the model. Matrices, and biases of what is
 * split by columns, are divided by the tensor size; norms, the other biases and the position
 * embedding are not.
 */
struct RankParameters
{
    uint64_t embedding{0};     ///< word and position embedding
    uint64_t wordEmbedding{0}; ///< word embedding alone
    uint64_t attention{0};     ///< one layer's attention and its norm
    uint64_t mlp{0};           ///< one layer's MLP and its norm
    uint64_t finalNorm{0};     ///< norm before the output layer
    uint64_t output{0};        ///< output layer, also if tied (then a copy of the word embedding)
};

/**
 * @ingroup llm-workload
 * @param shape the model, without problems
 * @param parallelism how it is split, without problems
 * @return parameters by part
 */
RankParameters ComputeRankParameters(const ModelShape& shape, const Parallelism& parallelism);

} // namespace ns3::workload

#endif /* WORKLOAD_VOLUMES_H */
