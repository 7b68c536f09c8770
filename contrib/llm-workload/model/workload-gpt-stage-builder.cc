/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-stage-builder.h"

#include <algorithm>

namespace ns3::workload
{

using collective::CollectiveType;

GptStageBuilder::GptStageBuilder(const GptJob& job,
                                 const PipelineSchedule& schedule,
                                 const ModelShape& shape,
                                 const Parallelism& parallelism,
                                 const LayerTimes& times,
                                 uint32_t stage)
    : m_job(job),
      m_shape(shape),
      m_parallelism(parallelism),
      m_times(times),
      m_stage(stage),
      m_nParts(parallelism.pipeline * schedule.GetNChunks()),
      m_layersPerPart(shape.layers / m_nParts),
      m_parameters(ComputeRankParameters(shape, parallelism)),
      m_order(schedule.GetOrder(stage, parallelism.pipeline, parallelism.GetNMicroBatches())),
      m_graph(std::make_shared<OperationGraph>())
{
    m_volumes = ComputeVolumes(shape, parallelism, job.GetElementSizes());
    if (parallelism.data > 1)
    {
        m_data.emplace(*m_graph, MakeDataOptions(DATA_GROUP));
    }
    if (shape.moe.experts > 0 && parallelism.tensor * parallelism.data > parallelism.expert)
    {
        m_expertData.emplace(*m_graph, MakeDataOptions(EXPERT_DATA_GROUP));
    }
}

GptDataParallel::Options
GptStageBuilder::MakeDataOptions(Group group)
{
    GptDataParallel::Options options;
    options.zeroStage = m_job.m_zeroStage;
    options.bucketParameters = m_job.m_bucketParameters;
    options.gradientElement = m_job.m_gradientElement;
    options.parameterElement = m_job.m_activationElement;
    options.overlap = m_job.m_overlapGradients;
    options.groupSlot = SlotOf(group);
    return options;
}

std::shared_ptr<const OperationGraph>
GptStageBuilder::Build()
{
    for (const auto& slot : m_order)
    {
        if (slot.forward)
        {
            Forward(slot);
        }
        else
        {
            Backward(slot);
        }
    }
    FinishStep();
    m_graph->Seal();
    return m_graph;
}

const std::vector<GptStageBuilder::Group>&
GptStageBuilder::GetGroups() const
{
    return m_groups;
}

const std::vector<uint32_t>&
GptStageBuilder::GetPeerStages() const
{
    return m_peerStages;
}

void
GptStageBuilder::Forward(const PipelineSlot& slot)
{
    const uint32_t part = slot.chunk * m_parallelism.pipeline + m_stage;
    if (IsFirst(part))
    {
        ForwardEmbedding();
    }
    else
    {
        ReceiveActivation(true, part, slot.microBatch);
    }
    for (uint32_t layer = 0; layer < m_layersPerPart; ++layer)
    {
        const bool hasExperts = HasExperts(part * m_layersPerPart + layer);
        BeginLayer(hasExperts);
        ForwardPart("attention forward", m_times.attention.forward);
        if (hasExperts)
        {
            ForwardExperts("experts forward");
        }
        else
        {
            ForwardPart("mlp forward", m_times.mlp.forward);
        }
    }
    if (IsLast(part))
    {
        ForwardOutput();
    }
    else
    {
        SendActivation(true, part, slot.microBatch);
    }
}

void
GptStageBuilder::Backward(const PipelineSlot& slot)
{
    const uint32_t part = slot.chunk * m_parallelism.pipeline + m_stage;
    m_isLastMicroBatch = slot.microBatch + 1 == m_parallelism.GetNMicroBatches();
    if (IsLast(part))
    {
        BackwardOutput();
    }
    else
    {
        ReceiveActivation(false, part, slot.microBatch);
    }
    for (uint32_t layer = m_layersPerPart; layer > 0; --layer)
    {
        const bool hasExperts = HasExperts(part * m_layersPerPart + layer - 1);
        BeginLayer(hasExperts);
        if (m_parallelism.recompute)
        {
            Recompute(hasExperts);
        }
        if (hasExperts)
        {
            BackwardExperts();
        }
        else
        {
            BackwardPart("mlp backward", m_times.mlp, m_parameters.mlp);
        }
        BackwardPart("attention backward", m_times.attention, m_parameters.attention);
    }
    if (IsFirst(part))
    {
        BackwardEmbedding();
    }
    else
    {
        SendActivation(false, part, slot.microBatch);
    }
}

void
GptStageBuilder::ForwardPart(const char* label, fabric::Ticks time)
{
    if (m_parallelism.sequenceParallel)
    {
        Tensor("activations", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
        Compute(label, time);
        Tensor("activations", CollectiveType::REDUCE_SCATTER, m_volumes.tensorBytes);
        return;
    }
    Compute(label, time);
    Tensor("activations", CollectiveType::ALL_REDUCE, m_volumes.tensorBytes);
}

void
GptStageBuilder::BackwardPart(const char* label, const PartTimes& times, uint64_t parameters)
{
    const bool isSequenceParallel = m_parallelism.sequenceParallel;
    std::vector<Index> again;
    if (isSequenceParallel)
    {
        Tensor("activation gradients", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
        if (!m_parallelism.recompute)
        {
            // Each rank kept its share of the input only; the weight gradient needs all of it.
            const auto gradients = m_pending;
            Tensor("activations again", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
            again = std::move(m_pending);
            m_pending = gradients;
        }
    }
    Compute(label, times.inputGradient);
    Tensor("activation gradients",
           isSequenceParallel ? CollectiveType::REDUCE_SCATTER : CollectiveType::ALL_REDUCE,
           m_volumes.tensorBytes);
    std::vector<Index> afterwards;
    if (m_job.m_overlapTensor)
    {
        afterwards = std::move(m_pending);
        m_pending.clear();
    }
    m_pending.insert(m_pending.end(), again.begin(), again.end());
    Compute(label, times.weightGradient);
    m_pending.insert(m_pending.end(), afterwards.begin(), afterwards.end());
    AddGradients(m_data, parameters);
}

void
GptStageBuilder::ForwardExperts(const char* label)
{
    Exchange("tokens to experts", m_volumes.expertDispatchBytes);
    Compute(label, m_times.experts.forward);
    Exchange("tokens from experts", m_volumes.expertCombineBytes);
}

void
GptStageBuilder::BackwardExperts()
{
    Exchange("gradients to experts", m_volumes.expertDispatchBytes);
    Compute("experts backward", m_times.experts.inputGradient);
    Exchange("gradients from experts", m_volumes.expertCombineBytes);
    std::vector<Index> afterwards;
    if (m_job.m_overlapTensor)
    {
        afterwards = std::move(m_pending);
        m_pending.clear();
    }
    Compute("experts backward", m_times.experts.weightGradient);
    m_pending.insert(m_pending.end(), afterwards.begin(), afterwards.end());
    AddGradients(m_data, m_parameters.expertLayer);
    AddGradients(m_expertData, m_parameters.experts);
}

bool
GptStageBuilder::HasExperts(uint32_t layer) const
{
    return layer >= m_shape.GetNDenseLayers();
}

void
GptStageBuilder::Exchange(const char* label, uint64_t bytes)
{
    if (m_parallelism.expert > 1)
    {
        Communicate(m_graph->AddCollective(label,
                                           GptJob::EXPERT,
                                           Dimension::EXPERT,
                                           CollectiveType::ALL_TO_ALL,
                                           SlotOf(EXPERT_GROUP),
                                           bytes));
    }
}

void
GptStageBuilder::ForwardEmbedding()
{
    BeginPart(m_data, m_parameters.embedding);
    Compute("embedding forward", m_times.embedding.forward);
    Tensor("embedding activations",
           m_parallelism.sequenceParallel ? CollectiveType::REDUCE_SCATTER
                                          : CollectiveType::ALL_REDUCE,
           m_volumes.tensorBytes);
}

void
GptStageBuilder::BackwardEmbedding()
{
    BeginPart(m_data, m_parameters.embedding);
    if (m_parallelism.sequenceParallel)
    {
        Tensor("embedding gradients", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    }
    Compute("embedding backward", m_times.embedding.GetBackward());
    AddGradients(m_data, m_parameters.embedding);
}

void
GptStageBuilder::ForwardOutput()
{
    BeginPart(m_data, GetOutputParameters());
    if (m_parallelism.sequenceParallel)
    {
        Tensor("activations", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    }
    Compute("output forward", m_times.output.forward);
    // Largest logit, logit of the target and sum of exponentials: one FP32 number per token each.
    for (int i = 0; i < 3; ++i)
    {
        Tensor("loss",
               CollectiveType::ALL_REDUCE,
               uint64_t{m_parallelism.microBatch} * m_shape.sequence * 4);
    }
}

void
GptStageBuilder::BackwardOutput()
{
    BeginPart(m_data, GetOutputParameters());
    Compute("output backward", m_times.output.inputGradient);
    Tensor("activation gradients",
           m_parallelism.sequenceParallel ? CollectiveType::REDUCE_SCATTER
                                          : CollectiveType::ALL_REDUCE,
           m_volumes.tensorBytes);
    std::vector<Index> afterwards;
    if (m_job.m_overlapTensor)
    {
        afterwards = std::move(m_pending);
        m_pending.clear();
    }
    Compute("output backward", m_times.output.weightGradient);
    m_pending.insert(m_pending.end(), afterwards.begin(), afterwards.end());
    AddGradients(m_data, GetOutputParameters());
}

void
GptStageBuilder::Recompute(bool hasExperts)
{
    ForwardPart("attention recompute", m_times.attention.forward);
    if (hasExperts)
    {
        ForwardExperts("experts recompute");
        return;
    }
    ForwardPart("mlp recompute", m_times.mlp.forward);
}

void
GptStageBuilder::ReceiveActivation(bool forward, uint32_t part, uint32_t microBatch)
{
    const uint32_t fromPart = forward ? part - 1 : part + 1;
    const auto receive =
        m_graph->AddReceive(forward ? "activations" : "activation gradients",
                            forward ? GptJob::RECEIVE_FORWARD : GptJob::RECEIVE_BACKWARD,
                            Dimension::PIPELINE,
                            SlotOfStage(fromPart % m_parallelism.pipeline),
                            TagOf(forward, fromPart, microBatch),
                            m_volumes.pipelineMessageBytes);
    m_pending.push_back(receive);
    if (m_parallelism.scatterGather && !m_parallelism.sequenceParallel && m_parallelism.tensor > 1)
    {
        Tensor(forward ? "activations of stage" : "activation gradients of stage",
               CollectiveType::ALL_GATHER,
               m_volumes.tensorBytes);
    }
}

void
GptStageBuilder::SendActivation(bool forward, uint32_t part, uint32_t microBatch)
{
    const uint32_t toPart = forward ? part + 1 : part - 1;
    const auto send = m_graph->AddSend(forward ? "activations" : "activation gradients",
                                       forward ? GptJob::SEND_FORWARD : GptJob::SEND_BACKWARD,
                                       Dimension::PIPELINE,
                                       SlotOfStage(toPart % m_parallelism.pipeline),
                                       TagOf(forward, part, microBatch),
                                       m_volumes.pipelineMessageBytes);
    if (m_lastCompute)
    {
        m_graph->AddDependency(send, *m_lastCompute);
    }
    for (const auto communication : m_pending)
    {
        m_graph->AddDependency(send, communication);
    }
}

void
GptStageBuilder::BeginLayer(bool hasExperts)
{
    BeginPart(m_data,
              m_parameters.attention + (hasExperts ? m_parameters.expertLayer : m_parameters.mlp));
    if (hasExperts)
    {
        BeginPart(m_expertData, m_parameters.experts);
    }
}

void
GptStageBuilder::BeginPart(std::optional<GptDataParallel>& data, uint64_t parameters)
{
    if (data)
    {
        if (const auto gather = data->BeginPart(parameters, m_lastCompute))
        {
            m_pending.push_back(*gather);
        }
    }
}

void
GptStageBuilder::AddGradients(std::optional<GptDataParallel>& data, uint64_t parameters)
{
    if (data)
    {
        data->AddGradients(parameters, m_isLastMicroBatch, *m_lastCompute);
    }
}

uint64_t
GptStageBuilder::GetOutputParameters() const
{
    // On one stage the tied weights are the embedding's, whose gradient is complete later.
    const bool isOwn = !m_shape.tiedEmbeddings || m_parallelism.pipeline > 1;
    return m_parameters.finalNorm + (isOwn ? m_parameters.output : 0);
}

void
GptStageBuilder::FinishStep()
{
    std::vector<Index> last{*m_lastCompute};
    for (auto* const data : {&m_data, &m_expertData})
    {
        if (*data)
        {
            const auto reductions = (*data)->FinishGradients(*m_lastCompute);
            last.insert(last.end(), reductions.begin(), reductions.end());
        }
    }
    const auto after = [&](Index operation)
    {
        for (const auto before : last)
        {
            m_graph->AddDependency(operation, before);
        }
        last.assign(1, operation);
    };
    const bool isEdge = m_stage == 0 || m_stage + 1 == m_parallelism.pipeline;
    if (m_shape.tiedEmbeddings && m_parallelism.pipeline > 1 && isEdge)
    {
        after(m_graph->AddCollective("tied embedding gradients",
                                     GptJob::DATA,
                                     Dimension::PIPELINE,
                                     CollectiveType::ALL_REDUCE,
                                     SlotOf(EMBEDDING_GROUP),
                                     m_parameters.wordEmbedding * m_job.m_gradientElement));
    }
    if (m_job.m_gradientNorm && m_parallelism.tensor * m_parallelism.pipeline > 1)
    {
        after(m_graph->AddCollective("gradient norm",
                                     GptJob::DATA,
                                     m_parallelism.pipeline > 1 ? Dimension::PIPELINE
                                                                : Dimension::OTHER,
                                     CollectiveType::ALL_REDUCE,
                                     SlotOf(MODEL_GROUP),
                                     4));
    }
    // Replicas that share out the optimizer's state update only their part of the parameters.
    const uint32_t share = m_job.m_zeroStage > 0 ? m_parallelism.data : 1;
    const auto optimizer =
        m_graph->AddCompute("optimizer", GptJob::COMPUTE, m_times.optimizer / share);
    after(optimizer);
    for (auto* const data : {&m_data, &m_expertData})
    {
        if (*data)
        {
            (*data)->GatherParameters(optimizer);
        }
    }
}

void
GptStageBuilder::Compute(const char* label, fabric::Ticks time)
{
    const auto compute = m_graph->AddCompute(label, GptJob::COMPUTE, time);
    for (const auto communication : m_pending)
    {
        m_graph->AddDependency(compute, communication);
    }
    m_pending.clear();
    m_lastCompute = compute;
}

void
GptStageBuilder::Tensor(const char* label, CollectiveType type, uint64_t bytes)
{
    if (m_parallelism.tensor == 1)
    {
        return;
    }
    Communicate(m_graph->AddCollective(
        label, GptJob::TENSOR, Dimension::TENSOR, type, SlotOf(TENSOR_GROUP), bytes));
}

void
GptStageBuilder::Communicate(Index communication)
{
    if (m_lastCompute)
    {
        m_graph->AddDependency(communication, *m_lastCompute);
    }
    for (const auto before : m_pending)
    {
        m_graph->AddDependency(communication, before);
    }
    m_pending.assign(1, communication);
}

uint32_t
GptStageBuilder::SlotOf(Group group)
{
    const auto at = std::find(m_groups.begin(), m_groups.end(), group);
    if (at == m_groups.end())
    {
        m_groups.push_back(group);
        return static_cast<uint32_t>(m_groups.size() - 1);
    }
    return static_cast<uint32_t>(at - m_groups.begin());
}

uint32_t
GptStageBuilder::SlotOfStage(uint32_t stage)
{
    const auto at = std::find(m_peerStages.begin(), m_peerStages.end(), stage);
    if (at == m_peerStages.end())
    {
        m_peerStages.push_back(stage);
        return static_cast<uint32_t>(m_peerStages.size() - 1);
    }
    return static_cast<uint32_t>(at - m_peerStages.begin());
}

bool
GptStageBuilder::IsFirst(uint32_t part) const
{
    return part == 0;
}

bool
GptStageBuilder::IsLast(uint32_t part) const
{
    return part + 1 == m_nParts;
}

uint32_t
GptStageBuilder::TagOf(bool forward, uint32_t fromPart, uint32_t microBatch) const
{
    return (microBatch * m_nParts + fromPart) * 2 + (forward ? 0 : 1);
}

} // namespace ns3::workload
