/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-goal-builder.h"

#include <map>

namespace ns3::workload
{

GoalBuilder::GoalBuilder(Trace& trace)
    : m_trace(trace)
{
}

uint32_t
GoalBuilder::Add(uint32_t rank, TraceOperation operation)
{
    constexpr uint64_t PER_NANOSECOND = 1000;
    auto& operations = m_trace.ranks[rank].operations;
    if (operation.kind == OperationKind::COMPUTE)
    {
        operation.value *= PER_NANOSECOND;
    }
    operation.node = operations.size();
    operations.push_back(std::move(operation));
    return static_cast<uint32_t>(operations.size() - 1);
}

void
GoalBuilder::Require(uint32_t rank, uint32_t operation, uint32_t on)
{
    m_trace.ranks[rank].edges.push_back({on, operation});
}

void
GoalBuilder::RequireStart(uint32_t rank, uint32_t operation, uint32_t on)
{
    m_startEdges.push_back({on, operation});
}

void
GoalBuilder::Finish(uint32_t rank)
{
    // What somebody waits for the start of gets a moment of its own before it, that takes over all
    // it waits for.
    auto& program = m_trace.ranks[rank];
    std::map<uint32_t, uint32_t> moments;
    for (const auto& edge : m_startEdges)
    {
        const auto isNew =
            moments.try_emplace(edge.from, static_cast<uint32_t>(program.operations.size())).second;
        if (isNew)
        {
            TraceOperation moment = program.operations[edge.from];
            moment.kind = OperationKind::DELAY;
            moment.value = 0;
            program.operations.push_back(moment);
        }
    }
    for (auto& edge : program.edges)
    {
        if (const auto moment = moments.find(edge.to); moment != moments.end())
        {
            edge.to = moment->second;
        }
    }
    for (const auto& edge : m_startEdges)
    {
        const auto own = moments.find(edge.to);
        program.edges.push_back({moments[edge.from], own != moments.end() ? own->second : edge.to});
    }
    for (const auto& [operation, moment] : moments)
    {
        program.edges.push_back({moment, operation});
    }
    m_startEdges.clear();
}

void
GoalBuilder::Abandon()
{
    m_startEdges.clear();
}

} // namespace ns3::workload
