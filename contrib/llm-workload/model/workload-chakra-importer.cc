/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-chakra-importer.h"

#include "workload-text-fields.h"
#include "workload-trace-loops.h"
#include "workload-trace-replicate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/// No trace has more ranks.
constexpr uint32_t MAX_RANKS = 1U << 17;
/// No tensor is larger: 1 PiB.
constexpr uint64_t MAX_BYTES = 1ULL << 50;
/// No computation takes longer: 10^6 s.
constexpr double MAX_MICROS = 1e12;
/// Ticks in a microsecond.
constexpr double PER_MICROSECOND = 1e6;
/// Streams of the host begin here, those of the accelerator at 0.
constexpr uint16_t HOST_STREAMS = 1024;

/** @return the collective of a number of the schema, if it is one that can be simulated */
bool
FindType(uint64_t number, CollectiveType& type)
{
    switch (number)
    {
    case 0:
        type = CollectiveType::ALL_REDUCE;
        return true;
    case 1:
        type = CollectiveType::REDUCE;
        return true;
    case 2:
        type = CollectiveType::ALL_GATHER;
        return true;
    case 5:
        type = CollectiveType::BROADCAST;
        return true;
    case 6:
        type = CollectiveType::ALL_TO_ALL;
        return true;
    case 7:
    case 8:
        type = CollectiveType::REDUCE_SCATTER;
        return true;
    case 9:
        type = CollectiveType::BARRIER;
        return true;
    default:
        return false;
    }
}

/** @return number of the schema for the collective that a kernel's name names; -1 if none */
int
GuessType(const std::string& name)
{
    static const std::pair<const char*, int> names[] = {{"AllReduce", 0},
                                                        {"AllGather", 2},
                                                        {"ReduceScatter", 7},
                                                        {"Broadcast", 5},
                                                        {"AllToAll", 6},
                                                        {"Reduce", 1}};
    for (const auto& [text, type] : names)
    {
        if (name.find(text) != std::string::npos)
        {
            return type;
        }
    }
    return -1;
}

/** Elements and bytes of the tensors in a list of inputs: [[id, storage, offset, elements, bytes of
 *  an element, 'cuda:0'], ...]. */
struct Tensors
{
    uint64_t elements{0}; ///< of all tensors
    uint64_t bytes{0};    ///< of all tensors

    /** @param text the list as Python or JSON write it */
    explicit Tensors(const std::string& text)
    {
        std::vector<uint64_t> numbers;
        std::size_t at = 0;
        while (at < text.size())
        {
            const char c = text[at];
            if (c == '[')
            {
                numbers.clear();
            }
            else if (c == ']')
            {
                Take(numbers);
                numbers.clear();
            }
            else if (c >= '0' && c <= '9')
            {
                const auto end = text.find_first_not_of("0123456789", at);
                uint64_t number = 0;
                ParseUnsigned(text.substr(at, end - at), UINT64_MAX, number);
                numbers.push_back(number);
                at = std::min(end, text.size());
                continue;
            }
            ++at;
        }
    }

  private:
    void Take(const std::vector<uint64_t>& numbers)
    {
        constexpr uint64_t few = 1ULL << 40;
        // The device may end in a number: cuda:0.
        if (numbers.size() >= 5 && numbers[3] < few && numbers[4] < 64)
        {
            elements += numbers[3];
            bytes += numbers[3] * numbers[4];
        }
    }
};

} // namespace

ChakraImporter::ChakraImporter(const ChakraOptions& options, FindingLog& log)
    : m_options(options),
      m_log(log),
      m_groups(options.groups)
{
}

void
ChakraImporter::BeginRank(const std::string& file, bool hasLines, uint32_t rank)
{
    m_log.SetFile(file);
    m_trace.hasLines = hasLines;
    m_rank = rank;
    m_ranks.push_back(rank);
    m_indices.clear();
    m_wanted.clear();
    if (rank < MAX_RANKS && m_trace.ranks.size() <= rank)
    {
        m_trace.ranks.resize(rank + 1U);
    }
    if (rank >= MAX_RANKS || !m_trace.ranks[rank].operations.empty())
    {
        m_log.Add(Finding::ERROR,
                  "rank twice",
                  0,
                  0,
                  "another file of rank " + std::to_string(rank) + ", expected one of each rank");
        m_rank = 0;
        m_trace.ranks.resize(std::max<std::size_t>(m_trace.ranks.size(), 1));
        return;
    }
    m_trace.ranks[rank].file = static_cast<uint32_t>(m_trace.files.size());
    m_trace.files.push_back(file);
}

