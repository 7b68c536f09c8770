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
      m_schedule(schedule),
      m_shape(shape),
      m_parallelism(parallelism),
      m_times(times),
      m_stage(stage),
      m_nParts(schedule.GetNParts(parallelism.pipeline)),
      m_layersPerPart(shape.layers / m_nParts),
      m_parameters(ComputeRankParameters(shape, parallelism)),
      m_order(schedule.GetOrder(stage, parallelism.pipeline, parallelism.GetNMicroBatches())),
      m_volumes(ComputeVolumes(shape, parallelism, job.GetElementSizes())),
      m_writer(parallelism.tensor > 1)
{
    const uint32_t copies = schedule.HoldsPartsTwice() ? 2 : 1;
    if (copies * parallelism.GetNReplicas() > 1)
    {
        m_replicas.common.emplace(m_writer.GetGraph(), MakeDataOptions(GptGroups::DATA));
    }
    if (shape.moe.experts > 0 && copies * parallelism.GetStageSize() > parallelism.expert)
    {
        m_replicas.experts.emplace(m_writer.GetGraph(), MakeDataOptions(GptGroups::EXPERT_DATA));
    }
    GptLayerBuilder::Options options;
    options.overlapTensor = job.m_overlapTensor;
    options.evenExperts = job.m_popularity.kind == ExpertPopularity::EVEN;
    options.contextTags = TagOf(true, 0, parallelism.GetNMicroBatches());
    m_layers.emplace(shape, parallelism, times, m_volumes, options, m_writer, m_replicas);
}

GptDataParallel::Options
GptStageBuilder::MakeDataOptions(GptGroups::Kind group)
{
    GptDataParallel::Options options;
    options.zeroStage = m_job.m_zeroStage;
    options.bucketParameters = m_job.m_bucketParameters;
    options.gradientElement = m_job.m_gradientElement;
    options.parameterElement = m_job.m_activationElement;
    options.overlap = m_job.m_overlapGradients;
    options.groupSlot = m_writer.SlotOf(group);
    return options;
}

std::shared_ptr<const OperationGraph>
GptStageBuilder::Build(const GptStorage* storage, const GptStorage::Share& share)
{
    if (storage)
    {
        storage->AddInput(m_writer, share);
    }
    for (std::size_t i = 0; i < m_order.size(); ++i)
    {
        m_replicas.isLast = CompletesGradients(i);
        const auto& slot = m_order[i];
        if (slot.withNext)
        {
            m_replicas.isLast = CompletesGradients(i + 1);
            Together(Forward(slot), Backward(m_order[i + 1]));
            ++i;
            continue;
        }
        Alone(slot.pass == PipelinePass::FORWARD ? Forward(slot) : Backward(slot));
    }
    const auto optimizer = FinishStep();
    if (storage)
    {
        storage->AddState(m_writer, share, optimizer);
    }
    return m_writer.Finish();
}

const GptGraphWriter&
GptStageBuilder::GetWriter() const
{
    return m_writer;
}

bool
GptStageBuilder::CompletesGradients(std::size_t slot) const
{
    const auto isOf = [&](const PipelineSlot& other)
    {
        return other.chunk == m_order[slot].chunk && (other.pass == PipelinePass::BACKWARD ||
                                                      other.pass == PipelinePass::WEIGHT_GRADIENT);
    };
    const auto from = m_order.begin() + static_cast<std::ptrdiff_t>(slot);
    return isOf(*from) && std::none_of(from + 1, m_order.end(), isOf);
}

void
GptStageBuilder::Alone(const Pass& pass)
{
    for (const auto& piece : pass.pieces)
    {
        piece();
    }
    if (pass.send)
    {
        pass.send();
    }
}

