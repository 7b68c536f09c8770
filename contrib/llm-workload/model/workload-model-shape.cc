/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-model-shape.h"

namespace ns3::workload
{

namespace
{

/** @return a GPT-3 shape: f = 4h, biases, learned positions, tied embeddings */
ModelShape
Gpt3(const char* name, uint32_t hidden, uint32_t layers, uint32_t heads)
{
    ModelShape shape;
    shape.name = name;
    shape.hidden = hidden;
    shape.layers = layers;
    shape.heads = heads;
    shape.kvHeads = heads;
    shape.ffn = 4 * hidden;
    shape.vocabulary = 51200; // 50257 padded to a multiple of 128 x TP 8, as Megatron-LM does
    shape.sequence = 2048;
    return shape;
}

/** @return a LLaMA shape: SwiGLU, RMSNorm, rotary positions, untied output layer */
ModelShape
Llama(const char* name,
      uint32_t hidden,
      uint32_t layers,
      uint32_t heads,
      uint32_t kvHeads,
      uint32_t ffn,
      uint32_t vocabulary,
      uint32_t sequence)
{
    ModelShape shape;
    shape.name = name;
    shape.hidden = hidden;
    shape.layers = layers;
    shape.heads = heads;
    shape.kvHeads = kvHeads;
    shape.ffn = ffn;
    shape.vocabulary = vocabulary;
    shape.sequence = sequence;
    shape.gatedMlp = true;
    shape.biases = false;
    shape.learnedPositions = false;
    shape.tiedEmbeddings = false;
    return shape;
}

/** @return Mixtral 8x7B: every layer chooses 2 of 8 experts */
ModelShape
Mixtral8x7b()
{
    auto shape = Llama("mixtral-8x7b", 4096, 32, 32, 8, 14336, 32000, 4096);
    shape.moe.experts = 8;
    shape.moe.topK = 2;
    shape.moe.ffn = 14336;
    return shape;
}

/** @return DeepSeek-V3 without its module for multi-token prediction */
ModelShape
DeepSeekV3()
{
    auto shape = Llama("deepseek-v3", 7168, 61, 128, 128, 18432, 129280, 4096);
    shape.moe = {256, 8, 2048, 1, 3, true, 8, 4};
    shape.latent = {1536, 512, 128, 64, 128};
    return shape;
}

/**
 * GPT-3: Brown et al., "Language Models are Few-Shot Learners", table 2.1 (13B: 40 heads of 128,
 * hence 5120; the table prints 5140). LLaMA: Touvron et al., "LLaMA: Open and Efficient Foundation
 * Language Models", 2023, table 2, at 2048 tokens (inner width from the published weights). LLaMA
 * 2: Touvron et al., "Llama 2", 2023, table 1, and the published configurations (34B: of Code
 * Llama, Roziere et al. 2023, which is the only published one); LLaMA 3: "The Llama 3 Herd of
 * Models", table 3, trained at 8192 tokens. Mixtral: Jiang et al. 2024, table 1, at 4096 tokens.
 * DeepSeek-V3: technical report 2024, section 4.2.
 */
const std::vector<ModelShape>&
GetPresets()
{
    static const std::vector<ModelShape> presets{
        Gpt3("gpt-3-13b", 5120, 40, 40),
        Gpt3("gpt-3-175b", 12288, 96, 96),
        Llama("llama-7b", 4096, 32, 32, 32, 11008, 32000, 2048),
        Llama("llama-13b", 5120, 40, 40, 40, 13824, 32000, 2048),
        Llama("llama-33b", 6656, 60, 52, 52, 17920, 32000, 2048),
        Llama("llama-65b", 8192, 80, 64, 64, 22016, 32000, 2048),
        Llama("llama-2-7b", 4096, 32, 32, 32, 11008, 32000, 4096),
        Llama("llama-2-13b", 5120, 40, 40, 40, 13824, 32000, 4096),
        Llama("llama-2-34b", 8192, 48, 64, 8, 22016, 32000, 4096),
        Llama("llama-2-70b", 8192, 80, 64, 8, 28672, 32000, 4096),
        Llama("llama-3-8b", 4096, 32, 32, 8, 14336, 128256, 8192),
        Llama("llama-3-70b", 8192, 80, 64, 8, 28672, 128256, 8192),
        Llama("llama-3-405b", 16384, 126, 128, 8, 53248, 128256, 8192),
        Mixtral8x7b(),
        DeepSeekV3(),
    };
    return presets;
}

/** @return width of the keys (or values) of all heads */
uint64_t
GetKvWidth(const ModelShape& shape)
{
    return uint64_t{shape.hidden} / shape.heads * shape.kvHeads;
}

/** @return elements of the matrices of latent attention */
uint64_t
GetLatentWeights(const ModelShape& shape)
{
    const auto& latent = shape.latent;
    const uint64_t h = shape.hidden;
    const uint64_t heads = shape.heads;
    const uint64_t queries = latent.queryRank * (h + heads * (latent.keyWidth + latent.ropeWidth));
    const uint64_t keysAndValues = h * (latent.kvRank + latent.ropeWidth) +
                                   latent.kvRank * heads * (latent.keyWidth + latent.valueWidth);
    return queries + keysAndValues + heads * latent.valueWidth * h;
}

/** @return parameters of one norm */
uint64_t
GetNormParameters(const ModelShape& shape)
{
    return uint64_t{shape.hidden} * (shape.biases ? 2 : 1);
}

} // namespace

uint32_t
ModelShape::GetNDenseLayers() const
{
    return moe.experts == 0 ? layers : moe.denseLayers;
}

uint64_t
ModelShape::GetAttentionParameters() const
{
    const uint64_t h = hidden;
    if (latent.queryRank > 0)
    {
        return GetLatentWeights(*this) + latent.queryRank + latent.kvRank +
               GetNormParameters(*this);
    }
    const uint64_t kv = GetKvWidth(*this);
    const uint64_t weights = 2 * h * h + 2 * h * kv;
    const uint64_t bias = biases ? 2 * h + 2 * kv : 0;
    return weights + bias + GetNormParameters(*this);
}

uint64_t
ModelShape::GetMlpParameters() const
{
    const uint64_t h = hidden;
    const uint64_t f = ffn;
    const uint64_t matrices = gatedMlp ? 3 : 2;
    const uint64_t bias = biases ? (matrices - 1) * f + h : 0;
    return matrices * h * f + bias + GetNormParameters(*this);
}

uint64_t
ModelShape::GetExpertParameters() const
{
    return uint64_t{3} * hidden * moe.ffn;
}

uint64_t
ModelShape::GetExpertLayerParameters() const
{
    return GetNormParameters(*this) + uint64_t{moe.experts} * hidden +
           (moe.routerBias ? moe.experts : 0) + moe.shared * GetExpertParameters();
}

uint64_t
ModelShape::GetEmbeddingParameters() const
{
    return (uint64_t{vocabulary} + (learnedPositions ? sequence : 0)) * hidden;
}

uint64_t
ModelShape::GetFinalNormParameters() const
{
    return GetNormParameters(*this);
}

uint64_t
ModelShape::GetOutputParameters() const
{
    return tiedEmbeddings ? 0 : uint64_t{vocabulary} * hidden;
}

uint64_t
ModelShape::GetParameters() const
{
    const uint64_t dense = GetNDenseLayers();
    const uint64_t expertLayer = GetExpertLayerParameters() + moe.experts * GetExpertParameters();
    return layers * GetAttentionParameters() + dense * GetMlpParameters() +
           (layers - dense) * expertLayer + GetEmbeddingParameters() + GetFinalNormParameters() +
           GetOutputParameters();
}

uint64_t
ModelShape::GetAttentionFlops(AttentionFlops convention) const
{
    const uint64_t s = sequence;
    const uint64_t h = hidden;
    const bool isLatent = latent.queryRank > 0;
    const uint64_t weights =
        isLatent ? GetLatentWeights(*this) : 2 * h * h + 2 * h * GetKvWidth(*this);
    const uint64_t projections = 2 * s * weights;
    const uint64_t scoreWidths =
        isLatent ? uint64_t{heads} * (latent.keyWidth + latent.ropeWidth + latent.valueWidth)
                 : 2 * h;
    const uint64_t scoresAndContext = 2 * s * s * scoreWidths;
    return projections +
           (convention == AttentionFlops::CAUSAL ? scoresAndContext / 2 : scoresAndContext);
}

uint64_t
ModelShape::GetMlpFlops() const
{
    return 2 * uint64_t{sequence} * (gatedMlp ? 3 : 2) * hidden * ffn;
}

uint64_t
ModelShape::GetExpertLayerFlops() const
{
    const uint64_t s = sequence;
    return 2 * s *
           (uint64_t{moe.experts} * hidden + (moe.topK + moe.shared) * GetExpertParameters());
}

uint64_t
ModelShape::GetOutputFlops() const
{
    return 2 * uint64_t{sequence} * hidden * vocabulary;
}

uint64_t
ModelShape::GetLayersFlops(AttentionFlops convention) const
{
    const uint64_t dense = GetNDenseLayers();
    return layers * GetAttentionFlops(convention) + dense * GetMlpFlops() +
           (layers - dense) * GetExpertLayerFlops();
}

double
ModelShape::GetModelFlops(uint64_t samples, AttentionFlops convention) const
{
    return 3.0 * static_cast<double>(samples) *
           static_cast<double>(GetLayersFlops(convention) + GetOutputFlops());
}

double
ModelShape::GetRecomputeFlops(uint64_t samples, AttentionFlops convention) const
{
    return static_cast<double>(samples) *
           static_cast<double>(4 * GetLayersFlops(convention) + 3 * GetOutputFlops());
}

std::vector<std::string>
ModelShape::Check() const
{
    struct Bound
    {
        const char* name;
        uint32_t value;
        uint32_t maximum;
    };

    // The bounds keep every product of this file within 64 bits and are far above any real model.
    std::vector<Bound> bounds{{"hidden", hidden, 1U << 17},
                              {"layers", layers, 1U << 12},
                              {"heads", heads, 1U << 12},
                              {"kvHeads", kvHeads, 1U << 12},
                              {"ffn", ffn, 1U << 19},
                              {"vocabulary", vocabulary, 1U << 22},
                              {"sequence", sequence, 1U << 20}};
    if (moe.experts > 0)
    {
        bounds.push_back({"moe.experts", moe.experts, 1U << 16});
        bounds.push_back({"moe.topK", moe.topK, moe.experts});
        bounds.push_back({"moe.ffn", moe.ffn, 1U << 19});
        bounds.push_back({"moe.shared + 1", moe.shared + 1, 1U << 10});
        bounds.push_back({"moe.denseLayers + 1", moe.denseLayers + 1, layers});
    }
    if (latent.queryRank > 0)
    {
        bounds.push_back({"latent.queryRank", latent.queryRank, 1U << 17});
        bounds.push_back({"latent.kvRank", latent.kvRank, 1U << 17});
        bounds.push_back({"latent.keyWidth", latent.keyWidth, 1U << 14});
        bounds.push_back({"latent.ropeWidth", latent.ropeWidth, 1U << 14});
        bounds.push_back({"latent.valueWidth", latent.valueWidth, 1U << 14});
    }
    std::vector<std::string> problems;
    for (const auto& bound : bounds)
    {
        if (bound.value < 1 || bound.value > bound.maximum)
        {
            problems.push_back(std::string(bound.name) + " is " + std::to_string(bound.value) +
                               ", expected 1 to " + std::to_string(bound.maximum));
        }
    }
    if (!problems.empty())
    {
        return problems;
    }
    if (hidden % heads != 0)
    {
        problems.push_back("hidden " + std::to_string(hidden) + " is not a multiple of heads " +
                           std::to_string(heads));
    }
    if (heads % kvHeads != 0)
    {
        problems.push_back("heads " + std::to_string(heads) + " is not a multiple of kvHeads " +
                           std::to_string(kvHeads));
    }
    const bool isLimited = moe.groups > 0 || moe.topGroups > 0;
    if (isLimited && (moe.groups == 0 || moe.experts % moe.groups != 0))
    {
        problems.push_back("experts " + std::to_string(moe.experts) +
                           " is not a multiple of moe.groups " + std::to_string(moe.groups));
    }
    else if (isLimited && (moe.topGroups < 1 || moe.topGroups > moe.groups ||
                           moe.topGroups * (moe.experts / moe.groups) < moe.topK))
    {
        problems.push_back("moe.topGroups is " + std::to_string(moe.topGroups) +
                           ", expected 1 to " + std::to_string(moe.groups) +
                           " groups with at least topK experts");
    }
    return problems;
}

std::optional<ModelShape>
ModelShape::Preset(const std::string& name)
{
    for (const auto& shape : GetPresets())
    {
        if (shape.name == name)
        {
            return shape;
        }
    }
    return std::nullopt;
}

std::vector<std::string>
ModelShape::GetPresetNames()
{
    std::vector<std::string> names;
    for (const auto& shape : GetPresets())
    {
        names.push_back(shape.name);
    }
    return names;
}

} // namespace ns3::workload
