/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-collective-expansion.h"

#include "workload-expanded-rank.h"

#include "ns3/data-rate.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

namespace ns3::workload
{

using collective::CollectiveType;
using collective::Communicator;
using collective::Schedule;
using collective::Step;
using collective::StepAction;

namespace
{

/** One expansion of one job, as it goes. */
class Expander
{
  public:
    /** A collective: group, and how many of the group stand before it. */
    using Instance = std::pair<uint32_t, uint32_t>;

    Expander(const collective::CollectiveEngine& engine,
             const std::vector<uint32_t>& domains,
             const std::vector<bool>& types,
             const JobGraph& job)
        : m_engine(engine),
          m_domains(domains),
          m_types(types),
          m_job(job)
    {
        UintegerValue slots;
        engine.GetAttribute("Slots", slots);
        DataRateValue reduction;
        engine.GetAttribute("ReductionRate", reduction);
        m_settings.slots = slots.Get();
        m_settings.reductionRate = reduction.Get().GetBitRate();
    }

    std::string Run(JobGraph& expanded)
    {
        for (uint32_t rank = 0; rank < m_job.ranks.size(); ++rank)
        {
            m_ranks.push_back(std::make_unique<ExpandedRank>(m_job.ranks[rank], m_settings));
            Copy(rank);
        }
        for (const auto& [instance, members] : m_instances)
        {
            const std::string error = Spell(instance, members);
            if (!error.empty())
            {
                return error;
            }
        }
        expanded.groups = m_job.groups;
        for (auto& rank : m_ranks)
        {
            expanded.ranks.push_back(rank->Finish());
        }
        return "";
    }

  private:
    /** Take over what is not spelled out, note what is. */
    void Copy(uint32_t rank)
    {
        const auto& graph = *m_job.ranks[rank].graph;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            const bool isSpelled = graph.GetKind(i) == OperationKind::COLLECTIVE &&
                                   m_types[static_cast<std::size_t>(graph.GetCollective(i))];
            m_ranks[rank]->Copy(i, isSpelled);
            if (isSpelled)
            {
                const uint32_t group = m_job.ranks[rank].groups[graph.GetSlot(i)];
                m_instances[{group, graph.GetSequence(i)}].push_back({rank, i});
            }
            else if (graph.GetKind(i) == OperationKind::SEND)
            {
                m_firstTag = std::max(m_firstTag, graph.GetTag(i) + 1);
            }
        }
    }

    const Communicator& GetCommunicator(uint32_t group)
    {
        const auto known = m_communicators.find(group);
        if (known != m_communicators.end())
        {
            return known->second;
        }
        const auto& ranks = m_job.groups[group].ranks;
        std::vector<uint32_t> domains;
        domains.reserve(ranks.size());
        for (const auto rank : ranks)
        {
            domains.push_back(m_domains[rank]);
        }
        return m_communicators.emplace(group, Communicator(group, ranks, domains)).first->second;
    }

    /** @return what a rank takes part in, as it would be posted */
    collective::Operation Describe(uint32_t rank, OperationGraph::Index i) const
    {
        const auto& program = m_job.ranks[rank];
        const auto& graph = *program.graph;
        collective::Operation operation;
        operation.type = graph.GetCollective(i);
        operation.communicator = program.groups[graph.GetSlot(i)];
        operation.sequence = graph.GetSequence(i);
        operation.bytes = graph.GetBytes(i);
        if (operation.type == CollectiveType::ALL_TO_ALL_V)
        {
            operation.sizes = program.exchanges[graph.GetDetail(i)];
        }
        else
        {
            operation.root = graph.GetDetail(i);
        }
        return operation;
    }

