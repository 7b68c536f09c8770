/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-aicb-job.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/// Ticks in a nanosecond.
constexpr fabric::Ticks PER_NANOSECOND = 1000;

/** Sizes of groups and what follows from them. */
class AicbGroups
{
  public:
    AicbGroups(const AicbFile& workload, uint32_t nRanks)
        : m_tensor(workload.tensor),
          m_expert(workload.expert),
          m_stageRanks(nRanks / workload.pipeline),
          m_nRanks(nRanks)
    {
    }

    /** @return number of ranks in a group of a kind */
    uint32_t SizeOf(AicbFile::Group kind) const
    {
        const uint32_t data = m_stageRanks / m_tensor;
        switch (kind)
        {
        case AicbFile::TENSOR:
            return m_tensor;
        case AicbFile::DATA:
            return data;
        case AicbFile::EXPERT:
            return m_expert;
        default:
            return data / m_expert;
        }
    }

    /** @return number of groups of a kind */
    uint32_t CountOf(AicbFile::Group kind) const
    {
        return m_nRanks / SizeOf(kind);
    }

    /** @return which group of a kind a rank is in, from 0 */
    uint32_t Find(AicbFile::Group kind, uint32_t rank) const
    {
        const uint32_t t = rank % m_tensor;
        const uint32_t stage = rank / m_stageRanks;
        const uint32_t data = m_stageRanks / m_tensor;
        const uint32_t d = rank % m_stageRanks / m_tensor;
        const uint32_t column = t + m_tensor * stage; // ranks that differ only in d
        switch (kind)
        {
        case AicbFile::TENSOR:
            return rank / m_tensor;
        case AicbFile::DATA:
            return column;
        case AicbFile::EXPERT:
            return column * (data / m_expert) + d / m_expert;
        default:
            return column * m_expert + d % m_expert;
        }
    }

  private:
    uint32_t m_tensor;     ///< ranks of a tensor group
    uint32_t m_expert;     ///< ranks of an expert group
    uint32_t m_stageRanks; ///< ranks of a stage
    uint32_t m_nRanks;     ///< ranks of the job
};

/** Writes the program. */
class AicbProgram
{
  public:
    AicbProgram(const AicbGroups& groups, bool repair)
        : m_groups(groups),
          m_repair(repair),
          m_graph(std::make_shared<OperationGraph>())
    {
    }

    std::shared_ptr<const OperationGraph> Build(const std::vector<AicbFile::Row>& rows)
    {
        for (const auto& row : rows)
        {
            Compute(row, row.works[AicbFile::FORWARD]);
            Communicate(row, AicbFile::FORWARD);
        }
        for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        {
            Compute(*row, row->works[AicbFile::INPUT_GRADIENT]);
            Communicate(*row, AicbFile::INPUT_GRADIENT);
            Compute(*row, row->works[AicbFile::WEIGHT_GRADIENT]);
            Communicate(*row, AicbFile::WEIGHT_GRADIENT);
        }
        for (const auto& [collective, time] : m_updates)
        {
            const auto update = m_graph->AddCompute("update", COMPUTE, time);
            m_graph->AddDependency(update, collective);
        }
        m_graph->Seal();
        return m_graph;
    }

    /** @return kinds of groups in use, by slot */
    const std::vector<AicbFile::Group>& GetKinds() const
    {
        return m_kinds;
    }

  private:
    /// Streams of the program.
    enum Stream : uint16_t
    {
        COMPUTE,
        BLOCKING,
        BESIDE
    };

    void Compute(const AicbFile::Row& row, const AicbFile::Work& work)
    {
        if (work.computeNs == 0)
        {
            return;
        }
        const auto compute = m_graph->AddCompute(
            row.name, COMPUTE, static_cast<fabric::Ticks>(work.computeNs) * PER_NANOSECOND);
        if (m_blocking)
        {
            m_graph->AddDependency(compute, *m_blocking);
            m_blocking.reset();
        }
        m_lastCompute = compute;
    }

    void Communicate(const AicbFile::Row& row, AicbFile::Phase phase)
    {
        const auto& work = row.works[phase];
        uint64_t bytes = work.bytes;
        const auto& forward = row.works[AicbFile::FORWARD];
        if (m_repair && bytes == 0 && phase == AicbFile::INPUT_GRADIENT &&
            work.type == CollectiveType::REDUCE_SCATTER &&
            forward.type == CollectiveType::ALL_GATHER)
        {
            bytes = forward.bytes;
        }
        if (!work.type || bytes == 0 || m_groups.SizeOf(work.group) < 2)
        {
            return;
        }
        const bool isBlocking = phase != AicbFile::WEIGHT_GRADIENT;
        const auto collective = m_graph->AddCollective(row.name,
                                                       isBlocking ? BLOCKING : BESIDE,
                                                       DimensionOf(work.group),
                                                       *work.type,
                                                       SlotOf(work.group),
                                                       bytes);
        if (m_lastCompute)
        {
            m_graph->AddDependency(collective, *m_lastCompute);
        }
        if (m_blocking)
        {
            m_graph->AddDependency(collective, *m_blocking);
        }
        if (isBlocking)
        {
            m_blocking = collective;
        }
        else
        {
            m_updates.emplace_back(collective,
                                   static_cast<fabric::Ticks>(row.updateNs) * PER_NANOSECOND);
        }
    }

