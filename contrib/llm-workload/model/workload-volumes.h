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
 * T tensor, P pipeline, D data, C context, m micro-batches, e bytes per element. With C above 1
 * read s / C for s, and C D for D.
 *
 * Source: Narayanan et al., SC 2021; Korthikanti et al., "Reducing Activation Recomputation in
 * Large Transformer Models", 2022 (sequence parallelism).
 */
struct Volumes
{
    uint64_t parametersPerRank{0};    ///< all parameters / (T P), rounded up: the even split that
                                      ///< published figures use; stages differ by the embedding.
                                      ///< Experts are divided by E P instead
    uint64_t gradientBytes{0};        ///< parametersPerRank x e: buffers of data All-Reduces
    uint64_t dataWireBytes{0};        ///< a rank sends per step: 2 (D-1)/D gradientBytes, of
                                      ///< experts with T D / E instead of D
    uint64_t tensorBytes{0};          ///< b s h e: buffer of one tensor All-Reduce
    uint32_t tensorPerLayer{0};       ///< All-Reduces per dense layer and micro-batch: 4, 6 if
                                      ///< recompute; half of it per layer with experts
    uint64_t tensorWireBytes{0};      ///< a rank sends per micro-batch in L/P dense layers:
                                      ///< tensorPerLayer x L/P x 2 (T-1)/T tensorBytes; the same
                                      ///< with sequence parallelism, not counting what Megatron-LM
                                      ///< gathers again in the backward pass
    uint64_t pipelineMessageBytes{0}; ///< a rank sends per micro-batch and boundary, each way:
                                      ///< b s h e, / T with scatter-gather or sequence parallelism
    uint64_t expertDispatchBytes{0};  ///< a rank's buffer for the All-to-All to the experts of a
                                      ///< layer: b s / T tokens x top k x (h e + 4 per scale)
    uint64_t expertCombineBytes{0};   ///< likewise for the way back: b s / T x top k x h e
    uint64_t expertRelayDispatchBytes{0}; ///< with expertRelay, a rank's buffer for the All-to-All
                                          ///< among groups: as expertDispatchBytes, top groups
                                          ///< instead of top k; that one is then within a group
    uint64_t expertRelayCombineBytes{0};  ///< likewise for the way back
    uint64_t expertWireBytes{0};          ///< a rank sends per micro-batch and layer, forward and
                                 ///< backward: 2 (E-1)/E of both; with expertRelay, N groups
                                 ///< of g ranks, 2 (g-1)/g of both
    uint64_t expertRelayWireBytes{0}; ///< with expertRelay, likewise among groups: 2 (N-1)/N
    uint64_t contextBlockBytes{0};    ///< one rank's keys and values: b s (keys + values) e / T
    uint64_t contextWireBytes{0};     ///< a rank sends per micro-batch and layer: C-1 blocks
                                      ///< forward, C-1 blocks and as many of their gradients
                                      ///< backward
    double bubble{0};                 ///< idle share of the ideal step time: (P-1)/m
};

/**
 * @ingroup llm-workload
 * Bytes per element of what is sent.
 */
struct ElementSizes
{
    uint32_t activation{2};         ///< activations, and parameters that replicas exchange
    uint32_t gradient{2};           ///< gradients: 2, or 4 where they are reduced in FP32
    uint32_t dispatch{2};           ///< activations on their way to experts: 2, or 1 for FP8
    uint32_t dispatchScaleBlock{0}; ///< elements that share an FP32 scale on that way; 0: no scales
    uint32_t combine{2};            ///< activations on their way back

    /** @param hidden size of a token @return bytes of a token on its way to an expert */
    uint64_t GetDispatchBytes(uint64_t hidden) const;
    /** @param hidden size of a token @return bytes of a token on its way back */
    uint64_t GetCombineBytes(uint64_t hidden) const;
};

/**
 * @ingroup llm-workload
 * @param shape the model, without problems
 * @param parallelism how it is split, without problems
 * @param sizes bytes per element
 * @return the traffic
 */
Volumes ComputeVolumes(const ModelShape& shape,
                       const Parallelism& parallelism,
                       const ElementSizes& sizes = {});

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
    uint64_t mlp{0};           ///< one dense layer's MLP and its norm
    uint64_t expertLayer{0};   ///< one layer's norm, router and shared experts
    uint64_t experts{0};       ///< the rank's share of one layer's experts
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
