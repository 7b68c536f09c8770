/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-goal-cpus.h"

#include <map>

namespace ns3::workload
{

GoalCpus::GoalCpus(const OperationGraph& graph)
    : m_cpus(graph.GetN(), 0)
{
    std::map<uint16_t, uint32_t> streams;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        if (graph.GetKind(i) == OperationKind::COMPUTE &&
            graph.GetStream(i) != OperationGraph::UNLIMITED)
        {
            streams.emplace(graph.GetStream(i), 0);
        }
    }
    for (auto& [stream, cpu] : streams)
    {
        cpu = m_n++;
    }
    const uint32_t messages = m_n++;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        const auto stream = streams.find(graph.GetStream(i));
        const bool computes = graph.GetKind(i) == OperationKind::COMPUTE;
        m_cpus[i] = computes && stream != streams.end() ? stream->second : messages;
    }
    Spread(graph);
}

bool
GoalCpus::NeedsOwn(const OperationGraph& graph, OperationGraph::Index operation)
{
    const auto kind = graph.GetKind(operation);
    const bool waitsForNobody =
        kind == OperationKind::DELAY ||
        (kind == OperationKind::COMPUTE && graph.GetStream(operation) == OperationGraph::UNLIMITED);
    return waitsForNobody && graph.GetDuration(operation) > 0;
}

void
GoalCpus::Spread(const OperationGraph& graph)
{
    // In an order that dependencies allow. An operation hands the processors that it holds, which
    // are those of operations before it, on to the first operation behind it.
    std::vector<uint32_t> waits(graph.GetN());
    std::vector<OperationGraph::Index> ready;
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        waits[i] = graph.GetNPredecessors(i);
        if (waits[i] == 0)
        {
            ready.push_back(i);
        }
    }
    std::vector<std::vector<uint32_t>> held(graph.GetN());
    while (!ready.empty())
    {
        const auto i = ready.back();
        ready.pop_back();
        if (NeedsOwn(graph, i))
        {
            if (held[i].empty())
            {
                held[i].push_back(m_n++);
            }
            m_cpus[i] = held[i].back();
        }
        for (auto next = graph.SuccessorsBegin(i); next != graph.SuccessorsEnd(i); ++next)
        {
            auto& taken = held[*next];
            taken.insert(taken.end(), held[i].begin(), held[i].end());
            std::vector<uint32_t>().swap(held[i]);
            if (--waits[*next] == 0)
            {
                ready.push_back(*next);
            }
        }
    }
}

uint32_t
GoalCpus::GetN() const
{
    return m_n;
}

uint32_t
GoalCpus::Get(OperationGraph::Index operation) const
{
    return m_cpus[operation];
}

} // namespace ns3::workload
