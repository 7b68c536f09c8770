/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-uet-codec.h"

#include "rdma-frame-sizes.h"
#include "rdma-icrc.h"
#include "rdma-opcode.h"
#include "rdma-psn.h"
#include "rdma-syndrome.h"

#include "ns3/abort.h"
#include "ns3/fabric-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/udp-header.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(UetCodec);

using fabric::Frame;
using fabric::FrameKind;
using fabric::RoceFields;

namespace
{

constexpr uint8_t IP_PROTOCOL_UDP = 17;
constexpr uint32_t IPV4_BYTES = 20;
constexpr uint32_t UDP_BYTES = 8;
constexpr uint32_t CRC_BYTES = 4;
constexpr uint8_t FIRST_TTL = 64;

// Types of the packet delivery header.
constexpr uint8_t TYPE_RUDI_REQUEST = 4;
constexpr uint8_t TYPE_RUDI_RESPONSE = 5;
constexpr uint8_t TYPE_ACK_CC = 8;
constexpr uint8_t TYPE_NACK = 10;
constexpr uint8_t TYPE_CONTROL = 11;
constexpr uint8_t TYPE_NACK_CCX = 12;
constexpr uint8_t TYPE_RUD_CC_REQUEST = 13;

// What follows it, and the types of control packets, which stand in the same place.
constexpr uint8_t NEXT_NONE = 0;
constexpr uint8_t NEXT_STANDARD_REQUEST = 3;
constexpr uint8_t CONTROL_PROBE = 6;
constexpr uint8_t CONTROL_CREDIT = 7;

// Flags of 7 bits.
constexpr uint8_t FLAG_SYN = 1 << 2;
constexpr uint8_t FLAG_AR = 1 << 3;
constexpr uint8_t FLAG_RETX = 1 << 4;
constexpr uint8_t FLAG_MARKED = 1 << 5;

// Opcodes and flags of the semantic header.
constexpr uint8_t SES_WRITE = 1;
constexpr uint8_t SES_READ = 2; ///< a READ; here, with the context of responses, its data too
constexpr uint8_t SES_FETCHING_ATOMIC = 4; ///< likewise
constexpr uint8_t SES_SEND = 5;
constexpr uint8_t SES_SOM = 1 << 0;
constexpr uint8_t SES_EOM = 1 << 1;
constexpr uint8_t SES_HEADER_DATA = 1 << 2;
constexpr uint8_t SES_INITIATOR_ERROR = 1 << 4; ///< here: the message has immediate data
constexpr uint8_t SES_DELIVERY_COMPLETE = 1 << 5;

// Of the atomic extension header.
constexpr uint8_t ATOMIC_SUM = 0x02;
constexpr uint8_t ATOMIC_COMPARE_SWAP = 0x0d;
constexpr uint8_t ATOMIC_UINT64 = 0x07;

// Codes of NACKs.
constexpr uint8_t NACK_TRIMMED = 1;
constexpr uint8_t NACK_TRIMMED_LAST_HOP = 2;
constexpr uint8_t NACK_OTHER = 0xff; ///< see the vendor code

constexpr uint32_t CONTEXT_OF_RESPONSES = 1 << 15; ///< in the first PDCID

constexpr uint16_t SACK_SPAN = 63; ///< from the first packet of the bitmap to the last

/** Appends numbers in network order. */
class Writer
{
  public:
    /** @param value number @param bytes of it, the lowest */
    void Put(uint64_t value, uint32_t bytes)
    {
        for (uint32_t i = bytes; i-- > 0;)
        {
            data.push_back(static_cast<uint8_t>(value >> (8 * i)));
        }
    }

    std::vector<uint8_t> data; ///< what was put
};

/** Takes numbers in network order. */
class Reader
{
  public:
    /** @param data bytes to read */
    explicit Reader(const std::vector<uint8_t>& data)
        : m_data(data)
    {
    }

    /** @param bytes of the number @return it; zero bits where the data have ended */
    uint64_t Get(uint32_t bytes)
    {
        uint64_t value = 0;
        for (uint32_t i = 0; i < bytes; ++i)
        {
            value = value << 8 | (m_at < m_data.size() ? m_data[m_at] : 0);
            ++m_at;
        }
        return value;
    }

    /** @return bytes not read yet; negative if too many were */
    int64_t GetLeft() const
    {
        return static_cast<int64_t>(m_data.size()) - static_cast<int64_t>(m_at);
    }

