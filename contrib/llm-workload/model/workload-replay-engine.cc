/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-replay-engine.h"

#include "workload-rank-player.h"

#include "ns3/abort.h"
#include "ns3/double.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>

namespace ns3::workload
{

NS_LOG_COMPONENT_DEFINE("ReplayEngine");
NS_OBJECT_ENSURE_REGISTERED(ReplayEngine);

TypeId
ReplayEngine::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::workload::ReplayEngine")
            .SetParent<Object>()
            .SetGroupName("LlmWorkload")
            .AddConstructor<ReplayEngine>()
            .AddAttribute("Steps",
                          "Number of training steps to run.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&ReplayEngine::m_nSteps),
                          MakeUintegerChecker<uint32_t>(1, 1'000'000))
            .AddAttribute("LaunchLatency",
                          "Time that passes at the start of each computation before it does "
                          "anything: the launch of its kernels where the host does not run ahead.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&ReplayEngine::m_launchLatency),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Deviation",
                          "Standard deviation of the durations of computations over their mean; "
                          "each is drawn by itself, log-normal. 0: none.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&ReplayEngine::m_deviation),
                          MakeDoubleChecker<double>(0, 10))
            .AddAttribute("SharingSlowdown",
                          "How many times as long a computation takes while the rank has a "
                          "communication under way, whose kernels occupy some of its "
                          "multiprocessors. 1: no longer.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&ReplayEngine::m_sharingSlowdown),
                          MakeDoubleChecker<double>(1, 100))
            .AddTraceSource("OperationStarted",
                            "A rank began an operation.",
                            MakeTraceSourceAccessor(&ReplayEngine::m_operationStartedTrace),
                            "ns3::workload::ReplayEngine::OperationTracedCallback")
            .AddTraceSource("OperationFinished",
                            "A rank is done with an operation.",
                            MakeTraceSourceAccessor(&ReplayEngine::m_operationFinishedTrace),
                            "ns3::workload::ReplayEngine::OperationTracedCallback")
            .AddTraceSource("OperationFailed",
                            "An operation will never be done; the rank waits for ever.",
                            MakeTraceSourceAccessor(&ReplayEngine::m_operationFailedTrace),
                            "ns3::workload::ReplayEngine::FailedTracedCallback")
            .AddTraceSource("StepFinished",
                            "A rank is done with a step.",
                            MakeTraceSourceAccessor(&ReplayEngine::m_stepFinishedTrace),
                            "ns3::workload::ReplayEngine::StepTracedCallback")
            .AddTraceSource("CollectiveFinished",
                            "All ranks of a group are done with a collective.",
                            MakeTraceSourceAccessor(&ReplayEngine::m_collectiveTrace),
                            "ns3::workload::ReplayEngine::CollectiveTracedCallback")
            .AddTraceSource("Finished",
                            "All ranks have done all steps.",
                            MakeTraceSourceAccessor(&ReplayEngine::m_finishedTrace),
                            "ns3::workload::ReplayEngine::FinishedTracedCallback");
    return tid;
}

ReplayEngine::ReplayEngine() = default;

ReplayEngine::~ReplayEngine() = default;

void
ReplayEngine::DoDispose()
{
    m_players.clear();
    m_engine = nullptr;
    Object::DoDispose();
}

void
ReplayEngine::SetCollectiveEngine(Ptr<collective::CollectiveEngine> engine)
{
    NS_LOG_FUNCTION(this << engine);
    m_engine = engine;
}

Ptr<collective::CollectiveEngine>
ReplayEngine::GetCollectiveEngine() const
{
    return m_engine;
}

