/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-run.h"

#include "experiment-format.h"
#include "experiment-program-options.h"
#include "experiment-training-progress.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"
#include "ns3/workload-aicb-job.h"
#include "ns3/workload-gpt-job.h"

namespace ns3::experiment
{

namespace
{

/// First random stream of the job. The network's come last of the others, as many as it will need.
constexpr int64_t JOB_STREAMS = int64_t{1} << 40;

/** @return seconds of wall time since a moment */
double
SecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/** @return the word for how a run ended */
const char*
NameOf(RunMonitor::Outcome outcome)
{
    switch (outcome)
    {
    case RunMonitor::COMPLETE:
        return "complete";
    case RunMonitor::INTERRUPTED:
        return "interrupted";
    case RunMonitor::STALLED:
        break;
    }
    return "stalled";
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

void
TrainingRun::ApplyDefaults() const
{
    RngSeedManager::SetSeed(m_scenario.seed);
    m_scenario.network.stack.Apply();
    ApplySettings(m_scenario.job.settings);
    ApplySettings(m_scenario.collectives);
    ApplySettings(m_scenario.attributes);
}

bool
TrainingRun::Build(Diagnostics& diagnostics)
{
    auto devices = m_scenario.network.stack.GetDevices();
    devices.loadBalancer.SetTypeId(m_scenario.network.loadBalancer);
    m_cluster = cluster::ClusterBuilder(devices).Build(m_scenario.cluster.graph);
    const int64_t streams = m_cluster->AssignStreams(0);
    m_network = CreateObject<cluster::PacketMessageNetwork>();
    m_network->Setup(m_cluster);
    m_network->AssignStreams(streams);
    m_collectives = CreateObject<collective::CollectiveEngine>();
    m_collectives->SetNetwork(m_network);
    for (const auto& fault : m_scenario.faults)
    {
        fault->Schedule(m_cluster);
    }
    m_replay = CreateObject<workload::ReplayEngine>();
    m_replay->SetAttribute("Steps", UintegerValue(m_scenario.job.steps));
    m_replay->SetCollectiveEngine(m_collectives);
    return CheckObjects(diagnostics) && BuildJob(diagnostics);
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
    const std::string error = m_collectives->CheckAlgorithms();
    if (!error.empty())
    {
        diagnostics.Add({m_scenario.file, 0, 0}, error);
    }
    return diagnostics.GetN() == before;
}

bool
TrainingRun::BuildJob(Diagnostics& diagnostics)
{
    const auto& job = m_scenario.job;
    auto graph = std::make_shared<workload::JobGraph>();
    if (job.trace)
    {
        workload::AicbOptions options;
        options.nRanks = m_network->GetNAccelerators();
        options.repairSequenceParallel = job.repairSequenceParallel;
        std::vector<workload::Finding> findings;
        *graph = workload::BuildAicbJob(*job.trace, options, findings);
        AddFindings(findings, diagnostics);
    }
    else
    {
        const auto generator = CreateObject<workload::GptJob>();
        for (const auto& problem : generator->Check(job.shape, job.parallelism))
        {
            diagnostics.Add(job.position, problem);
        }
        if (diagnostics.IsEmpty())
        {
            CheckMemory(generator->GetMemory(job.shape, job.parallelism), diagnostics);
        }
        if (diagnostics.IsEmpty())
        {
            generator->SetPopularity(job.popularity);
            generator->AssignStreams(JOB_STREAMS);
            *graph = generator->Build(job.shape, job.parallelism, job.times);
        }
    }
    if (!diagnostics.IsEmpty())
    {
        return false;
    }
    const auto problems = graph->Check();
    for (const auto& problem : problems)
    {
        diagnostics.Add(job.position, problem);
    }
    if (problems.empty())
    {
        m_replay->SetJob(graph);
    }
    return problems.empty();
}

void
TrainingRun::CheckMemory(const workload::MemoryUse& use, Diagnostics& diagnostics)
{
    const auto& job = m_scenario.job;
    m_summary.memory = use;
    const double capacity = job.accelerator.memoryBytes;
    const auto total = static_cast<double>(use.GetTotal());
    if (capacity <= 0 || total <= capacity || job.memoryCheck == JobScenario::IGNORE)
    {
        return;
    }
    const std::string message = "stage " + std::to_string(use.stage) + " needs " +
                                FormatBytes(total) + " of memory per accelerator (parameters " +
                                FormatBytes(static_cast<double>(use.parameters)) + ", gradients " +
                                FormatBytes(static_cast<double>(use.gradients)) + ", optimizer " +
                                FormatBytes(static_cast<double>(use.optimizer)) + ", activations " +
                                FormatBytes(static_cast<double>(use.activations)) + " of " +
                                std::to_string(use.microBatches) + " micro-batches), but " +
                                job.accelerator.name + " has " + FormatBytes(capacity);
    if (job.memoryCheck == JobScenario::REFUSE)
    {
        diagnostics.Add(job.position, message);
        return;
    }
    diagnostics.AddNote(job.position, message);
}

void
TrainingRun::Run(ResultStore& store, bool quiet)
{
    TrainingRecorder recorder(store, m_scenario.record, m_cluster, m_network, m_replay);
    const TrainingProgress progress(m_cluster, m_network, m_replay);
    RunMonitor::Work work;
    work.fraction = [&progress] { return progress.GetFraction(); };
    work.detail = [&progress] { return progress.GetDetail(); };
    work.hops = [&progress] { return progress.GetPacketHops(); };
    work.checkpoint = [&store] { store.Commit(); };
    RunMonitor monitor = RunMonitor::ForStderr(work, quiet);
    if (m_scenario.record.sampleInterval > Time(0))
    {
        monitor.AddPeriodic(m_scenario.record.sampleInterval, [&recorder] { recorder.Sample(); });
    }
    m_replay->TraceConnectWithoutContext("Finished", MakeCallback(&RunMonitor::Finish, &monitor));
    m_replay->Start();
    m_setupSeconds = SecondsSince(m_created);
    const auto outcome = monitor.Run();
    m_replay->TraceDisconnectWithoutContext("Finished",
                                            MakeCallback(&RunMonitor::Finish, &monitor));
    recorder.Finish();
    SumUp(monitor, outcome);
    for (const auto& metric : m_summary.GetMetrics())
    {
        store.Add(metric);
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
TrainingRun::SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome)
{
    constexpr std::size_t MOST_LINES = 8;
    m_summary.status = NameOf(outcome);
    m_summary.finishedSteps = m_replay->GetLedger().GetNFinishedSteps();
    m_summary.metrics = workload::ComputeStepMetrics(
        *m_replay,
        m_scenario.job.trace ? workload::StepFacts()
                             : workload::StepFacts::Of(m_scenario.job.shape,
                                                       m_scenario.job.parallelism,
                                                       m_scenario.job.accelerator.peakFlops),
        m_scenario.job.warmUpSteps);
    m_summary.health = m_cluster->GetHealth();
    m_summary.nicPorts = m_cluster->GetNAttachments();
    m_summary.setupSeconds = m_setupSeconds;
    m_summary.wallSeconds = monitor.GetWallSeconds();
    m_summary.nEvents = monitor.GetNEvents();
    m_summary.simulatedSeconds = Simulator::Now().GetSeconds();
    m_summary.trouble = m_cluster->CheckInvariants();
    if (!m_summary.trouble.empty() || m_replay->GetNFailed() > 0)
    {
        m_summary.status = outcome == RunMonitor::INTERRUPTED ? "interrupted" : "failed";
    }
    if (outcome == RunMonitor::STALLED)
    {
        for (const auto& line : m_replay->DescribeUnfinished(MOST_LINES))
        {
            m_summary.trouble.push_back(line);
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
