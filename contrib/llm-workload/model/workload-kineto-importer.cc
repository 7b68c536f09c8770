/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-kineto-importer.h"

#include "workload-kineto-timeline.h"
#include "workload-text-fields.h"
#include "workload-trace-replicate.h"

#include <algorithm>
#include <numeric>

namespace ns3::workload
{

using collective::CollectiveType;

namespace
{

/// Ticks in a nanosecond.
constexpr uint64_t PER_NANOSECOND = 1000;
/// No tensor is larger: 1 PiB.
constexpr uint64_t MAX_BYTES = 1ULL << 50;

/** @return the collective that a name of PyTorch means, if it is one */
std::optional<CollectiveType>
FindType(const std::string& name)
{
    static const std::pair<const char*, CollectiveType> types[] = {
        {"allreduce", CollectiveType::ALL_REDUCE},
        {"allgather", CollectiveType::ALL_GATHER},
        {"reducescatter", CollectiveType::REDUCE_SCATTER},
        {"alltoall", CollectiveType::ALL_TO_ALL},
        {"broadcast", CollectiveType::BROADCAST},
        {"reduce", CollectiveType::REDUCE},
        {"barrier", CollectiveType::BARRIER}};
    std::string plain;
    for (const char c : name)
    {
        if (c != '_')
        {
            plain.push_back(c);
        }
    }
    for (const auto& [text, type] : types)
    {
        if (plain.rfind(text, 0) == 0)
        {
            return type;
        }
    }
    return std::nullopt;
}

/** @return what a group is for, as far as its name tells */
Dimension
DimensionOf(const std::string& group)
{
    static const std::pair<const char*, Dimension> names[] = {{"TENSOR", Dimension::TENSOR},
                                                              {"EXPERT", Dimension::EXPERT},
                                                              {"PIPELINE", Dimension::PIPELINE},
                                                              {"CONTEXT", Dimension::CONTEXT},
                                                              {"DATA", Dimension::DATA}};
    for (const auto& [text, dimension] : names)
    {
        if (group.find(text) != std::string::npos)
        {
            return dimension;
        }
    }
    return Dimension::OTHER;
}

/** @return bytes, or more than there can be */
uint64_t
Multiply(uint64_t elements, uint64_t elementBytes)
{
    return elements > MAX_BYTES ? MAX_BYTES + 1 : elements * elementBytes;
}

} // namespace

KinetoImporter::KinetoImporter(uint32_t nRanks, FindingLog& log)
    : m_wanted(nRanks),
      m_log(log)
{
}

void
KinetoImporter::AddRank(const std::string& file,
                        KinetoFile kineto,
                        const std::vector<NcclCall>& calls)
{
    m_log.SetFile(file);
    if (!calls.empty())
    {
        TakeCalls(kineto, calls);
    }
    m_files.push_back(file);
    m_kinetos.push_back(std::move(kineto));
}

void
KinetoImporter::TakeCalls(KinetoFile& kineto, const std::vector<NcclCall>& calls)
{
    std::vector<KinetoFile::Kernel*> kernels;
    for (auto& kernel : kineto.kernels)
    {
        if (kernel.call)
        {
            kernels.push_back(&kernel);
        }
    }
    // Correlations count the calls of the host: the order in which kernels were launched.
    std::stable_sort(kernels.begin(),
                     kernels.end(),
                     [](const auto* a, const auto* b) { return a->correlation < b->correlation; });
    if (kernels.size() != calls.size())
    {
        m_log.Add(Finding::ERROR,
                  "kernels and calls of NCCL",
                  0,
                  0,
                  std::to_string(kernels.size()) + " kernels of NCCL, but " +
                      std::to_string(calls.size()) +
                      " calls in the execution trace of the rank: they are not of one step");
        return;
    }
    for (std::size_t i = 0; i < kernels.size(); ++i)
    {
        if (kernels[i]->call->name.empty())
        {
            *kernels[i]->call = calls[i];
        }
    }
}

uint32_t
KinetoImporter::FindGroup(const KinetoFile::Kernel& kernel)
{
    const auto& call = *kernel.call;
    const auto known = m_groups.find(call.group);
    std::vector<uint32_t> ranks = call.groupRanks;
    if (ranks.empty() && known != m_groups.end())
    {
        ranks = known->second;
    }
    if (ranks.empty())
    {
        ranks.resize(m_nRanks);
        std::iota(ranks.begin(), ranks.end(), 0);
    }
    return m_trace.AddGroup(
        call.group.empty() ? "all" : call.group, ranks, DimensionOf(call.group));
}

void
KinetoImporter::ConvertExchange(const NcclCall& call, uint32_t nRanks, TraceOperation& operation)
{
    const auto sumOf = [](const std::vector<uint64_t>& parts)
    { return std::accumulate(parts.begin(), parts.end(), uint64_t{0}); };
    const auto bytesOf = [&](const std::vector<uint64_t>& parts, uint64_t elements)
    {
        // Parts may be rows of several elements.
        const uint64_t sum = sumOf(parts);
        std::vector<uint64_t> bytes;
        for (const auto part : parts)
        {
            const double share = sum > 0 ? static_cast<double>(part) / static_cast<double>(sum) : 0;
            bytes.push_back(
                sum == elements || elements == 0
                    ? Multiply(std::min(part, MAX_BYTES), call.elementBytes)
                    : static_cast<uint64_t>(share * static_cast<double>(operation.value) + 0.5));
        }
        return bytes;
    };
    if (call.splitsIn.size() != nRanks || call.splitsOut.size() != nRanks)
    {
        return; // equal parts
    }
    auto sizes = std::make_shared<collective::ExchangeSizes>();
    sizes->sent = bytesOf(call.splitsIn, call.elementsIn);
    sizes->received = bytesOf(call.splitsOut, call.elementsOut);
    operation.type = CollectiveType::ALL_TO_ALL_V;
    operation.sizes = sizes;
}

void
KinetoImporter::ConvertCall(uint32_t rank,
                            const KinetoFile::Kernel& kernel,
                            TraceOperation& operation)
{
    const auto& call = *kernel.call;
    const auto keep = [&](const std::string& kind, const std::string& why)
    {
        m_log.Add(Finding::WARNING,
                  kind,
                  kernel.line,
                  kernel.column,
                  Quote(kernel.name) + ": " + why + ": it keeps its recorded time");
    };
    const auto type = FindType(call.name);
    const bool isMessage = call.name == "send" || call.name == "recv";
    if (call.name.empty())
    {
        return keep("kernel of NCCL without arguments",
                    "the trace does not say what it moves (--et=PATH names the PyTorch execution "
                    "traces of the ranks)");
    }
    if (!type && (!isMessage || !call.peer))
    {
        return keep("call of NCCL that is not simulated",
                    Quote(call.name) + (isMessage ? " without its peer" : " is not simulated"));
    }
    uint64_t elementBytes = call.elementBytes;
    if (elementBytes == 0)
    {
        constexpr uint64_t usual = 4;
        elementBytes = usual;
        m_log.Add(Finding::WARNING,
                  "element of unknown type",
                  kernel.line,
                  kernel.column,
                  Quote(kernel.name) +
                      ": elements of a type that is not known are taken as 4 bytes");
    }
    if (isMessage)
    {
        operation.kind = call.name == "send" ? OperationKind::SEND : OperationKind::RECEIVE;
        operation.peer = *call.peer;
        operation.value = Multiply(call.elementsIn, elementBytes);
    }
    else
    {
        operation.kind = OperationKind::COLLECTIVE;
        operation.type = *type;
        operation.group = FindGroup(kernel);
        operation.dimension = m_trace.groups[operation.group].dimension;
        operation.root = call.root.value_or(0);
        const auto nRanks = static_cast<uint32_t>(m_trace.groups[operation.group].ranks.size());
        const bool isGather = *type == CollectiveType::ALL_GATHER;
        operation.value =
            Multiply(!isGather ? call.elementsIn
                               : std::max(call.elementsOut, Multiply(call.elementsIn, nRanks)),
                     elementBytes);
        if (*type == CollectiveType::ALL_TO_ALL)
        {
            ConvertExchange(call, nRanks, operation);
        }
        if (*type == CollectiveType::BARRIER)
        {
            operation.value = 0;
        }
    }
    if (operation.value > MAX_BYTES)
    {
        m_log.Add(Finding::ERROR,
                  "size out of range",
                  kernel.line,
                  kernel.column,
                  Quote(kernel.name) + ": more than 2^50 bytes at rank " + std::to_string(rank));
        operation.value = 0;
    }
}

TraceOperation
KinetoImporter::Convert(uint32_t rank, const KinetoFile::Kernel& kernel)
{
    constexpr uint64_t mostStreams = 60'000;
    TraceOperation operation;
    operation.kind = OperationKind::COMPUTE;
    operation.stream = static_cast<uint16_t>(kernel.stream % mostStreams);
    operation.value = static_cast<uint64_t>(kernel.end - kernel.start) * PER_NANOSECOND;
    operation.line = kernel.line;
    operation.column = kernel.column;
    if (kernel.call)
    {
        ConvertCall(rank, kernel, operation);
        operation.label = m_trace.AddLabel(kernel.call->name.empty()
                                               ? kernel.name.substr(0, kernel.name.find('('))
                                               : kernel.call->name);
    }
    else
    {
        operation.label = m_trace.AddLabel(kernel.name.substr(0, kernel.name.find('(')));
    }
    return operation;
}

void
KinetoImporter::BuildRank(uint32_t rank, const KinetoFile& kineto)
{
    m_log.SetFile(m_trace.files[m_trace.ranks[rank].file]);
    std::vector<TraceOperation> operations;
    for (const auto& kernel : kineto.kernels)
    {
        operations.push_back(Convert(rank, kernel));
    }
    KinetoTimeline(kineto, m_begin, m_trace.ranks[rank]).Build(std::move(operations));
}

Trace
KinetoImporter::Finish()
{
    if (m_log.HasError() || m_kinetos.empty())
    {
        return std::move(m_trace);
    }
    const bool isOne = m_kinetos.size() == 1;
    m_nRanks = static_cast<uint32_t>(m_kinetos.size());
    if (isOne)
    {
        const uint32_t said = m_kinetos[0].nRanks.value_or(1);
        m_nRanks =
            std::max({m_wanted > 0 ? m_wanted : said, m_kinetos[0].rank.value_or(0) + 1, 1U});
    }
    m_trace.ranks.resize(m_nRanks);
    m_trace.files = m_files;
    std::vector<uint32_t> rankOf;
    std::vector<bool> isThere(m_nRanks, false);
    m_begin = INT64_MAX;
    for (std::size_t i = 0; i < m_kinetos.size(); ++i)
    {
        auto& kineto = m_kinetos[i];
        const uint32_t rank = kineto.rank.value_or(static_cast<uint32_t>(i));
        if (rank >= m_nRanks || isThere[rank])
        {
            m_log.SetFile(m_files[i]);
            m_log.Add(Finding::ERROR,
                      "rank twice",
                      0,
                      0,
                      "rank " + std::to_string(rank) + " of " +
                          std::to_string(kineto.nRanks.value_or(m_nRanks)) + ", but there are " +
                          std::to_string(m_nRanks) +
                          " files: expected one of each rank, or of one rank only");
            return std::move(m_trace);
        }
        isThere[rank] = true;
        rankOf.push_back(rank);
        m_trace.ranks[rank].file = static_cast<uint32_t>(i);
        m_groups.insert(kineto.groups.begin(), kineto.groups.end());
        m_begin = std::min(m_begin, kineto.kernels.front().start + kineto.clock);
    }
    for (std::size_t i = 0; i < m_kinetos.size(); ++i)
    {
        auto& kineto = m_kinetos[i];
        const int64_t begin = m_begin;
        m_begin -= kineto.clock; // on the clock of this rank
        BuildRank(rankOf[i], kineto);
        m_begin = begin;
    }
    if (isOne && m_nRanks > 1 && !m_log.HasError())
    {
        m_log.SetFile(m_files[0]);
        m_log.Add(Finding::NOTE,
                  "one rank",
                  0,
                  0,
                  "the trace of rank " + std::to_string(rankOf[0]) + " alone: the others of the " +
                      std::to_string(m_nRanks) + " ranks are assumed alike, so nobody waits");
        ReplicateRank(m_trace, rankOf[0], m_nRanks, m_log);
    }
    return std::move(m_trace);
}

} // namespace ns3::workload
