/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-model-reader.h"

namespace ns3::experiment
{

namespace
{

constexpr uint32_t MANY = 1U << 24; ///< more of anything in a model is a typing error

/** Read the dimensions of a model. */
void
ReadShape(YamlSection& section, workload::ModelShape& shape)
{
    section.Text("name", "Name of the model, for people to read.", shape.name);
    section.Integer("hidden", "Hidden size h.", shape.hidden, 1, MANY);
    section.Integer("layers", "Number of transformer layers L.", shape.layers, 1, 1U << 16);
    section.Integer("heads", "Attention heads; must divide hidden.", shape.heads, 1, 1U << 16);
    shape.kvHeads = shape.kvHeads == 0 ? shape.heads : shape.kvHeads;
    shape.ffn = shape.ffn == 0 ? 4 * shape.hidden : shape.ffn;
    section.Integer("kvHeads",
                    "Key and value heads (grouped queries). Default: heads.",
                    shape.kvHeads,
                    1,
                    1U << 16);
    section.Integer("ffn", "Inner width of the MLP. Default: 4 hidden.", shape.ffn, 1, MANY);
    section.Integer("vocabulary", "Vocabulary size, after padding.", shape.vocabulary, 1, MANY);
    section.Integer("sequence", "Tokens of a sample s.", shape.sequence, 1, MANY);
    section.Boolean("gatedMlp", "Three MLP matrices instead of two (SwiGLU).", shape.gatedMlp);
    section.Boolean("biases", "Linear layers and norms have biases.", shape.biases);
    section.Boolean("learnedPositions",
                    "There is a position embedding of s h parameters.",
                    shape.learnedPositions);
    section.Boolean("tiedEmbeddings",
                    "The output layer shares the word embedding's weights.",
                    shape.tiedEmbeddings);
}

/** Read the experts and the attention of a model that are not of the plain kind. */
void
ReadVariants(YamlSection& model, workload::ModelShape& shape)
{
    auto& moe = shape.moe;
    YamlSection experts =
        model.Section("mixture", "Layers whose MLP is a choice of experts; without it, none.");
    experts.Integer("experts", "Experts of a layer; 0 for none.", moe.experts, 0, 1U << 16);
    experts.Integer("topK", "Experts that a token goes to.", moe.topK, 0, 1U << 16);
    experts.Integer("ffn", "Inner width of an expert.", moe.ffn, 0, MANY);
    experts.Integer("shared", "Experts that all tokens go to besides.", moe.shared, 0, 1U << 16);
    experts.Integer(
        "denseLayers", "First layers, which have an MLP instead.", moe.denseLayers, 0, 1U << 16);
    experts.Boolean("routerBias", "The router has a bias.", moe.routerBias);
    experts.Integer("groups",
                    "Groups of neighbouring experts, for node-limited routing; 0 for none.",
                    moe.groups,
                    0,
                    1U << 16);
    experts.Integer(
        "topGroups", "Groups that a token's experts are in at most.", moe.topGroups, 0, 1U << 16);
    experts.Finish();
    auto& latent = shape.latent;
    YamlSection attention =
        model.Section("latentAttention",
                      "Multi-head latent attention (DeepSeek); without it, ordinary attention.");
    attention.Integer("queryRank",
                      "Width of the narrow layer of queries; 0 for ordinary attention.",
                      latent.queryRank,
                      0,
                      MANY);
    attention.Integer(
        "kvRank", "Width of the narrow layer of keys and values.", latent.kvRank, 0, MANY);
    attention.Integer(
        "keyWidth", "Width of a head's keys without position.", latent.keyWidth, 0, MANY);
    attention.Integer("ropeWidth",
                      "Width of the part with position, one for all heads.",
                      latent.ropeWidth,
                      0,
                      MANY);
    attention.Integer("valueWidth", "Width of a head's values.", latent.valueWidth, 0, MANY);
    attention.Finish();
}

} // namespace

void
ReadModel(YamlSection& job, workload::ModelShape& shape)
{
    const auto presets = workload::ModelShape::GetPresetNames();
    std::string preset;
    const YamlNode* node = job.IsDescribing() ? nullptr : job.Get("model");
    if (node && node->kind == YamlNode::Kind::SCALAR)
    {
        job.Choice("model", "", preset, presets);
        if (const auto known = workload::ModelShape::Preset(preset))
        {
            shape = *known;
        }
        return;
    }
    YamlSection section = job.Section(
        "model",
        "The model. A text instead of a mapping is the name of a preset (see job.model.preset).",
        YamlSection::REQUIRED,
        "the name of a model, or a mapping");
    section.Choice("preset",
                   "A published model, whose dimensions the other keys may change.",
                   preset,
                   presets);
    if (const auto known = workload::ModelShape::Preset(preset))
    {
        shape = *known;
    }
    const std::size_t before = job.GetDiagnostics().GetN();
    shape.name = preset.empty() && !job.IsDescribing() ? "own model" : shape.name;
    ReadShape(section, shape);
    ReadVariants(section, shape);
    section.Finish();
    if (section.IsPresent() && job.GetDiagnostics().GetN() == before)
    {
        for (const auto& problem : shape.Check())
        {
            job.Fail("model", problem);
        }
    }
}

} // namespace ns3::experiment
