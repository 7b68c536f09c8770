/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-iwarp-framing.h"

#include "ns3/fabric-compat.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cstring>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(IwarpFraming);

namespace
{

constexpr uint32_t KEY_BYTES = 16;
constexpr char REQUEST_KEY[] = "MPA ID Req Frame";
constexpr char REPLY_KEY[] = "MPA ID Rep Frame";
constexpr uint8_t MPA_REVISION = 1;

} // namespace

TypeId
IwarpFraming::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::IwarpFraming")
            .SetParent<StreamFraming>()
            .SetGroupName("Cluster")
            .AddConstructor<IwarpFraming>()
            .AddAttribute(
                "Verb",
                "How a message is sent: an RDMA Write and a Send of 16 bytes that tells "
                "the receiver (Write, default), or a Send of all (Send).",
                EnumValue(IwarpFraming::WRITE),
                fabric::compat::MakeEnumAccessorFor<IwarpFraming::Verb>(&IwarpFraming::m_verb),
                MakeEnumChecker(IwarpFraming::WRITE, "Write", IwarpFraming::SEND, "Send"))
            .AddAttribute("ReplyTimeout",
                          "Most time from an MPA request, when TCP gets it, to its reply; then the "
                          "connection fails. Above 0; without it, an end whose request was "
                          "acknowledged would wait for ever for a peer that is cut off. Default: "
                          "that of Linux's siw driver.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&IwarpFraming::m_replyTimeout),
                          MakeTimeChecker(TimeStep(1)));
    return tid;
}

IwarpFraming::IwarpFraming() = default;

IwarpFraming::~IwarpFraming()
{
    m_giveUp.Cancel();
}

void
IwarpFraming::GiveUp()
{
    Break("no MPA reply came");
}

uint32_t
IwarpFraming::GetFullPayload(uint32_t segmentBytes, IwarpHeader::Operation operation)
{
    return segmentBytes - segmentBytes % 4 - IwarpHeader::LENGTH_BYTES - IwarpHeader::CRC_BYTES -
           IwarpHeader::GetSegmentHeaderBytes(operation);
}

double
IwarpFraming::DoGetEfficiency(uint32_t segmentBytes) const
{
    const auto operation = m_verb == WRITE ? IwarpHeader::RDMA_WRITE : IwarpHeader::SEND;
    return static_cast<double>(GetFullPayload(segmentBytes, operation)) /
           (segmentBytes - segmentBytes % 4);
}

Ptr<Packet>
IwarpFraming::MakeNegotiation(bool request, uint16_t privateBytes)
{
    uint8_t frame[NEGOTIATION_BYTES] = {}; // no markers, no CRC, not rejected
    std::memcpy(frame, request ? REQUEST_KEY : REPLY_KEY, KEY_BYTES);
    frame[KEY_BYTES + 1] = MPA_REVISION;
    frame[KEY_BYTES + 2] = static_cast<uint8_t>(privateBytes >> 8);
    frame[KEY_BYTES + 3] = static_cast<uint8_t>(privateBytes);
    return Create<Packet>(frame, NEGOTIATION_BYTES);
}

Ptr<Packet>
IwarpFraming::DoPull(uint32_t room)
{
    if (IsOpener() && !m_requested)
    {
        if (room < NEGOTIATION_BYTES + RECORD_BYTES)
        {
            return nullptr;
        }
        m_requested = true;
        m_giveUp = Simulator::Schedule(m_replyTimeout, &IwarpFraming::GiveUp, this);
        const Ptr<Packet> packet = MakeNegotiation(true, RECORD_BYTES);
        packet->AddAtEnd(Create<Packet>(Encode(GetOpening()).data(), RECORD_BYTES));
        return packet;
    }
    if (!IsOpener() && m_requested && !m_replied && room >= NEGOTIATION_BYTES)
    {
        m_replied = true;
        return MakeNegotiation(false, 0);
    }
    return IsOpener() && m_replied && GetCurrent() ? PullFpdu(room) : nullptr;
}

