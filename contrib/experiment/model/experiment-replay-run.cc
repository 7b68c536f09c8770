/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-replay-run.h"

#include "experiment-format.h"
#include "experiment-program-options.h"
#include "experiment-stack-check.h"
#include "experiment-training-recorder.h"

#include "ns3/cluster-configuration.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3::experiment
{

ReplayRun::ReplayRun(const ReplayPlan& plan)
    : m_plan(plan),
      m_created(std::chrono::steady_clock::now())
{
}

ReplayRun::~ReplayRun()
{
    Simulator::Destroy();
    for (const Ptr<Object>& object : {Ptr<Object>(m_replay),
                                      Ptr<Object>(m_collectives),
                                      Ptr<Object>(m_network),
                                      Ptr<Object>(m_cluster)})
    {
        if (object)
        {
            object->Dispose();
        }
    }
}

std::string
ReplayRun::Build(const NetworkStack& stack)
{
    const auto& job = *m_plan.trace.job;
    if (job.ranks.size() > m_plan.graph.GetNAccelerators())
    {
        return "the trace has " + std::to_string(job.ranks.size()) +
               " ranks, but the topology only " + std::to_string(m_plan.graph.GetNAccelerators()) +
               " accelerators";
    }
    if (job.groups.size() > UINT16_MAX)
    {
        return "the trace has " + std::to_string(job.groups.size()) +
               " groups, expected at most 65535";
    }
    if (const std::string reason = CheckStack(stack); !reason.empty())
    {
        return reason;
    }
    const cluster::ClusterBuilder builder(stack.GetDevices());
    m_cluster = builder.Build(m_plan.graph);
    const int64_t streams = m_cluster->AssignStreams(0);
    m_network = builder.BuildNetwork(m_cluster, streams);
    if (const std::string reason = cluster::CheckBonds(*m_cluster, *m_network); !reason.empty())
    {
        return reason;
    }
    const auto& vertices = m_plan.graph.GetVertices();
    for (uint32_t vertex = 0; vertex < vertices.size(); ++vertex)
    {
        const auto device = m_cluster->GetSwitch(vertex);
        const auto policy = device ? device->GetBufferPolicy() : nullptr;
        const std::string error = policy ? policy->Check(*device) : "";
        if (!error.empty())
        {
            return "switch '" + vertices[vertex].name + "': " + error;
        }
    }
    m_collectives = CreateObject<collective::CollectiveEngine>();
    m_collectives->SetNetwork(m_network);
    m_replay = CreateObject<workload::ReplayEngine>();
    m_replay->SetAttribute("Steps", UintegerValue(m_plan.steps));
    m_replay->SetCollectiveEngine(m_collectives);
    const std::string error = m_collectives->CheckAlgorithms();
    const auto problems = error.empty() ? job.Check(1) : std::vector<std::string>{error};
    if (problems.empty())
    {
        m_replay->SetJob(m_plan.trace.job);
        return "";
    }
    return problems.front();
}

Ptr<workload::ReplayEngine>
ReplayRun::GetReplay() const
{
    return m_replay;
}

Ptr<cluster::Cluster>
ReplayRun::GetCluster() const
{
    return m_cluster;
}

void
ReplayRun::CollectiveFinished(const workload::CollectiveRecord& record)
{
    m_summary.Add(record,
                  static_cast<uint32_t>(m_plan.trace.job->groups[record.group].ranks.size()));
}

void
ReplayRun::Run(ResultStore& store, bool quiet, Timeline* timeline)
{
    TrainingRecorder recorder(store, RecordScenario(), m_cluster, m_network, m_replay);
    m_replay->TraceConnectWithoutContext("CollectiveFinished",
                                         MakeCallback(&ReplayRun::CollectiveFinished, this));
    RunMonitor::Work work;
    const auto total = static_cast<double>(m_replay->GetNOperations());
    work.fraction = [this, total]
    { return static_cast<double>(m_replay->GetNOperationsDone()) / total; };
    work.detail = [this]
    {
        return FormatInteger(m_replay->GetNOperationsDone()) + " of " +
               FormatInteger(m_replay->GetNOperations()) + " operations";
    };
    work.hops = [this] { return m_cluster->GetHealth().framesHopped; };
    work.checkpoint = [&store] { store.Commit(); };
    RunMonitor monitor = RunMonitor::ForStderr(work, quiet);
    monitor.Watch(m_cluster);
    if (timeline)
    {
        timeline->Watch(monitor);
    }
    m_replay->TraceConnectWithoutContext("Finished", MakeCallback(&RunMonitor::Finish, &monitor));
    m_replay->Start();
    m_summary.setupSeconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - m_created).count();
    const auto outcome = monitor.Run();
    if (timeline)
    {
        timeline->Sample();
    }
    m_replay->TraceDisconnectWithoutContext("Finished",
                                            MakeCallback(&RunMonitor::Finish, &monitor));
    m_replay->TraceDisconnectWithoutContext("CollectiveFinished",
                                            MakeCallback(&ReplayRun::CollectiveFinished, this));
    recorder.Finish();
    SumUp(monitor, outcome);
    for (const auto& metric : m_summary.GetMetrics())
    {
        store.Add(metric);
    }
    RunEndRow end;
    end.status = m_summary.status;
    end.setupSeconds = m_summary.setupSeconds;
    end.wallSeconds = m_summary.wallSeconds;
    end.nEvents = m_summary.nEvents;
    end.packetHops = m_summary.health.framesHopped;
    end.simulatedTime = Simulator::Now().GetPicoSeconds();
    store.EndRun(end);
}

