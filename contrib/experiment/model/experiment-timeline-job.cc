/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-timeline-job.h"

#include <algorithm>

namespace ns3::experiment
{

using workload::OperationKind;

bool
IsCommunication(OperationKind kind)
{
    return kind != OperationKind::COMPUTE && kind != OperationKind::DELAY;
}

TimelineJob::TimelineJob(std::string name, Ptr<workload::ReplayEngine> replay)
    : m_name(std::move(name)),
      m_replay(replay),
      m_ranks(replay->GetJob().ranks.size())
{
    m_replay->TraceConnectWithoutContext("OperationStarted",
                                         MakeCallback(&TimelineJob::Started, this));
    m_replay->TraceConnectWithoutContext("OperationFinished",
                                         MakeCallback(&TimelineJob::Finished, this));
}

TimelineJob::~TimelineJob()
{
    m_replay->TraceDisconnectWithoutContext("OperationStarted",
                                            MakeCallback(&TimelineJob::Started, this));
    m_replay->TraceDisconnectWithoutContext("OperationFinished",
                                            MakeCallback(&TimelineJob::Finished, this));
}

const std::string&
TimelineJob::GetName() const
{
    return m_name;
}

const workload::JobGraph&
TimelineJob::GetJob() const
{
    return m_replay->GetJob();
}

const std::vector<TimelineJob::Event>&
TimelineJob::GetEvents(uint32_t rank) const
{
    return m_ranks[rank].events;
}

const std::vector<TimelineJob::Step>&
TimelineJob::GetSteps(uint32_t rank) const
{
    return m_ranks[rank].steps;
}

uint32_t
TimelineJob::GetNRows(uint32_t rank) const
{
    return static_cast<uint32_t>(m_ranks[rank].rows.size());
}

void
TimelineJob::Started(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation)
{
    auto& recorded = m_ranks[rank];
    const auto now = fabric::NowTicks();
    const auto& graph = *m_replay->GetJob().ranks[rank].graph;
    if (!graph.IsTimed(operation) && recorded.steps.size() <= step)
    {
        recorded.steps.resize(step + 1U, {now, now});
    }
    uint32_t row = 0;
    if (IsCommunication(graph.GetKind(operation)))
    {
        const auto free = std::find(recorded.rows.begin(), recorded.rows.end(), false);
        row = static_cast<uint32_t>(free - recorded.rows.begin());
        if (free == recorded.rows.end())
        {
            recorded.rows.push_back(true);
        }
        recorded.rows[row] = true;
    }
    recorded.underWay[{step, operation}] = {now, row};
}

void
TimelineJob::Finished(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation)
{
    auto& recorded = m_ranks[rank];
    const auto at = recorded.underWay.find({step, operation});
    if (at == recorded.underWay.end())
    {
        return; // began before we listened
    }
    const auto& graph = *m_replay->GetJob().ranks[rank].graph;
    const auto [start, row] = at->second;
    const auto now = fabric::NowTicks();
    if (IsCommunication(graph.GetKind(operation)))
    {
        recorded.rows[row] = false;
    }
    recorded.underWay.erase(at);
    if (!graph.IsTimed(operation))
    {
        recorded.steps[step].end = now;
    }
    if (graph.GetKind(operation) != OperationKind::DELAY)
    {
        recorded.events.push_back({operation, row, start, now});
    }
}

} // namespace ns3::experiment