  private:
    const std::vector<uint8_t>& m_data; ///< bytes
    std::size_t m_at{0};                ///< next
};

/** Put the first two bytes of a packet delivery header. */
void
PutPrologue(Writer& out, uint8_t type, uint8_t next, uint8_t flags)
{
    out.Put(type << 11 | next << 7 | flags, 2);
}

/** Put the PDCIDs, which hold a queue pair number; responses have a context of their own. */
void
PutContext(Writer& out, const RoceFields& roce)
{
    out.Put(roce.destinationQp >> 16 | (roce.response ? CONTEXT_OF_RESPONSES : 0), 2);
    out.Put(roce.destinationQp & 0xffff, 2);
}

/** Read the PDCIDs. */
void
GetContext(Reader& in, RoceFields& roce)
{
    const auto upper = static_cast<uint32_t>(in.Get(2));
    roce.response = upper & CONTEXT_OF_RESPONSES;
    roce.destinationQp = (upper & 0xff) << 16 | static_cast<uint32_t>(in.Get(2));
}

/** @return whether a frame with this opcode asks for an atomic, or has its result */
bool
IsOfAtomic(uint8_t opcode)
{
    return IsAtomic(opcode) || opcode == OP_ATOMIC_ACKNOWLEDGE;
}

/** Put the operands of an atomic behind an extension header, or its result. */
void
PutAtomic(Writer& out, const RoceFields& roce)
{
    if (roce.opcode == OP_ATOMIC_ACKNOWLEDGE)
    {
        out.Put(roce.original, 8);
        return;
    }
    const bool swap = roce.opcode == OP_COMPARE_SWAP;
    out.Put(swap ? ATOMIC_COMPARE_SWAP : ATOMIC_SUM, 1);
    out.Put(ATOMIC_UINT64, 1);
    out.Put(0, 2); // semantic control
    if (swap)
    {
        out.Put(0, 8);
        out.Put(roce.compare, 8);
        out.Put(0, 8);
    }
    out.Put(roce.operandHigh, 4);
    out.Put(roce.operandLow, 4);
}

/** Read what PutAtomic wrote. @return whether it is known */
bool
GetAtomic(Reader& in, RoceFields& roce)
{
    roce.payloadBytes = 0;
    if (roce.response)
    {
        roce.opcode = OP_ATOMIC_ACKNOWLEDGE;
        roce.original = in.Get(8);
        return in.GetLeft() == 0;
    }
    const uint8_t code = in.Get(1);
    const uint8_t type = in.Get(1);
    in.Get(2);
    roce.opcode = code == ATOMIC_COMPARE_SWAP ? OP_COMPARE_SWAP : OP_FETCH_ADD;
    roce.compare = 0;
    if (code == ATOMIC_COMPARE_SWAP)
    {
        in.Get(8);
        roce.compare = in.Get(8);
        in.Get(8);
    }
    roce.operandHigh = in.Get(4);
    roce.operandLow = in.Get(4);
    return in.GetLeft() == 0 && type == ATOMIC_UINT64 &&
           (code == ATOMIC_COMPARE_SWAP || code == ATOMIC_SUM);
}

/** Put the semantic header of a data frame. */
void
PutSemantics(Writer& out, const RoceFields& roce)
{
    const bool atomic = IsOfAtomic(roce.opcode);
    out.Put(atomic                            ? SES_FETCHING_ATOMIC
            : roce.opcode > OP_WRITE_ONLY_IMM ? SES_READ
            : roce.opcode >= OP_WRITE_FIRST   ? SES_WRITE
                                              : SES_SEND,
            1);
    out.Put((IsFirst(roce.opcode) ? SES_SOM : 0) | (IsLast(roce.opcode) ? SES_EOM : 0) |
                (HasImmediate(roce.opcode) ? SES_HEADER_DATA : 0) |
                (roce.hasImmediate ? SES_INITIATOR_ERROR : 0) |
                (roce.solicited ? SES_DELIVERY_COMPLETE : 0),
            1);
    out.Put(roce.msn & 0xffff, 2);     // message ID
    out.Put(roce.msn >> 16 & 0xff, 1); // resource index generation
    out.Put(0, 3);                     // job
    out.Put(0, 2);                     // PID on FEP
    out.Put(0, 2);                     // resource index
    // Buffer offset; initiator.
    out.Put(roce.opcode == OP_ATOMIC_ACKNOWLEDGE ? 0 : roce.remoteAddress, 8);
    out.Put(IsAtomic(roce.opcode) ? 0 : roce.immediate, 4);
    out.Put(roce.remoteKey, 8);              // memory key
    out.Put(0, 8);                           // header data, or payload length and message offset
    out.Put(atomic ? 8 : roce.dmaLength, 4); // request length
    if (atomic)
    {
        PutAtomic(out, roce);
    }
}

/** Put the header of a data frame, and its semantic header. */
void
PutRequest(Writer& out, const RoceFields& roce)
{
    PutPrologue(out,
                TYPE_RUD_CC_REQUEST,
                NEXT_STANDARD_REQUEST,
                (roce.syn ? FLAG_SYN : 0) | (roce.ackRequest ? FLAG_AR : 0) |
                    (roce.again ? FLAG_RETX : 0));
    out.Put(0, 2); // clear PSN offset
    out.Put(roce.psn, 4);
    PutContext(out, roce);
    out.Put(IsAtomic(roce.opcode) ? 0 : roce.credit, 4);
    PutSemantics(out, roce);
}

/** Put the header of a request of RUDI or of a response, with data or without. */
void
PutRudi(Writer& out, const RoceFields& roce)
{
    const bool answer = roce.opcode == OP_ACKNOWLEDGE;
    PutPrologue(out,
                answer || roce.response ? TYPE_RUDI_RESPONSE : TYPE_RUDI_REQUEST,
                answer ? NEXT_NONE : NEXT_STANDARD_REQUEST,
                (roce.ackRequest ? FLAG_AR : 0) | (roce.again ? FLAG_RETX : 0) |
                    (roce.echoedCe ? FLAG_MARKED : 0));
    out.Put(roce.destinationQp >> 8, 2);                      // reserved
    out.Put((roce.destinationQp & 0xff) << 24 | roce.psn, 4); // packet ID
    if (!answer)
    {
        PutSemantics(out, roce);
    }
}

/** Put the header of an acknowledgment. */
void
PutAck(Writer& out, const RoceFields& roce)
{
    const bool selective = roce.payloadBytes > 0;
    PutPrologue(out, TYPE_ACK_CC, NEXT_NONE, roce.echoedCe ? FLAG_MARKED : 0);
    out.Put(selective ? roce.sackPsn - roce.psn : 0, 2); // ACK PSN
    out.Put(roce.psn, 4);
    PutContext(out, roce);
    out.Put(0, 2); // NSCC, no flags; maximum PSN range
    out.Put(selective ? roce.sackPsn - SACK_SPAN - roce.psn : 0, 2);
    out.Put(selective ? roce.sackBitmap : 0, 8);
    out.Put(0, 6); // service time, window, received bytes
    out.Put(selective ? std::min<uint32_t>(roce.outOfOrder, UINT16_MAX) : 0, 2);
}

/** Put the header of a negative acknowledgment. */
void
PutNack(Writer& out, const RoceFields& roce)
{
    const bool extended = roce.opcode == OP_ACKNOWLEDGE;
    PutPrologue(
        out, extended ? TYPE_NACK_CCX : TYPE_NACK, NEXT_NONE, roce.echoedCe ? FLAG_MARKED : 0);
    out.Put(roce.syndrome == SYNDROME_NAK_TRIMMED            ? NACK_TRIMMED
            : roce.syndrome == SYNDROME_NAK_TRIMMED_LAST_HOP ? NACK_TRIMMED_LAST_HOP
                                                             : NACK_OTHER,
            1);
    out.Put(roce.syndrome, 1);
    out.Put(roce.psn, 4);
    PutContext(out, roce);
    out.Put(0, 4);
    if (extended)
    {
        out.Put(0, 8);
        out.Put(0, 8);
    }
}

/** Put the header of a control packet. */
void
PutControl(Writer& out, const RoceFields& roce)
{
    PutPrologue(out, TYPE_CONTROL, roce.opcode == OP_PROBE ? CONTROL_PROBE : CONTROL_CREDIT, 0);
    out.Put(roce.syndrome, 2); // opaque
    out.Put(roce.psn, 4);
    PutContext(out, roce);
    out.Put(roce.credit, 4);
}

/** @return the opcode that the fields of a semantic header give */
uint8_t
OpcodeOf(bool write, uint8_t flags)
{
    const bool immediate = flags & SES_HEADER_DATA;
    switch (flags & (SES_SOM | SES_EOM))
    {
    case SES_SOM:
        return write ? OP_WRITE_FIRST : OP_SEND_FIRST;
    case SES_EOM:
        return immediate ? (write ? OP_WRITE_LAST_IMM : OP_SEND_LAST_IMM)
                         : (write ? OP_WRITE_LAST : OP_SEND_LAST);
    case SES_SOM | SES_EOM:
        return immediate ? (write ? OP_WRITE_ONLY_IMM : OP_SEND_ONLY_IMM)
                         : (write ? OP_WRITE_ONLY : OP_SEND_ONLY);
    default:
        return write ? OP_WRITE_MIDDLE : OP_SEND_MIDDLE;
    }
}

/** @return the opcode of a READ or its response */
uint8_t
ReadOpcodeOf(bool response, uint8_t flags)
{
    if (!response)
    {
        return OP_READ_REQUEST;
    }
    switch (flags & (SES_SOM | SES_EOM))
    {
    case SES_SOM:
        return OP_READ_RESPONSE_FIRST;
    case SES_EOM:
        return OP_READ_RESPONSE_LAST;
    case SES_SOM | SES_EOM:
        return OP_READ_RESPONSE_ONLY;
    default:
        return OP_READ_RESPONSE_MIDDLE;
    }
}

/** Read what PutSemantics wrote; the rest is payload. */
bool
GetSemantics(Reader& in, RoceFields& roce)
{
    const uint8_t opcode = in.Get(1) & 0x3f;
    const uint8_t semantics = in.Get(1);
    roce.opcode = opcode == SES_READ ? ReadOpcodeOf(roce.response, semantics)
                                     : OpcodeOf(opcode == SES_WRITE, semantics);
    roce.hasImmediate = semantics & SES_INITIATOR_ERROR;
    roce.solicited = semantics & SES_DELIVERY_COMPLETE;
    roce.msn = in.Get(2);
    roce.msn |= in.Get(1) << 16;
    in.Get(7);
    roce.remoteAddress = in.Get(8);
    roce.immediate = in.Get(4);
    roce.remoteKey = in.Get(8);
    in.Get(8);
    roce.dmaLength = in.Get(4);
    if (opcode == SES_FETCHING_ATOMIC)
    {
        roce.dmaLength = 0;
        return GetAtomic(in, roce);
    }
    const int64_t left = in.GetLeft();
    roce.payloadBytes = left > 0 ? left : 0;
    return left >= 0 && (opcode == SES_WRITE || opcode == SES_SEND || opcode == SES_READ);
}

/** Read what PutRequest wrote behind the prologue; the rest is payload. */
bool
GetRequest(Reader& in, uint8_t flags, RoceFields& roce)
{
    roce.syn = flags & FLAG_SYN;
    roce.ackRequest = flags & FLAG_AR;
    roce.again = flags & FLAG_RETX;
    in.Get(2);
    roce.psn = in.Get(4) & PSN_MASK;
    GetContext(in, roce);
    roce.credit = in.Get(4);
    return GetSemantics(in, roce);
}

/** Read what PutRudi wrote behind the prologue; the rest is payload. */
bool
GetRudi(Reader& in, uint8_t next, uint8_t flags, bool response, RoceFields& roce)
{
    roce.ackRequest = flags & FLAG_AR;
    roce.again = flags & FLAG_RETX;
    roce.echoedCe = flags & FLAG_MARKED;
    roce.destinationQp = static_cast<uint32_t>(in.Get(2)) << 8;
    const auto packetId = static_cast<uint32_t>(in.Get(4));
    roce.destinationQp |= packetId >> 24;
    roce.psn = packetId & PSN_MASK;
    if (response && next == NEXT_NONE)
    {
        roce.opcode = OP_ACKNOWLEDGE;
        roce.syndrome = SYNDROME_ACK;
        return in.GetLeft() == 0;
    }
    roce.response = response;
    return next == NEXT_STANDARD_REQUEST && GetSemantics(in, roce);
}

/** Read what PutAck wrote behind the prologue. */
bool
GetAck(Reader& in, uint8_t flags, RoceFields& roce)
{
    roce.opcode = OP_ACKNOWLEDGE;
    roce.syndrome = SYNDROME_ACK;
    roce.echoedCe = flags & FLAG_MARKED;
    in.Get(2);
    roce.psn = in.Get(4) & PSN_MASK;
    GetContext(in, roce);
    in.Get(2);
    const auto offset = static_cast<int16_t>(in.Get(2));
    roce.sackBitmap = in.Get(8);
    in.Get(6);
    roce.outOfOrder = in.Get(2);
    if (roce.sackBitmap != 0)
    {
        roce.sackPsn = (roce.psn + offset + SACK_SPAN) & PSN_MASK;
        roce.payloadBytes = SACK_BITMAP_BYTES;
    }
    return in.GetLeft() == 0;
}

/** Read what PutNack wrote behind the prologue. */
bool
GetNack(Reader& in, uint8_t flags, bool extended, RoceFields& roce)
{
    roce.opcode = extended ? OP_ACKNOWLEDGE : OP_TRIM_NAK;
    roce.echoedCe = flags & FLAG_MARKED;
    in.Get(1);
    roce.syndrome = in.Get(1);
    roce.psn = in.Get(4) & PSN_MASK;
    GetContext(in, roce);
    in.Get(4);
    if (extended)
    {
        in.Get(8);
        in.Get(8);
    }
    return in.GetLeft() == 0;
}

/** Read what PutControl wrote behind the prologue. */
bool
GetControl(Reader& in, uint8_t next, RoceFields& roce)
{
    roce.opcode = next == CONTROL_PROBE ? OP_PROBE : OP_CREDIT;
    roce.syndrome = in.Get(2);
    roce.psn = in.Get(4) & PSN_MASK;
    GetContext(in, roce);
    roce.credit = in.Get(4);
    return in.GetLeft() == 0 && (next == CONTROL_PROBE || next == CONTROL_CREDIT);
}

/** Read all that is behind UDP, without CRC. @return whether it is known and its size fits */
bool
GetTransport(const std::vector<uint8_t>& bytes, RoceFields& roce)
{
    Reader in(bytes);
    const uint16_t prologue = in.Get(2);
    const uint8_t type = prologue >> 11;
    const uint8_t next = prologue >> 7 & 0xf;
    const uint8_t flags = prologue & 0x7f;
    switch (type)
    {
    case TYPE_RUD_CC_REQUEST:
        return next == NEXT_STANDARD_REQUEST && GetRequest(in, flags, roce);
    case TYPE_RUDI_REQUEST:
    case TYPE_RUDI_RESPONSE:
        return GetRudi(in, next, flags, type == TYPE_RUDI_RESPONSE, roce);
    case TYPE_ACK_CC:
        return GetAck(in, flags, roce);
    case TYPE_NACK:
    case TYPE_NACK_CCX:
        return GetNack(in, flags, type == TYPE_NACK_CCX, roce);
    case TYPE_CONTROL:
        return GetControl(in, next, roce);
    default:
        return false;
    }
}

/** @return whether an IPv4 address is that of an attachment */
bool
IsAddressOf(Ipv4Address ip, fabric::FabricAddress address)
{
    return ip == fabric::Ipv4Of(address);
}

/** Read all behind the Ethernet header. @return whether it is a frame of Ultra Ethernet */
bool
DecodeUet(Ptr<Packet> packet, Frame& frame)
{
    Ipv4Header ip;
    ip.EnableChecksum();
    packet->RemoveHeader(ip);
    const uint32_t size = ip.GetPayloadSize();
    if (!ip.IsChecksumOk() || packet->GetSize() < size || size < UDP_BYTES + CRC_BYTES + 2)
    {
        return false;
    }
    packet->RemoveAtEnd(packet->GetSize() - size); // Ethernet padding
    UdpHeader udp;
    packet->RemoveHeader(udp);
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    Reader tail(bytes);
    tail.Get(bytes.size() - CRC_BYTES);
    const uint32_t crc = tail.Get(CRC_BYTES);
    bytes.resize(bytes.size() - CRC_BYTES);
    if (Crc32(bytes.data(), bytes.size()) != crc)
    {
        return false;
    }
    frame.kind = FrameKind::ROCE;
    frame.protocol = 0;
    frame.entropy = udp.GetSourcePort();
    frame.dscp = ip.GetTos() >> 2;
    frame.priority = frame.dscp >> 3;
    frame.ecn = static_cast<fabric::Ecn>(ip.GetTos() & 3);
    frame.hops = FIRST_TTL - ip.GetTtl();
    return ip.GetTtl() <= FIRST_TTL && IsAddressOf(ip.GetSource(), frame.source) &&
           IsAddressOf(ip.GetDestination(), frame.destination) && GetTransport(bytes, frame.roce);
}

} // namespace

