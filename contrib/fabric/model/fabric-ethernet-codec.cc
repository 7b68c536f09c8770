/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-ethernet-codec.h"

#include "fabric-address.h"
#include "fabric-packet-fields.h"
#include "fabric-pfc-header.h"

#include "ns3/abort.h"
#include "ns3/ethernet-header.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(EthernetCodec);

namespace
{

/** The multicast address of MAC control frames, which bridges never forward (802.3, 31B.1). */
const char* const MAC_CONTROL_ADDRESS = "01:80:c2:00:00:01";

/** @return source MAC of a frame; a port without an attachment has no address to invert */
Mac48Address
SourceMac(const Frame& frame)
{
    return frame.source == BROADCAST_ADDRESS ? Mac48Address("02:57:ff:ff:ff:ff")
                                             : MacOf(frame.source);
}

/** IEEE 802 local experimental EtherType 1: credit frames have no published format. */
constexpr uint16_t ETHERTYPE_CREDITS = 0x88b5;
constexpr uint32_t CREDIT_BYTES = 2 + 4 * N_CLASSES; ///< lanes meant, kind, and counts

/** @return the bytes of a credit frame behind its Ethernet header, big endian */
Ptr<Packet>
EncodeCredits(const CreditFields& fields)
{
    std::array<uint8_t, CREDIT_BYTES> bytes{};
    bytes[0] = fields.lanes;
    bytes[1] = fields.totals ? 1 : 0;
    for (uint32_t i = 0; i < 4 * N_CLASSES; ++i)
    {
        bytes[2 + i] = static_cast<uint8_t>(fields.counts[i / 4] >> (24 - i % 4 * 8));
    }
    return Create<Packet>(bytes.data(), CREDIT_BYTES);
}

/** @param packet what is behind the Ethernet header @param [out] fields @return whether it is one
 */
bool
DecodeCredits(Ptr<const Packet> packet, CreditFields& fields)
{
    std::array<uint8_t, CREDIT_BYTES> bytes{};
    if (packet->CopyData(bytes.data(), CREDIT_BYTES) < CREDIT_BYTES || bytes[1] > 1)
    {
        return false;
    }
    fields = CreditFields{};
    fields.lanes = bytes[0];
    fields.totals = bytes[1] == 1;
    for (uint32_t i = 0; i < 4 * N_CLASSES; ++i)
    {
        fields.counts[i / 4] = fields.counts[i / 4] << 8 | bytes[2 + i];
    }
    return true;
}

} // namespace

TypeId
EthernetCodec::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::EthernetCodec")
                            .SetParent<FrameCodec>()
                            .SetGroupName("Fabric")
                            .AddConstructor<EthernetCodec>();
    return tid;
}

EthernetCodec::EthernetCodec() = default;

EthernetCodec::~EthernetCodec() = default;

Ptr<Packet>
EthernetCodec::Encode(const Frame& frame) const
{
    if (frame.kind == FrameKind::PFC)
    {
        auto packet = Create<Packet>();
        packet->AddHeader(PfcHeader(frame.pfc));
        Finish(packet, frame, Mac48Address(MAC_CONTROL_ADDRESS), ETHERTYPE_MAC_CONTROL);
        return packet;
    }
    if (frame.kind == FrameKind::FABRIC || frame.kind == FrameKind::REDUCTION)
    {
        const uint32_t overhead = 14 + ETHERNET_FCS_BYTES;
        auto packet = Create<Packet>(frame.bytes > overhead ? frame.bytes - overhead : 0);
        Finish(packet, frame, MacOf(frame.destination), ETHERTYPE_FABRIC);
        return packet;
    }
    if (frame.kind == FrameKind::CREDIT)
    {
        auto packet = EncodeCredits(frame.credit);
        Finish(packet, frame, Mac48Address(MAC_CONTROL_ADDRESS), ETHERTYPE_CREDITS);
        return packet;
    }
    NS_ABORT_MSG_IF(frame.kind != FrameKind::PACKET,
                    "EthernetCodec knows no bytes of frame kind " << +uint8_t(frame.kind));
    auto packet = frame.packet ? frame.packet->Copy() : Create<Packet>();
    if (frame.ecn == Ecn::CE)
    {
        MarkPacketCe(packet, frame.protocol);
    }
    Finish(packet, frame, MacOf(frame.destination), frame.protocol);
    return packet;
}

bool
EthernetCodec::Decode(Ptr<const Packet> packet, Frame& frame) const
{
    auto rest = packet->Copy();
    Frame decoded{};
    if (!Start(rest, decoded))
    {
        return false;
    }
    if (decoded.protocol == ETHERTYPE_CREDITS)
    {
        if (!DecodeCredits(rest, decoded.credit))
        {
            return false;
        }
        decoded.kind = FrameKind::CREDIT;
        decoded.protocol = 0;
    }
    else if (decoded.protocol == ETHERTYPE_MAC_CONTROL)
    {
        PfcHeader pfc;
        if (rest->GetSize() < pfc.GetSerializedSize())
        {
            return false;
        }
        rest->RemoveHeader(pfc);
        if (!pfc.IsValid())
        {
            return false;
        }
        decoded.kind = FrameKind::PFC;
        decoded.protocol = 0;
        decoded.pfc = pfc.GetFields();
    }
    else
    {
        decoded.kind = FrameKind::PACKET;
        const PacketFields fields = InspectPacket(rest, decoded.protocol);
        decoded.ecn = fields.ecn;
        decoded.dscp = fields.dscp;
        decoded.entropy = fields.entropy;
        decoded.packet = rest;
    }
    Assign(decoded, frame);
    return true;
}

void
EthernetCodec::Finish(Ptr<Packet> packet,
                      const Frame& frame,
                      const Mac48Address& destination,
                      uint16_t etherType)
{
    EthernetHeader ethernet(false);
    ethernet.SetSource(SourceMac(frame));
    ethernet.SetDestination(destination);
    ethernet.SetLengthType(etherType);
    packet->AddHeader(ethernet);
    constexpr uint32_t minimum = ETHERNET_MIN_FRAME_BYTES - ETHERNET_FCS_BYTES;
    if (packet->GetSize() < minimum)
    {
        // AddPaddingAtEnd leaves whatever was in memory; a packet of a size is all zeros
        packet->AddAtEnd(Create<Packet>(minimum - packet->GetSize()));
    }
}

bool
EthernetCodec::Start(Ptr<Packet> packet, Frame& frame)
{
    if (packet->GetSize() < ETHERNET_HEADER_BYTES)
    {
        return false;
    }
    frame.bytes = packet->GetSize() + ETHERNET_FCS_BYTES;
    EthernetHeader ethernet(false);
    packet->RemoveHeader(ethernet);
    frame.protocol = ethernet.GetLengthType();
    return !ethernet.GetSource().IsGroup() && AddressOf(ethernet.GetSource(), frame.source) &&
           AddressOf(ethernet.GetDestination(), frame.destination);
}

void
EthernetCodec::Assign(const Frame& from, Frame& to)
{
    auto pool = to.pool;
    auto next = to.next;
    to = from;
    to.pool = pool;
    to.next = next;
}

} // namespace ns3::fabric
