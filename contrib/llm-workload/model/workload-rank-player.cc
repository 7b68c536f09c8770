/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-rank-player.h"

#include "workload-replay-engine.h"

#include "ns3/collective-engine.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>

namespace ns3::workload
{

using collective::CollectiveType;

RankPlayer::RankPlayer(ReplayEngine& engine, uint32_t rank, uint32_t accelerator)
    : m_engine(engine),
      m_program(engine.GetJob().ranks[rank]),
      m_rank(rank),
      m_accelerator(accelerator),
      m_nodeId(engine.GetCollectiveEngine()->GetNetwork()->GetNodeId(accelerator))
{
}

void
RankPlayer::Start()
{
    StartStep();
    Drain();
}

void
RankPlayer::StartStep()
{
    const auto& graph = *m_program.graph;
    m_left = graph.GetN();
    m_engine.NotifyStepStarted(m_rank, m_step);
    m_waits.resize(graph.GetN());
    // Backwards, so that the operations added first begin first.
    for (Index i = graph.GetN(); i > 0; --i)
    {
        m_waits[i - 1] = graph.GetNPredecessors(i - 1);
        if (m_waits[i - 1] == 0)
        {
            m_ready.push_back(i - 1);
        }
    }
}

void
RankPlayer::Drain()
{
    if (m_draining)
    {
        return;
    }
    m_draining = true;
    while (!m_finished)
    {
        if (!m_ready.empty())
        {
            const Index operation = m_ready.back();
            m_ready.pop_back();
            Launch(operation);
            continue;
        }
        if (m_left > 0)
        {
            break;
        }
        m_engine.NotifyStepFinished(m_rank, m_step);
        ++m_step;
        if (m_step == m_engine.GetNSteps())
        {
            m_finished = true;
            m_engine.NotifyRankFinished();
            break;
        }
        StartStep();
    }
    m_draining = false;
}

void
RankPlayer::Launch(Index operation)
{
    const auto& graph = *m_program.graph;
    const auto kind = graph.GetKind(operation);
    if (kind == OperationKind::COMPUTE && !Occupy(operation))
    {
        return; // begins when its processor is free
    }
    m_running.push_back(operation);
    m_engine.NotifyOperationStarted(m_rank, m_step, operation);
    if (kind != OperationKind::COMPUTE && kind != OperationKind::DELAY)
    {
        Post(operation);
        return;
    }
    auto duration = graph.GetDuration(operation);
    if (const auto load = graph.GetLoadSlot(operation); load != OperationGraph::NO_LOAD)
    {
        duration = std::llround(static_cast<double>(duration) * m_program.loads[load]);
    }
    if (duration == 0)
    {
        Complete(operation);
        return;
    }
    Simulator::ScheduleWithContext(m_nodeId, Time(duration), &RankPlayer::Finish, this, operation);
}

bool
RankPlayer::Occupy(Index operation)
{
    const auto& graph = *m_program.graph;
    const uint16_t stream = graph.GetStream(operation);
    if (graph.GetStreamOrder() == StreamOrder::AS_ADDED || stream == OperationGraph::UNLIMITED)
    {
        return true;
    }
    if (m_processors.size() <= stream)
    {
        m_processors.resize(stream + 1U);
    }
    auto& processor = m_processors[stream];
    if (processor.busy)
    {
        processor.queue.push_back(operation);
        return false;
    }
    processor.busy = true;
    return true;
}

void
RankPlayer::Release(Index operation)
{
    const uint16_t stream = m_program.graph->GetStream(operation);
    if (stream >= m_processors.size())
    {
        return; // no such stream is limited
    }
    auto& processor = m_processors[stream];
    processor.busy = false;
    if (!processor.queue.empty())
    {
        m_ready.push_back(processor.queue.front()); // the next one to be launched
        processor.queue.pop_front();
    }
}

void
RankPlayer::Post(Index operation)
{
    const auto& graph = *m_program.graph;
    collective::Operation post;
    post.bytes = graph.GetBytes(operation);
    post.cookie = operation;
    const uint32_t slot = graph.GetSlot(operation);
    switch (graph.GetKind(operation))
    {
    case OperationKind::SEND:
    case OperationKind::RECEIVE:
        post.type = graph.GetKind(operation) == OperationKind::SEND ? CollectiveType::SEND
                                                                    : CollectiveType::RECEIVE;
        post.peer = m_engine.GetAccelerator(m_program.peers[slot]);
        post.tag = graph.GetTag(operation);
        break;
    default:
        post.type = graph.GetCollective(operation);
        post.communicator = m_engine.GetCommunicator(m_program.groups[slot]);
        // The place in the program, not the order of posting: collectives of one group on several
        // streams may begin in another order at each rank.
        post.sequence = m_step * graph.GetNCollectives(slot) + graph.GetSequence(operation);
        if (post.type == CollectiveType::ALL_TO_ALL_V)
        {
            post.sizes = m_program.exchanges[graph.GetDetail(operation)];
        }
        else
        {
            post.root = graph.GetDetail(operation);
        }
        break;
    }
    m_engine.GetCollectiveEngine()->Post(m_accelerator, post, this);
}

void
RankPlayer::Finish(Index operation)
{
    Complete(operation);
    Drain();
}

void
RankPlayer::Complete(Index operation)
{
    const auto& graph = *m_program.graph;
    m_engine.NotifyOperationFinished(m_rank, m_step, operation);
    m_running.erase(std::find(m_running.begin(), m_running.end(), operation));
    --m_left;
    const auto firstNew = m_ready.size();
    for (auto next = graph.SuccessorsBegin(operation); next != graph.SuccessorsEnd(operation);
         ++next)
    {
        if (--m_waits[*next] == 0)
        {
            m_ready.push_back(*next);
        }
    }
    std::reverse(m_ready.begin() + static_cast<std::ptrdiff_t>(firstNew), m_ready.end());
    if (graph.GetKind(operation) == OperationKind::COMPUTE)
    {
        Release(operation);
    }
}

bool
RankPlayer::IsFinished() const
{
    return m_finished;
}

uint32_t
RankPlayer::GetAccelerator() const
{
    return m_accelerator;
}

uint32_t
RankPlayer::GetStep() const
{
    return m_step;
}

const std::vector<OperationGraph::Index>&
RankPlayer::GetRunning() const
{
    return m_running;
}

OperationGraph::Index
RankPlayer::GetNLeft() const
{
    return m_left;
}

const std::string&
RankPlayer::GetFailure() const
{
    return m_failure;
}

void
RankPlayer::OperationCompleted(uint32_t accelerator, const collective::Operation& operation)
{
    Finish(static_cast<Index>(operation.cookie));
}

void
RankPlayer::OperationFailed(uint32_t accelerator,
                            const collective::Operation& operation,
                            const std::string& reason)
{
    if (m_failure.empty())
    {
        m_failure = reason;
    }
    m_engine.NotifyOperationFailed(m_rank, m_step, static_cast<Index>(operation.cookie), reason);
}

} // namespace ns3::workload
