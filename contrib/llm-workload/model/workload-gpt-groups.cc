/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-gpt-groups.h"

#include <algorithm>
#include <map>

namespace ns3::workload
{

namespace
{

/** What a kind of group is called, and what it is for. */
struct KindName
{
    const char* name;    ///< prefix of its groups' names
    Dimension dimension; ///< what it is for
};

constexpr std::array<KindName, GptGroups::N_KINDS> NAMES{{{"TP ", Dimension::TENSOR},
                                                          {"DP ", Dimension::DATA},
                                                          {"EP ", Dimension::EXPERT},
                                                          {"EP relay ", Dimension::EXPERT},
                                                          {"EP within ", Dimension::EXPERT},
                                                          {"DP of EP ", Dimension::DATA},
                                                          {"embedding ", Dimension::PIPELINE},
                                                          {"model ", Dimension::PIPELINE}}};

} // namespace

GptGroups::GptGroups(const ModelShape& shape,
                     const Parallelism& parallelism,
                     bool partsTwice,
                     std::vector<CommunicationGroup>& groups)
    : m_parallelism(parallelism),
      m_expertGroupSize(parallelism.expertRelay ? parallelism.expert / shape.moe.groups
                                                : parallelism.expert),
      m_partsTwice(partsTwice),
      m_groups(groups)
{
}

uint64_t
GptGroups::KeyOf(Kind kind, uint32_t rank) const
{
    const auto& p = m_parallelism;
    const uint64_t stage = p.StageOf(rank);
    const uint64_t place = rank % p.GetStageSize(); // within the stage
    // Stages that hold the same part count as one where parameters are concerned.
    const uint64_t part = m_partsTwice ? std::min(stage, p.pipeline - 1 - stage) : stage;
    switch (kind)
    {
    case TENSOR:
        return rank / p.tensor;
    case DATA:
        return part * p.tensor + p.TensorIndexOf(rank);
    case EXPERT:
        return rank / p.expert;
    case EXPERT_RELAY:
        return uint64_t{rank / p.expert} * m_expertGroupSize + place % m_expertGroupSize;
    case EXPERT_WITHIN:
        return rank / m_expertGroupSize;
    case EXPERT_DATA:
        return part * p.expert + place % p.expert;
    case EMBEDDING:
        return place;
    default:
        return place / p.tensor;
    }
}

void
GptGroups::Add(Kind kind)
{
    const auto& p = m_parallelism;
    const auto nRanks = static_cast<uint32_t>(p.GetNRanks());
    auto& groupOfRank = m_groupOfRank[kind];
    groupOfRank.assign(nRanks, 0);
    std::map<uint64_t, uint32_t> known;
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        const uint32_t stage = p.StageOf(rank);
        if (kind == EMBEDDING && stage != 0 && stage + 1 != p.pipeline)
        {
            continue;
        }
        const auto [at, isNew] =
            known.try_emplace(KeyOf(kind, rank), static_cast<uint32_t>(m_groups.size()));
        if (isNew)
        {
            const bool isOneStage = kind == MODEL && p.pipeline == 1;
            m_groups.push_back({NAMES[kind].name + std::to_string(known.size() - 1),
                                isOneStage ? Dimension::OTHER : NAMES[kind].dimension,
                                {}});
        }
        groupOfRank[rank] = at->second;
        m_groups[at->second].ranks.push_back(rank);
    }
}

uint32_t
GptGroups::Find(Kind kind, uint32_t rank) const
{
    return m_groupOfRank[kind][rank];
}

} // namespace ns3::workload
