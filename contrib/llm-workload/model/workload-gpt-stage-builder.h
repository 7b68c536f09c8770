/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_STAGE_BUILDER_H
#define WORKLOAD_GPT_STAGE_BUILDER_H

#include "workload-gpt-data-parallel.h"
#include "workload-gpt-job.h"
#include "workload-pipeline-schedule.h"
#include "workload-volumes.h"

#include <cstdint>
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
    /// The groups of a rank that a graph may use.
    enum Group : uint32_t
    {
        TENSOR_GROUP,
        DATA_GROUP,
        EXPERT_GROUP,      ///< ranks that share out the experts of a layer
        EXPERT_DATA_GROUP, ///< ranks that have the same experts
        EMBEDDING_GROUP,   ///< first and last stage
        MODEL_GROUP,       ///< all stages and tensor ranks of a replica
        N_GROUPS
    };

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

    /** @return the sealed graph; to be called once */
    std::shared_ptr<const OperationGraph> Build();

    /** @return groups in use, by slot */
    const std::vector<Group>& GetGroups() const;

    /** @return stages that are peers, by slot */
    const std::vector<uint32_t>& GetPeerStages() const;

  private:
    using Index = OperationGraph::Index;

    void Forward(const PipelineSlot& slot);
    void Backward(const PipelineSlot& slot);
    void ForwardPart(const char* label, fabric::Ticks time);
    void BackwardPart(const char* label, const PartTimes& times, uint64_t parameters);
    void ForwardExperts(const char* label);
    void BackwardExperts();
    void BeginLayer(bool hasExperts);
    bool HasExperts(uint32_t layer) const;
    void Exchange(const char* label, uint64_t bytes);
    void ForwardEmbedding();
    void BackwardEmbedding();
    void ForwardOutput();
    void BackwardOutput();
    void Recompute(bool hasExperts);
    void ReceiveActivation(bool forward, uint32_t part, uint32_t microBatch);
    void SendActivation(bool forward, uint32_t part, uint32_t microBatch);
    void BeginPart(std::optional<GptDataParallel>& data, uint64_t parameters);
    void AddGradients(std::optional<GptDataParallel>& data, uint64_t parameters);
    uint64_t GetOutputParameters() const;
    void FinishStep();

    /** Add a computation that waits for the last communication. */
    void Compute(const char* label, fabric::Ticks time);
    /** Add a tensor collective that waits for the last computation, unless there is one rank. */
    void Tensor(const char* label, collective::CollectiveType type, uint64_t bytes);
    /** Let a communication wait for what came before, and the next computation for it. */
    void Communicate(Index communication);

    GptDataParallel::Options MakeDataOptions(Group group);
    uint32_t SlotOf(Group group);
    uint32_t SlotOfStage(uint32_t stage);
    bool IsFirst(uint32_t part) const;
    bool IsLast(uint32_t part) const;
    uint32_t TagOf(bool forward, uint32_t fromPart, uint32_t microBatch) const;

    const GptJob& m_job;                     ///< attributes
    const ModelShape& m_shape;               ///< the model
    const Parallelism& m_parallelism;        ///< how it is split
    const LayerTimes& m_times;               ///< how long parts take
    uint32_t m_stage;                        ///< which stage
    uint32_t m_nParts;                       ///< parts of the model: stages x chunks
    uint32_t m_layersPerPart;                ///< layers of a part
    RankParameters m_parameters;             ///< parameters of one tensor rank, by part
    std::vector<PipelineSlot> m_order;       ///< what the stage does
    std::shared_ptr<OperationGraph> m_graph; ///< what is built
    std::vector<Group> m_groups;             ///< by slot
    std::vector<uint32_t> m_peerStages;      ///< by slot
    std::optional<Index> m_lastCompute;      ///< last computation
    std::vector<Index> m_pending;            ///< communications that the next computation waits for
    bool m_isLastMicroBatch{false};          ///< in the last backward pass of a chunk
    Volumes m_volumes;                       ///< sizes of messages
    std::optional<GptDataParallel> m_data;   ///< what replicas exchange, if there are several
    std::optional<GptDataParallel> m_expertData; ///< likewise replicas of experts
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_STAGE_BUILDER_H */
