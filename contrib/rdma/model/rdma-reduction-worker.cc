/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-reduction-worker.h"

#include "ns3/abort.h"
#include "ns3/fabric-reduction-engine.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(ReductionWorker);

TypeId
ReductionWorker::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::ReductionWorker")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddAttribute("Trees",
                          "Aggregation trees that a group uses, as far as the network has so many "
                          "different ones; 0, the default, as many as the scheme.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&ReductionWorker::m_treesWanted),
                          MakeUintegerChecker<uint32_t>(0, 1024))
            .AddAttribute("Slots",
                          "Chunks of a tree that may be under way: with s of b bytes a member "
                          "sends no faster than s b per round trip; 0, the default, as many as the "
                          "scheme.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&ReductionWorker::m_slotsWanted),
                          MakeUintegerChecker<uint32_t>(0, 1 << 20))
            .AddAttribute("PayloadBytes",
                          "Data of a frame, bytes, at most the engines' SlotBytes; 0, the default, "
                          "as much as the scheme.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&ReductionWorker::m_payloadWanted),
                          MakeUintegerChecker<uint32_t>(0, 9000))
            .AddAttribute("HeaderBytes",
                          "Bytes of a frame besides the data, FCS included, preamble and gap not; "
                          "0, the default, as many as the scheme.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&ReductionWorker::m_headerWanted),
                          MakeUintegerChecker<uint32_t>(0, 256))
            .AddAttribute("GiveUpTime",
                          "Time without a result, while some are waited for, after which the group "
                          "is given up and its transfers fail; it must be more than the members "
                          "are apart in time. Own choice: the papers wait for ever.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&ReductionWorker::m_giveUpTime),
                          MakeTimeChecker(TimeStep(1)))
            .AddTraceSource("Result",
                            "The result of a chunk was taken, for the first time.",
                            MakeTraceSourceAccessor(&ReductionWorker::m_resultTrace),
                            "ns3::rdma::ReductionWorker::ResultTracedCallback");
    return tid;
}

ReductionWorker::ReductionWorker()
    : m_watch(new WatchAlarm(this))
{
}

ReductionWorker::~ReductionWorker()
{
    m_watch->Detach();
    m_watch->Unref();
}

void
ReductionWorker::DoDispose()
{
    Leave();
    m_watch->Detach();
    m_streams.clear();
    m_active.clear();
    m_handler = nullptr;
    Object::DoDispose();
}

uint32_t
ReductionWorker::GetNTrees() const
{
    return m_treesWanted ? m_treesWanted : GetShape().trees;
}

bool
ReductionWorker::UsesServers() const
{
    return false;
}

std::unique_ptr<ReductionEndpoint>
ReductionWorker::MakeServer(ReductionPort& port, const ReductionServerNode& node) const
{
    return nullptr;
}

uint32_t
ReductionWorker::GetNSlots() const
{
    return m_slotsWanted ? m_slotsWanted : GetShape().slots;
}

uint32_t
ReductionWorker::GetPayloadBytes() const
{
    return m_payloadWanted ? m_payloadWanted : GetShape().payloadBytes;
}

uint32_t
ReductionWorker::GetHeaderBytes() const
{
    return m_headerWanted ? m_headerWanted : GetShape().headerBytes;
}

uint32_t
ReductionWorker::GetMember() const
{
    return m_member;
}

uint32_t
ReductionWorker::GetNMembers() const
{
    return m_nMembers;
}

uint64_t
ReductionWorker::GetNPending() const
{
    return m_active.size() + m_early.size();
}

uint8_t
ReductionWorker::GetPriority() const
{
    return m_priority;
}

uint32_t
ReductionWorker::GetNodeId() const
{
    return m_ports[0]->GetNodeId();
}

