/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-chakra-writer.h"

#include "workload-chakra-node.h"

#include <algorithm>
#include <vector>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/** A message of protobuf, as it is put together. */
class Message
{
  public:
    /** A field with a number. */
    Message& Number(uint32_t field, uint64_t value)
    {
        Varint(field << 3);
        Varint(value);
        return *this;
    }

    /** A field with bytes. */
    Message& Bytes(uint32_t field, const std::string& value)
    {
        constexpr uint32_t isBytes = 2;
        Varint(field << 3 | isBytes);
        Varint(value.size());
        m_bytes += value;
        return *this;
    }

    /** A number alone. */
    Message& Varint(uint64_t value)
    {
        while (value > 0x7f)
        {
            m_bytes.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        m_bytes.push_back(static_cast<char>(value));
        return *this;
    }

    /** @return what was put together */
    const std::string& Get() const
    {
        return m_bytes;
    }

  private:
    std::string m_bytes; ///< so far
};

// Numbers of fields of the schema.
constexpr uint32_t INT32 = 7;
constexpr uint32_t INT64 = 9;
constexpr uint32_t UINT64 = 13;
constexpr uint32_t BOOL = 27;
constexpr uint32_t STRING = 29;

/** Append an attribute with a number to a node. */
void
AddAttribute(Message& node, const std::string& name, uint32_t type, uint64_t value)
{
    constexpr uint32_t attribute = 10;
    node.Bytes(attribute, Message().Bytes(1, name).Number(type, value).Get());
}

/** @return number of the schema for a collective */
uint64_t
NumberOf(CollectiveType type)
{
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
        return 0;
    case CollectiveType::REDUCE:
        return 1;
    case CollectiveType::ALL_GATHER:
        return 2;
    case CollectiveType::BROADCAST:
        return 5;
    case CollectiveType::ALL_TO_ALL:
        return 6;
    case CollectiveType::REDUCE_SCATTER:
        return 7;
    default:
        return 9;
    }
}

/** Write a message behind its length. */
void
Write(std::ostream& out, const Message& message)
{
    out << Message().Varint(message.Get().size()).Get() << message.Get();
}

/** Append what a communication moves. */
void
AddCommunication(Message& node,
                 const JobGraph& job,
                 const RankProgram& program,
                 OperationGraph::Index i)
{
    const auto& graph = *program.graph;
    const auto kind = graph.GetKind(i);
    AddAttribute(node, "is_cpu_op", BOOL, 0);
    if (kind != OperationKind::COLLECTIVE)
    {
        const bool isSend = kind == OperationKind::SEND;
        // ASTRA-sim's networks end the program at a message of nothing.
        AddAttribute(node, "comm_size", INT64, std::max<uint64_t>(graph.GetBytes(i), 1));
        AddAttribute(
            node, isSend ? "comm_dst" : "comm_src", INT32, program.peers[graph.GetSlot(i)]);
        AddAttribute(node, "comm_tag", INT32, graph.GetTag(i));
        return;
    }
    const uint32_t group = program.groups[graph.GetSlot(i)];
    const uint64_t n = job.groups[group].ranks.size();
    const auto type = graph.GetCollective(i);
    const uint64_t bytes = graph.GetBytes(i);
    AddAttribute(node, "comm_type", INT64, NumberOf(type));
    AddAttribute(
        node, "comm_size", INT64, type == CollectiveType::ALL_GATHER ? (bytes + n - 1) / n : bytes);
    if (graph.GetDetail(i) > 0)
    {
        AddAttribute(node, "root", INT64, graph.GetDetail(i));
    }
    constexpr uint32_t attribute = 10;
    node.Bytes(attribute,
               Message().Bytes(1, "pg_name").Bytes(STRING, std::to_string(group + 1)).Get());
}

/** Append how long something takes. */
void
AddTime(Message& node, const OperationGraph& graph, OperationGraph::Index i)
{
    constexpr uint32_t duration = 7;
    constexpr fabric::Ticks perMicrosecond = 1'000'000;
    const bool isDelay = graph.GetKind(i) == OperationKind::DELAY;
    const auto time = graph.GetDuration(i);
    node.Number(duration, static_cast<uint64_t>((time + perMicrosecond - 1) / perMicrosecond));
    AddAttribute(node, "is_cpu_op", BOOL, isDelay ? 1 : 0);
    AddAttribute(node, "duration_ps", UINT64, static_cast<uint64_t>(time));
    AddAttribute(node, "stream", INT64, graph.GetStream(i));
    if (isDelay)
    {
        AddAttribute(node, "weft_delay", BOOL, 1);
    }
}

} // namespace

std::string
CheckChakraExport(const JobGraph& job)
{
    for (std::size_t r = 0; r < job.ranks.size(); ++r)
    {
        const auto& graph = *job.ranks[r].graph;
        for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
        {
            if (graph.GetKind(i) == OperationKind::COLLECTIVE &&
                graph.GetCollective(i) == CollectiveType::ALL_TO_ALL_V)
            {
                return "rank " + std::to_string(r) + ", operation " + std::to_string(i) +
                       ": Chakra has no all-to-all of uneven parts";
            }
        }
    }
    return "";
}

void
WriteChakraRank(const JobGraph& job, uint32_t rank, std::ostream& out)
{
    const auto& program = job.ranks[rank];
    const auto& graph = *program.graph;
    std::vector<std::vector<OperationGraph::Index>> before(graph.GetN());
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        for (auto next = graph.SuccessorsBegin(i); next != graph.SuccessorsEnd(i); ++next)
        {
            before[*next].push_back(i);
        }
    }
    Write(out, Message().Bytes(1, "0.0.4"));
    for (OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        const auto kind = graph.GetKind(i);
        Message node;
        if (i > 0)
        {
            node.Number(1, i);
        }
        node.Bytes(2, graph.GetLabel(i));
        node.Number(3,
                    kind == OperationKind::SEND         ? ChakraNode::SEND
                    : kind == OperationKind::RECEIVE    ? ChakraNode::RECEIVE
                    : kind == OperationKind::COLLECTIVE ? ChakraNode::COLLECTIVE
                                                        : ChakraNode::COMP);
        Message dependencies;
        for (const auto on : before[i])
        {
            dependencies.Varint(on);
        }
        constexpr uint32_t data = 5;
        if (!before[i].empty())
        {
            node.Bytes(data, dependencies.Get());
        }
        if (kind == OperationKind::COMPUTE || kind == OperationKind::DELAY)
        {
            AddTime(node, graph, i);
        }
        else
        {
            AddCommunication(node, job, program, i);
        }
        Write(out, node);
    }
}

void
WriteChakraGroups(const JobGraph& job, std::ostream& out)
{
    out << "{";
    for (std::size_t g = 0; g < job.groups.size(); ++g)
    {
        out << (g > 0 ? ",\n " : "") << '"' << g + 1 << "\": [";
        const auto& ranks = job.groups[g].ranks;
        for (std::size_t i = 0; i < ranks.size(); ++i)
        {
            out << (i > 0 ? ", " : "") << ranks[i];
        }
        out << "]";
    }
    out << "}\n";
}

} // namespace ns3::workload