void
ChakraImporter::Report(Finding::Severity severity,
                       const std::string& kind,
                       const ChakraNode& node,
                       const std::string& message)
{
    const std::string text =
        "node " + std::to_string(node.id) + " " + Quote(node.name) + ": " + message;
    if (m_trace.hasLines)
    {
        m_log.Add(severity, kind, node.line, node.column, text);
    }
    else
    {
        m_log.AddAtByte(severity, kind, node.line, text);
    }
}

bool
ChakraImporter::Add(const ChakraNode& node)
{
    auto& rank = m_trace.ranks[m_rank];
    const auto index = static_cast<uint32_t>(rank.operations.size());
    if (!m_indices.emplace(node.id, index).second)
    {
        Report(Finding::ERROR, "node twice", node, "this number was there before");
        return !m_log.IsFull();
    }
    m_isPyTorch = m_isPyTorch || node.isPyTorch;
    TraceOperation operation = Convert(node);
    operation.label = m_trace.AddLabel(node.name);
    operation.line = node.line;
    operation.column = node.column;
    operation.node = node.id;
    rank.operations.push_back(std::move(operation));
    for (const auto id : node.dependencies)
    {
        if (id == node.id)
        {
            Report(Finding::WARNING,
                   "node that waits for itself",
                   node,
                   "waits for itself: this dependency is left out");
            continue;
        }
        m_wanted.push_back({index, id});
    }
    return !m_log.IsFull();
}

TraceOperation
ChakraImporter::Convert(const ChakraNode& node)
{
    TraceOperation operation;
    switch (node.type)
    {
    case ChakraNode::METADATA:
        TakeMetadata(node);
        break;
    case ChakraNode::COMP:
    case ChakraNode::MEM_LOAD:
    case ChakraNode::MEM_STORE:
        ConvertComputation(node, operation);
        break;
    case ChakraNode::SEND:
    case ChakraNode::RECEIVE:
        ConvertMessage(node, operation);
        break;
    case ChakraNode::COLLECTIVE:
        if (node.isCpu.value_or(false))
        {
            ConvertComputation(node, operation); // the host's call of it
        }
        else
        {
            ConvertCollective(node, operation);
        }
        break;
    default:
        Report(Finding::WARNING,
               "node of unknown type",
               node,
               "type " + std::to_string(node.type) + ", expected 1 to 7: it takes no time");
        break;
    }
    return operation;
}

void
ChakraImporter::ConvertComputation(const ChakraNode& node, TraceOperation& operation)
{
    operation.kind = OperationKind::COMPUTE;
    const auto stream = static_cast<uint16_t>(node.stream.value_or(0) % HOST_STREAMS);
    operation.stream = node.isCpu.value_or(false) ? HOST_STREAMS + stream : stream;
    double micros = node.durationMicros;
    if (micros == 0 && node.type == ChakraNode::COMP && node.nOperations.value_or(0) > 0)
    {
        constexpr double perSecond = 1e6;
        const double byOperations =
            m_options.peakFlops > 0
                ? static_cast<double>(*node.nOperations) / m_options.peakFlops * perSecond
                : 0;
        const double byBytes = m_options.memoryRate > 0
                                   ? static_cast<double>(node.tensorSize.value_or(0)) /
                                         m_options.memoryRate * perSecond
                                   : 0;
        micros = std::max(byOperations, byBytes);
        if (m_options.peakFlops == 0)
        {
            Report(Finding::WARNING,
                   "computation that says operations and no time",
                   node,
                   std::to_string(*node.nOperations) +
                       " operations and no time: it takes no time, unless --peakFlops says how "
                       "fast the accelerator is");
        }
    }
    if (!(micros >= 0) || micros > MAX_MICROS)
    {
        Report(Finding::ERROR,
               "time out of range",
               node,
               "a time of " + std::to_string(micros) + " us, expected 0 to 10^12");
        micros = 0;
    }
    operation.value = static_cast<uint64_t>(std::llround(micros * PER_MICROSECOND));
    if (node.picoseconds && *node.picoseconds <= MAX_MICROS * PER_MICROSECOND)
    {
        operation.value = *node.picoseconds;
    }
    if (node.isDelay)
    {
        operation.kind = OperationKind::DELAY;
    }
    if (node.stream == OperationGraph::UNLIMITED)
    {
        operation.stream = OperationGraph::UNLIMITED;
    }
}