void
ReductionWorker::Join(const std::vector<ReductionPort*>& ports,
                      const std::vector<TreeEnd>& ends,
                      uint32_t member,
                      uint32_t nMembers,
                      ReductionHandler* handler)
{
    m_inOrder = IsInOrder();
    m_slots = GetNSlots();
    m_payloadBytes = GetPayloadBytes();
    m_headerBytes = GetHeaderBytes();
    m_ports = ports;
    m_member = member;
    m_nMembers = nMembers;
    m_handler = handler;
    for (uint32_t index = 0; index < ends.size(); ++index)
    {
        Stream stream;
        stream.index = index;
        stream.end = ends[index];
        stream.chunks.resize(m_slots);
        for (uint32_t slot = 0; slot < m_slots; ++slot)
        {
            stream.chunks[slot] = slot;
        }
        stream.sent.resize(m_slots);
        m_streams.push_back(std::move(stream));
        ports[index]->Add(this, {ends[index].tree}, false);
    }
    m_watch->SetContext(GetNodeId());
    DoJoin();
}

void
ReductionWorker::Leave()
{
    for (ReductionPort* port : m_ports)
    {
        port->Remove(this);
    }
    m_ports.clear();
}

void
ReductionWorker::Post(uint32_t ordinal, const ReductionTransfer& transfer)
{
    if (GetNPending() == 0)
    {
        m_progressAt = fabric::NowTicks();
        m_watch->SetNoLater(m_progressAt + m_giveUpTime.GetTimeStep());
    }
    m_early.emplace(ordinal, transfer);
    Extend();
}

void
ReductionWorker::GiveUp()
{
    if (GetNPending() == 0)
    {
        return;
    }
    const Ticks due = m_progressAt + m_giveUpTime.GetTimeStep();
    if (due > fabric::NowTicks())
    {
        m_watch->SetNoLater(due);
        return;
    }
    FailAll("no result from the network for " + std::to_string(m_giveUpTime.GetSeconds()) + " s");
}

void
ReductionWorker::Extend()
{
    bool extended = false;
    for (auto it = m_early.find(m_nextOrdinal); it != m_early.end();
         it = m_early.find(++m_nextOrdinal))
    {
        const ReductionTransfer transfer = it->second;
        m_early.erase(it);
        m_priority = transfer.priority;
        const uint64_t n =
            std::max<uint64_t>(1, (transfer.bytes + m_payloadBytes - 1) / m_payloadBytes);
        m_active.push_back({m_nChunks, n, n, transfer});
        m_nChunks += n;
        extended = true;
    }
    if (!extended)
    {
        return;
    }
    const uint64_t nTrees = m_streams.size();
    for (auto& stream : m_streams)
    {
        const uint32_t limit = (m_nChunks + nTrees - 1 - stream.index) / nTrees;
        // Of the new chunks those may go whose slot is not with an earlier one.
        const uint32_t end = std::min<uint64_t>(limit, uint64_t{stream.limit} + m_slots);
        for (uint32_t chunk = stream.limit; chunk < end && !m_inOrder; ++chunk)
        {
            if (stream.chunks[chunk % m_slots] == chunk)
            {
                stream.ready.Push(chunk);
            }
        }
        stream.limit = limit;
        Kick(stream);
    }
}

void
ReductionWorker::Kick(const Stream& stream)
{
    m_ports[stream.index]->Kick();
}

const ReductionWorker::Active&
ReductionWorker::FindTransfer(uint64_t number) const
{
    // Few are under way at a time, and most often it is the first.
    std::size_t i = 0;
    while (number >= m_active[i].first + m_active[i].nChunks)
    {
        ++i;
    }
    return m_active[i];
}

ReductionFields
ReductionWorker::Describe(const Stream& stream, uint32_t chunk) const
{
    const uint64_t number = uint64_t{chunk} * m_streams.size() + stream.index;
    const Active& active = FindTransfer(number);
    const ReductionTransfer& transfer = active.transfer;
    ReductionFields fields{};
    fields.type = ReductionFields::CONTRIBUTION;
    fields.tree = stream.end.tree;
    fields.chunk = chunk;
    fields.place = stream.end.place;
    fields.scope = stream.end.scope;
    fields.places = 1ULL << stream.end.place % 64;
    fields.use = transfer.use;
    fields.root = transfer.root;
    fields.contributions = 1;
    if (transfer.use != ReductionUse::COPY_FROM_ROOT || transfer.root == m_member)
    {
        const uint64_t before = (number - active.first) * m_payloadBytes;
        fields.payloadBytes = std::min<uint64_t>(m_payloadBytes, transfer.bytes - before);
        fields.sum = fabric::ReductionWord(fields.tree, chunk, m_member);
    }
    return fields;
}

