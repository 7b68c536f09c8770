/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_PARALLELISM_H
#define WORKLOAD_PARALLELISM_H

#include "workload-model-shape.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What a communication is for.
 */
enum class Dimension : uint8_t
{
    TENSOR,    ///< activations within a layer (TP, SP)
    EXPERT,    ///< tokens to experts and back (EP)
    CONTEXT,   ///< keys and values along the sequence (CP)
    PIPELINE,  ///< between stages: activations, tied embeddings, norm of all gradients (PP)
    DATA,      ///< gradients and parameters between replicas (DP)
    OTHER,     ///< anything else
    INPUT,     ///< samples, from storage
    CHECKPOINT ///< the state of the model, to storage
};

/** Number of values of Dimension. The order is that of the accounts, see RankAccount. */
constexpr uint32_t N_DIMENSIONS = 8;

/**
 * @param dimension a dimension
 * @return its short name: TP, EP, CP, PP, DP, other, input or checkpoint
 */
const char* NameOf(Dimension dimension);

/**
 * @ingroup llm-workload
 * How a job is spread over ranks.
 *
 * Ranks are numbered as Megatron-LM does by default (order tp-cp-dp-pp): tensor fastest, then
 * context, then data, then pipeline: rank = t + T (c + C (d + D p)). With T accelerators per server
 * a tensor group is a server.
 */
struct Parallelism
{
    uint32_t tensor{1};           ///< T, ranks that share each layer
    uint32_t pipeline{1};         ///< P, stages
    uint32_t data{1};             ///< D, replicas
    uint32_t context{1};          ///< C, ranks that share out each sequence (ring attention)
    uint32_t expert{1};           ///< E, ranks that share out the experts of a layer: consecutive
                                  ///< ones of the T C D ranks of a stage
    uint32_t microBatch{1};       ///< samples in a micro-batch of one replica
    uint32_t globalBatch{1};      ///< samples in a step of all replicas
    bool sequenceParallel{false}; ///< tensor ranks share norms too: RS + AG instead of All-Reduce
    bool recompute{false};        ///< full activation recomputation in the backward pass
    bool scatterGather{true};     ///< stages exchange 1/T of the activation per rank and gather it
                                  ///< within the tensor group (Megatron-LM SC'21, section 4.1)
    bool expertRelay{false};      ///< a token crosses once to each group of experts that it goes
                                  ///< to, to the rank at its sender's place, which passes it on
                                  ///< within the group (DeepSeek-V3, section 3.2.2). A group of
                                  ///< experts is E / groups ranks: a server

    /** @return ranks of the job */
    uint64_t GetNRanks() const;

    /** @return micro-batches of one replica in a step */
    uint32_t GetNMicroBatches() const;

    /**
     * @param t tensor index
     * @param d data index
     * @param p pipeline index
     * @param c context index
     * @return the rank
     */
    uint32_t RankOf(uint32_t t, uint32_t d, uint32_t p, uint32_t c = 0) const;

    /** @param shape the model @return tokens of a micro-batch that a context rank has: b s / C */
    uint64_t GetTokensOfRank(const ModelShape& shape) const;

    /** @return ranks of a stage: T C D */
    uint32_t GetStageSize() const;

    /** @return ranks that hold the same parameters, other than experts: C D */
    uint32_t GetNReplicas() const;

    /** @return tensor index of a rank */
    uint32_t TensorIndexOf(uint32_t rank) const;
    /** @return context index of a rank */
    uint32_t ContextIndexOf(uint32_t rank) const;
    /** @return data index of a rank */
    uint32_t DataIndexOf(uint32_t rank) const;
    /** @return pipeline index (stage) of a rank */
    uint32_t StageOf(uint32_t rank) const;

    /**
     * @param shape the model, itself without problems
     * @return what is impossible about this split of that model, for people to read; empty if
     *         nothing
     */
    std::vector<std::string> Check(const ModelShape& shape) const;
};

} // namespace ns3::workload

#endif /* WORKLOAD_PARALLELISM_H */
