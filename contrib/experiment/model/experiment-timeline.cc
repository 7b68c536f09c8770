/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-timeline.h"

#include "experiment-json-writer.h"

#include "ns3/fabric-time.h"

#include <algorithm>

namespace ns3::experiment
{

namespace
{

using workload::OperationKind;

/// Ticks in a microsecond, the unit of these files.
constexpr double PER_MICROSECOND = 1e6;
/// Threads of communications are numbered from here, those of computations are streams.
constexpr uint32_t ROWS = 100'000;
/// A launch of the host, as far before its kernel as usual on CUDA, us.
constexpr double LAUNCH = 5;

bool
IsCommunication(OperationKind kind)
{
    return kind != OperationKind::COMPUTE && kind != OperationKind::DELAY;
}

/** @return NCCL's name of a collective, as in its kernels */
const char*
KernelOf(collective::CollectiveType type)
{
    using collective::CollectiveType;
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
        return "ncclDevKernel_AllReduce_Sum";
    case CollectiveType::REDUCE_SCATTER:
        return "ncclDevKernel_ReduceScatter_Sum";
    case CollectiveType::ALL_GATHER:
        return "ncclDevKernel_AllGather";
    case CollectiveType::BROADCAST:
        return "ncclDevKernel_Broadcast";
    case CollectiveType::REDUCE:
        return "ncclDevKernel_Reduce_Sum";
    default:
        return "ncclDevKernel_SendRecv";
    }
}

/** @return PyTorch's name of a collective */
const char*
PyTorchNameOf(collective::CollectiveType type)
{
    using collective::CollectiveType;
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
        return "allreduce";
    case CollectiveType::REDUCE_SCATTER:
        return "_reduce_scatter_base";
    case CollectiveType::ALL_GATHER:
        return "_allgather_base";
    case CollectiveType::BROADCAST:
        return "broadcast";
    case CollectiveType::REDUCE:
        return "reduce";
    case CollectiveType::ALL_TO_ALL:
        return "all_to_all";
    case CollectiveType::ALL_TO_ALL_V:
        return "all_to_allv";
    default:
        return "barrier";
    }
}

/** Begin an event with a duration; args are still to be written. */
void
BeginEvent(JsonWriter& json,
           const std::string& category,
           const std::string& name,
           uint64_t process,
           uint64_t thread,
           double start,
           double duration)
{
    json.BeginObject();
    json.Field("ph", "X");
    json.Field("cat", category);
    json.Field("name", name);
    json.Field("pid", process);
    json.Field("tid", thread);
    json.Field("ts", start);
    json.Field("dur", duration);
    json.BeginObject("args");
}

/** End an event that BeginEvent began. */
void
EndEvent(JsonWriter& json)
{
    json.EndObject();
    json.EndObject();
}

/** Write what a process or thread is called. */
void
WriteName(JsonWriter& json,
          const std::string& what,
          uint64_t process,
          uint64_t thread,
          const std::string& name)
{
    json.BeginObject();
    json.Field("ph", "M");
    json.Field("name", what);
    json.Field("pid", process);
    json.Field("tid", thread);
    json.BeginObject("args");
    json.Field("name", name);
    json.EndObject();
    json.EndObject();
}

/** Write a counter. */
void
WriteCounter(JsonWriter& json, const std::string& name, uint64_t process, double time, double value)
{
    json.BeginObject();
    json.Field("ph", "C");
    json.Field("name", name);
    json.Field("pid", process);
    json.Field("ts", time);
    json.BeginObject("args");
    json.Field("value", value);
    json.EndObject();
    json.EndObject();
}

/** @return numbers as PyTorch writes them: "[0, 1]" */
template <typename T>
std::string
ListOf(const std::vector<T>& numbers)
{
    std::string text = "[";
    for (const auto number : numbers)
    {
        text += (text.size() > 1 ? ", " : "") + std::to_string(number);
    }
    return text + "]";
}

} // namespace

