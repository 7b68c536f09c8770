/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace-loops.h"

#include <algorithm>
#include <cstdint>

namespace ns3::workload
{

namespace
{

/** Finds the strongly connected components, without recursion: chains may be long. */
class ComponentFinder
{
  public:
    explicit ComponentFinder(const TraceRank& rank)
        : m_first(rank.operations.size() + 1, 0),
          m_next(rank.edges.size()),
          m_order(rank.operations.size(), NONE),
          m_low(rank.operations.size(), 0),
          m_at(rank.operations.size(), 0),
          m_component(rank.operations.size(), NONE)
    {
        for (const auto& edge : rank.edges)
        {
            ++m_first[edge.from + 1];
        }
        for (std::size_t i = 1; i < m_first.size(); ++i)
        {
            m_first[i] += m_first[i - 1];
        }
        auto fill = m_first;
        for (const auto& edge : rank.edges)
        {
            m_next[fill[edge.from]++] = edge.to;
        }
    }

    /** @return component of each operation */
    const std::vector<uint32_t>& Run()
    {
        for (uint32_t i = 0; i < m_order.size(); ++i)
        {
            if (m_order[i] == NONE)
            {
                Visit(i);
            }
        }
        return m_component;
    }

  private:
    static constexpr uint32_t NONE = UINT32_MAX;

    void Enter(uint32_t operation)
    {
        m_order[operation] = m_low[operation] = m_count++;
        m_at[operation] = m_first[operation];
        m_open.push_back(operation);
        m_path.push_back(operation);
    }

    void Visit(uint32_t start)
    {
        Enter(start);
        while (!m_path.empty())
        {
            const uint32_t here = m_path.back();
            if (m_at[here] < m_first[here + 1])
            {
                const uint32_t next = m_next[m_at[here]++];
                if (m_order[next] == NONE)
                {
                    Enter(next);
                }
                else if (m_component[next] == NONE)
                {
                    m_low[here] = std::min(m_low[here], m_order[next]);
                }
                continue;
            }
            Leave(here);
        }
    }

    void Leave(uint32_t here)
    {
        m_path.pop_back();
        if (!m_path.empty())
        {
            m_low[m_path.back()] = std::min(m_low[m_path.back()], m_low[here]);
        }
        if (m_low[here] != m_order[here])
        {
            return;
        }
        uint32_t member = NONE;
        do
        {
            member = m_open.back();
            m_open.pop_back();
            m_component[member] = here;
        } while (member != here);
    }

    std::vector<std::size_t> m_first;  ///< by operation: first in m_next
    std::vector<uint32_t> m_next;      ///< those that wait
    std::vector<uint32_t> m_order;     ///< by operation: when it was entered
    std::vector<uint32_t> m_low;       ///< by operation: oldest one it can come to
    std::vector<std::size_t> m_at;     ///< by operation: next to be looked at
    std::vector<uint32_t> m_component; ///< by operation: one of its component
    std::vector<uint32_t> m_open;      ///< operations without component yet
    std::vector<uint32_t> m_path;      ///< from the start to here
    uint32_t m_count{0};               ///< operations entered
};

} // namespace

std::vector<TraceRank::Edge>
BreakLoops(TraceRank& rank)
{
    ComponentFinder finder(rank);
    const auto& component = finder.Run();
    const auto kept = std::stable_partition(rank.edges.begin(),
                                            rank.edges.end(),
                                            [&component](const TraceRank::Edge& edge) {
                                                return component[edge.from] != component[edge.to] ||
                                                       edge.from < edge.to;
                                            });
    std::vector<TraceRank::Edge> taken(kept, rank.edges.end());
    rank.edges.erase(kept, rank.edges.end());
    return taken;
}

} // namespace ns3::workload