uint64_t
ChakraImporter::TakeSize(const ChakraNode& node)
{
    if (!node.commSize)
    {
        Report(Finding::WARNING,
               "communication without a size",
               node,
               "no comm_size: it moves nothing and is left out");
        return 0;
    }
    uint64_t size = *node.commSize;
    const Tensors tensors(node.inputs);
    const bool isElements =
        size > 0 && size == tensors.elements && tensors.bytes > tensors.elements;
    if (isElements)
    {
        Report(Finding::WARNING,
               "size in elements",
               node,
               "comm_size " + std::to_string(size) +
                   " is the number of elements of its tensors, not of bytes: " +
                   std::to_string(tensors.bytes) + " is taken");
        size = tensors.bytes;
    }
    else if (m_options.producer == "stg")
    {
        size = std::min(size, MAX_BYTES) * m_options.elementBytes;
    }
    if (size > MAX_BYTES)
    {
        Report(Finding::ERROR,
               "size out of range",
               node,
               std::to_string(size) + " bytes, expected at most 2^50");
        return 0;
    }
    return size;
}

void
ChakraImporter::ConvertMessage(const ChakraNode& node, TraceOperation& operation)
{
    const bool isSend = node.type == ChakraNode::SEND;
    const auto& peer = isSend ? node.commTarget : node.commSource;
    if (!peer)
    {
        Report(Finding::WARNING,
               "message without peer",
               node,
               std::string("no ") + (isSend ? "comm_dst" : "comm_src") +
                   ": nobody knows whom the message is for, and it is left out (the PyTorch "
                   "converter writes such)");
        return;
    }
    operation.kind = isSend ? OperationKind::SEND : OperationKind::RECEIVE;
    operation.peer = static_cast<uint32_t>(std::min<uint64_t>(*peer, MAX_RANKS));
    operation.tag = static_cast<uint32_t>(node.commTag.value_or(0) & INT32_MAX);
    operation.value = TakeSize(node);
    if (operation.value == 0)
    {
        operation.kind = OperationKind::DELAY;
    }
}

void
ChakraImporter::ConvertCollective(const ChakraNode& node, TraceOperation& operation)
{
    const int guess = node.commType ? -1 : GuessType(node.name);
    if (!node.commType && guess < 0)
    {
        Report(Finding::ERROR,
               "collective without a type",
               node,
               "no comm_type, and none that its name would say");
        return;
    }
    const uint64_t number = node.commType.value_or(static_cast<uint64_t>(guess));
    if (!FindType(number, operation.type))
    {
        Report(Finding::WARNING,
               "collective that is not simulated",
               node,
               "comm_type " + std::to_string(number) +
                   (number == 3 || number == 4 ? " (gather or scatter)" : "") +
                   " is not simulated and left out");
        return;
    }
    if (!node.commType)
    {
        Report(Finding::NOTE,
               "collective known by its name",
               node,
               "no comm_type: " + collective::GetTypeName(operation.type) + ", as its name says");
    }
    operation.kind = OperationKind::COLLECTIVE;
    operation.root =
        static_cast<uint32_t>(std::min<uint64_t>(node.commRoot.value_or(0), MAX_RANKS));
    if (operation.type != CollectiveType::BARRIER)
    {
        operation.value = TakeSize(node);
    }
    const auto [at, isNew] =
        m_groupIndices.try_emplace(node.group, static_cast<uint32_t>(m_groupNames.size()));
    if (isNew)
    {
        m_groupNames.push_back(node.group);
    }
    operation.group = at->second;
    if (operation.value == 0 && operation.type != CollectiveType::BARRIER)
    {
        operation.kind = OperationKind::DELAY;
    }
}

void
ChakraImporter::TakeMetadata(const ChakraNode& node)
{
    if (node.name.find("process_group") == std::string::npos || node.inputs.empty())
    {
        return;
    }
    // The list is a text within a list of inputs, or that list itself.
    std::istringstream input(node.inputs);
    FindingLog ignored;
    JsonReader json(input, ignored);
    JsonValue list;
    if (!json.ReadValue(list))
    {
        return;
    }
    AddPyTorchGroups(list, m_groups);
    for (const auto& element : list.elements)
    {
        std::istringstream inner(element.text);
        JsonReader innerJson(inner, ignored);
        JsonValue innerList;
        if (element.kind == JsonValue::STRING && innerJson.ReadValue(innerList))
        {
            AddPyTorchGroups(innerList, m_groups);
        }
    }
}

