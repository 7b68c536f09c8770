/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-volumes.h"

namespace ns3::workload
{

namespace
{

/** @return width of one tensor rank's keys and values of all its heads together */
uint64_t
GetKeyValueWidth(const ModelShape& shape, uint64_t tensor)
{
    const auto& latent = shape.latent;
    if (latent.queryRank > 0)
    {
        return shape.heads / tensor * (latent.keyWidth + latent.ropeWidth + latent.valueWidth);
    }
    // With fewer key/value heads than tensor ranks each rank keeps one whole head.
    const uint64_t heads = shape.kvHeads < tensor ? 1 : shape.kvHeads / tensor;
    return 2 * heads * (shape.hidden / shape.heads);
}

/** Fill in the exchanges with experts. */
void
AddExperts(Volumes& volumes,
           const ModelShape& shape,
           const Parallelism& parallelism,
           const ElementSizes& sizes)
{
    const uint64_t e = parallelism.expert;
    const uint64_t own = parallelism.GetTokensOfRank(shape) / parallelism.tensor;
    volumes.expertDispatchBytes = own * shape.moe.topK * sizes.GetDispatchBytes(shape.hidden);
    volumes.expertCombineBytes = own * shape.moe.topK * sizes.GetCombineBytes(shape.hidden);
    const uint64_t both = volumes.expertDispatchBytes + volumes.expertCombineBytes;
    if (!parallelism.expertRelay)
    {
        volumes.expertWireBytes = 2 * (e - 1) * both / e;
        return;
    }
    const uint64_t n = shape.moe.groups;
    const uint64_t g = e / n;
    volumes.expertRelayDispatchBytes =
        own * shape.moe.topGroups * sizes.GetDispatchBytes(shape.hidden);
    volumes.expertRelayCombineBytes =
        own * shape.moe.topGroups * sizes.GetCombineBytes(shape.hidden);
    volumes.expertWireBytes = 2 * (g - 1) * both / g;
    volumes.expertRelayWireBytes =
        2 * (n - 1) * (volumes.expertRelayDispatchBytes + volumes.expertRelayCombineBytes) / n;
}

} // namespace

uint64_t
ElementSizes::GetDispatchBytes(uint64_t hidden) const
{
    const uint64_t scales =
        dispatchScaleBlock == 0 ? 0 : (hidden + dispatchScaleBlock - 1) / dispatchScaleBlock;
    return hidden * dispatch + 4 * scales;
}

uint64_t
ElementSizes::GetCombineBytes(uint64_t hidden) const
{
    return hidden * combine;
}

Volumes
ComputeVolumes(const ModelShape& shape, const Parallelism& parallelism, const ElementSizes& sizes)
{
    const uint64_t t = parallelism.tensor;
    const uint64_t p = parallelism.pipeline;
    const uint64_t d = parallelism.GetNReplicas();
    const uint64_t e = parallelism.expert;
    const uint64_t tokens = parallelism.GetTokensOfRank(shape);
    const uint64_t experts = uint64_t{shape.layers - shape.GetNDenseLayers()} * shape.moe.experts *
                             shape.GetExpertParameters();
    const uint64_t others = (shape.GetParameters() - experts + t * p - 1) / (t * p);
    const uint64_t ownExperts = (experts + e * p - 1) / (e * p);

    Volumes volumes;
    volumes.parametersPerRank = others + ownExperts;
    volumes.gradientBytes = volumes.parametersPerRank * sizes.gradient;
    const uint64_t expertReplicas = parallelism.GetStageSize() / e;
    volumes.dataWireBytes = 2 * (d - 1) * others * sizes.gradient / d +
                            2 * (expertReplicas - 1) * ownExperts * sizes.gradient / expertReplicas;
    volumes.tensorBytes = tokens * shape.hidden * sizes.activation;
    volumes.tensorPerLayer = parallelism.recompute ? 6 : 4;
    // Experts are not divided by tensor ranks: their layers have only the attention's half.
    const uint64_t halves = shape.layers + shape.GetNDenseLayers();
    volumes.tensorWireBytes =
        volumes.tensorPerLayer / 2 * halves * 2 * (t - 1) * volumes.tensorBytes / t / p;
    const bool split = parallelism.scatterGather || parallelism.sequenceParallel;
    volumes.pipelineMessageBytes = p == 1 ? 0 : volumes.tensorBytes / (split ? t : 1);
    AddExperts(volumes, shape, parallelism, sizes);
    if (parallelism.context > 1)
    {
        volumes.contextBlockBytes = tokens * GetKeyValueWidth(shape, t) * sizes.activation;
        volumes.contextWireBytes = 3 * (parallelism.context - 1) * volumes.contextBlockBytes;
    }
    volumes.bubble = static_cast<double>(p - 1) / parallelism.GetNMicroBatches();
    return volumes;
}

RankParameters
ComputeRankParameters(const ModelShape& shape, const Parallelism& parallelism)
{
    const uint64_t t = parallelism.tensor;
    const uint64_t h = shape.hidden;
    const uint64_t f = shape.ffn;
    const uint64_t kv = h / shape.heads * shape.kvHeads;
    const uint64_t norm = shape.GetFinalNormParameters();
    const uint64_t nIn = shape.gatedMlp ? 2 : 1; // matrices from h to f
    // With fewer key/value heads than tensor ranks each rank keeps one whole head.
    const uint64_t kvOfRank =
        shape.kvHeads < parallelism.tensor ? h / shape.heads : kv / parallelism.tensor;

    RankParameters parameters;
    parameters.wordEmbedding = shape.vocabulary / t * h;
    parameters.embedding =
        parameters.wordEmbedding + (shape.learnedPositions ? shape.sequence * h : 0);
    parameters.attention = 2 * h * (h / t) + 2 * h * kvOfRank + norm;
    parameters.mlp = (nIn + 1) * h * (f / t) + norm;
    if (shape.biases)
    {
        parameters.attention += h / t + 2 * kvOfRank + h;
        parameters.mlp += nIn * (f / t) + h;
    }
    if (shape.latent.queryRank > 0)
    {
        // Heads are divided, the narrow layers before them are not.
        const auto& latent = shape.latent;
        const uint64_t heads = shape.heads / t;
        const uint64_t perHead = latent.queryRank * (latent.keyWidth + latent.ropeWidth) +
                                 latent.kvRank * (latent.keyWidth + latent.valueWidth) +
                                 h * latent.valueWidth;
        parameters.attention = heads * perHead + latent.queryRank * (h + 1) +
                               h * (latent.kvRank + latent.ropeWidth) + latent.kvRank + norm;
    }
    if (shape.moe.experts > 0)
    {
        const uint64_t shared = shape.moe.shared * shape.GetExpertParameters();
        parameters.expertLayer = shape.GetExpertLayerParameters() - shared + shared / t;
        parameters.experts = shape.moe.experts / parallelism.expert * shape.GetExpertParameters();
    }
    parameters.finalNorm = norm;
    parameters.output = parameters.wordEmbedding;
    return parameters;
}

} // namespace ns3::workload