void
ReplayEngine::SetJob(std::shared_ptr<const JobGraph> job, std::vector<uint32_t> accelerators)
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_UNLESS(m_engine, "a replay engine needs a collective engine before its job");
    NS_ABORT_MSG_IF(m_job, "a replay engine has a job already");
    m_job = std::move(job);
    if (accelerators.empty())
    {
        accelerators.resize(m_job->ranks.size());
        std::iota(accelerators.begin(), accelerators.end(), 0);
    }
    NS_ABORT_MSG_UNLESS(accelerators.size() == m_job->ranks.size(),
                        "a job of " << m_job->ranks.size() << " ranks on " << accelerators.size()
                                    << " accelerators");
    m_accelerators = std::move(accelerators);
    for (const auto& group : m_job->groups)
    {
        std::vector<uint32_t> members;
        members.reserve(group.ranks.size());
        for (const auto rank : group.ranks)
        {
            members.push_back(m_accelerators[rank]);
        }
        m_communicators.push_back(m_engine->AddCommunicator(std::move(members)));
    }
    m_ledger = std::make_unique<JobLedger>(*m_job, m_nSteps);
    m_ledger->SetCollectiveCallback([this](const CollectiveRecord& record)
                                    { m_collectiveTrace(record); });
    for (const auto& program : m_job->ranks)
    {
        const auto& graph = *program.graph;
        m_nOperations += uint64_t{graph.GetN()} * m_nSteps;
        for (OperationGraph::Index i = 0; !graph.GetTimedStreams().empty() && i < graph.GetN(); ++i)
        {
            m_nOperations -= m_nSteps - graph.GetNPlayed(i, m_nSteps);
        }
    }
    for (uint32_t rank = 0; rank < m_job->ranks.size(); ++rank)
    {
        m_players.push_back(std::make_unique<RankPlayer>(*this, rank, m_accelerators[rank]));
    }
}

void
ReplayEngine::SetSlowdown(uint32_t rank, double factor)
{
    NS_LOG_FUNCTION(this << rank << factor);
    m_players[rank]->SetSlowdown(factor);
}

int64_t
ReplayEngine::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    for (const auto& player : m_players)
    {
        player->SetStream(stream++);
    }
    return static_cast<int64_t>(m_players.size());
}

fabric::Ticks
ReplayEngine::GetLaunchLatency() const
{
    return m_launchLatency.GetTimeStep();
}

double
ReplayEngine::GetDeviation() const
{
    return m_deviation;
}

double
ReplayEngine::GetSharingSlowdown() const
{
    return m_sharingSlowdown;
}

const JobGraph&
ReplayEngine::GetJob() const
{
    return *m_job;
}

uint32_t
ReplayEngine::GetAccelerator(uint32_t rank) const
{
    return m_accelerators[rank];
}

uint32_t
ReplayEngine::GetCommunicator(uint32_t group) const
{
    return m_communicators[group];
}

uint32_t
ReplayEngine::GetNSteps() const
{
    return m_nSteps;
}

void
ReplayEngine::Start(Time delay)
{
    NS_LOG_FUNCTION(this << delay);
    for (const auto& player : m_players)
    {
        Simulator::ScheduleWithContext(m_engine->GetNetwork()->GetNodeId(player->GetAccelerator()),
                                       delay,
                                       &RankPlayer::Start,
                                       player.get());
    }
}

bool
ReplayEngine::IsFinished() const
{
    return m_nRanksFinished == m_players.size();
}

uint64_t
ReplayEngine::GetNFailed() const
{
    return m_nFailed;
}

uint64_t
ReplayEngine::GetNOperationsDone() const
{
    return m_nOperationsDone;
}

uint64_t
ReplayEngine::GetNOperations() const
{
    return m_nOperations;
}

std::vector<std::string>
ReplayEngine::DescribeUnfinished(std::size_t maximum) const
{
    std::vector<std::string> lines;
    for (uint32_t rank = 0; rank < m_players.size() && lines.size() < maximum; ++rank)
    {
        const auto& player = *m_players[rank];
        if (player.IsFinished())
        {
            continue;
        }
        const std::string who =
            "rank " + std::to_string(rank) + ", step " + std::to_string(player.GetStep());
        if (player.GetRunning().empty())
        {
            lines.push_back(who + ": " + std::to_string(player.GetNLeft()) +
                            " operations wait for each other in a cycle");
        }
        for (const auto& play : player.GetRunning())
        {
            if (lines.size() < maximum)
            {
                lines.push_back("rank " + std::to_string(rank) + ", step " +
                                std::to_string(play.step) + ": " + Describe(rank, play));
            }
        }
        if (!player.GetFailure().empty() && lines.size() < maximum)
        {
            lines.push_back(who + ": failed: " + player.GetFailure());
        }
    }
    return lines;
}

