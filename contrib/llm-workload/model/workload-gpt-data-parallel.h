/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_DATA_PARALLEL_H
#define WORKLOAD_GPT_DATA_PARALLEL_H

#include "workload-operation-graph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Writes the communication of a data group into the graph of a pipeline stage: what the replicas of
 * a model exchange, depending on what they share out. Used by GptStageBuilder.
 */
class GptDataParallel
{
  public:
    using Index = OperationGraph::Index;

    /** What is exchanged, and how. */
    struct Options
    {
        uint32_t zeroStage{0};        ///< GptJob attribute
        uint64_t bucketParameters{0}; ///< GptJob attribute
        uint32_t gradientElement{2};  ///< GptJob attribute
        uint32_t parameterElement{2}; ///< bytes per element of parameters
        bool overlap{true};           ///< GptJob attribute OverlapGradients
        uint32_t groupSlot{0};        ///< the data group
    };

    /**
     * @param graph where to write
     * @param options what is exchanged
     */
    GptDataParallel(OperationGraph& graph, const Options& options);

    /**
     * A pass through some layers begins. With shared-out parameters (ZeRO 3) these are gathered
     * first, while the computation of the part before goes on.
     *
     * @param parameters what the layers have
     * @param lastCompute last computation before
     * @return what the computation has to wait for, if anything
     */
    std::optional<Index> BeginPart(uint64_t parameters, std::optional<Index> lastCompute);

    /**
     * A backward pass has computed gradients.
     *
     * @param parameters of so many parameters
     * @param isLast whether this was the last micro-batch, which completes the sums
     * @param lastCompute last computation
     */
    void AddGradients(uint64_t parameters, bool isLast, Index lastCompute);

    /**
     * All backward passes are over.
     *
     * @param lastCompute last computation
     * @return reductions that the optimizer has to wait for
     */
    std::vector<Index> FinishGradients(Index lastCompute);

    /** Give all replicas the parameters that each has updated. @param optimizer the update */
    void GatherParameters(Index optimizer);

  private:
    void Reduce(Index lastCompute);

    OperationGraph& m_graph;               ///< where to write
    Options m_options;                     ///< what is exchanged
    uint64_t m_bucket{0};                  ///< parameters collected for the next bucket
    std::vector<uint64_t> m_buckets;       ///< parameters of the buckets so far
    std::vector<Index> m_reductions;       ///< reductions so far
    std::optional<Index> m_beforeLastPart; ///< last computation before the last part began
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_DATA_PARALLEL_H */