void
GptStageBuilder::Together(const Pass& forward, const Pass& backward)
{
    auto& before = m_writer.Now();
    GptGraphWriter::Thread ahead = before;
    GptGraphWriter::Thread back = before;
    for (std::size_t i = 0; i < std::max(forward.pieces.size(), backward.pieces.size()); ++i)
    {
        if (i < forward.pieces.size())
        {
            m_writer.Use(ahead);
            forward.pieces[i]();
        }
        if (i < backward.pieces.size())
        {
            m_writer.Use(back);
            backward.pieces[i]();
        }
    }
    m_writer.Use(before);
    before.lastCompute = std::max(ahead.lastCompute, back.lastCompute);
    before.pending = ahead.pending;
    before.pending.insert(before.pending.end(), back.pending.begin(), back.pending.end());
    // As in DeepSeek's implementation, both results go out when both passes are over.
    for (const auto* const pass : {&forward, &backward})
    {
        if (pass->send)
        {
            pass->send();
        }
    }
}

GptStageBuilder::Pass
GptStageBuilder::Forward(const PipelineSlot& slot)
{
    const uint32_t part = PartOf(slot);
    Pass result;
    auto& pieces = result.pieces;
    if (part == 0)
    {
        pieces.emplace_back([this] { ForwardEmbedding(); });
    }
    else
    {
        pieces.emplace_back([this, slot] { ReceiveActivation(true, slot); });
    }
    for (uint32_t i = 0; i < m_layersPerPart; ++i)
    {
        const uint32_t layer = part * m_layersPerPart + i;
        pieces.emplace_back(
            [this, layer]
            {
                m_layers->Begin(layer);
                m_layers->ForwardAttention(layer);
            });
        pieces.emplace_back([this, layer] { m_layers->ForwardMlp(layer); });
    }
    if (IsLastPart(part))
    {
        pieces.emplace_back([this] { ForwardOutput(); });
    }
    else
    {
        result.send = [this, slot] { SendActivation(true, slot); };
    }
    return result;
}

GptStageBuilder::Pass
GptStageBuilder::Backward(const PipelineSlot& slot)
{
    const uint32_t part = PartOf(slot);
    const auto pass = slot.pass;
    const bool forWeights = pass == PipelinePass::WEIGHT_GRADIENT;
    Pass result;
    auto& pieces = result.pieces;
    if (IsLastPart(part))
    {
        pieces.emplace_back([this, pass] { BackwardOutput(pass); });
    }
    else if (!forWeights)
    {
        pieces.emplace_back([this, slot] { ReceiveActivation(false, slot); });
    }
    for (uint32_t i = m_layersPerPart; i > 0; --i)
    {
        const uint32_t layer = part * m_layersPerPart + i - 1;
        pieces.emplace_back(
            [this, layer, pass, forWeights]
            {
                if (!forWeights)
                {
                    m_layers->Begin(layer);
                }
                if (m_parallelism.recompute && !forWeights)
                {
                    m_layers->ForwardAttention(layer, true);
                    m_layers->ForwardMlp(layer, true);
                }
                m_layers->BackwardMlp(layer, pass);
            });
        pieces.emplace_back([this, layer, pass] { m_layers->BackwardAttention(layer, pass); });
    }
    if (part > 0 && !forWeights)
    {
        result.send = [this, slot] { SendActivation(false, slot); };
    }
    else if (part == 0 && pass != PipelinePass::INPUT_GRADIENT)
    {
        // The embedding has no inputs with gradients: all of it is for the weights.
        pieces.emplace_back([this] { BackwardEmbedding(); });
    }
    return result;
}

void
GptStageBuilder::ForwardEmbedding()
{
    BeginPart(m_parameters.embedding);
    m_writer.Compute("embedding forward", m_times.embedding.forward);
    m_writer.Tensor("embedding activations",
                    m_parallelism.sequenceParallel ? CollectiveType::REDUCE_SCATTER
                                                   : CollectiveType::ALL_REDUCE,
                    m_volumes.tensorBytes);
}

