/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-model-shape.h"

#include <array>

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

/**
 * GPT-3: Brown et al., "Language Models are Few-Shot Learners", table 2.1 (13B: 40 heads of 128,
 * hence 5120; the table prints 5140). LLaMA 2: Touvron et al. 2023 and the published
 * configurations; LLaMA 3: "The Llama 3 Herd of Models", table 3, trained at 8192 tokens.
 */
const std::vector<ModelShape>&
GetPresets()
{
    static const std::vector<ModelShape> presets{
        Gpt3("gpt-3-13b", 5120, 40, 40),
        Gpt3("gpt-3-175b", 12288, 96, 96),
        Llama("llama-2-7b", 4096, 32, 32, 32, 11008, 32000, 4096),
        Llama("llama-2-13b", 5120, 40, 40, 40, 13824, 32000, 4096),
        Llama("llama-2-70b", 8192, 80, 64, 8, 28672, 32000, 4096),
        Llama("llama-3-8b", 4096, 32, 32, 8, 14336, 128256, 8192),
        Llama("llama-3-70b", 8192, 80, 64, 8, 28672, 128256, 8192),
        Llama("llama-3-405b", 16384, 126, 128, 8, 53248, 128256, 8192),
    };
    return presets;
}

/** @return width of the keys (or values) of all heads */
uint64_t
GetKvWidth(const ModelShape& shape)
{
    return uint64_t{shape.hidden} / shape.heads * shape.kvHeads;
}

/** @return parameters of one norm */
uint64_t
GetNormParameters(const ModelShape& shape)
{
    return uint64_t{shape.hidden} * (shape.biases ? 2 : 1);
}

} // namespace

uint64_t
ModelShape::GetAttentionParameters() const
{
    const uint64_t h = hidden;
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
    return layers * (GetAttentionParameters() + GetMlpParameters()) + GetEmbeddingParameters() +
           GetFinalNormParameters() + GetOutputParameters();
}

uint64_t
ModelShape::GetAttentionFlops(AttentionFlops convention) const
{
    const uint64_t s = sequence;
    const uint64_t h = hidden;
    const uint64_t projections = 2 * s * (2 * h * h + 2 * h * GetKvWidth(*this));
    const uint64_t scoresAndContext = 4 * s * s * h;
    return projections +
           (convention == AttentionFlops::CAUSAL ? scoresAndContext / 2 : scoresAndContext);
}

uint64_t
ModelShape::GetMlpFlops() const
{
    return 2 * uint64_t{sequence} * (gatedMlp ? 3 : 2) * hidden * ffn;
}

uint64_t
ModelShape::GetOutputFlops() const
{
    return 2 * uint64_t{sequence} * hidden * vocabulary;
}

double
ModelShape::GetModelFlops(uint64_t samples, AttentionFlops convention) const
{
    const uint64_t layer = GetAttentionFlops(convention) + GetMlpFlops();
    return 3.0 * static_cast<double>(samples) *
           static_cast<double>(layers * layer + GetOutputFlops());
}

double
ModelShape::GetRecomputeFlops(uint64_t samples, AttentionFlops convention) const
{
    const uint64_t layer = GetAttentionFlops(convention) + GetMlpFlops();
    return static_cast<double>(samples) *
           static_cast<double>(4 * layers * layer + 3 * GetOutputFlops());
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
    const std::array<Bound, 7> bounds{{{"hidden", hidden, 1U << 17},
                                       {"layers", layers, 1U << 12},
                                       {"heads", heads, 1U << 12},
                                       {"kvHeads", kvHeads, 1U << 12},
                                       {"ffn", ffn, 1U << 19},
                                       {"vocabulary", vocabulary, 1U << 22},
                                       {"sequence", sequence, 1U << 20}}};
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