    /** Spell out one collective at all its members. @return why it cannot be done, or nothing */
    std::string Spell(const Instance& instance,
                      const std::vector<std::pair<uint32_t, OperationGraph::Index>>& members)
    {
        const auto& communicator = GetCommunicator(instance.first);
        if (communicator.GetSize() < 2)
        {
            return "";
        }
        std::vector<std::unique_ptr<Schedule>> schedules;
        for (const auto& [rank, i] : members)
        {
            const auto operation = Describe(rank, i);
            const bool isTrivial = operation.bytes == 0 &&
                                   operation.type != CollectiveType::BARRIER &&
                                   operation.type != CollectiveType::ALL_TO_ALL_V;
            schedules.push_back(
                isTrivial ? nullptr
                          : m_engine.GetAlgorithm(operation.type)
                                ->Build(communicator, operation, communicator.GetRank(rank)));
            m_nSteps += isTrivial ? 0 : CountSteps(*schedules.back());
            if (m_nSteps > 2 * CollectiveExpansion::MAX_MESSAGES)
            {
                return "its collectives come to more than " +
                       std::to_string(CollectiveExpansion::MAX_MESSAGES) +
                       " messages, which is more than is spelled out";
            }
        }
        std::vector<TagTable> tags(communicator.GetSize());
        for (std::size_t member = 0; member < members.size(); ++member)
        {
            if (schedules[member])
            {
                NumberMessages(communicator, members[member].first, *schedules[member], tags);
            }
        }
        for (std::size_t member = 0; member < members.size(); ++member)
        {
            const auto& [rank, i] = members[member];
            if (schedules[member])
            {
                const auto self = communicator.GetRank(rank);
                m_ranks[rank]->Spell(i,
                                     *schedules[member],
                                     communicator,
                                     [&tags, self](const Step& step)
                                     {
                                         return step.action == StepAction::SEND
                                                    ? tags[step.peer].at(KeyOf(self, step))
                                                    : tags[self].at(KeyOf(step.peer, step));
                                     });
            }
        }
        return "";
    }

    static uint64_t CountSteps(const Schedule& schedule)
    {
        uint64_t n = 0;
        for (uint32_t lane = 0; lane < schedule.GetNLanes(); ++lane)
        {
            n += schedule.GetNSteps(lane);
        }
        return n;
    }

    /// Tags of the messages to a rank, by KeyOf.
    using TagTable = std::unordered_map<uint64_t, uint32_t>;

    /** @return what a step's message is known by at its receiver */
    static uint64_t KeyOf(uint32_t sender, const Step& step)
    {
        return (uint64_t{sender} * 256 + step.channel) * collective::MAX_KEYS + step.key;
    }

    /** Give the messages of a member their tags, which no others between the two ranks have. */
    void NumberMessages(const Communicator& communicator,
                        uint32_t rank,
                        const Schedule& schedule,
                        std::vector<TagTable>& tags)
    {
        const auto self = communicator.GetRank(rank);
        Step step;
        for (uint32_t lane = 0; lane < schedule.GetNLanes(); ++lane)
        {
            for (uint64_t index = 0; index < schedule.GetNSteps(lane); ++index)
            {
                schedule.GetStep(lane, index, step);
                if (step.action != StepAction::SEND)
                {
                    break; // a lane of something else
                }
                auto& next = m_nTags[{rank, communicator.GetAccelerator(step.peer)}];
                tags[step.peer].emplace(KeyOf(self, step), m_firstTag + next);
                ++next;
            }
        }
    }

    const collective::CollectiveEngine& m_engine;       ///< how collectives are done
    const std::vector<uint32_t>& m_domains;             ///< by rank
    const std::vector<bool>& m_types;                   ///< by type: whether it is spelled out
    const JobGraph& m_job;                              ///< what is expanded
    ExpandedRank::Settings m_settings;                  ///< attributes of the engine
    std::vector<std::unique_ptr<ExpandedRank>> m_ranks; ///< what comes of it
    std::map<Instance, std::vector<std::pair<uint32_t, OperationGraph::Index>>>
        m_instances;                                           ///< (rank, operation) of each
    std::map<uint32_t, Communicator> m_communicators;          ///< by group
    uint32_t m_firstTag{0};                                    ///< above those of the job
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> m_nTags; ///< given so far, by ranks
    uint64_t m_nSteps{0};                                      ///< so far
};

} // namespace

CollectiveExpansion::CollectiveExpansion(Ptr<const collective::CollectiveEngine> engine,
                                         std::vector<uint32_t> domains)
    : m_engine(engine),
      m_domains(std::move(domains)),
      m_types(collective::N_COLLECTIVE_TYPES, true)
{
}

void
CollectiveExpansion::SetTypes(const std::vector<CollectiveType>& types)
{
    m_types.assign(collective::N_COLLECTIVE_TYPES, false);
    for (const auto type : types)
    {
        m_types[static_cast<std::size_t>(type)] = true;
    }
}

std::string
CollectiveExpansion::Expand(const JobGraph& job, JobGraph& expanded) const
{
    expanded = {};
    return Expander(*m_engine, m_domains, m_types, job).Run(expanded);
}

} // namespace ns3::workload
