/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-timeline.h"

#include "experiment-trace-event.h"

#include "ns3/nstime.h"

#include <set>

namespace ns3::experiment
{

namespace
{

using workload::OperationKind;

/// Thread of the steps of a rank.
constexpr uint64_t STEPS = 2 * COMMUNICATION_ROWS;

/** Write the names of a rank and its threads. */
void
WriteNames(JsonWriter& json, const TimelineJob& job, uint32_t rank, uint64_t process)
{
    const auto& graph = *job.GetJob().ranks[rank].graph;
    const std::string prefix = job.GetName().empty() ? "" : job.GetName() + ", ";
    WriteTraceName(json, "process_name", process, 0, prefix + "rank " + std::to_string(rank));
    WriteTraceName(json, "thread_name", process, STEPS, "steps");
    for (uint32_t row = 0; row < job.GetNRows(rank); ++row)
    {
        WriteTraceName(json,
                       "thread_name",
                       process,
                       uint64_t{COMMUNICATION_ROWS} + row,
                       "communication " + std::to_string(row));
    }
    std::set<uint16_t> streams;
    for (const auto& event : job.GetEvents(rank))
    {
        const auto stream = graph.GetStream(event.operation);
        if (!IsCommunication(graph.GetKind(event.operation)) && streams.insert(stream).second)
        {
            WriteTraceName(
                json, "thread_name", process, stream, "stream " + std::to_string(stream));
        }
    }
}

/** Write what a communication moves. */
void
WriteArguments(JsonWriter& json,
               const workload::JobGraph& job,
               const workload::RankProgram& program,
               workload::OperationGraph::Index operation)
{
    const auto& graph = *program.graph;
    const auto kind = graph.GetKind(operation);
    const bool isGroup = kind == OperationKind::COLLECTIVE;
    const uint32_t slot = graph.GetSlot(operation);
    json.Field("what",
               isGroup ? collective::GetTypeName(graph.GetCollective(operation))
               : kind == OperationKind::SEND ? std::string("send")
                                             : std::string("receive"));
    json.Field("bytes", graph.GetBytes(operation));
    json.Field(isGroup ? "group" : "peer",
               isGroup ? job.groups[program.groups[slot]].name
                       : std::to_string(program.peers[slot]));
}

/** Write what a rank did. */
void
WriteRank(JsonWriter& json, const TimelineJob& job, uint32_t rank, uint64_t process)
{
    const auto& program = job.GetJob().ranks[rank];
    const auto& graph = *program.graph;
    WriteNames(json, job, rank, process);
    const auto& steps = job.GetSteps(rank);
    for (std::size_t step = 0; step < steps.size(); ++step)
    {
        BeginTraceEvent(json,
                        {"step",
                         "step " + std::to_string(step),
                         process,
                         STEPS,
                         steps[step].start,
                         steps[step].end});
        EndTraceEvent(json);
    }
    for (const auto& event : job.GetEvents(rank))
    {
        const bool moves = IsCommunication(graph.GetKind(event.operation));
        const std::string& label = graph.GetLabel(event.operation);
        BeginTraceEvent(
            json,
            {moves ? workload::NameOf(graph.GetDimension(event.operation)) : "compute",
             label.empty() ? (moves ? "communication" : "compute") : label,
             process,
             moves ? uint64_t{COMMUNICATION_ROWS} + event.row : graph.GetStream(event.operation),
             event.start,
             event.end});
        if (moves)
        {
            WriteArguments(json, job.GetJob(), program, event.operation);
        }
        EndTraceEvent(json);
    }
}

} // namespace

Timeline::Timeline(Ptr<cluster::Cluster> cluster)
    : m_cluster(cluster)
{
}

Timeline::~Timeline() = default;

void
Timeline::AddJob(const std::string& name, Ptr<workload::ReplayEngine> replay)
{
    m_jobs.push_back(std::make_unique<TimelineJob>(name, replay));
}

const TimelineJob&
Timeline::GetJob(std::size_t index) const
{
    return *m_jobs[index];
}

void
Timeline::Watch(RunMonitor& monitor)
{
    constexpr int64_t interval = 10; // us between samples
    monitor.AddPeriodic(MicroSeconds(interval), [this] { Sample(); });
    Sample();
}

void
Timeline::Sample()
{
    const auto health = m_cluster->GetHealth();
    m_counters.push_back(
        {fabric::NowTicks(), health.framesHopped, health.ecnMarks, health.pfcXoffs});
}

void
Timeline::WriteTraceEvents(std::ostream& out) const
{
    JsonWriter json(out);
    json.BeginObject();
    json.Field("displayTimeUnit", "ns");
    json.BeginArray("traceEvents");
    uint64_t process = 0;
    for (const auto& job : m_jobs)
    {
        for (uint32_t rank = 0; rank < job->GetJob().ranks.size(); ++rank)
        {
            WriteRank(json, *job, rank, process++);
        }
    }
    WriteTraceName(json, "process_name", process, 0, "network");
    for (std::size_t i = 1; i < m_counters.size(); ++i)
    {
        const auto& before = m_counters[i - 1];
        const auto& now = m_counters[i];
        const double micros = ToMicroseconds(now.time - before.time);
        const auto write = [&](const char* name, double value)
        { WriteTraceCounter(json, name, process, before.time, value); };
        write("packet-hops/us",
              micros > 0 ? static_cast<double>(now.hops - before.hops) / micros : 0);
        write("ECN marks", static_cast<double>(now.marks - before.marks));
        write("PFC pauses", static_cast<double>(now.pauses - before.pauses));
    }
    json.EndArray();
    json.EndObject();
}

} // namespace ns3::experiment
