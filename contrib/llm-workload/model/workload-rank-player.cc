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
      m_nodeId(engine.GetCollectiveEngine()->GetNetwork()->GetNodeId(accelerator)),
      m_noise(CreateObject<NormalRandomVariable>())
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
    const bool isDelay = kind == OperationKind::DELAY;
    const auto duration = isDelay ? graph.GetDuration(operation) : DurationOf(operation);
    if (duration == 0)
    {
        Complete(operation);
    }
    else if (m_engine.GetSharingSlowdown() > 1 && !isDelay)
    {
        StartKernel(operation, duration);
    }
    else
    {
        Simulator::ScheduleWithContext(
            m_nodeId, Time(duration), &RankPlayer::Finish, this, operation);
    }
}

fabric::Ticks
RankPlayer::DurationOf(Index operation)
{
    const auto& graph = *m_program.graph;
    const auto planned = graph.GetDuration(operation);
    double factor = m_slowdown;
    if (const auto load = graph.GetLoadSlot(operation); load != OperationGraph::NO_LOAD)
    {
        factor *= m_program.loads[load];
    }
    if (const double deviation = m_engine.GetDeviation(); deviation > 0 && planned > 0)
    {
        // Log-normal with mean 1 and this deviation.
        const double variance = std::log1p(deviation * deviation);
        factor *= std::exp(m_noise->GetValue() * std::sqrt(variance) - variance / 2);
    }
    const auto duration =
        factor == 1 ? planned : std::llround(static_cast<double>(planned) * factor);
    return duration > 0 ? duration + m_engine.GetLaunchLatency() : 0;
}

void
RankPlayer::StartKernel(Index operation, fabric::Ticks duration)
{
    const double factor = m_communicating > 0 ? m_engine.GetSharingSlowdown() : 1;
    const auto left = static_cast<double>(duration);
    m_kernels.push_back(
        {operation,
         left,
         fabric::NowTicks(),
         Simulator::Schedule(
             Time(std::llround(left * factor)), &RankPlayer::EndKernel, this, operation)});
}

void
RankPlayer::EndKernel(Index operation)
{
    m_kernels.erase(std::find_if(m_kernels.begin(),
                                 m_kernels.end(),
                                 [operation](const Kernel& kernel)
                                 { return kernel.operation == operation; }));
    Finish(operation);
}

void
RankPlayer::Communicate(int32_t difference)
{
    const bool wasShared = m_communicating > 0;
    m_communicating += difference;
    const bool isShared = m_communicating > 0;
    if (wasShared == isShared)
    {
        return;
    }
    const double slowdown = m_engine.GetSharingSlowdown();
    const auto now = fabric::NowTicks();
    for (auto& kernel : m_kernels)
    {
        const auto elapsed = static_cast<double>(now - kernel.since);
        kernel.left = std::max(0.0, kernel.left - elapsed / (wasShared ? slowdown : 1));
        kernel.since = now;
        kernel.end.Cancel();
        kernel.end =
            Simulator::Schedule(Time(std::llround(kernel.left * (isShared ? slowdown : 1))),
                                &RankPlayer::EndKernel,
                                this,
                                kernel.operation);
    }
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
    Communicate(1);
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

void
RankPlayer::SetSlowdown(double factor)
{
    m_slowdown = factor;
}

void
RankPlayer::SetStream(int64_t stream)
{
    m_noise->SetStream(stream);
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
    Communicate(-1);
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
