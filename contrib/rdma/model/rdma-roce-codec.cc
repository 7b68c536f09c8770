/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-roce-codec.h"

#include "rdma-aeth-header.h"
#include "rdma-atomic-ack-eth-header.h"
#include "rdma-atomic-eth-header.h"
#include "rdma-bolt-header.h"
#include "rdma-bth-header.h"
#include "rdma-icrc.h"
#include "rdma-imm-dt-header.h"
#include "rdma-opcode.h"
#include "rdma-reth-header.h"
#include "rdma-sack-header.h"
#include "rdma-udp-carrier.h"

#include "ns3/abort.h"
#include "ns3/fabric-address.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(RoceCodec);

using fabric::Frame;
using fabric::FrameKind;
using fabric::RoceFields;

namespace
{

/** @return ICRC of an IPv4 packet that ends before its ICRC */
uint32_t
IcrcOf(Ptr<const Packet> packet)
{
    const auto bytes = CopyBytes(packet);
    return RoceIcrc(bytes.data(), bytes.size());
}

/** @return bytes behind the extended headers: payload or reserved, without padding */
uint32_t
BodyBytes(const RoceFields& roce)
{
    if (roce.opcode == OP_CNP)
    {
        return CNP_RESERVED_BYTES;
    }
    return HasPayload(roce.opcode) ? roce.payloadBytes : 0;
}

/** Put the header of a selective acknowledgment into a packet, if the frame has one. */
void
AddSack(Ptr<Packet> packet, const RoceFields& roce)
{
    if (roce.payloadBytes == SACK_BYTES)
    {
        packet->AddHeader(SackHeader::Of(roce.sackPsn));
    }
    else if (roce.payloadBytes == SACK_BITMAP_BYTES)
    {
        packet->AddHeader(SackHeader::Of(roce.sackPsn, roce.sackBitmap));
    }
}

/** Read it, if what is left of an acknowledgment has its size. */
void
RemoveSack(Ptr<Packet> packet, RoceFields& roce)
{
    const uint32_t bytes = packet->GetSize();
    if (bytes == SACK_BYTES || bytes == SACK_BITMAP_BYTES)
    {
        SackHeader sack(bytes == SACK_BITMAP_BYTES);
        packet->RemoveHeader(sack);
        roce.payloadBytes = bytes;
        roce.sackPsn = sack.GetPsn();
        roce.sackBitmap = sack.GetBitmap();
    }
}

/** @return the opcode of a frame as it is on the wire */
uint8_t
WireOpcode(const RoceFields& roce)
{
    return roce.opcode == OP_ACKNOWLEDGE && roce.response ? uint8_t{OP_READ_ACKNOWLEDGE}
                                                          : roce.opcode;
}

/** Put the InfiniBand headers in front of a packet that holds body and padding. */
void
AddTransport(Ptr<Packet> packet, const RoceFields& roce)
{
    if (HasImmediate(roce.opcode))
    {
        packet->AddHeader(ImmDtHeader(roce.immediate));
    }
    if (roce.opcode == OP_ACKNOWLEDGE)
    {
        AddSack(packet, roce);
    }
    if (roce.opcode == OP_NOTICE)
    {
        packet->AddHeader(BoltHeader({roce.response, roce.rateMbps, roce.drainTime}));
    }
    if (roce.opcode == OP_ATOMIC_ACKNOWLEDGE)
    {
        packet->AddHeader(AtomicAckEthHeader(roce.original));
    }
    if (HasAeth(roce.opcode))
    {
        packet->AddHeader(AethHeader(roce.syndrome, roce.msn));
    }
    if (IsAtomic(roce.opcode))
    {
        packet->AddHeader(AtomicEthHeader(roce.remoteAddress,
                                          roce.remoteKey,
                                          uint64_t{roce.operandHigh} << 32 | roce.operandLow,
                                          roce.compare));
    }
    if (HasReth(roce.opcode))
    {
        packet->AddHeader(RethHeader(roce.remoteAddress, roce.remoteKey, roce.dmaLength));
    }
    BthHeader::Fields bth;
    bth.opcode = WireOpcode(roce);
    bth.solicited = roce.solicited;
    bth.padCount = -BodyBytes(roce) & 3;
    bth.becn = roce.becn;
    bth.destinationQp = roce.destinationQp;
    bth.ackRequest = roce.ackRequest;
    bth.psn = roce.psn;
    packet->AddHeader(BthHeader(bth));
}

/**
 * Read the InfiniBand headers of a packet whose ICRC is off already.
 *
 * @return false if the opcode is not known or the size does not fit it
 */
bool
RemoveTransport(Ptr<Packet> packet, RoceFields& roce)
{
    BthHeader header;
    packet->RemoveHeader(header);
    const auto& bth = header.GetFields();
    roce.response = IsResponse(bth.opcode) || bth.opcode == OP_READ_ACKNOWLEDGE;
    roce.opcode = bth.opcode == OP_READ_ACKNOWLEDGE ? uint8_t{OP_ACKNOWLEDGE} : bth.opcode;
    roce.solicited = bth.solicited;
    roce.becn = bth.becn;
    roce.destinationQp = bth.destinationQp;
    roce.ackRequest = bth.ackRequest;
    roce.psn = bth.psn;
    if (bth.version != 0 || !IsKnownOpcode(bth.opcode))
    {
        return false;
    }
    const uint32_t extended = (HasReth(bth.opcode) ? RETH_BYTES : 0) +
                              (HasAeth(bth.opcode) ? AETH_BYTES : 0) +
                              (HasImmediate(bth.opcode) ? IMM_DT_BYTES : 0) +
                              (IsAtomic(bth.opcode) ? ATOMIC_ETH_BYTES : 0) +
                              (bth.opcode == OP_ATOMIC_ACKNOWLEDGE ? ATOMIC_ACK_ETH_BYTES : 0) +
                              (bth.opcode == OP_NOTICE ? BOLT_BYTES : 0);
    if (packet->GetSize() < extended + bth.padCount || packet->GetSize() % 4 != 0)
    {
        return false;
    }
    if (HasReth(bth.opcode))
    {
        RethHeader reth;
        packet->RemoveHeader(reth);
        roce.remoteAddress = reth.GetAddress();
        roce.remoteKey = reth.GetKey();
        roce.dmaLength = reth.GetLength();
    }
    if (IsAtomic(bth.opcode))
    {
        AtomicEthHeader atomic;
        packet->RemoveHeader(atomic);
        roce.remoteAddress = atomic.GetAddress();
        roce.remoteKey = atomic.GetKey();
        roce.operandLow = static_cast<uint32_t>(atomic.GetOperand());
        roce.operandHigh = atomic.GetOperand() >> 32;
        roce.compare = atomic.GetCompare();
    }
    if (HasAeth(bth.opcode))
    {
        AethHeader aeth;
        packet->RemoveHeader(aeth);
        roce.syndrome = aeth.GetSyndrome();
        roce.msn = aeth.GetMsn();
    }
    if (bth.opcode == OP_ATOMIC_ACKNOWLEDGE)
    {
        AtomicAckEthHeader original;
        packet->RemoveHeader(original);
        roce.original = original.GetOriginal();
    }
    if (HasImmediate(bth.opcode))
    {
        ImmDtHeader immediate;
        packet->RemoveHeader(immediate);
        roce.immediate = immediate.GetImmediate();
    }
    if (roce.opcode == OP_ACKNOWLEDGE)
    {
        RemoveSack(packet, roce);
    }
    if (bth.opcode == OP_NOTICE)
    {
        BoltHeader bolt;
        packet->RemoveHeader(bolt);
        roce.response = bolt.GetFields().response;
        roce.rateMbps = bolt.GetFields().rateMbps;
        roce.drainTime = bolt.GetFields().drainTime;
    }
    const uint32_t body = packet->GetSize() - bth.padCount;
    if (HasPayload(bth.opcode))
    {
        roce.payloadBytes = body;
    }
    return body == BodyBytes(roce);
}

/**
 * Decode what is behind the Ethernet header.
 *
 * @return false if the bytes are wrong somewhere
 */
bool
DecodeRoce(Ptr<Packet> packet, Frame& frame)
{
    auto whole = packet->Copy();
    if (!GetUdpCarrier(packet, frame) || packet->GetSize() < BTH_BYTES + ICRC_BYTES)
    {
        return false;
    }
    const uint32_t covered = UDP_CARRIER_BYTES + packet->GetSize() - ICRC_BYTES;
    std::array<uint8_t, ICRC_BYTES> tail;
    whole->CreateFragment(covered, ICRC_BYTES)->CopyData(tail.data(), tail.size());
    const uint32_t icrc = tail[0] | tail[1] << 8 | tail[2] << 16 | uint32_t{tail[3]} << 24;
    packet->RemoveAtEnd(ICRC_BYTES);
    return IcrcOf(whole->CreateFragment(0, covered)) == icrc && RemoveTransport(packet, frame.roce);
}

} // namespace

