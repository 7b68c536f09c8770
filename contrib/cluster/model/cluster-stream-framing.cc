/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-stream-framing.h"

#include "ns3/assert.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(StreamFraming);

namespace
{

/** Write a number, big endian. @return behind it */
uint8_t*
Put(uint8_t* to, uint64_t value, uint32_t bytes)
{
    for (uint32_t i = bytes; i-- > 0; value >>= 8)
    {
        to[i] = static_cast<uint8_t>(value);
    }
    return to + bytes;
}

/** @return a number, big endian */
uint64_t
Get(const uint8_t* from, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < bytes; ++i)
    {
        value = value << 8 | from[i];
    }
    return value;
}

} // namespace

TypeId
StreamFraming::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::StreamFraming").SetParent<Object>().SetGroupName("Cluster");
    return tid;
}

StreamFraming::~StreamFraming() = default;

void
StreamFraming::DoDispose()
{
    m_user = nullptr;
    Object::DoDispose();
}

void
StreamFraming::Open(User* user, const Opening& opening, uint32_t segmentBytes)
{
    m_user = user;
    m_opening = opening;
    m_segmentBytes = segmentBytes;
    m_opener = true;
}

void
StreamFraming::Accept(User* user)
{
    m_user = user;
}

void
StreamFraming::Post(const Item& item)
{
    m_waiting.Push(item);
}

Ptr<Packet>
StreamFraming::Pull(uint32_t room)
{
    Ptr<Packet> packet = DoPull(room);
    if (packet)
    {
        NS_ASSERT_MSG(packet->GetSize() <= room, "more bytes than there is room for");
        m_pulled += packet->GetSize();
    }
    if (m_ends)
    {
        m_ends = false;
        m_flying.Push({m_waiting.Pop(), m_pulled});
    }
    return packet;
}

void
StreamFraming::EndCurrent()
{
    m_ends = true;
}

void
StreamFraming::Push(Ptr<Packet> packet)
{
    m_stream.Append(packet);
    DoRead(m_stream);
}

void
StreamFraming::Acknowledge(uint64_t bytes)
{
    while (!m_flying.IsEmpty() && m_flying[0].end <= bytes)
    {
        m_user->ItemAcknowledged(m_flying.Pop().item);
    }
}

bool
StreamFraming::Abandon(Item& item)
{
    if (m_flying.IsEmpty() && m_waiting.IsEmpty())
    {
        return false;
    }
    item = m_flying.IsEmpty() ? m_waiting.Pop() : m_flying.Pop().item;
    return true;
}

double
StreamFraming::GetEfficiency(uint32_t segmentBytes) const
{
    return DoGetEfficiency(segmentBytes);
}

StreamFraming::Record
StreamFraming::Encode(const Opening& opening)
{
    Record record{};
    uint8_t* to = Put(record.data(), opening.source, 4);
    to = Put(to, opening.destination, 4);
    to = Put(to, opening.channel, 4);
    Put(to, opening.priority, 1);
    return record;
}

StreamFraming::Record
StreamFraming::Encode(const Item& item)
{
    Record record{};
    Put(Put(record.data(), item.bytes, 8), item.tag, 8);
    return record;
}

StreamFraming::Opening
StreamFraming::DecodeOpening(const Record& record)
{
    Opening opening;
    opening.source = static_cast<uint32_t>(Get(record.data(), 4));
    opening.destination = static_cast<uint32_t>(Get(record.data() + 4, 4));
    opening.channel = static_cast<uint32_t>(Get(record.data() + 8, 4));
    opening.priority = record[12];
    return opening;
}

StreamFraming::Item
StreamFraming::DecodeItem(const Record& record)
{
    return {Get(record.data(), 8), Get(record.data() + 8, 8)};
}

} // namespace ns3::cluster
