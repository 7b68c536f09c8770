/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-job-graph.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace ns3::workload
{

namespace
{

/** One check of one job, as it goes. */
class Checker
{
  public:
    Checker(const JobGraph& job, std::size_t maximum)
        : m_job(job),
          m_maximum(maximum),
          m_members(job.groups.size())
    {
    }

    std::vector<std::string> Run()
    {
        CheckGroups();
        CheckSlots();
        if (m_problems.empty())
        {
            CheckTimings();
            CheckCollectives();
            CheckExchanges();
            CheckMessages();
        }
        return m_problems;
    }

  private:
    /** Sizes and number of the messages of one sender, receiver and tag. */
    struct Traffic
    {
        std::vector<std::pair<uint64_t, uint32_t>> sent;     ///< size and StreamTiming::every
        std::vector<std::pair<uint64_t, uint32_t>> expected; ///< likewise, in order
    };

    void Report(const std::string& problem)
    {
        if (m_problems.size() < m_maximum)
        {
            m_problems.push_back(problem);
        }
    }

    bool IsFull() const
    {
        return m_problems.size() >= m_maximum;
    }

    void CheckGroups()
    {
        for (std::size_t g = 0; g < m_job.groups.size() && !IsFull(); ++g)
        {
            auto& ranks = m_members[g];
            ranks = m_job.groups[g].ranks;
            std::sort(ranks.begin(), ranks.end());
            if (std::adjacent_find(ranks.begin(), ranks.end()) != ranks.end())
            {
                Report("group " + Name(g) + " has a rank twice");
            }
            if (ranks.empty() || ranks.back() >= m_job.ranks.size())
            {
                Report("group " + Name(g) +
                       (ranks.empty() ? " is empty" : " has a rank that does not exist"));
            }
        }
    }

    void CheckSlots()
    {
        for (uint32_t r = 0; r < m_job.ranks.size() && !IsFull(); ++r)
        {
            const auto& program = m_job.ranks[r];
            if (!program.graph || !program.graph->IsSealed())
            {
                Report("rank " + std::to_string(r) + " has no finished program");
                continue;
            }
            if (program.graph->GetNGroupSlots() > program.groups.size() ||
                program.graph->GetNPeerSlots() > program.peers.size() ||
                program.graph->GetNLoadSlots() > program.loads.size() ||
                program.graph->GetNExchangeSlots() > program.exchanges.size())
            {
                Report("rank " + std::to_string(r) + " uses a slot that stands for nothing");
            }
            for (const auto g : program.groups)
            {
                if (g >= m_job.groups.size())
                {
                    Report("rank " + std::to_string(r) + " uses a group that does not exist");
                }
                else if (!std::binary_search(m_members[g].begin(), m_members[g].end(), r))
                {
                    Report("rank " + std::to_string(r) + " is no member of its group " + Name(g));
                }
            }
            for (const auto peer : program.peers)
            {
                if (peer >= m_job.ranks.size() || peer == r)
                {
                    Report("rank " + std::to_string(r) + " has the impossible peer " +
                           std::to_string(peer));
                }
            }
        }
    }

    /** Collectives count by step: they must be played in all of them, one step after the other. */
    void CheckTimings()
    {
        for (uint32_t r = 0; r < m_job.ranks.size() && !IsFull(); ++r)
        {
            const auto& graph = *m_job.ranks[r].graph;
            const bool hasTimed = !graph.GetTimedStreams().empty();
            for (OperationGraph::Index i = 0; hasTimed && i < graph.GetN(); ++i)
            {
                if (graph.GetKind(i) == OperationKind::COLLECTIVE && graph.IsTimed(i))
                {
                    Report("rank " + std::to_string(r) + " has the collective " +
                           graph.GetLabel(i) + " on a stream with a timing of its own");
                    break;
                }
            }
        }
    }

    /** All members of a group must call the same collectives in the same order. */
    void CheckCollectives()
    {
        using Call = std::tuple<collective::CollectiveType, uint64_t>;
        std::map<const OperationGraph*, std::vector<std::vector<Call>>> callsOfGraph;
        std::vector<std::pair<uint32_t, const std::vector<Call>*>> first(m_job.groups.size(),
                                                                         {0, nullptr});
        for (uint32_t r = 0; r < m_job.ranks.size() && !IsFull(); ++r)
        {
            const auto& program = m_job.ranks[r];
            auto [at, isNew] = callsOfGraph.try_emplace(program.graph.get());
            if (isNew)
            {
                at->second.resize(program.graph->GetNGroupSlots());
                for (OperationGraph::Index i = 0; i < program.graph->GetN(); ++i)
                {
                    if (program.graph->GetKind(i) == OperationKind::COLLECTIVE)
                    {
                        at->second[program.graph->GetSlot(i)].emplace_back(
                            program.graph->GetCollective(i), program.graph->GetBytes(i));
                    }
                }
            }
            for (std::size_t slot = 0; slot < at->second.size(); ++slot)
            {
                const auto g = program.groups[slot];
                const auto& calls = at->second[slot];
                if (!first[g].second)
                {
                    first[g] = {r, &calls};
                }
                else if (calls != *first[g].second)
                {
                    ReportDifference(g, first[g].first, *first[g].second, r, calls);
                }
            }
        }
        CheckParticipation();
    }

    template <typename Calls>
    void ReportDifference(uint32_t group,
                          uint32_t rankA,
                          const Calls& a,
                          uint32_t rankB,
                          const Calls& b)
    {
        const auto n = std::min(a.size(), b.size());
        std::size_t i = 0;
        while (i < n && a[i] == b[i])
        {
            ++i;
        }
        const auto describe = [i](const Calls& calls)
        {
            return i < calls.size() ? collective::GetTypeName(std::get<0>(calls[i])) + " of " +
                                          std::to_string(std::get<1>(calls[i])) + " bytes"
                                    : std::string("none");
        };
        Report("collective " + std::to_string(i) + " of group " + Name(group) + ": rank " +
               std::to_string(rankA) + " calls " + describe(a) + ", rank " + std::to_string(rankB) +
               " calls " + describe(b));
    }

    /** A group in use must be used by every member. */
    void CheckParticipation()
    {
        std::vector<uint32_t> users(m_job.groups.size(), 0);
        for (const auto& program : m_job.ranks)
        {
            for (uint32_t slot = 0; slot < program.graph->GetNGroupSlots(); ++slot)
            {
                ++users[program.groups[slot]];
            }
        }
        for (std::size_t g = 0; g < users.size(); ++g)
        {
            if (users[g] != 0 && users[g] != m_job.groups[g].ranks.size())
            {
                Report("group " + Name(g) + " has " + std::to_string(m_job.groups[g].ranks.size()) +
                       " ranks, but " + std::to_string(users[g]) + " of them use it");
            }
        }
    }

    /** Parts of an exchange must be what both ends expect. */
    void CheckExchanges()
    {
        using Sizes = const collective::ExchangeSizes*;
        // By group and number of the exchange in it: the sizes at each place in the group.
        std::map<std::tuple<uint32_t, uint32_t>, std::vector<Sizes>> exchanges;
        for (uint32_t r = 0; r < m_job.ranks.size() && m_problems.empty(); ++r)
        {
            const auto& program = m_job.ranks[r];
            const auto& graph = *program.graph;
            for (OperationGraph::Index i = 0; graph.GetNExchangeSlots() > 0 && i < graph.GetN();
                 ++i)
            {
                if (graph.GetKind(i) != OperationKind::COLLECTIVE ||
                    graph.GetCollective(i) != collective::CollectiveType::ALL_TO_ALL_V)
                {
                    continue;
                }
                const uint32_t g = program.groups[graph.GetSlot(i)];
                const auto& members = m_job.groups[g].ranks;
                const auto place = std::find(members.begin(), members.end(), r) - members.begin();
                const Sizes sizes = program.exchanges[graph.GetDetail(i)].get();
                if (!sizes || sizes->sent.size() != members.size() ||
                    sizes->received.size() != members.size())
                {
                    Report("rank " + std::to_string(r) + " has an exchange in group " + Name(g) +
                           " whose parts are not as many as its ranks");
                    return;
                }
                auto& all = exchanges[{g, graph.GetSequence(i)}];
                all.resize(members.size(), nullptr);
                all[static_cast<std::size_t>(place)] = sizes;
            }
        }
        for (const auto& [key, all] : exchanges)
        {
            CheckExchange(std::get<0>(key), std::get<1>(key), all);
        }
    }

    void CheckExchange(uint32_t group,
                       uint32_t number,
                       const std::vector<const collective::ExchangeSizes*>& all)
    {
        const auto& members = m_job.groups[group].ranks;
        for (std::size_t a = 0; a < all.size() && !IsFull(); ++a)
        {
            for (std::size_t b = 0; b < all.size(); ++b)
            {
                if (all[a] && all[b] && all[a]->sent[b] != all[b]->received[a])
                {
                    Report("exchange " + std::to_string(number) + " of group " + Name(group) +
                           ": rank " + std::to_string(members[a]) + " sends " +
                           std::to_string(all[a]->sent[b]) + " bytes to rank " +
                           std::to_string(members[b]) + ", which expects " +
                           std::to_string(all[b]->received[a]));
                    break;
                }
            }
        }
    }

    void CheckMessages()
    {
        std::map<std::tuple<uint32_t, uint32_t, uint32_t>, Traffic> traffic;
        for (uint32_t r = 0; r < m_job.ranks.size(); ++r)
        {
            const auto& program = m_job.ranks[r];
            const auto& graph = *program.graph;
            for (OperationGraph::Index i = 0; graph.GetNPeerSlots() > 0 && i < graph.GetN(); ++i)
            {
                const uint32_t every = graph.GetTiming(graph.GetStream(i)).every;
                if (graph.GetKind(i) == OperationKind::SEND)
                {
                    traffic[{r, program.peers[graph.GetSlot(i)], graph.GetTag(i)}]
                        .sent.emplace_back(graph.GetBytes(i), every);
                }
                else if (graph.GetKind(i) == OperationKind::RECEIVE)
                {
                    traffic[{program.peers[graph.GetSlot(i)], r, graph.GetTag(i)}]
                        .expected.emplace_back(graph.GetBytes(i), every);
                }
            }
        }
        for (const auto& [key, flow] : traffic)
        {
            if (flow.sent == flow.expected)
            {
                continue;
            }
            const auto& [from, to, tag] = key;
            const bool isCount = flow.sent.size() != flow.expected.size();
            const bool isSize = !isCount && !std::equal(flow.sent.begin(),
                                                        flow.sent.end(),
                                                        flow.expected.begin(),
                                                        [](const auto& a, const auto& b)
                                                        { return a.first == b.first; });
            Report("messages from rank " + std::to_string(from) + " to rank " + std::to_string(to) +
                   " with tag " + std::to_string(tag) + ": " +
                   (isCount ? std::to_string(flow.sent.size()) + " sent, " +
                                  std::to_string(flow.expected.size()) + " received"
                    : isSize ? std::string("the sizes sent and received differ")
                             : std::string("sent and received in different steps")));
        }
    }

    std::string Name(std::size_t group) const
    {
        return std::to_string(group) + " (" + m_job.groups[group].name + ")";
    }

    const JobGraph& m_job;                        ///< what is checked
    std::size_t m_maximum;                        ///< problems to report at most
    std::vector<std::vector<uint32_t>> m_members; ///< ranks of each group, sorted
    std::vector<std::string> m_problems;          ///< found so far
};

} // namespace

std::vector<std::string>
JobGraph::Check(std::size_t maximum) const
{
    return Checker(*this, maximum).Run();
}

uint32_t
JobGraph::GetNWorkers() const
{
    return static_cast<uint32_t>(ranks.size()) - nServices;
}

uint64_t
JobGraph::GetCollectiveBytes(uint32_t rank,
                             Dimension dimension,
                             collective::CollectiveType type) const
{
    const auto& graph = *ranks[rank].graph;
    uint64_t bytes = 0;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        if (graph.GetKind(i) == OperationKind::COLLECTIVE && graph.GetDimension(i) == dimension &&
            graph.GetCollective(i) == type)
        {
            bytes += graph.GetBytes(i);
        }
    }
    return bytes;
}

uint64_t
JobGraph::GetNCollectives(uint32_t rank, Dimension dimension, collective::CollectiveType type) const
{
    const auto& graph = *ranks[rank].graph;
    uint64_t n = 0;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        n += graph.GetKind(i) == OperationKind::COLLECTIVE && graph.GetDimension(i) == dimension &&
             graph.GetCollective(i) == type;
    }
    return n;
}

} // namespace ns3::workload
