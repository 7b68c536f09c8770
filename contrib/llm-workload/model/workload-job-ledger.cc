/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-job-ledger.h"

#include <algorithm>

namespace ns3::workload
{

JobLedger::JobLedger(const JobGraph& job, uint32_t nSteps)
    : m_job(job),
      m_nWorkers(job.GetNWorkers()),
      m_nSteps(nSteps),
      m_ledgers(job.ranks.size()),
      m_accounts(job.ranks.size() * nSteps),
      m_nDone(nSteps, 0),
      m_stepEnds(nSteps, 0),
      m_groups(job.groups.size()),
      m_totals(std::size_t{nSteps} * N_DIMENSIONS * collective::N_COLLECTIVE_TYPES)
{
}

void
JobLedger::StepStarted(uint32_t rank, fabric::Ticks now)
{
    m_ledgers[rank].StartStep(now);
    if (rank < m_nWorkers)
    {
        m_start = std::min(m_start, now);
    }
}

void
JobLedger::StepFinished(uint32_t rank, uint32_t step, fabric::Ticks now)
{
    m_accounts[step * m_ledgers.size() + rank] = m_ledgers[rank].FinishStep(now);
    if (rank < m_nWorkers)
    {
        m_stepEnds[step] = std::max(m_stepEnds[step], now);
        ++m_nDone[step];
    }
}

void
JobLedger::OperationStarted(uint32_t rank,
                            uint32_t step,
                            OperationGraph::Index operation,
                            fabric::Ticks now)
{
    const auto& graph = *m_job.ranks[rank].graph;
    auto& ledger = m_ledgers[rank];
    switch (graph.GetKind(operation))
    {
    case OperationKind::COMPUTE:
        ledger.Compute(now, 1);
        break;
    case OperationKind::DELAY:
        CountDelay(rank, operation, 1, now);
        break;
    case OperationKind::COLLECTIVE:
        CollectiveStarted(rank, step, operation, now);
        break;
    case OperationKind::SEND:
    {
        ledger.Communicate(now, graph.GetDimension(operation), RankLedger::SENDING, 1);
        auto& flow = FindFlow(rank, operation);
        if (++flow.nSent <= flow.nReceives)
        {
            const uint32_t to = m_job.ranks[rank].peers[graph.GetSlot(operation)];
            m_ledgers[to].Communicate(now, graph.GetDimension(operation), RankLedger::WAITING, -1);
            m_ledgers[to].Communicate(
                now, graph.GetDimension(operation), RankLedger::TRANSFERRING, 1);
        }
        break;
    }
    case OperationKind::RECEIVE:
    {
        auto& flow = FindFlow(rank, operation);
        ledger.Communicate(now,
                           graph.GetDimension(operation),
                           ++flow.nReceives <= flow.nSent ? RankLedger::TRANSFERRING
                                                          : RankLedger::WAITING,
                           1);
        break;
    }
    }
}

void
JobLedger::OperationFinished(uint32_t rank,
                             uint32_t step,
                             OperationGraph::Index operation,
                             fabric::Ticks now)
{
    const auto& graph = *m_job.ranks[rank].graph;
    auto& ledger = m_ledgers[rank];
    switch (graph.GetKind(operation))
    {
    case OperationKind::COMPUTE:
        ledger.Compute(now, -1);
        break;
    case OperationKind::DELAY:
        CountDelay(rank, operation, -1, now);
        break;
    case OperationKind::COLLECTIVE:
        CollectiveFinished(rank, step, operation, now);
        break;
    case OperationKind::SEND:
        ledger.Communicate(now, graph.GetDimension(operation), RankLedger::SENDING, -1);
        break;
    case OperationKind::RECEIVE:
        ledger.Communicate(now, graph.GetDimension(operation), RankLedger::TRANSFERRING, -1);
        break;
    }
}

void
JobLedger::CountDelay(uint32_t rank,
                      OperationGraph::Index operation,
                      int32_t difference,
                      fabric::Ticks now)
{
    const auto dimension = m_job.ranks[rank].graph->GetDimension(operation);
    if (dimension != Dimension::OTHER) // else the rank is idle
    {
        m_ledgers[rank].Communicate(now, dimension, RankLedger::TRANSFERRING, difference);
    }
}

JobLedger::Instance&
JobLedger::FindInstance(uint32_t rank, uint32_t step, OperationGraph::Index operation)
{
    const auto& program = m_job.ranks[rank];
    const uint32_t slot = program.graph->GetSlot(operation);
    auto& group = m_groups[program.groups[slot]];
    const uint64_t number = uint64_t{step} * program.graph->GetNCollectives(slot) +
                            program.graph->GetSequence(operation);
    while (group.first + group.instances.size() <= number)
    {
        group.instances.emplace_back();
    }
    return group.instances[number - group.first];
}

void
JobLedger::CollectiveStarted(uint32_t rank,
                             uint32_t step,
                             OperationGraph::Index operation,
                             fabric::Ticks now)
{
    const auto& program = m_job.ranks[rank];
    const auto dimension = program.graph->GetDimension(operation);
    auto& instance = FindInstance(rank, step, operation);
    if (instance.nStarted == 0)
    {
        instance.record = {program.groups[program.graph->GetSlot(operation)],
                           dimension,
                           program.graph->GetCollective(operation),
                           program.graph->GetBytes(operation),
                           step,
                           program.graph->GetSequence(operation),
                           now,
                           now,
                           now};
    }
    m_ledgers[rank].Communicate(now, dimension, RankLedger::WAITING, 1);
    const auto& members = m_job.groups[instance.record.group].ranks;
    instance.joined.push_back(rank);
    if (++instance.nStarted < members.size())
    {
        return;
    }
    std::vector<uint32_t>().swap(instance.joined);
    instance.record.lastStart = now;
    for (const auto member : members)
    {
        if (std::find(instance.early.begin(), instance.early.end(), member) == instance.early.end())
        {
            m_ledgers[member].Communicate(now, dimension, RankLedger::WAITING, -1);
            m_ledgers[member].Communicate(now, dimension, RankLedger::TRANSFERRING, 1);
        }
    }
}

void
JobLedger::CollectiveFinished(uint32_t rank,
                              uint32_t step,
                              OperationGraph::Index operation,
                              fabric::Ticks now)
{
    auto& instance = FindInstance(rank, step, operation);
    const auto dimension = instance.record.dimension;
    const uint32_t group = instance.record.group;
    const auto size = m_job.groups[group].ranks.size();
    if (instance.nStarted < size)
    {
        instance.early.push_back(rank);
        m_ledgers[rank].Communicate(now, dimension, RankLedger::WAITING, -1);
    }
    else
    {
        m_ledgers[rank].Communicate(now, dimension, RankLedger::TRANSFERRING, -1);
    }
    if (++instance.nFinished == size)
    {
        instance.record.lastFinish = now;
        const auto& record = instance.record;
        auto& totals = m_totals[(step * N_DIMENSIONS + static_cast<uint8_t>(dimension)) *
                                    collective::N_COLLECTIVE_TYPES +
                                static_cast<uint8_t>(record.type)];
        ++totals.count;
        totals.bytes += static_cast<double>(record.bytes);
        const double busBytes = static_cast<double>(record.bytes) *
                                collective::GetBusFactor(record.type, static_cast<uint32_t>(size));
        totals.busBytes += busBytes;
        m_busBytes[{step, group, static_cast<uint8_t>(record.type)}] += busBytes;
        totals.seconds += static_cast<double>(record.lastFinish - record.lastStart) * 1e-12;
        if (m_callback)
        {
            m_callback(record);
        }
        Close(group);
    }
}

void
JobLedger::Close(uint32_t group)
{
    auto& state = m_groups[group];
    const auto size = m_job.groups[group].ranks.size();
    while (!state.instances.empty() && state.instances.front().nFinished == size)
    {
        state.instances.pop_front();
        ++state.first;
    }
}

JobLedger::Flow&
JobLedger::FindFlow(uint32_t rank, OperationGraph::Index operation)
{
    const auto& program = m_job.ranks[rank];
    const uint32_t peer = program.peers[program.graph->GetSlot(operation)];
    const uint32_t tag = program.graph->GetTag(operation);
    return program.graph->GetKind(operation) == OperationKind::SEND ? m_flows[{rank, peer, tag}]
                                                                    : m_flows[{peer, rank, tag}];
}

const RankAccount&
JobLedger::GetAccount(uint32_t rank, uint32_t step) const
{
    return m_accounts[step * m_ledgers.size() + rank];
}

uint32_t
JobLedger::GetNFinishedSteps() const
{
    uint32_t n = 0;
    while (n < m_nSteps && m_nDone[n] == m_nWorkers)
    {
        ++n;
    }
    return n;
}

fabric::Ticks
JobLedger::GetStepEnd(uint32_t step) const
{
    return m_stepEnds[step];
}

fabric::Ticks
JobLedger::GetStart() const
{
    return m_start;
}

const CollectiveTotals&
JobLedger::GetTotals(uint32_t step, Dimension dimension, collective::CollectiveType type) const
{
    return m_totals[(step * N_DIMENSIONS + static_cast<uint8_t>(dimension)) *
                        collective::N_COLLECTIVE_TYPES +
                    static_cast<uint8_t>(type)];
}

double
JobLedger::GetBusBytes(uint32_t step, uint32_t group, collective::CollectiveType type) const
{
    const auto at = m_busBytes.find({step, group, static_cast<uint8_t>(type)});
    return at == m_busBytes.end() ? 0 : at->second;
}

std::vector<uint32_t>
JobLedger::GetMissingRanks(uint32_t rank, uint32_t step, OperationGraph::Index operation) const
{
    const auto& program = m_job.ranks[rank];
    const uint32_t slot = program.graph->GetSlot(operation);
    const uint32_t index = program.groups[slot];
    const auto& group = m_groups[index];
    const uint64_t number = uint64_t{step} * program.graph->GetNCollectives(slot) +
                            program.graph->GetSequence(operation);
    std::vector<uint32_t> missing;
    if (number < group.first || number - group.first >= group.instances.size())
    {
        return missing;
    }
    const auto& instance = group.instances[number - group.first];
    const auto& members = m_job.groups[index].ranks;
    if (instance.nStarted == members.size())
    {
        return missing;
    }
    for (const auto member : members)
    {
        if (std::find(instance.joined.begin(), instance.joined.end(), member) ==
            instance.joined.end())
        {
            missing.push_back(member);
        }
    }
    return missing;
}

void
JobLedger::SetCollectiveCallback(std::function<void(const CollectiveRecord&)> callback)
{
    m_callback = std::move(callback);
}

} // namespace ns3::workload
