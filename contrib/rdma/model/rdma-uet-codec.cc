/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-uet-codec.h"

#include "rdma-bytes.h"
#include "rdma-frame-sizes.h"
#include "rdma-icrc.h"
#include "rdma-opcode.h"
#include "rdma-psn.h"
#include "rdma-syndrome.h"
#include "rdma-udp-carrier.h"
#include "rdma-uet-semantics.h"

#include "ns3/abort.h"
#include "ns3/fabric-address.h"

#include <algorithm>
#include <vector>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(UetCodec);

using fabric::Frame;
using fabric::FrameKind;
using fabric::RoceFields;

namespace
{

constexpr uint32_t CRC_BYTES = 4;

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

// Codes of NACKs.
constexpr uint8_t NACK_TRIMMED = 1;
constexpr uint8_t NACK_TRIMMED_LAST_HOP = 2;
constexpr uint8_t NACK_OTHER = 0xff; ///< see the vendor code

constexpr uint32_t CONTEXT_OF_RESPONSES = 1 << 15; ///< in the first PDCID

constexpr uint16_t SACK_SPAN = 63; ///< from the first packet of the bitmap to the last

/** Put the first two bytes of a packet delivery header. */
void
PutPrologue(ByteWriter& out, uint8_t type, uint8_t next, uint8_t flags)
{
    out.Put(type << 11 | next << 7 | flags, 2);
}

/** Put the PDCIDs, which hold a queue pair number; responses have a context of their own. */
void
PutContext(ByteWriter& out, const RoceFields& roce)
{
    out.Put(roce.destinationQp >> 16 | (roce.response ? CONTEXT_OF_RESPONSES : 0), 2);
    out.Put(roce.destinationQp & 0xffff, 2);
}

/** Read the PDCIDs. */
void
GetContext(ByteReader& in, RoceFields& roce)
{
    const auto upper = static_cast<uint32_t>(in.Get(2));
    roce.response = upper & CONTEXT_OF_RESPONSES;
    roce.destinationQp = (upper & 0xff) << 16 | static_cast<uint32_t>(in.Get(2));
}

/** Put the header of a data frame, and its semantic header. */
void
PutRequest(ByteWriter& out, const RoceFields& roce)
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
    PutUetSemantics(out, roce);
}

/** Put the header of a request of RUDI or of a response, with data or without. */
void
PutRudi(ByteWriter& out, const RoceFields& roce)
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
        PutUetSemantics(out, roce);
    }
}

/** Put the header of an acknowledgment. */
void
PutAck(ByteWriter& out, const RoceFields& roce)
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
PutNack(ByteWriter& out, const RoceFields& roce)
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
PutControl(ByteWriter& out, const RoceFields& roce)
{
    PutPrologue(out, TYPE_CONTROL, roce.opcode == OP_PROBE ? CONTROL_PROBE : CONTROL_CREDIT, 0);
    out.Put(roce.syndrome, 2); // opaque
    out.Put(roce.psn, 4);
    PutContext(out, roce);
    out.Put(roce.credit, 4);
}

/** Read what PutRequest wrote behind the prologue; the rest is payload. */
bool
GetRequest(ByteReader& in, uint8_t flags, RoceFields& roce)
{
    roce.syn = flags & FLAG_SYN;
    roce.ackRequest = flags & FLAG_AR;
    roce.again = flags & FLAG_RETX;
    in.Get(2);
    roce.psn = in.Get(4) & PSN_MASK;
    GetContext(in, roce);
    roce.credit = in.Get(4);
    return GetUetSemantics(in, roce);
}

/** Read what PutRudi wrote behind the prologue; the rest is payload. */
bool
GetRudi(ByteReader& in, uint8_t next, uint8_t flags, bool response, RoceFields& roce)
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
    return next == NEXT_STANDARD_REQUEST && GetUetSemantics(in, roce);
}

/** Read what PutAck wrote behind the prologue. */
bool
GetAck(ByteReader& in, uint8_t flags, RoceFields& roce)
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
GetNack(ByteReader& in, uint8_t flags, bool extended, RoceFields& roce)
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
GetControl(ByteReader& in, uint8_t next, RoceFields& roce)
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
    ByteReader in(bytes);
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

/** Read all behind the Ethernet header. @return whether it is a frame of Ultra Ethernet */
bool
DecodeUet(Ptr<Packet> packet, Frame& frame)
{
    if (!GetUdpCarrier(packet, frame) || packet->GetSize() < CRC_BYTES + 2)
    {
        return false;
    }
    auto bytes = CopyBytes(packet);
    ByteReader tail(bytes);
    tail.Get(bytes.size() - CRC_BYTES);
    const uint32_t crc = tail.Get(CRC_BYTES);
    bytes.resize(bytes.size() - CRC_BYTES);
    return Crc32(bytes.data(), bytes.size()) == crc && GetTransport(bytes, frame.roce);
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
        HasPayload(roce.opcode) || roce.opcode == OP_READ_REQUEST || IsOfUetAtomic(roce.opcode);
    NS_ABORT_MSG_IF(!isRequest && roce.opcode != OP_ACKNOWLEDGE && !IsControl(roce.opcode),
                    "no Ultra Ethernet format of " << OpcodeName(roce.opcode));
    ByteWriter out;
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
    PutUdpCarrier(packet, frame, UET_UDP_PORT);
    CutTrimmed(packet, frame);
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
    if (!IsUdpCarrier(rest, decoded.protocol, UET_UDP_PORT))
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
