/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-parallelism.h"

#include <array>

namespace ns3::workload
{

namespace
{

void
CheckMultiple(std::vector<std::string>& problems,
              const std::string& name,
              uint64_t value,
              const std::string& divisorName,
              uint64_t divisor)
{
    if (value % divisor != 0)
    {
        problems.push_back(name + " " + std::to_string(value) + " is not a multiple of " +
                           divisorName + " " + std::to_string(divisor));
    }
}

void
CheckExperts(std::vector<std::string>& problems,
             const ModelShape& shape,
             const Parallelism& parallelism)
{
    if (shape.moe.experts == 0)
    {
        if (parallelism.expert > 1)
        {
            problems.push_back("expert is " + std::to_string(parallelism.expert) +
                               ", but the model has no experts");
        }
        return;
    }
    CheckMultiple(problems, "experts", shape.moe.experts, "expert", parallelism.expert);
    CheckMultiple(problems,
                  parallelism.context > 1 ? "tensor x context x data" : "tensor x data",
                  parallelism.GetStageSize(),
                  "expert",
                  parallelism.expert);
    if (parallelism.tensor > 1 && !parallelism.sequenceParallel)
    {
        problems.push_back("a model with experts and tensor above 1 needs sequenceParallel");
    }
    if (shape.moe.shared > 0)
    {
        CheckMultiple(problems, "moe.ffn", shape.moe.ffn, "tensor", parallelism.tensor);
    }
    if (parallelism.expertRelay && shape.moe.groups == 0)
    {
        problems.push_back("expertRelay needs a model whose experts are in groups "
                           "(mixture.groups)");
    }
    else if (parallelism.expertRelay)
    {
        CheckMultiple(problems, "expert", parallelism.expert, "mixture.groups", shape.moe.groups);
    }
}

} // namespace

const char*
NameOf(Dimension dimension)
{
    static constexpr std::array<const char*, N_DIMENSIONS> names{
        {"TP", "EP", "CP", "PP", "DP", "other", "input", "checkpoint"}};
    return names[static_cast<uint8_t>(dimension)];
}

uint64_t
Parallelism::GetNRanks() const
{
    return uint64_t{tensor} * context * pipeline * data;
}

uint32_t
Parallelism::GetNMicroBatches() const
{
    return globalBatch / (data * microBatch);
}

uint32_t
Parallelism::RankOf(uint32_t t, uint32_t d, uint32_t p, uint32_t c) const
{
    return t + tensor * (c + context * (d + data * p));
}

uint64_t
Parallelism::GetTokensOfRank(const ModelShape& shape) const
{
    return uint64_t{microBatch} * shape.sequence / context;
}

uint32_t
Parallelism::GetStageSize() const
{
    return tensor * context * data;
}

uint32_t
Parallelism::GetNReplicas() const
{
    return context * data;
}

uint32_t
Parallelism::TensorIndexOf(uint32_t rank) const
{
    return rank % tensor;
}

uint32_t
Parallelism::ContextIndexOf(uint32_t rank) const
{
    return rank / tensor % context;
}

uint32_t
Parallelism::DataIndexOf(uint32_t rank) const
{
    return rank / tensor / context % data;
}

uint32_t
Parallelism::StageOf(uint32_t rank) const
{
    return rank / GetStageSize();
}

std::vector<std::string>
Parallelism::Check(const ModelShape& shape) const
{
    struct Bound
    {
        const char* name;
        uint32_t value;
    };

    const std::array<Bound, 7> bounds{{{"tensor", tensor},
                                       {"pipeline", pipeline},
                                       {"data", data},
                                       {"context", context},
                                       {"expert", expert},
                                       {"microBatch", microBatch},
                                       {"globalBatch", globalBatch}}};
    constexpr uint32_t maximum = 1U << 20;
    std::vector<std::string> problems;
    for (const auto& bound : bounds)
    {
        if (bound.value < 1 || bound.value > maximum)
        {
            problems.push_back(std::string(bound.name) + " is " + std::to_string(bound.value) +
                               ", expected 1 to " + std::to_string(maximum));
        }
    }
    if (!problems.empty())
    {
        return problems;
    }
    // Four factors of 20 bits each may not fit into 64 bits.
    const double nRanks = static_cast<double>(tensor) * pipeline * data * context;
    if (nRanks > maximum)
    {
        problems.push_back("tensor x pipeline x data x context is more than " +
                           std::to_string(maximum) + " ranks");
        return problems;
    }
    CheckMultiple(problems, "heads", shape.heads, "tensor", tensor);
    CheckMultiple(problems, "ffn", shape.ffn, "tensor", tensor);
    CheckMultiple(problems, "vocabulary", shape.vocabulary, "tensor", tensor);
    CheckMultiple(problems, "hidden", shape.hidden, "tensor", tensor);
    CheckMultiple(problems, "layers", shape.layers, "pipeline", pipeline);
    if (context > 1)
    {
        // Each rank has one piece from either end, so that all have as much of the causal mask.
        CheckMultiple(problems, "sequence", shape.sequence, "2 x context", 2 * uint64_t{context});
    }
    if (sequenceParallel)
    {
        CheckMultiple(problems,
                      "sequence",
                      shape.sequence,
                      context > 1 ? "tensor x context" : "tensor",
                      uint64_t{tensor} * context);
    }
    CheckMultiple(
        problems, "globalBatch", globalBatch, "data x microBatch", uint64_t{data} * microBatch);
    CheckExperts(problems, shape, *this);
    return problems;
}

} // namespace ns3::workload
