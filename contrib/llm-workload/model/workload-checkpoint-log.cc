/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-checkpoint-log.h"

#include <algorithm>
#include <iterator>

namespace ns3::workload
{

CheckpointLog::CheckpointLog(Ptr<ReplayEngine> replay)
    : m_replay(replay)
{
    m_replay->TraceConnectWithoutContext("OperationStarted",
                                         MakeCallback(&CheckpointLog::Started, this));
    m_replay->TraceConnectWithoutContext("OperationFinished",
                                         MakeCallback(&CheckpointLog::Finished, this));
}

CheckpointLog::~CheckpointLog()
{
    m_replay->TraceDisconnectWithoutContext("OperationStarted",
                                            MakeCallback(&CheckpointLog::Started, this));
    m_replay->TraceDisconnectWithoutContext("OperationFinished",
                                            MakeCallback(&CheckpointLog::Finished, this));
}

bool
CheckpointLog::IsPart(uint32_t rank, OperationGraph::Index operation) const
{
    const auto& job = m_replay->GetJob();
    return rank < job.GetNWorkers() &&
           job.ranks[rank].graph->GetDimension(operation) == Dimension::CHECKPOINT;
}

void
CheckpointLog::Started(uint32_t rank, uint32_t step, OperationGraph::Index operation)
{
    if (IsPart(rank, operation))
    {
        const auto now = fabric::NowTicks();
        m_records.try_emplace(step, CheckpointRecord{0, now, now, 0});
    }
}

void
CheckpointLog::Finished(uint32_t rank, uint32_t step, OperationGraph::Index operation)
{
    if (!IsPart(rank, operation))
    {
        return;
    }
    const auto& graph = *m_replay->GetJob().ranks[rank].graph;
    auto& record = m_records[step];
    record.end = fabric::NowTicks();
    if (graph.GetKind(operation) == OperationKind::SEND)
    {
        record.bytes += graph.GetBytes(operation);
    }
}

std::map<uint32_t, CheckpointRecord>
CheckpointLog::GetRecords() const
{
    auto records = m_records;
    const auto& ledger = m_replay->GetLedger();
    const auto dimension = static_cast<uint8_t>(Dimension::CHECKPOINT);
    for (auto at = records.begin(); at != records.end(); ++at)
    {
        const auto next = std::next(at);
        const uint32_t end =
            std::min(next == records.end() ? UINT32_MAX : next->first, ledger.GetNFinishedSteps());
        for (uint32_t rank = 0; rank < m_replay->GetJob().GetNWorkers(); ++rank)
        {
            fabric::Ticks stall = 0;
            for (uint32_t step = at->first; step < end; ++step)
            {
                const auto& account = ledger.GetAccount(rank, step);
                stall += account.exposed[dimension] + account.waiting[dimension];
            }
            at->second.stall = std::max(at->second.stall, stall);
        }
    }
    return records;
}

} // namespace ns3::workload
