/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_LAYER_BUILDER_H
#define WORKLOAD_GPT_LAYER_BUILDER_H

#include "workload-gpt-data-parallel.h"
#include "workload-gpt-graph-writer.h"
#include "workload-layer-times.h"
#include "workload-model-shape.h"
#include "workload-parallelism.h"
#include "workload-pipeline-schedule.h"
#include "workload-volumes.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What replicas exchange, of what all of them hold and of experts; nothing where a rank is alone.
 */
struct GptReplicas
{
    std::optional<GptDataParallel> common;  ///< all parameters but the experts'
    std::optional<GptDataParallel> experts; ///< experts
    bool isLast{false};                     ///< this pass completes the sums of gradients
};

/**
 * @ingroup llm-workload
 * Writes attention and MLP (or experts) of layers into the graph of a stage, with what they
 * communicate. Used by GptStageBuilder.
 *
 * With context ranks the attention of a layer is a ring: in C - 1 steps each rank passes on the
 * keys and values that it has, and computes with one block of them while the next one comes.
 * Backward, keys and values go round the other way, and behind them the sums of their gradients,
 * which are with their owner in the end. Source: Liu, Zaharia, Abbeel, "Ring Attention with
 * Blockwise Transformers for Near-Infinite Context", ICLR 2024; order of the exchanges as in
 * NVIDIA's Transformer Engine (context parallelism "p2p").
 */
class GptLayerBuilder
{
  public:
    /** How the framework works: attributes of GptJob. */
    struct Options
    {
        bool overlapTensor{false}; ///< OverlapTensor
        bool evenExperts{true};    ///< all experts get the same number of tokens
        uint32_t contextTags{0};   ///< first tag that is free for messages between context ranks
    };

    /**
     * @param shape the model
     * @param parallelism how it is split
     * @param times how long parts take
     * @param volumes sizes of messages
     * @param options how the framework works
     * @param writer where to write
     * @param replicas what replicas exchange
     *
     * All of them must outlive the builder.
     */
    GptLayerBuilder(const ModelShape& shape,
                    const Parallelism& parallelism,
                    const LayerTimes& times,
                    const Volumes& volumes,
                    const Options& options,
                    GptGraphWriter& writer,
                    GptReplicas& replicas);

    /** A pass through a layer begins. @param layer which, from 0 */
    void Begin(uint32_t layer);

    /** @param layer which @param again whether the backward pass computes it again */
    void ForwardAttention(uint32_t layer, bool again = false);
    /** MLP or experts. @param layer which @param again whether the backward pass does it again */
    void ForwardMlp(uint32_t layer, bool again = false);

    /** @param layer which @param pass BACKWARD, INPUT_GRADIENT or WEIGHT_GRADIENT */
    void BackwardAttention(uint32_t layer, PipelinePass pass);
    /** MLP or experts. @param layer which @param pass as BackwardAttention */
    void BackwardMlp(uint32_t layer, PipelinePass pass);

  private:
    using Index = OperationGraph::Index;

    /** What a part of a layer is, for the backward pass. */
    struct Part
    {
        const char* label;    ///< for people to read
        fabric::Ticks input;  ///< gradient of the activations
        fabric::Ticks weight; ///< gradient of the weights
        uint64_t parameters;  ///< of this rank
        bool isRing;          ///< attention that context ranks do together
    };

    bool HasExperts(uint32_t layer) const;
    void ForwardPart(const char* label, fabric::Ticks time, bool isRing);
    void BackwardPart(const Part& part, PipelinePass pass);
    void ForwardRing(const char* label, fabric::Ticks time);
    void BackwardRing(const char* label, fabric::Ticks outside, fabric::Ticks inside);
    Index Exchange(const char* label, bool forward, uint32_t tag, const std::vector<Index>& after);
    void ForwardExperts(uint32_t layer, bool again);
    void BackwardExperts(uint32_t layer, PipelinePass pass);
    void SharedExperts(const char* label, fabric::Ticks time, bool forward);
    void Dispatch(const char* label, uint32_t layer);
    void Combine(const char* label, uint32_t layer);
    void ExchangeTokens(const char* label,
                        uint32_t layer,
                        ExpertTraffic::Exchange what,
                        bool back,
                        uint64_t bytes);
    void ComputeExperts(const char* label, fabric::Ticks time, uint32_t layer);
    void AddGradients(std::optional<GptDataParallel>& data, uint64_t parameters);

    const ModelShape& m_shape;        ///< the model
    const Parallelism& m_parallelism; ///< how it is split
    const LayerTimes& m_times;        ///< how long parts take
    const Volumes& m_volumes;         ///< sizes of messages
    Options m_options;                ///< how the framework works
    GptGraphWriter& m_writer;         ///< where to write
    GptReplicas& m_replicas;          ///< what replicas exchange
    RankParameters m_parameters;      ///< parameters of one tensor rank, by part
    double m_ringShare;               ///< of the attention's time, what the ring does
    double m_projectionShare;         ///< of the rest, what is before the ring
    double m_sharedShare;             ///< of the experts' time, what tensor ranks share out
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_LAYER_BUILDER_H */