Ptr<Packet>
IwarpFraming::PullFpdu(uint32_t room)
{
    const Item& item = *GetCurrent();
    const bool tells = m_verb == SEND || m_written || item.bytes == 0; // Sends begin with a record
    const uint32_t record = tells && m_offset == 0 ? RECORD_BYTES : 0;
    const uint64_t total = (tells ? RECORD_BYTES : 0) + (m_verb == SEND || !tells ? item.bytes : 0);
    IwarpHeader header;
    header.operation = tells ? IwarpHeader::SEND : IwarpHeader::RDMA_WRITE;
    const uint32_t full = GetFullPayload(GetSegmentBytes(), header.operation);
    header.payloadBytes = static_cast<uint16_t>(std::min<uint64_t>(full, total - m_offset));
    header.offset = m_offset;
    header.stag = m_messages;
    header.messageNumber = m_messages + 1;
    header.last = m_offset + header.payloadBytes == total;
    if (header.GetFpduBytes() > room)
    {
        return nullptr;
    }
    Ptr<Packet> packet = Create<Packet>(header.payloadBytes - record);
    if (record > 0)
    {
        const Ptr<Packet> data = packet;
        packet = Create<Packet>(Encode(item).data(), RECORD_BYTES);
        packet->AddAtEnd(data);
    }
    packet->AddHeader(header);
    // Not AddPaddingAtEnd, of which ns-3's metadata of packets, if enabled, keeps no account.
    packet->AddAtEnd(Create<Packet>(header.GetPadding() + IwarpHeader::CRC_BYTES));
    m_offset += header.payloadBytes;
    if (header.last)
    {
        m_offset = 0;
        m_written = !tells;
        if (tells)
        {
            ++m_messages;
            EndCurrent();
        }
    }
    return packet;
}

void
IwarpFraming::DoRead(ByteStream& stream)
{
    bool more = !m_broken;
    while (more)
    {
        const bool negotiating = IsOpener() ? !m_replied : !m_requested;
        more = negotiating ? ReadNegotiation(stream) : ReadFpdu(stream);
    }
}

bool
IwarpFraming::Break(const std::string& reason)
{
    m_broken = true;
    GetUser()->StreamBroken(reason);
    return false;
}

bool
IwarpFraming::ReadNegotiation(ByteStream& stream)
{
    const uint32_t privateBytes = IsOpener() ? 0 : RECORD_BYTES;
    uint8_t frame[NEGOTIATION_BYTES + RECORD_BYTES];
    if (!stream.Peek(frame, NEGOTIATION_BYTES + privateBytes))
    {
        return false;
    }
    stream.Skip(NEGOTIATION_BYTES + privateBytes);
    const bool known = std::memcmp(frame, IsOpener() ? REPLY_KEY : REQUEST_KEY, KEY_BYTES) == 0;
    if (!known || frame[KEY_BYTES] != 0 || frame[KEY_BYTES + 1] != MPA_REVISION ||
        (frame[KEY_BYTES + 2] << 8 | frame[KEY_BYTES + 3]) != static_cast<int>(privateBytes))
    {
        return Break("no MPA request or reply that is understood");
    }
    if (IsOpener())
    {
        m_replied = true;
        m_giveUp.Cancel();
    }
    else
    {
        m_requested = true;
        Record record;
        std::memcpy(record.data(), frame + NEGOTIATION_BYTES, RECORD_BYTES);
        GetUser()->StreamOpened(DecodeOpening(record));
    }
    GetUser()->StreamReady();
    return true;
}

bool
IwarpFraming::ReadFpdu(ByteStream& stream)
{
    // No FPDU is shorter than the longest header.
    uint8_t bytes[IwarpHeader::MOST_BYTES];
    if (!stream.Peek(bytes, IwarpHeader::MOST_BYTES))
    {
        return false;
    }
    Buffer buffer;
    buffer.AddAtStart(IwarpHeader::MOST_BYTES);
    buffer.Begin().Write(bytes, IwarpHeader::MOST_BYTES);
    IwarpHeader header;
    header.Deserialize(buffer.Begin());
    if (!header.valid)
    {
        return Break("no FPDU that is understood");
    }
    if (stream.GetSize() < header.GetFpduBytes())
    {
        return false;
    }
    stream.Skip(header.GetSerializedSize());
    return TakeFpdu(header, stream);
}

bool
IwarpFraming::TakeFpdu(const IwarpHeader& header, ByteStream& stream)
{
    const bool write = header.operation == IwarpHeader::RDMA_WRITE;
    if (header.offset != m_offset || (m_written && write) ||
        (write ? header.stag != m_messages
               : header.messageNumber != m_messages + 1 || header.queue != 0) ||
        (!write && m_offset == 0 && header.payloadBytes < RECORD_BYTES))
    {
        return Break("an FPDU that does not follow the one before");
    }
    if (!write && m_offset == 0)
    {
        Record record;
        stream.Peek(record.data(), RECORD_BYTES);
        m_arriving = DecodeItem(record);
    }
    stream.Skip(header.payloadBytes + header.GetPadding() + IwarpHeader::CRC_BYTES);
    m_offset += header.payloadBytes;
    if (!header.last)
    {
        return true;
    }
    const uint64_t total = m_offset;
    m_offset = 0;
    m_written = write;
    if (write)
    {
        m_writtenBytes = total;
        return true;
    }
    const uint64_t carried = total - RECORD_BYTES + m_writtenBytes;
    m_writtenBytes = 0;
    if (m_arriving.bytes != carried)
    {
        return Break("a Send that tells of another message than came");
    }
    ++m_messages;
    GetUser()->ItemArrived(m_arriving);
    return true;
}

} // namespace ns3::cluster
