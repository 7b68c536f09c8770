/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-iwarp-header.h"

namespace ns3::cluster
{

namespace
{

constexpr uint8_t DDP_TAGGED = 0x80;    // T
constexpr uint8_t DDP_LAST = 0x40;      // L
constexpr uint8_t DDP_VERSION = 0x01;   // DV
constexpr uint8_t RDMAP_VERSION = 0x40; // RV 1 of RFC 5040
constexpr uint8_t RDMAP_OPCODE = 0x0f;

} // namespace

NS_OBJECT_ENSURE_REGISTERED(IwarpHeader);

TypeId
IwarpHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::IwarpHeader")
                            .SetParent<Header>()
                            .SetGroupName("Cluster")
                            .AddConstructor<IwarpHeader>();
    return tid;
}

TypeId
IwarpHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
IwarpHeader::Print(std::ostream& os) const
{
    os << (operation == RDMA_WRITE ? "RDMA Write" : "Send") << " bytes " << payloadBytes
       << " offset " << offset << (last ? " last" : "");
}

uint32_t
IwarpHeader::GetSerializedSize() const
{
    return LENGTH_BYTES + GetSegmentHeaderBytes(operation);
}

void
IwarpHeader::Serialize(Buffer::Iterator start) const
{
    const bool tagged = operation == RDMA_WRITE;
    start.WriteHtonU16(static_cast<uint16_t>(GetSegmentHeaderBytes(operation) + payloadBytes));
    start.WriteU8((tagged ? DDP_TAGGED : 0) | (last ? DDP_LAST : 0) | DDP_VERSION);
    start.WriteU8(RDMAP_VERSION | operation);
    if (tagged)
    {
        start.WriteHtonU32(stag);
        start.WriteHtonU64(offset);
        return;
    }
    start.WriteHtonU32(0); // for the user: STag to invalidate, none
    start.WriteHtonU32(queue);
    start.WriteHtonU32(messageNumber);
    start.WriteHtonU32(static_cast<uint32_t>(offset));
}

uint32_t
IwarpHeader::Deserialize(Buffer::Iterator start)
{
    const uint16_t length = start.ReadNtohU16();
    const uint8_t ddp = start.ReadU8();
    const uint8_t rdmap = start.ReadU8();
    const bool tagged = ddp & DDP_TAGGED;
    operation = tagged ? RDMA_WRITE : SEND;
    last = ddp & DDP_LAST;
    const uint32_t header = GetSegmentHeaderBytes(operation);
    valid = (ddp & ~(DDP_TAGGED | DDP_LAST)) == DDP_VERSION &&
            (rdmap & ~RDMAP_OPCODE) == RDMAP_VERSION && (rdmap & RDMAP_OPCODE) == operation &&
            length >= header;
    payloadBytes = valid ? static_cast<uint16_t>(length - header) : 0;
    if (tagged)
    {
        stag = start.ReadNtohU32();
        offset = start.ReadNtohU64();
        return GetSerializedSize();
    }
    start.ReadNtohU32();
    queue = start.ReadNtohU32();
    messageNumber = start.ReadNtohU32();
    offset = start.ReadNtohU32();
    return GetSerializedSize();
}

} // namespace ns3::cluster
