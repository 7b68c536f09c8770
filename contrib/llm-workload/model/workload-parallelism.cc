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
                  "tensor x data",
                  uint64_t{parallelism.tensor} * parallelism.data,
                  "expert",
                  parallelism.expert);
    if (parallelism.tensor > 1 && (!parallelism.sequenceParallel || shape.moe.shared > 0))
    {
        problems.push_back(shape.moe.shared > 0
                               ? "a model with shared experts needs tensor 1"
                               : "a model with experts and tensor above 1 needs sequenceParallel");
    }
}

} // namespace

const char*
NameOf(Dimension dimension)
{
    static constexpr std::array<const char*, N_DIMENSIONS> names{
        {"TP", "EP", "CP", "PP", "DP", "other"}};
    return names[static_cast<uint8_t>(dimension)];
}

uint64_t
Parallelism::GetNRanks() const
{
    return uint64_t{tensor} * pipeline * data;
}

uint32_t
Parallelism::GetNMicroBatches() const
{
    return globalBatch / (data * microBatch);
}

uint32_t
Parallelism::RankOf(uint32_t t, uint32_t d, uint32_t p) const
{
    return t + tensor * (d + data * p);
}

uint32_t
Parallelism::TensorIndexOf(uint32_t rank) const
{
    return rank % tensor;
}

uint32_t
Parallelism::DataIndexOf(uint32_t rank) const
{
    return rank / tensor % data;
}

uint32_t
Parallelism::StageOf(uint32_t rank) const
{
    return rank / tensor / data;
}

std::vector<std::string>
Parallelism::Check(const ModelShape& shape) const
{
    struct Bound
    {
        const char* name;
        uint32_t value;
    };

    const std::array<Bound, 6> bounds{{{"tensor", tensor},
                                       {"pipeline", pipeline},
                                       {"data", data},
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
    if (GetNRanks() > maximum)
    {
        problems.push_back("tensor x pipeline x data is " + std::to_string(GetNRanks()) +
                           ", expected at most " + std::to_string(maximum) + " ranks");
    }
    CheckMultiple(problems, "heads", shape.heads, "tensor", tensor);
    CheckMultiple(problems, "ffn", shape.ffn, "tensor", tensor);
    CheckMultiple(problems, "vocabulary", shape.vocabulary, "tensor", tensor);
    CheckMultiple(problems, "hidden", shape.hidden, "tensor", tensor);
    CheckMultiple(problems, "layers", shape.layers, "pipeline", pipeline);
    if (sequenceParallel)
    {
        CheckMultiple(problems, "sequence", shape.sequence, "tensor", tensor);
    }
    CheckMultiple(
        problems, "globalBatch", globalBatch, "data x microBatch", uint64_t{data} * microBatch);
    CheckExperts(problems, shape, *this);
    return problems;
}

} // namespace ns3::workload
