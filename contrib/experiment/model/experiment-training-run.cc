/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-run.h"

#include "experiment-program-options.h"
#include "experiment-stack-check.h"
#include "experiment-stack-fit.h"
#include "experiment-training-progress.h"

#include "ns3/cluster-configuration.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::experiment
{

namespace
{

/** @return seconds of wall time since a moment */
double
SecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TrainingRun::TrainingRun(const Scenario& scenario)
    : m_scenario(scenario),
      m_created(std::chrono::steady_clock::now())
{
}

TrainingRun::~TrainingRun()
{
    Simulator::Destroy();
    m_jobs.clear();
    for (const Ptr<Object>& object :
         {Ptr<Object>(m_collectives), Ptr<Object>(m_network), Ptr<Object>(m_cluster)})
    {
        if (object)
        {
            object->Dispose();
        }
    }
}

void
TrainingRun::ApplyDefaults() const
{
    RngSeedManager::SetSeed(m_scenario.seed);
    const auto& stack = m_scenario.network.stack;
    stack.Apply();
    ApplySettings(m_scenario.attributes); // the fit looks at them
    ApplySettings(FitStack(stack, m_scenario.cluster.graph));
    if (m_scenario.otherJobs.empty())
    {
        ApplySettings(m_scenario.job.settings);
    }
    ApplySettings(m_scenario.collectives);
    ApplySettings(m_scenario.attributes);
}

bool
TrainingRun::Build(Diagnostics& diagnostics)
{
    const auto& stack = m_scenario.network.stack;
    if (const std::string reason = CheckStack(stack); !reason.empty())
    {
        diagnostics.Add(m_scenario.network.position, reason);
        return false;
    }
    auto devices = stack.GetDevices();
    if (m_scenario.HasStorageClass())
    {
        devices.scheduler.SetTypeId(
            "ns3::fabric::DwrrScheduler"); // else the higher class goes first
    }
    const cluster::ClusterBuilder builder(devices);
    m_cluster = builder.Build(m_scenario.cluster.graph);
    const int64_t streams = m_cluster->AssignStreams(0);
    m_network = builder.BuildNetwork(m_cluster, streams);
    m_collectives = CreateObject<collective::CollectiveEngine>();
    m_collectives->SetNetwork(m_network);
    if (const std::string reason = cluster::CheckBonds(*m_cluster, *m_network); !reason.empty())
    {
        diagnostics.Add(m_scenario.cluster.position, reason);
        return false;
    }
    if (const std::string reason = CheckFaults(*m_network, !m_scenario.faults.empty());
        !reason.empty())
    {
        diagnostics.Add(m_scenario.network.position, reason);
        return false;
    }
    for (const auto& fault : m_scenario.faults)
    {
        fault->Schedule(m_cluster);
    }
    if (!CheckObjects(diagnostics))
    {
        return false;
    }
    std::vector<bool> taken(m_network->GetNAccelerators(), false);
    for (const auto target : m_scenario.GetTargets())
    {
        taken[target] = true;
    }
    const auto add = [&](const JobScenario& job)
    {
        const auto index = static_cast<uint32_t>(m_jobs.size());
        m_jobs.push_back(std::make_unique<JobRun>(job, index, m_scenario.otherJobs.empty()));
        return m_jobs.back()->Build(m_scenario.cluster.graph, m_collectives, taken, diagnostics);
    };
    if (!add(m_scenario.job))
    {
        return false;
    }
    return std::all_of(m_scenario.otherJobs.begin(), m_scenario.otherJobs.end(), add);
}

bool
TrainingRun::CheckObjects(Diagnostics& diagnostics) const
{
    const std::size_t before = diagnostics.GetN();
    const auto& vertices = m_scenario.cluster.graph.GetVertices();
    for (uint32_t vertex = 0; vertex < vertices.size(); ++vertex)
    {
        const auto device = m_cluster->GetSwitch(vertex);
        const std::string error = device ? device->Check() : "";
        if (!error.empty())
        {
            diagnostics.Add(m_scenario.cluster.position,
                            "switch '" + vertices[vertex].name + "': " + error);
            break; // the others are alike
        }
    }
    if (diagnostics.GetN() == before)
    {
        for (const auto& doubt : FindStackDoubts(m_scenario.network.stack))
        {
            diagnostics.AddNote(m_scenario.network.position, "warning: " + doubt);
        }
        for (const auto& doubt : cluster::FindDoubts(*m_cluster))
        {
            diagnostics.AddNote(m_scenario.cluster.position, "warning: " + doubt);
        }
    }
    const std::string error = m_collectives->CheckAlgorithms();
    if (!error.empty())
    {
        diagnostics.Add({m_scenario.file, 0, 0}, error);
    }
    return diagnostics.GetN() == before;
}

std::unique_ptr<Timeline>
TrainingRun::MakeTimeline() const
{
    auto timeline = std::make_unique<Timeline>(m_cluster);
    for (const auto& job : m_jobs)
    {
        timeline->AddJob(m_jobs.size() > 1 ? job->GetScenario().name : "", job->GetReplay());
    }
    return timeline;
}

std::size_t
TrainingRun::GetNJobs() const
{
    return m_jobs.size();
}

int
TrainingRun::Export(const JobExport& jobExport, std::string& error) const
{
    const auto& replay = m_jobs[0]->GetReplay();
    const auto& job = replay->GetJob();
    if (job.nServices > 0)
    {
        error = "a job with storage cannot be written: no format knows steps that overlap";
        return EXIT_BAD_INPUT;
    }
    std::vector<uint32_t> domains;
    for (uint32_t rank = 0; rank < job.ranks.size(); ++rank)
    {
        domains.push_back(m_network->GetDomain(replay->GetAccelerator(rank)));
    }
    return jobExport.Write(job, domains, m_collectives, error);
}

void
TrainingRun::Run(ResultStore& store, bool quiet, Timeline* timeline)
{
    TrainingRecorder recorder(
        store, m_scenario.record, m_cluster, m_network, m_jobs[0]->GetReplay());
    std::vector<std::unique_ptr<JobRecorder>> others;
    std::vector<std::unique_ptr<TrainingProgress>> progress;
    for (uint32_t i = 0; i < m_jobs.size(); ++i)
    {
        const auto& replay = m_jobs[i]->GetReplay();
        if (i > 0)
        {
            others.push_back(std::make_unique<JobRecorder>(store, replay, i));
        }
        progress.push_back(std::make_unique<TrainingProgress>(m_cluster, m_network, replay));
    }
    RunMonitor::Work work;
    work.fraction = [&progress]
    {
        double least = 1;
        for (const auto& job : progress)
        {
            least = std::min(least, job->GetFraction());
        }
        return least;
    };
    work.detail = [&progress] { return progress[0]->GetDetail(); };
    work.hops = [&progress] { return progress[0]->GetPacketHops(); };
    work.checkpoint = [&store] { store.Commit(); };
    RunMonitor monitor = RunMonitor::ForStderr(work, quiet);
    monitor.Watch(m_cluster);
    if (m_scenario.record.sampleInterval > Time(0))
    {
        monitor.AddPeriodic(m_scenario.record.sampleInterval, [&recorder] { recorder.Sample(); });
    }
    if (timeline)
    {
        timeline->Watch(monitor);
    }
    m_monitor = &monitor;
    for (const auto& job : m_jobs)
    {
        job->GetReplay()->TraceConnectWithoutContext("Finished",
                                                     MakeCallback(&TrainingRun::JobFinished, this));
        job->GetReplay()->Start(job->GetScenario().arrival);
    }
    m_setupSeconds = SecondsSince(m_created);
    const auto outcome = monitor.Run();
    if (timeline)
    {
        timeline->Sample();
    }
    for (const auto& job : m_jobs)
    {
        job->GetReplay()->TraceDisconnectWithoutContext(
            "Finished", MakeCallback(&TrainingRun::JobFinished, this));
    }
    m_monitor = nullptr;
    recorder.Finish();
    SumUp(monitor, outcome);
    for (const auto& metric : m_summary.GetMetrics())
    {
        store.Add(metric);
    }
    for (uint32_t i = 0; i < m_jobs.size(); ++i)
    {
        for (const auto& [step, record] : m_jobs[i]->GetCheckpoints())
        {
            store.Add(CheckpointRow{i, step, record.bytes, record.start, record.end, record.stall});
        }
    }
    RunEndRow end;
    end.status = m_summary.status;
    end.setupSeconds = m_setupSeconds;
    end.wallSeconds = m_summary.wallSeconds;
    end.nEvents = m_summary.nEvents;
    end.packetHops = m_summary.health.framesHopped;
    end.simulatedTime = Simulator::Now().GetPicoSeconds();
    store.EndRun(end);
}

void
TrainingRun::JobFinished()
{
    if (std::all_of(m_jobs.begin(),
                    m_jobs.end(),
                    [](const auto& job) { return job->GetReplay()->IsFinished(); }))
    {
        m_monitor->Finish();
    }
}

void
TrainingRun::SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome)
{
    constexpr std::size_t MOST_LINES = 8;
    m_summary.status = RunMonitor::NameOf(outcome);
    for (const auto& job : m_jobs)
    {
        JobSummary summary;
        summary.name = job->GetScenario().name;
        summary.arrivalSeconds = job->GetScenario().arrival.GetSeconds();
        summary.finishedSteps = job->GetReplay()->GetLedger().GetNFinishedSteps();
        summary.metrics = job->ComputeMetrics();
        summary.storage = StorageSummary::Of(*job);
        m_summary.jobs.push_back(summary);
    }
    m_summary.memory = m_jobs[0]->GetMemory();
    m_summary.finishedSteps = m_summary.jobs[0].finishedSteps;
    m_summary.metrics = m_summary.jobs[0].metrics;
    m_summary.health = m_cluster->GetHealth();
    m_summary.health.movesPackets = m_network->MovesPackets();
    m_summary.nicPorts = m_cluster->GetNAttachments();
    m_summary.setupSeconds = m_setupSeconds;
    m_summary.wallSeconds = monitor.GetWallSeconds();
    m_summary.nEvents = monitor.GetNEvents();
    m_summary.simulatedSeconds = Simulator::Now().GetSeconds();
    m_summary.trouble = m_cluster->CheckInvariants();
    if (!m_summary.health.deadlock.empty())
    {
        m_summary.trouble.push_back("PFC deadlock: " + m_summary.health.deadlock);
    }
    const bool hasFailed =
        std::any_of(m_jobs.begin(),
                    m_jobs.end(),
                    [](const auto& job) { return job->GetReplay()->GetNFailed() > 0; });
    if (!m_summary.trouble.empty() || hasFailed)
    {
        m_summary.status = outcome == RunMonitor::INTERRUPTED ? "interrupted" : "failed";
    }
    if (!m_summary.health.standstill.empty())
    {
        m_summary.trouble.push_back(m_summary.health.standstill);
    }
    for (const auto& job : m_jobs)
    {
        if (outcome != RunMonitor::STALLED || job->GetReplay()->IsFinished())
        {
            continue;
        }
        for (const auto& line : job->GetReplay()->DescribeUnfinished(MOST_LINES))
        {
            m_summary.trouble.push_back(m_jobs.size() > 1 ? job->GetScenario().name + ": " + line
                                                          : line);
        }
    }
}

const TrainingSummary&
TrainingRun::GetSummary() const
{
    return m_summary;
}

int
TrainingRun::GetExitCode() const
{
    return m_summary.status == "complete"      ? EXIT_OK
           : m_summary.status == "interrupted" ? EXIT_INTERRUPTED
                                               : EXIT_FAILED;
}

} // namespace ns3::experiment