TypeId
RoceCodec::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::RoceCodec")
                            .SetParent<EthernetCodec>()
                            .SetGroupName("Rdma")
                            .AddConstructor<RoceCodec>();
    return tid;
}

RoceCodec::RoceCodec() = default;

RoceCodec::~RoceCodec() = default;

Ptr<Packet>
RoceCodec::Encode(const Frame& frame) const
{
    if (frame.kind != FrameKind::ROCE)
    {
        return EthernetCodec::Encode(frame);
    }
    NS_ABORT_MSG_IF(!IsKnownOpcode(frame.roce.opcode),
                    "no wire format of " << OpcodeName(frame.roce.opcode));
    auto packet = Create<Packet>((BodyBytes(frame.roce) + 3) / 4 * 4);
    AddTransport(packet, frame.roce);
    PutUdpCarrier(packet, frame, ROCE_UDP_PORT, ICRC_BYTES);
    const uint32_t icrc = IcrcOf(packet);
    const std::array<uint8_t, ICRC_BYTES> tail = {static_cast<uint8_t>(icrc),
                                                  static_cast<uint8_t>(icrc >> 8),
                                                  static_cast<uint8_t>(icrc >> 16),
                                                  static_cast<uint8_t>(icrc >> 24)};
    packet->AddAtEnd(Create<Packet>(tail.data(), tail.size()));
    Finish(packet, frame, fabric::MacOf(frame.destination), fabric::ETHERTYPE_IPV4);
    if (frame.trimmed)
    {
        // The headers say what the frame was; the end, with the ICRC, is gone.
        return packet->CreateFragment(
            0, std::min(packet->GetSize(), frame.bytes - fabric::ETHERNET_FCS_BYTES));
    }
    return packet;
}

bool
RoceCodec::Decode(Ptr<const Packet> packet, Frame& frame) const
{
    auto rest = packet->Copy();
    Frame decoded{};
    if (!Start(rest, decoded))
    {
        return false;
    }
    if (!IsUdpCarrier(rest, decoded.protocol, ROCE_UDP_PORT))
    {
        return EthernetCodec::Decode(packet, frame);
    }
    if (!DecodeRoce(rest, decoded))
    {
        return false;
    }
    Assign(decoded, frame);
    return true;
}

} // namespace ns3::rdma