void
ChakraImporter::EndRank()
{
    auto& rank = m_trace.ranks[m_rank];
    for (const auto& wanted : m_wanted)
    {
        const auto on = m_indices.find(wanted.id);
        if (on != m_indices.end())
        {
            rank.edges.push_back({on->second, wanted.operation});
            continue;
        }
        m_trace.Report(m_log,
                       Finding::WARNING,
                       "dependency on a node that is not there",
                       m_rank,
                       wanted.operation,
                       "waits for node " + std::to_string(wanted.id) +
                           ", which is not in the file: this dependency is left out");
    }
    for (const auto& edge : BreakLoops(rank))
    {
        m_trace.Report(m_log,
                       Finding::WARNING,
                       "nodes that wait for each other in a circle",
                       m_rank,
                       edge.to,
                       "waits in a circle for node " +
                           std::to_string(rank.operations[edge.from].node) +
                           ", which comes later in the file: this dependency is left out");
    }
}

void
ChakraImporter::CheckRanks()
{
    for (uint32_t rank = 0; rank < m_trace.ranks.size() && m_ranks.size() > 1; ++rank)
    {
        if (std::find(m_ranks.begin(), m_ranks.end(), rank) == m_ranks.end())
        {
            m_log.Add(Finding::ERROR,
                      "rank without a file",
                      0,
                      0,
                      "there is no file of rank " + std::to_string(rank) + ", but one of rank " +
                          std::to_string(m_trace.ranks.size() - 1));
        }
    }
}

void
ChakraImporter::ResolveGroups(uint32_t nRanks)
{
    const bool gathersContribution = m_options.producer != "text";
    std::vector<uint32_t> everybody(nRanks);
    std::iota(everybody.begin(), everybody.end(), 0);
    for (const auto r : m_ranks)
    {
        auto& operations = m_trace.ranks[r].operations;
        for (uint32_t i = 0; i < operations.size() && !m_log.IsFull(); ++i)
        {
            auto& operation = operations[i];
            if (operation.kind != OperationKind::COLLECTIVE)
            {
                continue;
            }
            const std::string& name = m_groupNames[operation.group];
            const auto known = m_groups.find(name);
            if (!name.empty() && known == m_groups.end())
            {
                m_trace.Report(m_log,
                               Finding::ERROR,
                               "unknown group",
                               r,
                               i,
                               "group " + Quote(name) +
                                   " is not known: --groups=FILE says who is in it");
            }
            const auto& members = known == m_groups.end() ? everybody : known->second;
            operation.group =
                m_trace.AddGroup(name.empty() ? "all" : name, members, Dimension::OTHER);
            if (operation.type == CollectiveType::ALL_GATHER && gathersContribution)
            {
                operation.value *= members.size();
            }
        }
    }
}

Trace
ChakraImporter::Finish()
{
    CheckRanks();
    if (m_log.HasError() || m_ranks.empty())
    {
        return std::move(m_trace);
    }
    const bool isOne = m_ranks.size() == 1;
    const uint32_t nRanks = isOne && m_options.nRanks > 0
                                ? std::max(m_options.nRanks, m_ranks[0] + 1)
                                : static_cast<uint32_t>(m_trace.ranks.size());
    ResolveGroups(nRanks);
    if (isOne && nRanks > 1 && !m_log.HasError())
    {
        ReplicateRank(m_trace, m_ranks[0], nRanks, m_log);
    }
    m_log.SetFile(m_trace.files.front());
    if (m_options.producer == "auto")
    {
        m_log.Add(Finding::NOTE,
                  "producer",
                  0,
                  0,
                  m_isPyTorch
                      ? "written by the PyTorch converter, as its attributes say: sizes are bytes "
                        "of a rank's input"
                      : "sizes are taken as ASTRA-sim does: bytes, of an all-gather what a rank "
                        "contributes (--producer says otherwise; STG counts elements)");
    }
    return std::move(m_trace);
}

} // namespace ns3::workload
