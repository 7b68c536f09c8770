/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-kineto-writer.h"

#include "experiment-trace-event.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ns3::experiment
{

namespace
{

using workload::OperationKind;

/// The process and the thread of the host; those of the accelerator are 0 and the stream.
constexpr uint64_t HOST = 1;
/// A launch of the host is at least so far before its kernel, as usual on CUDA.
constexpr fabric::Ticks LAUNCH = 5'000'000;
/// How long the host needs for a call.
constexpr fabric::Ticks CALL = 1'000'000;

/**
 * The host of a rank: what it does in a step. It runs ahead of the accelerator, one call after the
 * other, as that of a job does whose accelerators are busy: so a launch holds up no kernel, in
 * another network either. Where a kernel comes after something that is not on its stream, the host
 * makes the stream wait; at the end of a step it waits for all.
 */
class Host
{
  public:
    /** @param json where calls are written @param graph what the rank does */
    Host(JsonWriter& json, const workload::OperationGraph& graph)
        : m_json(json),
          m_waits(graph.GetN(), false),
          m_isLate(graph.GetN(), false)
    {
        for (workload::OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            const auto kind = graph.GetKind(i);
            const bool isPause = kind == OperationKind::DELAY;
            for (auto next = graph.SuccessorsBegin(i); next != graph.SuccessorsEnd(i); ++next)
            {
                const bool isSameStream = kind == OperationKind::COMPUTE &&
                                          graph.GetKind(*next) == OperationKind::COMPUTE &&
                                          graph.GetStream(i) == graph.GetStream(*next);
                const bool isBehind = isPause ? graph.GetNPredecessors(i) > 0 : !isSameStream;
                m_waits[*next] = m_waits[*next] || isBehind;
                m_isLate[*next] = m_isLate[*next] || (isPause && graph.GetDuration(i) > 0);
            }
        }
    }

    /** Launch the kernel of an operation. @param start when it began @return its correlation */
    uint64_t Launch(workload::OperationGraph::Index operation, fabric::Ticks start, bool moves)
    {
        const auto next = m_now + CALL;
        const auto latest = std::max(start - LAUNCH, std::min(start, next));
        // What comes after a pause of the host is launched when that is over.
        const auto launch = m_isLate[operation] ? latest : std::min(next, latest);
        if (m_waits[operation] && !moves)
        {
            Call("cudaStreamWaitEvent", launch, launch);
        }
        m_now = std::max(m_now, launch);
        return Call("cudaLaunchKernel", launch, launch + CALL);
    }

    /** Wait for the accelerator. @param end when all was done */
    void Synchronize(fabric::Ticks end)
    {
        const auto start = std::min(m_now + CALL, end);
        Call("cudaDeviceSynchronize", start, end);
        m_now = end;
    }

  private:
    /** Write a call. @return its correlation */
    uint64_t Call(const char* name, fabric::Ticks start, fabric::Ticks end)
    {
        BeginTraceEvent(m_json, {"cuda_runtime", name, HOST, HOST, start, end});
        m_json.Field("correlation", ++m_correlation);
        EndTraceEvent(m_json);
        return m_correlation;
    }

    JsonWriter& m_json;         ///< where calls are written
    std::vector<bool> m_waits;  ///< by operation: comes after something that is not on its stream
    std::vector<bool> m_isLate; ///< by operation: comes after a pause
    fabric::Ticks m_now{-CALL}; ///< when the last launch was
    uint64_t m_correlation{0};  ///< of the last call
};

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

/** Write the arguments by which NCCL's kernels say what they move. */
void
WriteCommunication(JsonWriter& json,
                   const workload::JobGraph& job,
                   const workload::RankProgram& program,
                   workload::OperationGraph::Index operation)
{
    const auto& graph = *program.graph;
    const auto bytes = graph.GetBytes(operation);
    json.Field("dtype", "Byte");
    if (graph.GetKind(operation) != OperationKind::COLLECTIVE)
    {
        const bool isSend = graph.GetKind(operation) == OperationKind::SEND;
        json.Field("Collective name", isSend ? "send" : "recv");
        json.Field("In msg nelems", bytes);
        json.Field("Out msg nelems", bytes);
        json.Field(isSend ? "Dst Rank" : "Src Rank", program.peers[graph.GetSlot(operation)]);
        return;
    }
    const auto& group = job.groups[program.groups[graph.GetSlot(operation)]];
    const auto type = graph.GetCollective(operation);
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
        const auto& sizes = *program.exchanges[graph.GetDetail(operation)];
        json.Field("In split size", ListOf(sizes.sent));
        json.Field("Out split size", ListOf(sizes.received));
    }
}

/** @return what a kernel is called */
std::string
NameOfKernel(const workload::OperationGraph& graph, workload::OperationGraph::Index operation)
{
    const auto kind = graph.GetKind(operation);
    if (kind == OperationKind::COLLECTIVE)
    {
        return KernelOf(graph.GetCollective(operation));
    }
    const auto& label = graph.GetLabel(operation);
    return kind != OperationKind::COMPUTE ? "ncclDevKernel_SendRecv"
           : label.empty()                ? "kernel"
                                          : label;
}

} // namespace

void
WriteKineto(const TimelineJob& job, uint32_t rank, std::ostream& out)
{
    const auto& program = job.GetJob().ranks[rank];
    const auto& graph = *program.graph;
    JsonWriter json(out);
    json.BeginObject();
    json.Field("schemaVersion", 1U);
    json.BeginObject("distributedInfo");
    json.Field("backend", "nccl");
    json.Field("rank", rank);
    json.Field("world_size", static_cast<uint64_t>(job.GetJob().ranks.size()));
    json.EndObject();
    json.BeginArray("traceEvents");
    const auto& steps = job.GetSteps(rank);
    for (std::size_t step = 0; step < steps.size(); ++step)
    {
        BeginTraceEvent(json,
                        {"user_annotation",
                         "ProfilerStep#" + std::to_string(step),
                         HOST,
                         HOST,
                         steps[step].start,
                         steps[step].end});
        EndTraceEvent(json);
    }
    Host host(json, graph);
    std::size_t step = 0;
    for (const auto& event : job.GetEvents(rank))
    {
        while (step < steps.size() && event.start >= steps[step].end && event.end > steps[step].end)
        {
            host.Synchronize(steps[step++].end);
        }
        const bool moves = IsCommunication(graph.GetKind(event.operation));
        const auto correlation = host.Launch(event.operation, event.start, moves);
        const uint64_t stream = moves ? uint64_t{COMMUNICATION_ROWS} + event.row
                                      : uint64_t{graph.GetStream(event.operation)};
        BeginTraceEvent(
            json,
            {"kernel", NameOfKernel(graph, event.operation), 0, stream, event.start, event.end});
        json.Field("device", rank);
        json.Field("stream", stream);
        json.Field("correlation", correlation);
        if (moves)
        {
            WriteCommunication(json, job.GetJob(), program, event.operation);
        }
        EndTraceEvent(json);
    }
    for (; step < steps.size(); ++step)
    {
        host.Synchronize(steps[step].end);
    }
    json.EndArray();
    json.EndObject();
}

} // namespace ns3::experiment
