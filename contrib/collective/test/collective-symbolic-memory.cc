/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-symbolic-memory.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace ns3::collective::test
{

SymbolicMemory::SymbolicMemory(const Operation& operation,
                               uint32_t nRanks,
                               std::vector<std::vector<uint64_t>> sizes)
    : m_operation(operation),
      m_nRanks(nRanks),
      m_sizes(std::move(sizes)),
      m_buffers(nRanks)
{
    const Part whole{0, operation.bytes};
    for (uint32_t rank = 0; rank < nRanks; ++rank)
    {
        const uint64_t self = 1ULL << rank;
        m_heard.push_back(self);
        Part own = whole;
        if (operation.type == CollectiveType::ALL_GATHER)
        {
            own = whole.Divide(rank, nRanks);
        }
        else if (operation.type == CollectiveType::BROADCAST && rank != operation.root)
        {
            own = {0, 0};
        }
        const bool exchanges = operation.type == CollectiveType::ALL_TO_ALL ||
                               operation.type == CollectiveType::ALL_TO_ALL_V;
        if (exchanges)
        {
            const auto last = GetSentPart(rank, nRanks - 1);
            own = {0, last.offset + last.bytes};
        }
        auto& main = m_buffers[rank][static_cast<size_t>(Buffer::MAIN)];
        main.resize(exchanges ? own.bytes : whole.bytes);
        for (uint64_t k = own.offset; k < own.offset + own.bytes; ++k)
        {
            main[k] = {self, k};
        }
        if (exchanges)
        {
            const auto last = GetReceivedPart(nRanks - 1, rank);
            auto& output = m_buffers[rank][static_cast<size_t>(Buffer::OUTPUT)];
            output.resize(last.offset + last.bytes);
            const auto kept = GetSentPart(rank, rank);
            for (uint64_t k = 0; k < kept.bytes; ++k)
            {
                output[GetReceivedPart(rank, rank).offset + k] = {self, kept.offset + k};
            }
        }
        m_buffers[rank][static_cast<size_t>(Buffer::SCRATCH)].resize(nRanks *
                                                                     whole.Divide(0, nRanks).bytes);
    }
}

Part
SymbolicMemory::GetSentPart(uint32_t from, uint32_t to) const
{
    if (m_sizes.empty())
    {
        return Part{0, m_operation.bytes}.Divide(to, m_nRanks);
    }
    const auto& sizes = m_sizes[from];
    return {std::accumulate(sizes.begin(), sizes.begin() + to, uint64_t{0}), sizes[to]};
}

Part
SymbolicMemory::GetReceivedPart(uint32_t from, uint32_t to) const
{
    Part part;
    for (uint32_t before = 0; before < from; ++before)
    {
        part.offset += GetSentPart(before, to).bytes;
    }
    part.bytes = GetSentPart(from, to).bytes;
    return part;
}

void
SymbolicMemory::Complain(uint32_t rank, const std::string& what)
{
    if (m_error.empty())
    {
        m_error = "rank " + std::to_string(rank) + ": " + what;
    }
}

SymbolicMemory::Cell*
SymbolicMemory::Find(uint32_t rank, const Range& range)
{
    auto& cells = m_buffers[rank][static_cast<size_t>(range.buffer)];
    if (range.offset + range.bytes > cells.size())
    {
        Complain(rank, "range behind the end of a buffer");
        return nullptr;
    }
    return cells.data() + range.offset;
}

void
SymbolicMemory::Send(uint32_t rank, const Step& step)
{
    Payload payload;
    payload.heard = m_heard[rank];
    for (const auto& range : step.ranges)
    {
        const Cell* cells = Find(rank, range);
        for (uint64_t k = 0; cells && k < range.bytes; ++k)
        {
            if (cells[k].ranks == 0)
            {
                Complain(rank, "sends what it does not have");
            }
            payload.cells.push_back(cells[k]);
        }
    }
    if (step.peer == Step::NETWORK)
    {
        Contribute(rank, step, std::move(payload));
        return;
    }
    if (step.action != StepAction::SEND || payload.cells.size() != step.bytes)
    {
        Complain(rank, "size of a sending step is not that of its ranges");
    }
    const Key key{rank, step.peer, step.channel, step.key};
    if (!m_payloads.emplace(key, std::move(payload)).second)
    {
        Complain(rank, "sends two messages with the same key");
    }
}

void
SymbolicMemory::Contribute(uint32_t rank, const Step& step, Payload payload)
{
    Result& result = m_results[{step.channel, step.key}][step.group];
    result.bytes = result.from == 0 ? step.bytes : result.bytes;
    if (step.bytes != result.bytes ||
        (!payload.cells.empty() && payload.cells.size() != step.bytes))
    {
        Complain(rank, "contributes another size than the others");
        return;
    }
    if (result.from >> rank & 1)
    {
        Complain(rank, "contributes twice");
    }
    result.from |= 1ULL << rank;
    result.heard |= payload.heard;
    if (result.cells.empty())
    {
        result.cells = std::move(payload.cells);
        return;
    }
    for (std::size_t k = 0; k < payload.cells.size(); ++k)
    {
        if ((result.cells[k].ranks & payload.cells[k].ranks) != 0 ||
            result.cells[k].offset != payload.cells[k].offset)
        {
            Complain(rank, "contributes data twice, or data that do not belong together");
        }
        result.cells[k].ranks |= payload.cells[k].ranks;
    }
}

bool
SymbolicMemory::TakeResult(uint32_t rank, const Step& step, Payload& payload)
{
    Result& result = m_results[{step.channel, step.key}][step.group];
    if (!(result.from >> rank & 1) || (result.received >> rank & 1))
    {
        Complain(rank, "receives a result that it did not contribute to, or twice");
    }
    result.received |= 1ULL << rank;
    payload.heard = result.heard;
    payload.cells = result.cells;
    m_heard[rank] |= result.heard;
    return !step.ranges.empty();
}

void
SymbolicMemory::Receive(uint32_t rank, const Step& step)
{
    if (step.action >= StepAction::COPY)
    {
        Cells cells;
        for (const auto& range : step.sources)
        {
            const Cell* from = Find(rank, range);
            cells.insert(cells.end(), from, from ? from + range.bytes : from);
        }
        Write(rank, step, cells);
        return;
    }
    Payload payload;
    if (step.peer == Step::NETWORK)
    {
        if (!TakeResult(rank, step, payload))
        {
            return;
        }
    }
    else
    {
        const auto it = m_payloads.find({step.peer, rank, step.channel, step.key});
        if (it == m_payloads.end())
        {
            Complain(rank, "receives what was not sent");
            return;
        }
        payload = std::move(it->second);
        m_payloads.erase(it);
    }
    m_heard[rank] |= payload.heard;
    if (payload.cells.size() != step.bytes)
    {
        Complain(rank, "receives another size than was sent");
        return;
    }
    Write(rank, step, payload.cells);
}

void
SymbolicMemory::Write(uint32_t rank, const Step& step, const Cells& written)
{
    const bool copies = step.action == StepAction::RECEIVE || step.action == StepAction::COPY;
    auto received = written.begin();
    for (const auto& range : step.ranges)
    {
        Cell* cells = Find(rank, range);
        for (uint64_t k = 0; cells && k < range.bytes; ++k, ++received)
        {
            if (received == written.end())
            {
                Complain(rank, "writes more than it has read");
                return;
            }
            if (copies)
            {
                cells[k] = *received;
                continue;
            }
            if ((cells[k].ranks & received->ranks) != 0)
            {
                Complain(rank, "adds the same data twice");
            }
            if (cells[k].ranks == 0 || cells[k].offset != received->offset)
            {
                Complain(rank, "adds data that do not belong together");
            }
            cells[k].ranks |= received->ranks;
        }
    }
    if (received != written.end())
    {
        Complain(rank, "size of a receiving step is not that of its ranges");
    }
}

void
SymbolicMemory::Expect(uint32_t rank, Range range, uint64_t ranks, uint64_t offset)
{
    const Cell* cells = Find(rank, range);
    for (uint64_t k = 0; cells && k < range.bytes; ++k)
    {
        if (cells[k].ranks != ranks || cells[k].offset != offset + k)
        {
            Complain(rank,
                     "byte " + std::to_string(range.offset + k) + " holds " +
                         std::to_string(cells[k].ranks) + " of byte " +
                         std::to_string(cells[k].offset) + ", expected " + std::to_string(ranks) +
                         " of byte " + std::to_string(offset + k));
            return;
        }
    }
}

std::string
SymbolicMemory::Check()
{
    if (!m_payloads.empty())
    {
        Complain(std::get<1>(m_payloads.begin()->first), "a message was not received");
    }
    for (const auto& [key, groups] : m_results)
    {
        for (const auto& [group, result] : groups)
        {
            if (result.from != result.received)
            {
                Complain(group, "not everybody has the result of a group of this number");
            }
        }
    }
    const uint64_t all = m_nRanks == 64 ? UINT64_MAX : (1ULL << m_nRanks) - 1;
    const Part whole{0, m_operation.bytes};
    for (uint32_t rank = 0; rank < m_nRanks; ++rank)
    {
        const auto own = whole.Divide(rank, m_nRanks);
        switch (m_operation.type)
        {
        case CollectiveType::ALL_REDUCE:
            Expect(rank, {Buffer::MAIN, 0, whole.bytes}, all, 0);
            break;
        case CollectiveType::REDUCE_SCATTER:
            Expect(rank, {Buffer::MAIN, own.offset, own.bytes}, all, own.offset);
            break;
        case CollectiveType::ALL_GATHER:
            for (uint32_t from = 0; from < m_nRanks; ++from)
            {
                const auto part = whole.Divide(from, m_nRanks);
                Expect(rank, {Buffer::MAIN, part.offset, part.bytes}, 1ULL << from, part.offset);
            }
            break;
        case CollectiveType::BROADCAST:
            Expect(rank, {Buffer::MAIN, 0, whole.bytes}, 1ULL << m_operation.root, 0);
            break;
        case CollectiveType::REDUCE:
            if (rank == m_operation.root)
            {
                Expect(rank, {Buffer::MAIN, 0, whole.bytes}, all, 0);
            }
            break;
        case CollectiveType::ALL_TO_ALL:
        case CollectiveType::ALL_TO_ALL_V:
            for (uint32_t from = 0; from < m_nRanks; ++from)
            {
                const auto part = GetReceivedPart(from, rank);
                Expect(rank,
                       {Buffer::OUTPUT, part.offset, part.bytes},
                       1ULL << from,
                       GetSentPart(from, rank).offset);
            }
            break;
        default:
            if (m_heard[rank] != all)
            {
                Complain(rank, "leaves the barrier before everybody has come");
            }
            break;
        }
    }
    return m_error;
}

} // namespace ns3::collective::test