void
GptStageBuilder::BackwardEmbedding()
{
    BeginPart(m_parameters.embedding);
    if (m_parallelism.sequenceParallel)
    {
        m_writer.Tensor("embedding gradients", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    }
    m_writer.Compute("embedding backward", m_times.embedding.GetBackward());
    AddGradients(m_parameters.embedding);
}

void
GptStageBuilder::ForwardOutput()
{
    BeginPart(GetOutputParameters());
    if (m_parallelism.sequenceParallel)
    {
        m_writer.Tensor("activations", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    }
    m_writer.Compute("output forward", m_times.output.forward);
    // Largest logit, logit of the target and sum of exponentials: one FP32 number per token each.
    for (int i = 0; i < 3; ++i)
    {
        m_writer.Tensor(
            "loss", CollectiveType::ALL_REDUCE, m_parallelism.GetTokensOfRank(m_shape) * 4);
    }
}

void
GptStageBuilder::BackwardOutput(PipelinePass pass)
{
    constexpr const char* label = "output backward";
    auto& pending = m_writer.Now().pending;
    std::vector<Index> afterwards;
    if (pass != PipelinePass::WEIGHT_GRADIENT)
    {
        BeginPart(GetOutputParameters());
        m_writer.Compute(label, m_times.output.inputGradient);
        m_writer.Tensor("activation gradients",
                        m_parallelism.sequenceParallel ? CollectiveType::REDUCE_SCATTER
                                                       : CollectiveType::ALL_REDUCE,
                        m_volumes.tensorBytes);
        if (m_job.m_overlapTensor && pass == PipelinePass::BACKWARD)
        {
            afterwards = std::move(pending);
            pending.clear();
        }
    }
    if (pass == PipelinePass::INPUT_GRADIENT)
    {
        return;
    }
    m_writer.Compute(label, m_times.output.weightGradient);
    pending.insert(pending.end(), afterwards.begin(), afterwards.end());
    AddGradients(GetOutputParameters());
}

void
GptStageBuilder::ReceiveActivation(bool forward, const PipelineSlot& slot)
{
    const uint32_t part = PartOf(slot);
    const uint32_t fromPart = forward ? part - 1 : part + 1;
    const uint32_t from = m_schedule.GetStage(fromPart, m_parallelism.pipeline, slot.chunk);
    const auto receive = m_writer.GetGraph().AddReceive(
        forward ? "activations" : "activation gradients",
        forward ? GptJob::RECEIVE_FORWARD : GptJob::RECEIVE_BACKWARD,
        Dimension::PIPELINE,
        m_writer.SlotOf(GptGraphWriter::Peer{GptGraphWriter::Peer::STAGE, from}),
        TagOf(forward, fromPart, slot.microBatch),
        m_volumes.pipelineMessageBytes);
    m_writer.Now().pending.push_back(receive);
    if (m_parallelism.scatterGather && !m_parallelism.sequenceParallel)
    {
        m_writer.Tensor(forward ? "activations of stage" : "activation gradients of stage",
                        CollectiveType::ALL_GATHER,
                        m_volumes.tensorBytes);
    }
}

void
GptStageBuilder::SendActivation(bool forward, const PipelineSlot& slot)
{
    const uint32_t part = PartOf(slot);
    const uint32_t toPart = forward ? part + 1 : part - 1;
    const uint32_t to = m_schedule.GetStage(toPart, m_parallelism.pipeline, slot.chunk);
    m_writer.AfterAll(m_writer.GetGraph().AddSend(
        forward ? "activations" : "activation gradients",
        forward ? GptJob::SEND_FORWARD : GptJob::SEND_BACKWARD,
        Dimension::PIPELINE,
        m_writer.SlotOf(GptGraphWriter::Peer{GptGraphWriter::Peer::STAGE, to}),
        TagOf(forward, part, slot.microBatch),
        m_volumes.pipelineMessageBytes));
}

void
GptStageBuilder::BeginPart(uint64_t parameters)
{
    if (!m_replicas.common)
    {
        return;
    }
    if (const auto gather = m_replicas.common->BeginPart(parameters, m_writer.Now().lastCompute))
    {
        m_writer.Now().pending.push_back(*gather);
    }
}

void
GptStageBuilder::AddGradients(uint64_t parameters)
{
    if (m_replicas.common)
    {
        m_replicas.common->AddGradients(parameters, m_replicas.isLast, *m_writer.Now().lastCompute);
    }
}

uint64_t
GptStageBuilder::GetOutputParameters() const
{
    // Where one rank has both, the tied weights are the embedding's, whose gradient is complete
    // later.
    const bool isOneRank = m_parallelism.pipeline == 1 || m_schedule.HoldsPartsTwice();
    const bool isOwn = !m_shape.tiedEmbeddings || !isOneRank;
    return m_parameters.finalNorm + (isOwn ? m_parameters.output : 0);
}

GptStageBuilder::Index
GptStageBuilder::FinishStep()
{
    auto& graph = m_writer.GetGraph();
    const Index lastCompute = *m_writer.Now().lastCompute;
    std::vector<Index> last{lastCompute};
    for (auto* const data : {&m_replicas.common, &m_replicas.experts})
    {
        if (*data)
        {
            const auto reductions = (*data)->FinishGradients(lastCompute);
            last.insert(last.end(), reductions.begin(), reductions.end());
        }
    }
    const auto after = [&](Index operation)
    {
        for (const auto before : last)
        {
            graph.AddDependency(operation, before);
        }
        last.assign(1, operation);
    };
    const bool isEdge = m_stage == 0 || m_stage + 1 == m_parallelism.pipeline;
    if (m_shape.tiedEmbeddings && m_parallelism.pipeline > 1 && isEdge &&
        !m_schedule.HoldsPartsTwice())
    {
        after(graph.AddCollective("tied embedding gradients",
                                  GptJob::DATA,
                                  Dimension::PIPELINE,
                                  CollectiveType::ALL_REDUCE,
                                  m_writer.SlotOf(GptGroups::EMBEDDING),
                                  m_parameters.wordEmbedding * m_job.m_gradientElement));
    }
    if (m_job.m_gradientNorm && m_parallelism.tensor * m_parallelism.pipeline > 1)
    {
        after(
            graph.AddCollective("gradient norm",
                                GptJob::DATA,
                                m_parallelism.pipeline > 1 ? Dimension::PIPELINE : Dimension::OTHER,
                                CollectiveType::ALL_REDUCE,
                                m_writer.SlotOf(GptGroups::MODEL),
                                4));
    }
    // Replicas that share out the optimizer's state update only their part of the parameters.
    const uint32_t copies = m_schedule.HoldsPartsTwice() ? 2 : 1;
    const uint32_t share = m_job.m_zeroStage > 0 ? m_parallelism.GetNReplicas() * copies : 1;
    const auto optimizer =
        graph.AddCompute("optimizer", GptJob::COMPUTE, copies * m_times.optimizer / share);
    after(optimizer);
    for (auto* const data : {&m_replicas.common, &m_replicas.experts})
    {
        if (*data)
        {
            (*data)->GatherParameters(optimizer);
        }
    }
    return optimizer;
}

uint32_t
GptStageBuilder::PartOf(const PipelineSlot& slot) const
{
    return m_schedule.GetPart(m_stage, m_parallelism.pipeline, slot.chunk);
}

bool
GptStageBuilder::IsLastPart(uint32_t part) const
{
    return part + 1 == m_nParts;
}

uint32_t
GptStageBuilder::TagOf(bool forward, uint32_t fromPart, uint32_t microBatch) const
{
    return (microBatch * m_nParts + fromPart) * 2 + (forward ? 0 : 1);
}

} // namespace ns3::workload
