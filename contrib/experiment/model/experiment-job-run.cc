/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-job-run.h"

#include "experiment-format.h"

#include "ns3/double.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/workload-gpt-job.h"
#include "ns3/workload-job-scaling.h"
#include "ns3/workload-trace-importer.h"

#include <algorithm>
#include <numeric>

namespace ns3::experiment
{

namespace
{

/// First random stream of the first job. The network's come last of the others, as many as it will
/// need.
constexpr int64_t JOB_STREAMS = int64_t{1} << 40;
/// Streams of a job: one for experts, one for placement and stragglers, one for each rank.
constexpr int64_t STREAMS_OF_JOB = int64_t{1} << 24;

/** @return the servers of a cluster with what is free; those of equal locality are on one leaf */
std::vector<workload::PlacementServer>
DescribeServers(const cluster::TopologyGraph& graph, const std::vector<bool>& taken)
{
    std::vector<workload::PlacementServer> servers;
    uint32_t server = cluster::TopologyGraph::NONE;
    const auto accelerators = graph.GetAccelerators();
    for (uint32_t accelerator = 0; accelerator < accelerators.size(); ++accelerator)
    {
        if (servers.empty() || accelerators[accelerator].server != server)
        {
            server = accelerators[accelerator].server;
            const auto& edges = graph.GetVertex(server).edges;
            servers.push_back({{}, edges.empty() ? 0 : graph.GetFarEnd(edges[0], server).vertex});
        }
        if (!taken[accelerator])
        {
            servers.back().accelerators.push_back(accelerator);
        }
    }
    return servers;
}

} // namespace

JobRun::JobRun(const JobScenario& job, uint32_t index, bool isAlone)
    : m_job(job),
      m_firstStream(JOB_STREAMS + index * STREAMS_OF_JOB)
{
    if (!isAlone)
    {
        m_ownSettings = job.settings;
    }
}

JobRun::~JobRun()
{
    m_checkpoints.reset();
    if (m_replay)
    {
        m_replay->Dispose();
    }
}

bool
JobRun::Build(const cluster::TopologyGraph& graph,
              const Ptr<collective::CollectiveEngine>& collectives,
              std::vector<bool>& taken,
              Diagnostics& diagnostics)
{
    m_replay = CreateObject<workload::ReplayEngine>();
    m_replay->SetAttribute("Steps", UintegerValue(m_job.steps));
    const auto& computation = m_job.computation;
    m_replay->SetAttribute("LaunchLatency", TimeValue(computation.launchLatency));
    m_replay->SetAttribute("Deviation", DoubleValue(computation.deviation));
    m_replay->SetAttribute("SharingSlowdown", DoubleValue(computation.sharingSlowdown));
    m_replay->SetCollectiveEngine(collectives);
    const auto free = std::count(taken.begin(), taken.end(), false);
    const auto job = MakeGraph(static_cast<uint32_t>(free), diagnostics);
    return job && Place(job, graph, taken, diagnostics);
}

std::shared_ptr<workload::JobGraph>
JobRun::MakeGraph(uint32_t nAccelerators, Diagnostics& diagnostics)
{
    const auto& job = m_job;
    auto graph = std::make_shared<workload::JobGraph>();
    if (job.trace)
    {
        graph = ImportTrace(nAccelerators, diagnostics);
    }
    else
    {
        const auto generator = CreateObject<workload::GptJob>();
        for (const auto& setting : m_ownSettings)
        {
            const auto name = setting.name.substr(setting.name.rfind(':') + 1);
            generator->SetAttribute(name, StringValue(setting.value));
        }
        generator->SetStorage(job.storage.options);
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
            generator->AssignStreams(m_firstStream);
            *graph = generator->Build(job.shape, job.parallelism, job.times);
        }
    }
    if (!diagnostics.IsEmpty())
    {
        return nullptr;
    }
    const auto problems = graph->Check();
    for (const auto& problem : problems)
    {
        diagnostics.Add(job.position, problem);
    }
    return problems.empty() ? graph : nullptr;
}

std::shared_ptr<workload::JobGraph>
JobRun::ImportTrace(uint32_t nAccelerators, Diagnostics& diagnostics) const
{
    const auto& trace = *m_job.trace;
    auto options = trace.options;
    options.nAccelerators = nAccelerators;
    const auto imported = workload::TraceImporter::Import(trace.source, options);
    AddFindings(imported.findings, diagnostics);
    if (!imported.job || trace.scaling.replicas == 1)
    {
        return imported.job;
    }
    auto scaled = std::make_shared<workload::JobGraph>();
    const std::string error = workload::ScaleJob(*imported.job, trace.scaling, *scaled);
    if (!error.empty())
    {
        diagnostics.Add(trace.position, error);
        return nullptr;
    }
    return scaled;
}

