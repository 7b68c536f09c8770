/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-job-recorder.h"

#include "experiment-sum.h"

#include "ns3/collective-types.h"

namespace ns3::experiment
{

JobRecorder::JobRecorder(ResultStore& store, Ptr<workload::ReplayEngine> replay, uint32_t index)
    : m_store(store),
      m_replay(replay),
      m_index(index)
{
    m_replay->TraceConnectWithoutContext("StepFinished",
                                         MakeCallback(&JobRecorder::StepFinished, this));
    m_replay->TraceConnectWithoutContext("CollectiveFinished",
                                         MakeCallback(&JobRecorder::CollectiveFinished, this));
}

JobRecorder::~JobRecorder()
{
    m_replay->TraceDisconnectWithoutContext("StepFinished",
                                            MakeCallback(&JobRecorder::StepFinished, this));
    m_replay->TraceDisconnectWithoutContext("CollectiveFinished",
                                            MakeCallback(&JobRecorder::CollectiveFinished, this));
}

void
JobRecorder::StepFinished(uint32_t rank, uint32_t step)
{
    if (rank >= m_replay->GetJob().GetNWorkers())
    {
        return; // it serves the others
    }
    const auto& account = m_replay->GetLedger().GetAccount(rank, step);
    m_store.Add(RankStepRow{m_index,
                            rank,
                            step,
                            account.end - account.start,
                            account.compute,
                            Sum(account.exposed),
                            Sum(account.waiting),
                            account.idle});
    for (uint32_t i = 0; i < workload::N_DIMENSIONS; ++i)
    {
        if (account.exposed[i] > 0 || account.waiting[i] > 0)
        {
            m_store.Add(RankTimeRow{m_index,
                                    rank,
                                    step,
                                    workload::NameOf(static_cast<workload::Dimension>(i)),
                                    account.exposed[i],
                                    account.waiting[i]});
        }
    }
}

void
JobRecorder::CollectiveFinished(const workload::CollectiveRecord& record)
{
    const auto& group = m_replay->GetJob().groups[record.group];
    CollectiveRow row;
    row.job = m_index;
    row.group = group.name;
    row.dimension = workload::NameOf(record.dimension);
    row.type = collective::GetTypeName(record.type);
    row.step = record.step;
    row.sequence = record.sequence;
    row.ranks = static_cast<uint32_t>(group.ranks.size());
    row.bytes = record.bytes;
    row.firstStart = record.firstStart;
    row.lastStart = record.lastStart;
    row.lastFinish = record.lastFinish;
    const double seconds = static_cast<double>(record.lastFinish - record.lastStart) * 1e-12;
    row.busBandwidth = seconds > 0 ? static_cast<double>(record.bytes) *
                                         collective::GetBusFactor(record.type, row.ranks) / seconds
                                   : 0;
    m_store.Add(row);
}

} // namespace ns3::experiment