    uint32_t SlotOf(AicbFile::Group kind)
    {
        const auto at = std::find(m_kinds.begin(), m_kinds.end(), kind);
        if (at == m_kinds.end())
        {
            m_kinds.push_back(kind);
            return static_cast<uint32_t>(m_kinds.size() - 1);
        }
        return static_cast<uint32_t>(at - m_kinds.begin());
    }

  public:
    /** @return what a kind of group is for */
    static Dimension DimensionOf(AicbFile::Group kind)
    {
        switch (kind)
        {
        case AicbFile::TENSOR:
            return Dimension::TENSOR;
        case AicbFile::EXPERT:
            return Dimension::EXPERT;
        default:
            return Dimension::DATA;
        }
    }

  private:
    using Index = OperationGraph::Index;

    const AicbGroups& m_groups;                             ///< sizes of groups
    bool m_repair;                                          ///< AicbOptions
    std::shared_ptr<OperationGraph> m_graph;                ///< what is written
    std::vector<AicbFile::Group> m_kinds;                   ///< by slot
    std::optional<Index> m_lastCompute;                     ///< last computation
    std::optional<Index> m_blocking;                        ///< collective to be waited for
    std::vector<std::pair<Index, fabric::Ticks>> m_updates; ///< collectives and their updates
};

/** @return whether the job is possible; reports if not */
bool
CheckSizes(const AicbFile& workload, uint32_t nRanks, std::vector<Finding>& findings)
{
    const auto fail = [&](const std::string& message)
    {
        findings.push_back({Finding::ERROR, workload.file, 1, 0, message});
        return false;
    };
    if (nRanks == 0)
    {
        return fail("the file does not say all_gpus: the number of ranks must be given");
    }
    if (workload.allGpus > 0 && workload.allGpus != nRanks)
    {
        return fail("all_gpus is " + std::to_string(workload.allGpus) + ", but the job has " +
                    std::to_string(nRanks) + " ranks");
    }
    const uint64_t block = uint64_t{workload.tensor} * workload.pipeline;
    if (nRanks % block != 0)
    {
        return fail(std::to_string(nRanks) +
                    " ranks are not a multiple of model_parallel_NPU_group x pp = " +
                    std::to_string(block));
    }
    const bool hasExperts = std::any_of(
        workload.rows.begin(),
        workload.rows.end(),
        [](const AicbFile::Row& row)
        {
            return std::any_of(row.works.begin(),
                               row.works.end(),
                               [](const AicbFile::Work& work)
                               {
                                   return work.type && (work.group == AicbFile::EXPERT ||
                                                        work.group == AicbFile::DATA_OF_EXPERTS);
                               });
        });
    if (hasExperts && nRanks / block % workload.expert != 0)
    {
        return fail("the data groups have " + std::to_string(nRanks / block) +
                    " ranks, not a multiple of ep " + std::to_string(workload.expert));
    }
    return true;
}

} // namespace

JobGraph
BuildAicbJob(const AicbFile& workload, const AicbOptions& options, std::vector<Finding>& findings)
{
    static constexpr std::array<const char*, AicbFile::N_GROUPS> names{
        {"TP ", "DP ", "EP ", "DP of EP "}};
    JobGraph job;
    const uint32_t nRanks = options.nRanks > 0 ? options.nRanks : workload.allGpus;
    if (!CheckSizes(workload, nRanks, findings))
    {
        return job;
    }
    const AicbGroups groups(workload, nRanks);
    AicbProgram program(groups, options.repairSequenceParallel);
    const auto graph = program.Build(workload.rows);

    job.ranks.assign(nRanks, {graph, {}, {}});
    for (const auto kind : program.GetKinds())
    {
        const auto first = static_cast<uint32_t>(job.groups.size());
        for (uint32_t i = 0; i < groups.CountOf(kind); ++i)
        {
            job.groups.push_back(
                {names[kind] + std::to_string(i), AicbProgram::DimensionOf(kind), {}});
        }
        for (uint32_t rank = 0; rank < nRanks; ++rank)
        {
            const uint32_t group = first + groups.Find(kind, rank);
            job.groups[group].ranks.push_back(rank);
            job.ranks[rank].groups.push_back(group);
        }
    }
    return job;
}

} // namespace ns3::workload
