/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-memory.h"

#include <algorithm>
#include <vector>

namespace ns3::workload
{

namespace
{

/** @return a number of things divided by another one, rounded up */
uint64_t
Divide(uint64_t value, uint64_t by)
{
    return (value + by - 1) / by;
}

/** Numbers of one layer per token. */
struct Widths
{
    uint64_t split{0}; ///< bytes that tensor ranks always share out
    uint64_t whole{0}; ///< bytes that they share out with sequence parallelism only
};

/** @return what the attention of a layer keeps per token, but for scores */
Widths
AttentionWidths(const ModelShape& shape, uint64_t element)
{
    const uint64_t h = shape.hidden;
    const auto& latent = shape.latent;
    const uint64_t mask = shape.biases ? h : 0; // of the dropout behind the projection, a byte each
    if (latent.queryRank > 0)
    {
        const uint64_t heads = shape.heads;
        return {element * heads *
                    (2 * (latent.keyWidth + latent.ropeWidth) + 2 * latent.valueWidth),
                element * (2 * h + latent.queryRank + latent.kvRank + latent.ropeWidth) + mask};
    }
    const uint64_t keysAndValues = 2 * h / shape.heads * shape.kvHeads;
    // Queries, keys and values, input of the projection; input of the norm and of the attention.
    return {element * (2 * h + keysAndValues), element * 2 * h + mask};
}

/** @return what the MLP of a dense layer keeps per token */
Widths
MlpWidths(const ModelShape& shape, uint64_t element)
{
    const uint64_t h = shape.hidden;
    const uint64_t inner = shape.gatedMlp ? 3 : 2; // gate, up and their product; or in and out
    return {element * inner * shape.ffn, element * 2 * h + (shape.biases ? h : 0)};
}

/** @return chunks of micro-batches that have been forward but not yet all the way back, at most */
uint32_t
MostInFlight(const std::vector<PipelineSlot>& order)
{
    uint32_t now = 0;
    uint32_t most = 0;
    for (const auto& slot : order)
    {
        if (slot.pass == PipelinePass::FORWARD)
        {
            most = std::max(most, ++now);
        }
        else if (slot.pass != PipelinePass::INPUT_GRADIENT)
        {
            --now; // the weights' gradients are the last to need it
        }
    }
    return most;
}

} // namespace

StageParameters
ComputeStageParameters(const ModelShape& shape,
                       const Parallelism& parallelism,
                       const PipelineSchedule& schedule,
                       uint32_t stage)
{
    const auto rank = ComputeRankParameters(shape, parallelism);
    const uint32_t nParts = schedule.GetNParts(parallelism.pipeline);
    const uint32_t layers = shape.layers / nParts;
    StageParameters sum;
    bool hasEmbedding = false;
    for (uint32_t chunk = 0; chunk < schedule.GetNChunks(); ++chunk)
    {
        const uint32_t part = schedule.GetPart(stage, parallelism.pipeline, chunk);
        for (uint32_t layer = part * layers; layer < (part + 1) * layers; ++layer)
        {
            const bool hasExperts = layer >= shape.GetNDenseLayers();
            sum.common += rank.attention + (hasExperts ? rank.expertLayer : rank.mlp);
            sum.experts += hasExperts ? rank.experts : 0;
        }
        if (part == 0)
        {
            sum.common += rank.embedding;
            hasEmbedding = true;
        }
    }
    for (uint32_t chunk = 0; chunk < schedule.GetNChunks(); ++chunk)
    {
        if (schedule.GetPart(stage, parallelism.pipeline, chunk) + 1 == nParts)
        {
            const bool isShared = shape.tiedEmbeddings && hasEmbedding;
            sum.common += rank.finalNorm + (isShared ? 0 : rank.output);
        }
    }
    return sum;
}

uint64_t
MemoryUse::GetTotal() const
{
    return parameters + gradients + optimizer + activations;
}

uint64_t
ComputeLayerActivations(const ModelShape& shape,
                        const Parallelism& parallelism,
                        const MemoryOptions& options,
                        bool hasExperts)
{
    const uint64_t e = options.sizes.activation;
    const uint64_t t = parallelism.tensor;
    const uint64_t h = shape.hidden;
    const uint64_t tokens = parallelism.GetTokensOfRank(shape);
    Widths widths = AttentionWidths(shape, e);
    uint64_t expertBytes = 0;
    if (!hasExperts)
    {
        const auto mlp = MlpWidths(shape, e);
        widths.split += mlp.split;
        widths.whole += mlp.whole;
    }
    else
    {
        // Input of the norm and of the router; copies of tokens, their gate, up, product, and
        // result; the same of shared experts but for the copy.
        const uint64_t f = shape.moe.ffn;
        widths.whole += e * 2 * h;
        widths.split += e * 3 * f * shape.moe.shared;
        expertBytes = Divide(tokens, t) * shape.moe.topK * e * (2 * h + 3 * f);
    }
    const uint64_t whole = tokens * widths.whole;
    uint64_t bytes = Divide(tokens * widths.split, t) +
                     (parallelism.sequenceParallel ? Divide(whole, t) : whole) + expertBytes;
    if (options.keepsScores)
    {
        // Softmax and its result after dropout, and the mask: 5 bytes in FP16.
        const uint64_t perScore = shape.biases ? 2 * e + 1 : e;
        bytes += Divide(tokens * shape.sequence * shape.heads * perScore, t);
    }
    return bytes;
}

MemoryUse
ComputeMemory(const ModelShape& shape,
              const Parallelism& parallelism,
              const PipelineSchedule& schedule,
              const MemoryOptions& options,
              uint32_t stage)
{
    const auto parameters = ComputeStageParameters(shape, parallelism, schedule, stage);
    const uint64_t copies = schedule.HoldsPartsTwice() ? 2 : 1;
    const uint64_t replicas = copies * parallelism.GetNReplicas();
    const uint64_t expertReplicas = copies * parallelism.GetStageSize() / parallelism.expert;
    const auto bytes = [&](uint64_t perParameter, bool shared)
    {
        return Divide(parameters.common * perParameter, shared ? replicas : 1) +
               Divide(parameters.experts * perParameter, shared ? expertReplicas : 1);
    };
    MemoryUse use;
    use.stage = stage;
    use.parameters = bytes(options.sizes.activation, options.zeroStage >= 3);
    use.gradients = bytes(options.sizes.gradient, options.zeroStage >= 2);
    use.optimizer = bytes(options.optimizer, options.zeroStage >= 1);

    const uint32_t nParts = schedule.GetNParts(parallelism.pipeline);
    const uint32_t layers = shape.layers / nParts;
    const uint64_t e = options.sizes.activation;
    const uint64_t tokens = parallelism.GetTokensOfRank(shape);
    uint64_t largestChunk = 0;
    uint64_t largestLayer = 0;
    bool hasOutput = false;
    for (uint32_t chunk = 0; chunk < schedule.GetNChunks(); ++chunk)
    {
        const uint32_t part = schedule.GetPart(stage, parallelism.pipeline, chunk);
        uint64_t sum = 0;
        for (uint32_t layer = part * layers; layer < (part + 1) * layers; ++layer)
        {
            const auto kept = ComputeLayerActivations(
                shape, parallelism, options, layer >= shape.GetNDenseLayers());
            largestLayer = std::max(largestLayer, kept);
            const uint64_t input = tokens * shape.hidden * e;
            sum += !parallelism.recompute         ? kept
                   : parallelism.sequenceParallel ? Divide(input, parallelism.tensor)
                                                  : input;
        }
        largestChunk = std::max(largestChunk, sum);
        hasOutput = hasOutput || part + 1 == nParts;
    }
    use.activationsPerMicroBatch = largestChunk;
    use.microBatches = MostInFlight(
        schedule.GetOrder(stage, parallelism.pipeline, parallelism.GetNMicroBatches()));
    use.activations = largestChunk * use.microBatches + (parallelism.recompute ? largestLayer : 0);
    if (hasOutput)
    {
        const uint64_t input = tokens * shape.hidden * e;
        use.activations +=
            (parallelism.sequenceParallel ? Divide(input, parallelism.tensor) : input) +
            Divide(tokens * shape.vocabulary * 4, parallelism.tensor);
    }
    return use;
}

MemoryUse
ComputeLargestMemory(const ModelShape& shape,
                     const Parallelism& parallelism,
                     const PipelineSchedule& schedule,
                     const MemoryOptions& options)
{
    MemoryUse largest;
    for (uint32_t stage = 0; stage < parallelism.pipeline; ++stage)
    {
        const auto use = ComputeMemory(shape, parallelism, schedule, options, stage);
        largest = use.GetTotal() > largest.GetTotal() ? use : largest;
    }
    return largest;
}

} // namespace ns3::workload
