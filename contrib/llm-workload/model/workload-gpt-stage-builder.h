/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_STAGE_BUILDER_H
#define WORKLOAD_GPT_STAGE_BUILDER_H

#include "workload-gpt-job.h"
#include "workload-gpt-layer-builder.h"
#include "workload-pipeline-schedule.h"
#include "workload-volumes.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Writes the operation graph that the ranks of one pipeline stage share. Used by GptJob.
 */
class GptStageBuilder
{
  public:
    /**
     * @param job attributes
     * @param schedule order of the passes
     * @param shape the model
     * @param parallelism how it is split
     * @param times how long parts take
     * @param stage which stage
     */
    GptStageBuilder(const GptJob& job,
                    const PipelineSchedule& schedule,
                    const ModelShape& shape,
                    const Parallelism& parallelism,
                    const LayerTimes& times,
                    uint32_t stage);

    /**
     * To be called once.
     *
     * @param storage what is read and written; null for nothing
     * @param share what the graph's ranks exchange with it
     * @return the sealed graph
     */
    std::shared_ptr<const OperationGraph> Build(const GptStorage* storage,
                                                const GptStorage::Share& share);

    /** @return what was written, with the slots in use */
    const GptGraphWriter& GetWriter() const;

  private:
    using Index = OperationGraph::Index;

    /** A pass, cut into pieces between which another pass may have its turn. */
    struct Pass
    {
        std::vector<std::function<void()>> pieces; ///< what is computed, and before it received
        std::function<void()> send;                ///< gives the result to another stage, if set
    };

    Pass Forward(const PipelineSlot& slot);
    Pass Backward(const PipelineSlot& slot);
    void Alone(const Pass& pass);
    void Together(const Pass& forward, const Pass& backward);
    bool CompletesGradients(std::size_t slot) const;
    void ForwardEmbedding();
    void BackwardEmbedding();
    void ForwardOutput();
    void BackwardOutput(PipelinePass pass);
    void ReceiveActivation(bool forward, const PipelineSlot& slot);
    void SendActivation(bool forward, const PipelineSlot& slot);
    void BeginPart(uint64_t parameters);
    void AddGradients(uint64_t parameters);
    uint64_t GetOutputParameters() const;
    /** @return the optimizer */
    Index FinishStep();

    GptDataParallel::Options MakeDataOptions(GptGroups::Kind group);
    uint32_t PartOf(const PipelineSlot& slot) const;
    bool IsLastPart(uint32_t part) const;
    uint32_t TagOf(bool forward, uint32_t fromPart, uint32_t microBatch) const;

    const GptJob& m_job;                     ///< attributes
    const PipelineSchedule& m_schedule;      ///< order of the passes
    const ModelShape& m_shape;               ///< the model
    const Parallelism& m_parallelism;        ///< how it is split
    const LayerTimes& m_times;               ///< how long parts take
    uint32_t m_stage;                        ///< which stage
    uint32_t m_nParts;                       ///< parts of the model
    uint32_t m_layersPerPart;                ///< layers of a part
    RankParameters m_parameters;             ///< parameters of one tensor rank, by part
    std::vector<PipelineSlot> m_order;       ///< what the stage does
    Volumes m_volumes;                       ///< sizes of messages
    GptGraphWriter m_writer;                 ///< what is built
    GptReplicas m_replicas;                  ///< what replicas exchange
    std::optional<GptLayerBuilder> m_layers; ///< writes layers
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_STAGE_BUILDER_H */
