/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-layer-builder.h"

#include "workload-gpt-job.h"

#include <cmath>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/** @return a share of a time */
fabric::Ticks
ShareOf(fabric::Ticks time, double share)
{
    return std::llround(static_cast<double>(time) * share);
}

/** @return operations of the output projection over those of all of the attention's matrices */
double
OutputShareOf(const ModelShape& shape)
{
    const double h = shape.hidden;
    if (shape.latent.queryRank > 0)
    {
        // Parameters without the three norms.
        const auto weights = shape.GetAttentionParameters() - shape.latent.queryRank -
                             shape.latent.kvRank - shape.GetFinalNormParameters();
        return static_cast<double>(shape.heads) * shape.latent.valueWidth * h /
               static_cast<double>(weights);
    }
    return 1 / (2.0 + 2.0 * shape.kvHeads / shape.heads);
}

} // namespace

GptLayerBuilder::GptLayerBuilder(const ModelShape& shape,
                                 const Parallelism& parallelism,
                                 const LayerTimes& times,
                                 const Volumes& volumes,
                                 const Options& options,
                                 GptGraphWriter& writer,
                                 GptReplicas& replicas)
    : m_shape(shape),
      m_parallelism(parallelism),
      m_times(times),
      m_volumes(volumes),
      m_options(options),
      m_writer(writer),
      m_replicas(replicas),
      m_parameters(ComputeRankParameters(shape, parallelism))
{
    // CAUSAL counts half of the scores less than FULL.
    const auto full = static_cast<double>(shape.GetAttentionFlops());
    const auto half = static_cast<double>(shape.GetAttentionFlops(AttentionFlops::CAUSAL));
    m_ringShare = 2 * (full - half) / full;
    m_projectionShare = 1 - OutputShareOf(shape);
    const double perToken = static_cast<double>(shape.moe.topK + shape.moe.shared) *
                                static_cast<double>(shape.GetExpertParameters()) +
                            static_cast<double>(shape.moe.experts) * shape.hidden;
    const bool isSplit = shape.moe.shared > 0 && parallelism.tensor > 1;
    m_sharedShare = isSplit ? static_cast<double>(shape.moe.shared) *
                                  static_cast<double>(shape.GetExpertParameters()) / perToken
                            : 0;
}

bool
GptLayerBuilder::HasExperts(uint32_t layer) const
{
    return layer >= m_shape.GetNDenseLayers();
}

void
GptLayerBuilder::Begin(uint32_t layer)
{
    const bool hasExperts = HasExperts(layer);
    const auto begin = [&](std::optional<GptDataParallel>& data, uint64_t parameters)
    {
        if (!data)
        {
            return;
        }
        if (const auto gather = data->BeginPart(parameters, m_writer.Now().lastCompute))
        {
            m_writer.Now().pending.push_back(*gather);
        }
    };
    begin(m_replicas.common,
          m_parameters.attention + (hasExperts ? m_parameters.expertLayer : m_parameters.mlp));
    if (hasExperts)
    {
        begin(m_replicas.experts, m_parameters.experts);
    }
}

void
GptLayerBuilder::ForwardAttention(uint32_t layer, bool again)
{
    ForwardPart(again ? "attention recompute" : "attention forward",
                m_times.attention.forward,
                m_parallelism.context > 1);
}

void
GptLayerBuilder::ForwardMlp(uint32_t layer, bool again)
{
    if (HasExperts(layer))
    {
        ForwardExperts(layer, again);
        return;
    }
    ForwardPart(again ? "mlp recompute" : "mlp forward", m_times.mlp.forward, false);
}

void
GptLayerBuilder::BackwardAttention(uint32_t layer, PipelinePass pass)
{
    const auto& times = m_times.attention;
    const bool isRing = m_parallelism.context > 1;
    BackwardPart({"attention backward",
                  times.inputGradient,
                  times.weightGradient,
                  m_parameters.attention,
                  isRing},
                 pass);
}

void
GptLayerBuilder::BackwardMlp(uint32_t layer, PipelinePass pass)
{
    if (HasExperts(layer))
    {
        BackwardExperts(layer, pass);
        return;
    }
    BackwardPart({"mlp backward",
                  m_times.mlp.inputGradient,
                  m_times.mlp.weightGradient,
                  m_parameters.mlp,
                  false},
                 pass);
}

