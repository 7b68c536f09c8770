/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-trace.h"

#include <algorithm>
#include <map>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/** Makes the program of one rank. */
class ProgramBuilder
{
  public:
    explicit ProgramBuilder(const Trace& trace)
        : m_trace(trace),
          m_graph(std::make_shared<OperationGraph>(StreamOrder::AS_READY))
    {
    }

    RankProgram Build(const TraceRank& rank)
    {
        for (const auto& operation : rank.operations)
        {
            Add(operation);
        }
        auto edges = rank.edges;
        const auto key = [](const TraceRank::Edge& edge) { return std::pair(edge.to, edge.from); };
        std::sort(edges.begin(),
                  edges.end(),
                  [&key](const auto& a, const auto& b) { return key(a) < key(b); });
        edges.erase(std::unique(edges.begin(),
                                edges.end(),
                                [&key](const auto& a, const auto& b) { return key(a) == key(b); }),
                    edges.end());
        for (const auto& edge : edges)
        {
            m_graph->AddDependency(edge.to, edge.from);
        }
        m_graph->Seal();
        m_program.graph = m_graph;
        return std::move(m_program);
    }

  private:
    void Add(const TraceOperation& operation)
    {
        const std::string& label = m_trace.labels[operation.label];
        switch (operation.kind)
        {
        case OperationKind::COMPUTE:
            m_graph->AddCompute(
                label, operation.stream, static_cast<fabric::Ticks>(operation.value));
            break;
        case OperationKind::DELAY:
            m_graph->AddDelay(label, operation.stream, static_cast<fabric::Ticks>(operation.value));
            break;
        case OperationKind::SEND:
            m_graph->AddSend(label,
                             operation.stream,
                             operation.dimension,
                             SlotOf(operation.peer, m_peerSlots, m_program.peers),
                             operation.tag,
                             operation.value);
            break;
        case OperationKind::RECEIVE:
            m_graph->AddReceive(label,
                                operation.stream,
                                operation.dimension,
                                SlotOf(operation.peer, m_peerSlots, m_program.peers),
                                operation.tag,
                                operation.value);
            break;
        case OperationKind::COLLECTIVE:
            AddCollective(label, operation);
            break;
        }
    }

    void AddCollective(const std::string& label, const TraceOperation& operation)
    {
        uint32_t detail = operation.root;
        if (operation.type == CollectiveType::ALL_TO_ALL_V)
        {
            detail = static_cast<uint32_t>(m_program.exchanges.size());
            m_program.exchanges.push_back(operation.sizes);
        }
        m_graph->AddCollective(label,
                               operation.stream,
                               operation.dimension,
                               operation.type,
                               SlotOf(operation.group, m_groupSlots, m_program.groups),
                               operation.value,
                               detail);
    }

    static uint32_t SlotOf(uint32_t value,
                           std::map<uint32_t, uint32_t>& slots,
                           std::vector<uint32_t>& values)
    {
        const auto [at, isNew] = slots.try_emplace(value, static_cast<uint32_t>(values.size()));
        if (isNew)
        {
            values.push_back(value);
        }
        return at->second;
    }

    const Trace& m_trace;                      ///< what is built from
    std::shared_ptr<OperationGraph> m_graph;   ///< what is built
    RankProgram m_program;                     ///< with its slots
    std::map<uint32_t, uint32_t> m_peerSlots;  ///< by peer
    std::map<uint32_t, uint32_t> m_groupSlots; ///< by group
};

} // namespace

JobGraph
BuildTraceJob(const Trace& trace)
{
    JobGraph job;
    // Only groups in use, since the collective engine has room for 65,536.
    std::vector<uint32_t> newIndex(trace.groups.size(), UINT32_MAX);
    for (const auto& rank : trace.ranks)
    {
        RankProgram program = ProgramBuilder(trace).Build(rank);
        for (auto& group : program.groups)
        {
            if (newIndex[group] == UINT32_MAX)
            {
                newIndex[group] = static_cast<uint32_t>(job.groups.size());
                job.groups.push_back(trace.groups[group]);
            }
            group = newIndex[group];
        }
        job.ranks.push_back(std::move(program));
    }
    return job;
}

} // namespace ns3::workload
