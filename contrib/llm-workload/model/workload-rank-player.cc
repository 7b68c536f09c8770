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
      m_window(*m_program.graph, engine.GetNSteps()),
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
    m_engine.NotifyStepStarted(m_rank, m_window.GetStep());
    m_window.BeginStep();
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
        if (m_window.HasReady())
        {
            Launch(m_window.TakeReady());
        }
        else if (m_window.GetStep() < m_engine.GetNSteps())
        {
            if (!m_window.IsStepDone())
            {
                break;
            }
            m_engine.NotifyStepFinished(m_rank, m_window.GetStep());
            if (m_window.EndStep())
            {
                StartStep();
            }
        }
        else if (m_window.IsEmpty())
        {
            m_finished = true;
            m_engine.NotifyRankFinished();
        }
        else
        {
            break; // what was left behind is not done yet
        }
    }
    m_draining = false;
}

void
RankPlayer::Launch(Play play)
{
    const auto& graph = *m_program.graph;
    const auto kind = graph.GetKind(play.operation);
    if (kind == OperationKind::COMPUTE && !Occupy(play))
    {
        return; // begins when its processor is free
    }
    m_running.push_back(play);
    m_engine.NotifyOperationStarted(m_rank, play.step, play.operation);
    if (kind != OperationKind::COMPUTE && kind != OperationKind::DELAY)
    {
        Post(play);
        return;
    }
    const bool isDelay = kind == OperationKind::DELAY;
    const auto duration = isDelay ? graph.GetDuration(play.operation) : DurationOf(play.operation);
    if (duration == 0)
    {
        Complete(play);
    }
    else if (m_engine.GetSharingSlowdown() > 1 && !isDelay)
    {
        StartKernel(play, duration);
    }
    else
    {
        Simulator::ScheduleWithContext(m_nodeId, Time(duration), &RankPlayer::Finish, this, play);
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
RankPlayer::StartKernel(Play play, fabric::Ticks duration)
{
    const double factor = m_communicating > 0 ? m_engine.GetSharingSlowdown() : 1;
    const auto left = static_cast<double>(duration);
    m_kernels.push_back(
        {play,
         left,
         fabric::NowTicks(),
         Simulator::Schedule(
             Time(std::llround(left * factor)), &RankPlayer::EndKernel, this, play)});
}

void
RankPlayer::EndKernel(Play play)
{
    m_kernels.erase(std::find_if(m_kernels.begin(),
                                 m_kernels.end(),
                                 [play](const Kernel& kernel) { return kernel.play == play; }));
    Finish(play);
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
                                kernel.play);
    }
}

bool
RankPlayer::Occupy(Play play)
{
    const auto& graph = *m_program.graph;
    const uint16_t stream = graph.GetStream(play.operation);
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
        processor.queue.push_back(play);
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
        m_window.PutReady(processor.queue.front()); // the next one to be launched
        processor.queue.pop_front();
    }
}

bool
RankPlayer::SharesProcessor(Index operation) const
{
    // The network moves samples and checkpoints to and from memory by itself.
    const auto dimension = m_program.graph->GetDimension(operation);
    return dimension != Dimension::INPUT && dimension != Dimension::CHECKPOINT;
}

void
RankPlayer::Post(Play play)
{
    const auto& graph = *m_program.graph;
    const Index operation = play.operation;
    collective::Operation post;
    post.bytes = graph.GetBytes(operation);
    post.cookie = uint64_t{play.step} << 32 | operation;
    post.priority =
        m_engine.GetJob().priorities[static_cast<std::size_t>(graph.GetDimension(operation))];
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
        post.sequence = play.step * graph.GetNCollectives(slot) + graph.GetSequence(operation);
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
    if (SharesProcessor(operation))
    {
        Communicate(1);
    }
    m_engine.GetCollectiveEngine()->Post(m_accelerator, post, this);
}

void
RankPlayer::Finish(Play play)
{
    Complete(play);
    Drain();
}

void
RankPlayer::Complete(Play play)
{
    m_engine.NotifyOperationFinished(m_rank, play.step, play.operation);
    m_running.erase(std::find(m_running.begin(), m_running.end(), play));
    m_window.Complete(play);
    if (m_program.graph->GetKind(play.operation) == OperationKind::COMPUTE)
    {
        Release(play.operation);
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
    return m_window.GetStep();
}

const std::vector<StepWindow::Play>&
RankPlayer::GetRunning() const
{
    return m_running;
}

uint64_t
RankPlayer::GetNLeft() const
{
    return m_window.GetNLeft();
}

const std::string&
RankPlayer::GetFailure() const
{
    return m_failure;
}

void
RankPlayer::OperationCompleted(uint32_t accelerator, const collective::Operation& operation)
{
    const Play play{static_cast<uint32_t>(operation.cookie >> 32),
                    static_cast<Index>(operation.cookie)};
    if (SharesProcessor(play.operation))
    {
        Communicate(-1);
    }
    Finish(play);
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
    m_engine.NotifyOperationFailed(m_rank,
                                   static_cast<uint32_t>(operation.cookie >> 32),
                                   static_cast<Index>(operation.cookie),
                                   reason);
}

} // namespace ns3::workload
