/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-volumes.h"

namespace ns3::workload
{

Volumes
ComputeVolumes(const ModelShape& shape,
               const Parallelism& parallelism,
               uint32_t bytesPerActivation,
               uint32_t bytesPerGradient)
{
    const uint64_t t = parallelism.tensor;
    const uint64_t p = parallelism.pipeline;
    const uint64_t d = parallelism.data;
    Volumes volumes;
    volumes.parametersPerRank = (shape.GetParameters() + t * p - 1) / (t * p);
    volumes.gradientBytes = volumes.parametersPerRank * bytesPerGradient;
    volumes.dataWireBytes = 2 * (d - 1) * volumes.gradientBytes / d;
    volumes.tensorBytes =
        uint64_t{parallelism.microBatch} * shape.sequence * shape.hidden * bytesPerActivation;
    volumes.tensorPerLayer = parallelism.recompute ? 6 : 4;
    volumes.tensorWireBytes =
        volumes.tensorPerLayer * (shape.layers / p) * 2 * (t - 1) * volumes.tensorBytes / t;
    const bool split = parallelism.scatterGather || parallelism.sequenceParallel;
    volumes.pipelineMessageBytes = p == 1 ? 0 : volumes.tensorBytes / (split ? t : 1);
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
    parameters.finalNorm = norm;
    parameters.output = parameters.wordEmbedding;
    return parameters;
}

} // namespace ns3::workload