void
ReplayRun::SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome)
{
    constexpr std::size_t MOST_LINES = 8;
    m_summary.status = RunMonitor::NameOf(outcome);
    m_summary.finishedSteps = m_replay->GetLedger().GetNFinishedSteps();
    m_summary.metrics = workload::ComputeStepMetrics(*m_replay, {}, 0);
    for (const auto& rank : m_plan.trace.job->ranks)
    {
        for (workload::OperationGraph::Index i = 0; i < rank.graph->GetN(); ++i)
        {
            if (rank.graph->GetKind(i) == workload::OperationKind::SEND)
            {
                ++m_summary.nMessages;
                m_summary.messageBytes += static_cast<double>(rank.graph->GetBytes(i));
            }
        }
    }
    m_summary.health = m_cluster->GetHealth();
    m_summary.health.movesPackets = m_network->MovesPackets();
    m_summary.wallSeconds = monitor.GetWallSeconds();
    m_summary.nEvents = monitor.GetNEvents();
    m_summary.simulatedSeconds = Simulator::Now().GetSeconds();
    m_summary.trouble = m_cluster->CheckInvariants();
    if (!m_summary.health.deadlock.empty())
    {
        m_summary.trouble.push_back("PFC deadlock: " + m_summary.health.deadlock);
    }
    if (!m_summary.trouble.empty() || m_replay->GetNFailed() > 0)
    {
        m_summary.status = outcome == RunMonitor::INTERRUPTED ? "interrupted" : "failed";
    }
    if (!m_summary.health.standstill.empty())
    {
        m_summary.trouble.push_back(m_summary.health.standstill);
    }
    if (outcome == RunMonitor::STALLED)
    {
        for (const auto& line : m_replay->DescribeUnfinished(MOST_LINES))
        {
            m_summary.trouble.push_back(line);
        }
    }
}

ReplaySummary&
ReplayRun::GetSummary()
{
    return m_summary;
}

int
ReplayRun::GetExitCode() const
{
    return m_summary.status == "complete"      ? EXIT_OK
           : m_summary.status == "interrupted" ? EXIT_INTERRUPTED
                                               : EXIT_FAILED;
}

} // namespace ns3::experiment