std::string
ReplayEngine::Describe(uint32_t rank, const StepWindow::Play& play) const
{
    const auto operation = play.operation;
    const auto& program = m_job->ranks[rank];
    const auto& graph = *program.graph;
    const std::string what =
        "operation " + std::to_string(operation) + " (" + graph.GetLabel(operation) + "), ";
    switch (graph.GetKind(operation))
    {
    case OperationKind::COMPUTE:
        return what + "a computation, is under way";
    case OperationKind::DELAY:
        return what + "a delay, is under way";
    case OperationKind::SEND:
        return what + "send of " + std::to_string(graph.GetBytes(operation)) +
               " bytes, waits for rank " + std::to_string(program.peers[graph.GetSlot(operation)]) +
               " to take tag " + std::to_string(graph.GetTag(operation));
    case OperationKind::RECEIVE:
        return what + "receive of " + std::to_string(graph.GetBytes(operation)) +
               " bytes, waits for rank " + std::to_string(program.peers[graph.GetSlot(operation)]) +
               " to send tag " + std::to_string(graph.GetTag(operation));
    default:
        return what + DescribeCollective(rank, play);
    }
}

std::string
ReplayEngine::DescribeCollective(uint32_t rank, const StepWindow::Play& play) const
{
    const auto operation = play.operation;
    const auto& program = m_job->ranks[rank];
    const auto& graph = *program.graph;
    const uint32_t group = program.groups[graph.GetSlot(operation)];
    std::string text = collective::GetTypeName(graph.GetCollective(operation)) + " of " +
                       std::to_string(graph.GetBytes(operation)) + " bytes in group " +
                       m_job->groups[group].name + ", ";
    const auto missing = m_ledger->GetMissingRanks(rank, play.step, operation);
    if (missing.empty())
    {
        return text + "is under way";
    }
    text += "waits for rank";
    constexpr std::size_t enough = 8;
    for (std::size_t i = 0; i < missing.size() && i < enough; ++i)
    {
        text += (i == 0 ? " " : ", ") + std::to_string(missing[i]);
    }
    return missing.size() > enough
               ? text + " and " + std::to_string(missing.size() - enough) + " more"
               : text;
}

const JobLedger&
ReplayEngine::GetLedger() const
{
    return *m_ledger;
}

void
ReplayEngine::NotifyStepStarted(uint32_t rank, uint32_t step)
{
    m_ledger->StepStarted(rank, fabric::NowTicks());
}

void
ReplayEngine::NotifyStepFinished(uint32_t rank, uint32_t step)
{
    m_ledger->StepFinished(rank, step, fabric::NowTicks());
    m_stepFinishedTrace(rank, step);
}

void
ReplayEngine::NotifyRankFinished()
{
    if (++m_nRanksFinished == m_players.size())
    {
        m_finishedTrace();
    }
}

void
ReplayEngine::NotifyOperationStarted(uint32_t rank, uint32_t step, OperationGraph::Index operation)
{
    m_ledger->OperationStarted(rank, step, operation, fabric::NowTicks());
    m_operationStartedTrace(rank, step, operation);
}

void
ReplayEngine::NotifyOperationFinished(uint32_t rank, uint32_t step, OperationGraph::Index operation)
{
    m_ledger->OperationFinished(rank, step, operation, fabric::NowTicks());
    ++m_nOperationsDone;
    m_operationFinishedTrace(rank, step, operation);
}

void
ReplayEngine::NotifyOperationFailed(uint32_t rank,
                                    uint32_t step,
                                    OperationGraph::Index operation,
                                    const std::string& reason)
{
    ++m_nFailed;
    m_operationFailedTrace(rank, step, operation, reason);
}

} // namespace ns3::workload
