/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-atp-server.h"

#include <algorithm>
#include <utility>

namespace ns3::rdma
{

AtpServer::AtpServer(ReductionPort& port, ReductionServerNode node, uint32_t headerBytes)
    : m_port(port),
      m_node(std::move(node)),
      m_headerBytes(headerBytes),
      m_entries(2 * m_node.slots)
{
    port.Add(this, {m_node.tree}, true);
}

AtpServer::~AtpServer()
{
    m_port.Remove(this);
}

uint8_t
AtpServer::GetPriority() const
{
    return m_priority;
}

void
AtpServer::Expand(const ReductionFields& fields, std::vector<uint32_t>& members) const
{
    members.clear();
    const auto& places = m_node.members[fields.scope];
    for (std::size_t place = 0; place < places.size(); ++place)
    {
        if (fields.places >> place & 1)
        {
            members.insert(members.end(), places[place].begin(), places[place].end());
        }
    }
}

void
AtpServer::Receive(const fabric::Frame& frame)
{
    const ReductionFields& fields = frame.reduction;
    m_priority = frame.priority;
    Entry& entry = m_entries[fields.chunk % m_entries.size()];
    const auto age = static_cast<int32_t>(fields.chunk - entry.fields.chunk);
    if (!entry.isTaken || age > 0)
    {
        entry.fields = fields;
        entry.fields.sum = 0;
        entry.fields.contributions = 0;
        entry.fields.payloadBytes = 0;
        entry.seen.assign(m_node.nMembers, false);
        entry.missing = m_node.nMembers;
        entry.isTaken = true;
    }
    else if (age < 0)
    {
        ++m_counters.overlapping;
        return;
    }
    Expand(fields, m_members);
    ++(m_members.size() > 1 ? m_counters.sums : m_counters.singles);
    const bool overlaps = std::any_of(m_members.begin(),
                                      m_members.end(),
                                      [&entry](uint32_t member) { return entry.seen[member]; });
    if (overlaps)
    {
        ++m_counters.overlapping;
        if (entry.missing == 0 && fields.repeated)
        {
            ++m_counters.resent;
            ReductionFields again = entry.fields;
            again.unaggregated = true;
            again.repeated = true;
            again.hopSequence = m_members[0];
            Answer(again);
        }
        return;
    }
    for (const uint32_t member : m_members)
    {
        entry.seen[member] = true;
    }
    entry.missing -= m_members.size();
    entry.fields.sum += fields.sum;
    entry.fields.contributions += fields.contributions;
    entry.fields.payloadBytes = std::max(entry.fields.payloadBytes, fields.payloadBytes);
    entry.fields.congested |= fields.congested || frame.ecn == fabric::Ecn::CE;
    if (entry.missing == 0)
    {
        entry.fields.repeated = false;
        entry.fields.unaggregated = false;
        Answer(entry.fields);
    }
}

void
AtpServer::Answer(ReductionFields fields)
{
    fields.type = ReductionFields::RESULT;
    m_out.Push(fields);
    m_port.Kick();
}

bool
AtpServer::HasNext(const ReductionPort& port, Ticks now)
{
    return !m_out.IsEmpty();
}

bool
AtpServer::Next(const ReductionPort& port, ReductionFields& fields, uint32_t& bytes, Ticks now)
{
    if (m_out.IsEmpty())
    {
        return false;
    }
    fields = m_out.Pop();
    bytes = fields.payloadBytes + m_headerBytes;
    return true;
}

} // namespace ns3::rdma