TypeId
UetCodec::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::UetCodec")
                            .SetParent<EthernetCodec>()
                            .SetGroupName("Rdma")
                            .AddConstructor<UetCodec>();
    return tid;
}

UetCodec::UetCodec() = default;

UetCodec::~UetCodec() = default;

void
UetCodec::SetRudi(bool rudi)
{
    m_rudi = rudi;
}

Ptr<Packet>
UetCodec::Encode(const Frame& frame) const
{
    if (frame.kind != FrameKind::ROCE)
    {
        return EthernetCodec::Encode(frame);
    }
    const RoceFields& roce = frame.roce;
    const bool isRequest =
        HasPayload(roce.opcode) || roce.opcode == OP_READ_REQUEST || IsOfAtomic(roce.opcode);
    NS_ABORT_MSG_IF(!isRequest && roce.opcode != OP_ACKNOWLEDGE && !IsControl(roce.opcode),
                    "no Ultra Ethernet format of " << OpcodeName(roce.opcode));
    Writer out;
    if (m_rudi && (isRequest || (roce.opcode == OP_ACKNOWLEDGE && IsAck(roce.syndrome))))
    {
        PutRudi(out, roce);
        out.data.resize(out.data.size() + roce.payloadBytes, 0);
    }
    else if (isRequest)
    {
        PutRequest(out, roce);
        out.data.resize(out.data.size() + roce.payloadBytes, 0);
    }
    else if (roce.opcode == OP_ACKNOWLEDGE && IsAck(roce.syndrome))
    {
        PutAck(out, roce);
    }
    else if (roce.opcode == OP_ACKNOWLEDGE || roce.opcode == OP_TRIM_NAK)
    {
        PutNack(out, roce);
    }
    else
    {
        PutControl(out, roce);
    }
    out.Put(Crc32(out.data.data(), out.data.size()), CRC_BYTES);
    auto packet = Create<Packet>(out.data.data(), out.data.size());
    UdpHeader udp;
    udp.SetSourcePort(frame.entropy);
    udp.SetDestinationPort(UET_UDP_PORT);
    packet->AddHeader(udp);
    Ipv4Header ip;
    ip.EnableChecksum();
    ip.SetSource(fabric::Ipv4Of(frame.source));
    ip.SetDestination(fabric::Ipv4Of(frame.destination));
    ip.SetProtocol(IP_PROTOCOL_UDP);
    ip.SetTos(frame.dscp << 2 | static_cast<uint8_t>(frame.ecn));
    ip.SetTtl(FIRST_TTL - frame.hops);
    ip.SetDontFragment();
    ip.SetPayloadSize(packet->GetSize());
    packet->AddHeader(ip);
    if (frame.trimmed)
    {
        constexpr uint32_t around = fabric::ETHERNET_HEADER_BYTES + fabric::ETHERNET_FCS_BYTES;
        const uint32_t keep = frame.bytes > around ? frame.bytes - around : 0;
        packet->RemoveAtEnd(packet->GetSize() - std::min(packet->GetSize(), keep));
    }
    Finish(packet, frame, fabric::MacOf(frame.destination), fabric::ETHERTYPE_IPV4);
    return packet;
}

bool
UetCodec::Decode(Ptr<const Packet> packet, Frame& frame) const
{
    auto rest = packet->Copy();
    Frame decoded{};
    if (!Start(rest, decoded))
    {
        return false;
    }
    std::array<uint8_t, IPV4_BYTES + UDP_BYTES> head;
    const bool isUet = decoded.protocol == fabric::ETHERTYPE_IPV4 &&
                       rest->CopyData(head.data(), head.size()) == head.size() && head[0] == 0x45 &&
                       head[9] == IP_PROTOCOL_UDP && (head[22] << 8 | head[23]) == UET_UDP_PORT;
    if (!isUet)
    {
        return EthernetCodec::Decode(packet, frame);
    }
    if (!DecodeUet(rest, decoded))
    {
        return false;
    }
    Assign(decoded, frame);
    return true;
}

} // namespace ns3::rdma