Timeline::Timeline(Ptr<workload::ReplayEngine> replay, Ptr<cluster::Cluster> cluster)
    : m_replay(replay),
      m_cluster(cluster),
      m_ranks(replay->GetJob().ranks.size())
{
    m_replay->TraceConnectWithoutContext("OperationStarted",
                                         MakeCallback(&Timeline::Started, this));
    m_replay->TraceConnectWithoutContext("OperationFinished",
                                         MakeCallback(&Timeline::Finished, this));
}

Timeline::~Timeline()
{
    m_replay->TraceDisconnectWithoutContext("OperationStarted",
                                            MakeCallback(&Timeline::Started, this));
    m_replay->TraceDisconnectWithoutContext("OperationFinished",
                                            MakeCallback(&Timeline::Finished, this));
}

void
Timeline::Started(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation)
{
    auto& recorded = m_ranks[rank];
    uint32_t row = 0;
    if (IsCommunication(m_replay->GetJob().ranks[rank].graph->GetKind(operation)))
    {
        const auto free = std::find(recorded.rows.begin(), recorded.rows.end(), false);
        row = static_cast<uint32_t>(free - recorded.rows.begin());
        if (free == recorded.rows.end())
        {
            recorded.rows.push_back(true);
        }
        recorded.rows[row] = true;
    }
    recorded.underWay[operation] = {fabric::NowTicks(), row};
}

void
Timeline::Finished(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation)
{
    auto& recorded = m_ranks[rank];
    const auto at = recorded.underWay.find(operation);
    if (at == recorded.underWay.end())
    {
        return; // began before we listened
    }
    const auto& graph = *m_replay->GetJob().ranks[rank].graph;
    const auto [start, row] = at->second;
    if (IsCommunication(graph.GetKind(operation)))
    {
        recorded.rows[row] = false;
    }
    recorded.underWay.erase(at);
    if (graph.GetKind(operation) != OperationKind::DELAY)
    {
        recorded.events.push_back({operation, row, start, fabric::NowTicks()});
    }
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
    const auto& job = m_replay->GetJob();
    JsonWriter json(out);
    json.BeginObject();
    json.Field("displayTimeUnit", "ns");
    json.BeginArray("traceEvents");
    for (uint32_t rank = 0; rank < m_ranks.size(); ++rank)
    {
        const auto& graph = *job.ranks[rank].graph;
        WriteName(json, "process_name", rank, 0, "rank " + std::to_string(rank));
        for (uint32_t row = 0; row < m_ranks[rank].rows.size(); ++row)
        {
            WriteName(
                json, "thread_name", rank, ROWS + row, "communication " + std::to_string(row));
        }
        std::map<uint16_t, bool> streams;
        for (const auto& event : m_ranks[rank].events)
        {
            const auto kind = graph.GetKind(event.operation);
            const bool moves = IsCommunication(kind);
            const uint16_t stream = graph.GetStream(event.operation);
            if (!moves && !streams[stream])
            {
                streams[stream] = true;
                WriteName(json, "thread_name", rank, stream, "stream " + std::to_string(stream));
            }
            const std::string& label = graph.GetLabel(event.operation);
            BeginEvent(json,
                       moves ? workload::NameOf(graph.GetDimension(event.operation)) : "compute",
                       label.empty() ? (moves ? "communication" : "compute") : label,
                       rank,
                       moves ? ROWS + event.row : stream,
                       static_cast<double>(event.start) / PER_MICROSECOND,
                       static_cast<double>(event.end - event.start) / PER_MICROSECOND);
            if (moves)
            {
                const bool isGroup = kind == OperationKind::COLLECTIVE;
                const uint32_t slot = graph.GetSlot(event.operation);
                json.Field("what",
                           isGroup ? collective::GetTypeName(graph.GetCollective(event.operation))
                           : kind == OperationKind::SEND ? std::string("send")
                                                         : std::string("receive"));
                json.Field("bytes", graph.GetBytes(event.operation));
                json.Field(isGroup ? "group" : "peer",
                           isGroup ? job.groups[job.ranks[rank].groups[slot]].name
                                   : std::to_string(job.ranks[rank].peers[slot]));
            }
            EndEvent(json);
        }
    }
    const uint64_t network = m_ranks.size();
    WriteName(json, "process_name", network, 0, "network");
    for (std::size_t i = 1; i < m_counters.size(); ++i)
    {
        const auto& before = m_counters[i - 1];
        const auto& now = m_counters[i];
        const double time = static_cast<double>(before.time) / PER_MICROSECOND;
        const double micros = static_cast<double>(now.time - before.time) / PER_MICROSECOND;
        WriteCounter(json,
                     "packet-hops/us",
                     network,
                     time,
                     micros > 0 ? static_cast<double>(now.hops - before.hops) / micros : 0);
        WriteCounter(
            json, "ECN marks", network, time, static_cast<double>(now.marks - before.marks));
        WriteCounter(
            json, "PFC pauses", network, time, static_cast<double>(now.pauses - before.pauses));
    }
    json.EndArray();
    json.EndObject();
}