bool
ReductionWorker::TakeReady(Stream& stream, ReductionFields& fields)
{
    if (!HasReady(stream))
    {
        return false;
    }
    const uint32_t chunk = m_inOrder ? stream.next++ : stream.ready.Pop();
    stream.sent[chunk % m_slots] = 1;
    ++m_counters.sent;
    fields = Describe(stream, chunk);
    return true;
}

bool
ReductionWorker::Accept(Stream& stream, const fabric::Frame& frame)
{
    const ReductionFields& fields = frame.reduction;
    const uint32_t slot = fields.chunk % m_slots;
    if (!IsOutstanding(stream, fields.chunk))
    {
        ++m_counters.duplicates;
        return false;
    }
    NS_ABORT_MSG_IF(fields.contributions != m_nMembers,
                    "a result of " << fields.contributions << " contributions of " << m_nMembers);
    ++m_counters.results;
    m_progressAt = fabric::NowTicks();
    stream.chunks[slot] += m_slots;
    stream.sent[slot] = 0;
    while (stream.lowest < stream.limit && stream.chunks[stream.lowest % m_slots] != stream.lowest)
    {
        ++stream.lowest;
    }
    if (!m_inOrder && stream.chunks[slot] < stream.limit)
    {
        stream.ready.Push(stream.chunks[slot]);
    }
    m_resultTrace(m_member, fields);
    const uint64_t number = uint64_t{fields.chunk} * m_streams.size() + stream.index;
    auto active =
        std::find_if(m_active.begin(),
                     m_active.end(),
                     [number](const Active& each) { return number < each.first + each.nChunks; });
    if (--active->left == 0)
    {
        const ReductionTransfer transfer = active->transfer;
        m_active.erase(active);
        m_handler->TransferCompleted(*this, transfer);
    }
    return true;
}

void
ReductionWorker::FailAll(const std::string& reason)
{
    m_failure = reason;
    std::vector<ReductionTransfer> failed;
    for (const Active& active : m_active)
    {
        failed.push_back(active.transfer);
    }
    for (const auto& early : m_early)
    {
        failed.push_back(early.second);
    }
    m_active.clear();
    m_early.clear();
    for (auto& stream : m_streams)
    {
        stream.ready = RingBuffer<uint32_t>();
        std::fill(stream.sent.begin(), stream.sent.end(), 0);
        stream.limit = 0;
    }
    for (const auto& transfer : failed)
    {
        m_handler->TransferFailed(*this, transfer, reason);
    }
}

void
ReductionWorker::Receive(const fabric::Frame& frame)
{
    for (auto& stream : m_streams)
    {
        if (stream.end.tree == frame.reduction.tree)
        {
            DoReceive(stream, frame);
            Kick(stream);
            return;
        }
    }
}

bool
ReductionWorker::HasNext(const ReductionPort& port, Ticks now)
{
    return std::any_of(m_streams.begin(),
                       m_streams.end(),
                       [this, &port, now](Stream& stream)
                       { return m_ports[stream.index] == &port && DoHasNext(stream, now); });
}

bool
ReductionWorker::Next(const ReductionPort& port,
                      ReductionFields& fields,
                      uint32_t& bytes,
                      Ticks now)
{
    for (std::size_t i = 0; i < m_streams.size(); ++i)
    {
        m_turn = m_turn + 1 < m_streams.size() ? m_turn + 1 : 0;
        if (m_ports[m_turn] == &port && DoNext(m_streams[m_turn], fields, now))
        {
            bytes = fields.payloadBytes + m_headerBytes;
            return true;
        }
    }
    return false;
}

bool
ReductionWorker::IsInOrder() const
{
    return false;
}

bool
ReductionWorker::DoHasNext(Stream& stream, Ticks now)
{
    return HasReady(stream);
}

bool
ReductionWorker::DoNext(Stream& stream, ReductionFields& fields, Ticks now)
{
    return TakeReady(stream, fields);
}

void
ReductionWorker::DoReceive(Stream& stream, const fabric::Frame& frame)
{
    if (frame.reduction.type == ReductionFields::RESULT)
    {
        Accept(stream, frame);
    }
}

void
ReductionWorker::DoJoin()
{
}

} // namespace ns3::rdma