void
GptLayerBuilder::ForwardPart(const char* label, fabric::Ticks time, bool isRing)
{
    const bool isSequenceParallel = m_parallelism.sequenceParallel;
    if (isSequenceParallel)
    {
        m_writer.Tensor("activations", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    }
    if (isRing)
    {
        ForwardRing(label, time);
    }
    else
    {
        m_writer.Compute(label, time);
    }
    m_writer.Tensor("activations",
                    isSequenceParallel ? CollectiveType::REDUCE_SCATTER
                                       : CollectiveType::ALL_REDUCE,
                    m_volumes.tensorBytes);
}

void
GptLayerBuilder::BackwardPart(const Part& part, PipelinePass pass)
{
    const bool isSequenceParallel = m_parallelism.sequenceParallel;
    // Each rank kept its share of the input only; the weight gradient needs all of it.
    const bool gathersAgain = isSequenceParallel && !m_parallelism.recompute;
    auto& pending = m_writer.Now().pending;
    std::vector<Index> again;
    std::vector<Index> afterwards;
    // The scores have no weights: all of their backward pass is for the activations.
    const auto inside = part.isRing ? ShareOf(part.input, m_ringShare) : 0;
    const auto insideOfWeights = part.isRing ? ShareOf(part.weight, m_ringShare) : 0;
    if (pass != PipelinePass::WEIGHT_GRADIENT)
    {
        if (isSequenceParallel)
        {
            m_writer.Tensor(
                "activation gradients", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
            if (gathersAgain && pass == PipelinePass::BACKWARD)
            {
                const auto gradients = pending;
                m_writer.Tensor(
                    "activations again", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
                again = std::move(pending);
                pending = gradients;
            }
        }
        if (part.isRing)
        {
            BackwardRing(part.label, part.input - inside, inside + insideOfWeights);
        }
        else
        {
            m_writer.Compute(part.label, part.input);
        }
        m_writer.Tensor("activation gradients",
                        isSequenceParallel ? CollectiveType::REDUCE_SCATTER
                                           : CollectiveType::ALL_REDUCE,
                        m_volumes.tensorBytes);
        if (m_options.overlapTensor && pass == PipelinePass::BACKWARD)
        {
            afterwards = std::move(pending);
            pending.clear();
        }
    }
    else if (gathersAgain)
    {
        m_writer.Tensor("activations again", CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    }
    if (pass == PipelinePass::INPUT_GRADIENT)
    {
        return;
    }
    pending.insert(pending.end(), again.begin(), again.end());
    m_writer.Compute(part.label, part.weight - insideOfWeights);
    pending.insert(pending.end(), afterwards.begin(), afterwards.end());
    AddGradients(m_replicas.common, part.parameters);
}

GptLayerBuilder::Index
GptLayerBuilder::Exchange(const char* label,
                          bool forward,
                          uint32_t tag,
                          const std::vector<Index>& after)
{
    using Peer = GptGraphWriter::Peer;
    auto& graph = m_writer.GetGraph();
    const Peer next{forward ? Peer::NEXT_CONTEXT : Peer::PREVIOUS_CONTEXT, 0};
    const Peer previous{forward ? Peer::PREVIOUS_CONTEXT : Peer::NEXT_CONTEXT, 0};
    const auto send = graph.AddSend(label,
                                    GptJob::SEND_CONTEXT,
                                    Dimension::CONTEXT,
                                    m_writer.SlotOf(next),
                                    m_options.contextTags + tag,
                                    m_volumes.contextBlockBytes);
    const auto receive = graph.AddReceive(label,
                                          GptJob::RECEIVE_CONTEXT,
                                          Dimension::CONTEXT,
                                          m_writer.SlotOf(previous),
                                          m_options.contextTags + tag,
                                          m_volumes.contextBlockBytes);
    for (const auto operation : after)
    {
        graph.AddDependency(send, operation);
        graph.AddDependency(receive, operation);
    }
    return receive;
}

void
GptLayerBuilder::ForwardRing(const char* label, fabric::Ticks time)
{
    const uint32_t n = m_parallelism.context;
    const auto ring = ShareOf(time, m_ringShare);
    const auto before = ShareOf(time - ring, m_projectionShare);
    std::vector<Index> last{m_writer.Compute(label, before)};
    for (uint32_t i = 0; i < n; ++i)
    {
        // The next block comes while this one is computed with. What is left of the division by n
        // goes to the first block.
        std::vector<Index> next;
        if (i + 1 < n)
        {
            next.push_back(Exchange("keys and values", true, 0, last));
        }
        m_writer.Compute(label, ring / n + (i == 0 ? ring % n : 0));
        m_writer.Now().pending = next;
        last = next;
    }
    m_writer.Compute(label, time - ring - before);
}

void
GptLayerBuilder::BackwardRing(const char* label, fabric::Ticks outside, fabric::Ticks inside)
{
    const uint32_t n = m_parallelism.context;
    const auto before = ShareOf(outside, 1 - m_projectionShare);
    std::vector<Index> last{m_writer.Compute(label, before)};
    std::optional<Index> gradients; // last ones that came
    std::optional<Index> computed;  // last block
    for (uint32_t i = 0; i < n; ++i)
    {
        std::vector<Index> next;
        if (i + 1 < n)
        {
            next.push_back(Exchange("keys and values", false, 1, last));
        }
        if (computed)
        {
            // Gradients of the block before, and what came of the ranks before for that block.
            std::vector<Index> after{*computed};
            if (gradients)
            {
                after.push_back(*gradients);
            }
            gradients = Exchange("gradients of keys and values", false, 2, after);
        }
        computed = m_writer.Compute(label, inside / n + (i == 0 ? inside % n : 0));
        m_writer.Now().pending = next;
        last = next;
    }
    if (gradients)
    {
        m_writer.Now().pending.push_back(*gradients);
    }
    m_writer.Compute(label, outside - before);
}

void
GptLayerBuilder::ForwardExperts(uint32_t layer, bool again)
{
    const char* const label = again ? "experts recompute" : "experts forward";
    const auto shared = ShareOf(m_times.experts.forward, m_sharedShare);
    SharedExperts(label, shared, true);
    Dispatch("tokens to experts", layer);
    ComputeExperts(label, m_times.experts.forward - shared, layer);
    Combine("tokens from experts", layer);
}

void
GptLayerBuilder::BackwardExperts(uint32_t layer, PipelinePass pass)
{
    constexpr const char* label = "experts backward";
    const auto& times = m_times.experts;
    auto& pending = m_writer.Now().pending;
    std::vector<Index> afterwards;
    if (pass != PipelinePass::WEIGHT_GRADIENT)
    {
        const auto shared = ShareOf(times.inputGradient, m_sharedShare);
        SharedExperts(label, shared, false);
        Dispatch("gradients to experts", layer);
        ComputeExperts(label, times.inputGradient - shared, layer);
        Combine("gradients from experts", layer);
        if (m_options.overlapTensor && pass == PipelinePass::BACKWARD)
        {
            afterwards = std::move(pending);
            pending.clear();
        }
    }
    if (pass == PipelinePass::INPUT_GRADIENT)
    {
        return;
    }
    ComputeExperts(label, times.weightGradient, layer);
    pending.insert(pending.end(), afterwards.begin(), afterwards.end());
    AddGradients(m_replicas.common, m_parameters.expertLayer);
    AddGradients(m_replicas.experts, m_parameters.experts);
}

void
GptLayerBuilder::SharedExperts(const char* label, fabric::Ticks time, bool forward)
{
    if (m_sharedShare <= 0)
    {
        return;
    }
    // Tensor ranks share them out like an MLP, while each has its own part of the sequence else.
    const char* const what = forward ? "activations" : "activation gradients";
    m_writer.Tensor(what, CollectiveType::ALL_GATHER, m_volumes.tensorBytes);
    m_writer.Compute(label, time);
    m_writer.Tensor(what, CollectiveType::REDUCE_SCATTER, m_volumes.tensorBytes);
}

void
GptLayerBuilder::Dispatch(const char* label, uint32_t layer)
{
    if (m_parallelism.expertRelay)
    {
        ExchangeTokens(
            label, layer, ExpertTraffic::RELAY, false, m_volumes.expertRelayDispatchBytes);
        ExchangeTokens(label, layer, ExpertTraffic::WITHIN, false, m_volumes.expertDispatchBytes);
        return;
    }
    ExchangeTokens(label, layer, ExpertTraffic::DIRECT, false, m_volumes.expertDispatchBytes);
}

void
GptLayerBuilder::Combine(const char* label, uint32_t layer)
{
    if (m_parallelism.expertRelay)
    {
        ExchangeTokens(label, layer, ExpertTraffic::WITHIN, true, m_volumes.expertCombineBytes);
        ExchangeTokens(label, layer, ExpertTraffic::RELAY, true, m_volumes.expertRelayCombineBytes);
        return;
    }
    ExchangeTokens(label, layer, ExpertTraffic::DIRECT, true, m_volumes.expertCombineBytes);
}

void
GptLayerBuilder::ExchangeTokens(const char* label,
                                uint32_t layer,
                                ExpertTraffic::Exchange what,
                                bool back,
                                uint64_t bytes)
{
    const uint32_t nGroups = m_parallelism.expertRelay ? m_shape.moe.groups : 1;
    const uint32_t size = what == ExpertTraffic::RELAY ? nGroups : m_parallelism.expert / nGroups;
    if (size == 1)
    {
        return;
    }
    const auto group = what == ExpertTraffic::RELAY    ? GptGroups::EXPERT_RELAY
                       : what == ExpertTraffic::WITHIN ? GptGroups::EXPERT_WITHIN
                                                       : GptGroups::EXPERT;
    const bool isEven = m_options.evenExperts;
    m_writer.Communicate(m_writer.GetGraph().AddCollective(
        label,
        GptJob::EXPERT,
        Dimension::EXPERT,
        isEven ? CollectiveType::ALL_TO_ALL : CollectiveType::ALL_TO_ALL_V,
        m_writer.SlotOf(group),
        bytes,
        isEven ? 0 : m_writer.SlotOf(GptGraphWriter::Parts{layer, what, back})));
}

void
GptLayerBuilder::ComputeExperts(const char* label, fabric::Ticks time, uint32_t layer)
{
    m_writer.Compute(
        label, time, m_options.evenExperts ? OperationGraph::NO_LOAD : m_writer.LoadSlotOf(layer));
}

void
GptLayerBuilder::AddGradients(std::optional<GptDataParallel>& data, uint64_t parameters)
{
    if (data)
    {
        data->AddGradients(parameters, m_replicas.isLast, *m_writer.Now().lastCompute);
    }
}

} // namespace ns3::workload
