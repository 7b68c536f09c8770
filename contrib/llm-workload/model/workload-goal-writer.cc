/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-goal-writer.h"

#include "workload-goal-builder.h"
#include "workload-goal-cpus.h"
#include "workload-goal-reader.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::workload
{

namespace
{

using Index = OperationGraph::Index;

/** @return nanoseconds of a computation or delay, to the nearest */
uint64_t
NanosecondsOf(const OperationGraph& graph, Index i)
{
    constexpr fabric::Ticks perNanosecond = 1000;
    return static_cast<uint64_t>((graph.GetDuration(i) + perNanosecond / 2) / perNanosecond);
}

/** @return whether an operation is a message */
bool
IsMessage(OperationKind kind)
{
    return kind == OperationKind::SEND || kind == OperationKind::RECEIVE;
}

/** Append a number to bytes, little endian. */
template <typename T>
void
Append(std::string& bytes, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i)
    {
        bytes.push_back(static_cast<char>(static_cast<uint64_t>(value) >> 8 * i));
    }
}

/** Append the part of one rank to the binary form. */
void
AppendRank(std::string& bytes, const RankProgram& program)
{
    enum : uint8_t
    {
        SEND = 1,
        RECEIVE = 2,
        CALC = 3
    };

    const auto& graph = *program.graph;
    const GoalCpus cpus(graph);
    std::vector<Index> roots;
    for (Index i = 0; i < graph.GetN(); ++i)
    {
        if (graph.GetNPredecessors(i) == 0)
        {
            roots.push_back(i);
        }
    }
    Append<uint32_t>(bytes, graph.GetN());
    Append<uint32_t>(bytes, static_cast<uint32_t>(roots.size()));
    for (const auto root : roots)
    {
        Append<uint32_t>(bytes, root);
    }
    uint32_t nDependents = 0;
    for (Index i = 0; i < graph.GetN(); ++i)
    {
        const auto kind = graph.GetKind(i);
        const bool isMessage = IsMessage(kind);
        const auto count = static_cast<uint32_t>(graph.SuccessorsEnd(i) - graph.SuccessorsBegin(i));
        Append<uint32_t>(bytes, graph.GetNPredecessors(i));
        Append<uint8_t>(bytes, !isMessage ? CALC : kind == OperationKind::SEND ? SEND : RECEIVE);
        Append<uint32_t>(bytes, isMessage ? program.peers[graph.GetSlot(i)] : 0);
        Append<uint64_t>(bytes, isMessage ? graph.GetBytes(i) : NanosecondsOf(graph, i));
        Append<uint32_t>(bytes, isMessage ? graph.GetTag(i) : 0);
        Append<uint8_t>(bytes, static_cast<uint8_t>(cpus.Get(i)));
        Append<uint8_t>(bytes, 0);
        Append<uint32_t>(bytes, count);
        Append<uint32_t>(bytes, nDependents);
        nDependents += count;
        Append<uint32_t>(bytes, 0); // nobody waits for a start
        Append<uint32_t>(bytes, nDependents);
    }
    for (Index i = 0; i < graph.GetN(); ++i)
    {
        for (auto next = graph.SuccessorsBegin(i); next != graph.SuccessorsEnd(i); ++next)
        {
            Append<uint32_t>(bytes, *next);
        }
    }
}

} // namespace

std::string
CheckGoalExport(const JobGraph& job)
{
    for (std::size_t r = 0; r < job.ranks.size(); ++r)
    {
        const auto& graph = *job.ranks[r].graph;
        const std::string who = "rank " + std::to_string(r);
        for (Index i = 0; i < graph.GetN(); ++i)
        {
            const std::string where = who + ", operation " + std::to_string(i) + ": ";
            if (graph.GetKind(i) == OperationKind::COLLECTIVE)
            {
                return where + "GOAL has no collectives";
            }
            if (IsMessage(graph.GetKind(i)) && graph.GetBytes(i) > GoalBuilder::MAX_BYTES)
            {
                return where + std::to_string(graph.GetBytes(i)) + " bytes, expected at most 2^50";
            }
        }
        const uint32_t n = GoalCpus(graph).GetN();
        if (n > GoalCpus::MAX_CPUS)
        {
            return who + ": " + std::to_string(n) +
                   " things go on beside each other that are no messages, which is more than the " +
                   std::to_string(GoalCpus::MAX_CPUS) + " processors that GOAL has";
        }
    }
    return "";
}

void
WriteGoalText(const JobGraph& job, std::ostream& out)
{
    out << "num_ranks " << job.ranks.size() << "\n";
    for (std::size_t r = 0; r < job.ranks.size(); ++r)
    {
        const auto& program = job.ranks[r];
        const auto& graph = *program.graph;
        const GoalCpus cpus(graph);
        out << "\nrank " << r << " {\n";
        for (Index i = 0; i < graph.GetN(); ++i)
        {
            out << "l" << i + 1 << ": ";
            const auto kind = graph.GetKind(i);
            if (IsMessage(kind))
            {
                out << (kind == OperationKind::SEND ? "send " : "recv ") << graph.GetBytes(i)
                    << (kind == OperationKind::SEND ? "b to " : "b from ")
                    << program.peers[graph.GetSlot(i)] << " tag " << graph.GetTag(i);
            }
            else
            {
                out << "calc " << NanosecondsOf(graph, i);
            }
            out << " cpu " << cpus.Get(i) << "\n";
        }
        for (Index i = 0; i < graph.GetN(); ++i)
        {
            for (auto next = graph.SuccessorsBegin(i); next != graph.SuccessorsEnd(i); ++next)
            {
                out << "l" << *next + 1 << " requires l" << i + 1 << "\n";
            }
        }
        out << "}\n";
    }
}

void
WriteGoalBinary(const JobGraph& job, std::ostream& out)
{
    // Where the ranks are stands in front of them: ranks that share a graph and peers do not share
    // their part, since readers count on one for each.
    uint32_t nCpus = 1;
    std::vector<std::pair<uint64_t, uint64_t>> places;
    constexpr uint64_t header = sizeof(uint32_t) + 2;
    uint64_t at = header + job.ranks.size() * 2 * sizeof(uint64_t);
    for (const auto& program : job.ranks)
    {
        std::string bytes;
        AppendRank(bytes, program);
        places.emplace_back(at, at + bytes.size());
        at += bytes.size();
        nCpus = std::max(nCpus, GoalCpus(*program.graph).GetN());
    }
    std::string bytes;
    Append<uint64_t>(bytes, GOAL_MAGIC);
    Append<uint32_t>(bytes, static_cast<uint32_t>(job.ranks.size()));
    Append<uint8_t>(bytes, static_cast<uint8_t>(nCpus - 1)); // the highest
    Append<uint8_t>(bytes, 0);
    for (const auto& [begin, end] : places)
    {
        Append<uint64_t>(bytes, begin);
        Append<uint64_t>(bytes, end);
    }
    out << bytes;
    for (const auto& program : job.ranks)
    {
        bytes.clear();
        AppendRank(bytes, program);
        out << bytes;
    }
}

} // namespace ns3::workload