bool
JobRun::Place(const std::shared_ptr<workload::JobGraph>& job,
              const cluster::TopologyGraph& graph,
              std::vector<bool>& taken,
              Diagnostics& diagnostics)
{
    const auto& placement = m_job.placement;
    const uint32_t nRanks = job->GetNWorkers();
    const auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(m_firstStream + 1);
    auto accelerators = placement.accelerators;
    if (accelerators.empty())
    {
        accelerators = workload::PlaceRanks(placement.policy,
                                            nRanks,
                                            m_job.parallelism.tensor,
                                            DescribeServers(graph, taken),
                                            random);
    }
    if (accelerators.size() != nRanks)
    {
        diagnostics.Add(placement.position,
                        placement.accelerators.empty()
                            ? "no room for the job's " + std::to_string(nRanks) +
                                  " ranks, in whole tensor groups with policy rail"
                            : std::to_string(accelerators.size()) + " accelerators for the " +
                                  std::to_string(nRanks) + " ranks of the job");
        return false;
    }
    for (const auto accelerator : accelerators)
    {
        if (taken[accelerator])
        {
            diagnostics.Add(placement.position,
                            "accelerator " + std::to_string(accelerator) +
                                " is taken by another job");
            return false;
        }
        taken[accelerator] = true;
    }
    const auto& targets = m_job.storage.accelerators;
    auto everywhere = accelerators;
    everywhere.insert(everywhere.end(), targets.begin(), targets.end());
    m_replay->SetJob(job, everywhere);
    if (m_job.storage.options.checkpointEvery > 0)
    {
        m_checkpoints = std::make_unique<workload::CheckpointLog>(m_replay);
    }
    m_replay->AssignStreams(m_firstStream + 2);
    SlowDown(accelerators, *random);
    return true;
}

void
JobRun::SlowDown(const std::vector<uint32_t>& accelerators, UniformRandomVariable& random)
{
    const auto nRanks = static_cast<uint32_t>(accelerators.size());
    std::vector<double> slowdowns(nRanks, 1);
    for (const auto& straggler : m_job.computation.stragglers)
    {
        // Random ones: the first ranks of a random order.
        std::vector<uint32_t> order(nRanks);
        std::iota(order.begin(), order.end(), 0);
        for (uint32_t i = nRanks; straggler.random > 0 && i > 1; --i)
        {
            std::swap(order[i - 1], order[random.GetInteger(0, i - 1)]);
        }
        for (uint32_t i = 0; i < std::min(straggler.random, nRanks); ++i)
        {
            slowdowns[order[i]] *= straggler.slowdown;
        }
        for (uint32_t rank = 0; rank < nRanks; ++rank)
        {
            const auto& slow = straggler.accelerators;
            if (std::find(slow.begin(), slow.end(), accelerators[rank]) != slow.end())
            {
                slowdowns[rank] *= straggler.slowdown;
            }
        }
    }
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        m_replay->SetSlowdown(rank, slowdowns[rank]);
    }
}

void
JobRun::CheckMemory(const workload::MemoryUse& use, Diagnostics& diagnostics)
{
    const auto& job = m_job;
    m_memory = use;
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

const JobScenario&
JobRun::GetScenario() const
{
    return m_job;
}

const Ptr<workload::ReplayEngine>&
JobRun::GetReplay() const
{
    return m_replay;
}

const workload::MemoryUse&
JobRun::GetMemory() const
{
    return m_memory;
}

std::map<uint32_t, workload::CheckpointRecord>
JobRun::GetCheckpoints() const
{
    return m_checkpoints ? m_checkpoints->GetRecords()
                         : std::map<uint32_t, workload::CheckpointRecord>();
}

workload::StepMetrics
JobRun::ComputeMetrics() const
{
    const auto facts =
        m_job.trace
            ? workload::StepFacts()
            : workload::StepFacts::Of(m_job.shape, m_job.parallelism, m_job.accelerator.peakFlops);
    return workload::ComputeStepMetrics(*m_replay, facts, m_job.warmUpSteps);
}

} // namespace ns3::experiment
