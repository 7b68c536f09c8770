/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_MODEL_SHAPE_H
#define WORKLOAD_MODEL_SHAPE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * How the score and context products of self-attention are counted.
 */
enum class AttentionFlops : uint8_t
{
    FULL,  ///< all s x s scores, the convention of Megatron-LM's formula
    CAUSAL ///< only the scores that a causal mask leaves: half of them
};

/**
 * @ingroup llm-workload
 * Layers whose MLP is a choice of experts (Mixtral, DeepSeek).
 *
 * Parameters of such a layer instead of the MLP's: experts and shared ones 3 h ffn each, router
 * h experts (and a number per expert with routerBias).
 */
struct MixtureOfExperts
{
    uint32_t experts{0};     ///< experts of a layer; 0: the model is dense
    uint32_t topK{0};        ///< experts that a token goes to
    uint32_t ffn{0};         ///< inner width of an expert
    uint32_t shared{0};      ///< experts that all tokens go to besides
    uint32_t denseLayers{0}; ///< first layers, which have an MLP instead
    bool routerBias{false};  ///< the router has a bias
    uint32_t groups{0};      ///< the experts are divided into so many groups of neighbours, and
    uint32_t topGroups{0}; ///< a token's experts are in so many of them (DeepSeek-V3: node-limited
                           ///< routing); 0: anywhere
};

/**
 * @ingroup llm-workload
 * Multi-head latent attention (DeepSeek-V2, V3): queries, keys and values go through a narrow
 * layer.
 *
 * Parameters of the attention: h queryRank + queryRank heads (keyWidth + ropeWidth) for queries, h
 * (kvRank + ropeWidth) + kvRank heads (keyWidth + valueWidth) for keys and values, heads valueWidth
 * h for the output, and a norm of queryRank and one of kvRank.
 */
struct LatentAttention
{
    uint32_t queryRank{0};  ///< width of the narrow layer of queries; 0: ordinary attention
    uint32_t kvRank{0};     ///< width of the narrow layer of keys and values
    uint32_t keyWidth{0};   ///< width of a head's keys without position
    uint32_t ropeWidth{0};  ///< width of the part with position, one for all heads
    uint32_t valueWidth{0}; ///< width of a head's values
};

/**
 * @ingroup llm-workload
 * A decoder-only transformer by its dimensions, and what follows from them alone.
 *
 * With h hidden, L layers, V vocabulary, s sequence, f ffn and g = kvHeads / heads:
 * - parameters of a layer: attention (2 + 2g) h^2, MLP 2 h f (3 h f if gated), two norms of h, and
 *   with biases another h for each norm, (2 + 2g) h for the attention and f + h for the MLP;
 * - embedding V h, learned positions s h, final norm, and an output layer V h unless tied.
 *
 * For f = 4h, g = 1, biases, learned positions and tied embeddings that is Megatron-LM's
 * P = 12 L h^2 (1 + 13 / 12h + (V + s) / 12Lh) plus the final norm's 2h, which the formula leaves
 * out. Source: Narayanan et al., "Efficient Large-Scale Language Model Training on GPU Clusters
 * Using Megatron-LM", SC 2021, section 3.2 and appendix.
 */
struct ModelShape
{
    std::string name;            ///< for people to read
    uint32_t hidden{0};          ///< h
    uint32_t layers{0};          ///< L
    uint32_t heads{0};           ///< attention heads; divides hidden
    uint32_t kvHeads{0};         ///< key/value heads; equal to heads without grouped queries
    uint32_t ffn{0};             ///< f, inner width of the MLP
    uint32_t vocabulary{0};      ///< V, after padding
    uint32_t sequence{0};        ///< s, tokens of one sample
    bool gatedMlp{false};        ///< three matrices instead of two (SwiGLU)
    bool biases{true};           ///< linear layers and norms have biases (false: RMSNorm)
    bool learnedPositions{true}; ///< position embedding of s h parameters
    bool tiedEmbeddings{true};   ///< the output layer shares the word embedding's weights
    MixtureOfExperts moe;        ///< experts instead of MLPs, if any
    LatentAttention latent;      ///< another kind of attention, if any

    /** @return number of layers with an MLP: the first ones */
    uint32_t GetNDenseLayers() const;

    /** @return parameters of one layer's attention, its norm included */
    uint64_t GetAttentionParameters() const;
    /** @return parameters of one dense layer's MLP, its norm included */
    uint64_t GetMlpParameters() const;
    /** @return parameters of one expert; 0 if there are none */
    uint64_t GetExpertParameters() const;
    /** @return parameters of a layer with experts besides these: norm, router, shared experts */
    uint64_t GetExpertLayerParameters() const;
    /** @return parameters of the word and position embeddings */
    uint64_t GetEmbeddingParameters() const;
    /** @return parameters of the final norm */
    uint64_t GetFinalNormParameters() const;
    /** @return parameters of the output layer; 0 if it shares the embedding's */
    uint64_t GetOutputParameters() const;
    /** @return all parameters */
    uint64_t GetParameters() const;

    /**
     * @param convention which scores count
     * @return operations of one layer's attention for one sample, forward
     */
    uint64_t GetAttentionFlops(AttentionFlops convention = AttentionFlops::FULL) const;
    /** @return operations of one dense layer's MLP for one sample, forward */
    uint64_t GetMlpFlops() const;
    /** @return operations of one layer's router and experts for one sample, forward */
    uint64_t GetExpertLayerFlops() const;
    /** @return operations of the output layer (logits) for one sample, forward */
    uint64_t GetOutputFlops() const;

    /**
     * Operations that a training step needs by the mathematics: forward once, backward twice.
     * For a GPT shape 72 B s L h^2 (1 + s / 6h + V / 12Lh).
     *
     * @param samples samples in the step (global batch)
     * @param convention which attention scores count
     * @return floating-point operations; the numerator of MFU
     */
    double GetModelFlops(uint64_t samples, AttentionFlops convention = AttentionFlops::FULL) const;

    /**
     * Operations done when every layer's forward pass is run again in the backward pass (full
     * activation recomputation): 96 B s L h^2 (1 + s / 6h + V / 16Lh).
     *
     * @param samples samples in the step (global batch)
     * @param convention which attention scores count
     * @return floating-point operations; the numerator of hardware FLOPs utilisation
     */
    double GetRecomputeFlops(uint64_t samples,
                             AttentionFlops convention = AttentionFlops::FULL) const;

    /** @return operations of all layers for one sample, forward */
    uint64_t GetLayersFlops(AttentionFlops convention) const;

    /** @return what is impossible about the shape, for people to read; empty if nothing */
    std::vector<std::string> Check() const;

    /**
     * @param name name of a preset, in lower case: see GetPresetNames
     * @return the shape, or nothing if there is no such preset
     */
    static std::optional<ModelShape> Preset(const std::string& name);

    /** @return names of the presets */
    static std::vector<std::string> GetPresetNames();
};

} // namespace ns3::workload

#endif /* WORKLOAD_MODEL_SHAPE_H */