void
Timeline::WriteKineto(uint32_t rank, std::ostream& out) const
{
    const auto& job = m_replay->GetJob();
    const auto& program = job.ranks[rank];
    const auto& graph = *program.graph;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("schemaVersion", 1U);
    json.BeginObject("distributedInfo");
    json.Field("backend", "nccl");
    json.Field("rank", rank);
    json.Field("world_size", static_cast<uint64_t>(job.ranks.size()));
    json.EndObject();
    json.BeginArray("traceEvents");
    uint64_t correlation = 0;
    for (const auto& event : m_ranks[rank].events)
    {
        const auto kind = graph.GetKind(event.operation);
        const bool moves = IsCommunication(kind);
        const double start = static_cast<double>(event.start) / PER_MICROSECOND;
        const double duration = static_cast<double>(event.end - event.start) / PER_MICROSECOND;
        ++correlation;
        BeginEvent(
            json, "cuda_runtime", "cudaLaunchKernel", 1, 1, std::max(start - LAUNCH, 0.0), 1);
        json.Field("correlation", correlation);
        EndEvent(json);
        const uint64_t stream =
            moves ? ROWS + event.row : uint64_t{graph.GetStream(event.operation)};
        const std::string& label = graph.GetLabel(event.operation);
        const bool isGroup = kind == OperationKind::COLLECTIVE;
        BeginEvent(json,
                   "kernel",
                   isGroup ? KernelOf(graph.GetCollective(event.operation))
                   : moves ? "ncclDevKernel_SendRecv"
                           : (label.empty() ? "kernel" : label),
                   0,
                   stream,
                   start,
                   duration);
        json.Field("device", rank);
        json.Field("stream", stream);
        json.Field("correlation", correlation);
        if (moves)
        {
            const auto bytes = graph.GetBytes(event.operation);
            json.Field("dtype", "Byte");
            if (isGroup)
            {
                const auto& group = job.groups[program.groups[graph.GetSlot(event.operation)]];
                const auto type = graph.GetCollective(event.operation);
                const auto n = static_cast<uint64_t>(group.ranks.size());
                const bool gathers = type == collective::CollectiveType::ALL_GATHER;
                const bool scatters = type == collective::CollectiveType::REDUCE_SCATTER;
                json.Field("Collective name", PyTorchNameOf(type));
                json.Field("In msg nelems", gathers ? bytes / n : bytes);
                json.Field("Out msg nelems", scatters ? bytes / n : bytes);
                json.Field("Group size", n);
                json.Field("Process Group Name", group.name);
                json.Field("Process Group Ranks", ListOf(group.ranks));
                if (type == collective::CollectiveType::ALL_TO_ALL_V)
                {
                    const auto& sizes = *program.exchanges[graph.GetDetail(event.operation)];
                    json.Field("In split size", ListOf(sizes.sent));
                    json.Field("Out split size", ListOf(sizes.received));
                }
            }
            else
            {
                const bool isSend = kind == OperationKind::SEND;
                json.Field("Collective name", isSend ? "send" : "recv");
                json.Field("In msg nelems", bytes);
                json.Field("Out msg nelems", bytes);
                json.Field(isSend ? "Dst Rank" : "Src Rank",
                           program.peers[graph.GetSlot(event.operation)]);
            }
        }
        EndEvent(json);
    }
    json.EndArray();
    json.EndObject();
}

} // namespace ns3::experiment
