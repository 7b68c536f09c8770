/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-bth-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(BthHeader);

TypeId
BthHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::BthHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<BthHeader>();
    return tid;
}

BthHeader::BthHeader() = default;

BthHeader::BthHeader(const Fields& fields)
    : m_fields(fields)
{
}

TypeId
BthHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
BthHeader::Print(std::ostream& os) const
{
    os << OpcodeName(m_fields.opcode) << " qp=" << m_fields.destinationQp << " psn=" << m_fields.psn
       << (m_fields.solicited ? " SE" : "") << (m_fields.fecn ? " FECN" : "")
       << (m_fields.becn ? " BECN" : "") << (m_fields.ackRequest ? " A" : "");
}

uint32_t
BthHeader::GetSerializedSize() const
{
    return BTH_BYTES;
}

void
BthHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteU8(m_fields.opcode);
    start.WriteU8(m_fields.solicited << 7 | m_fields.migrated << 6 | (m_fields.padCount & 3) << 4 |
                  (m_fields.version & 15));
    start.WriteHtonU16(m_fields.partitionKey);
    start.WriteHtonU32(uint32_t{m_fields.fecn} << 31 | uint32_t{m_fields.becn} << 30 |
                       (m_fields.destinationQp & 0xffffff));
    start.WriteHtonU32(uint32_t{m_fields.ackRequest} << 31 | (m_fields.psn & 0xffffff));
}

uint32_t
BthHeader::Deserialize(Buffer::Iterator start)
{
    m_fields.opcode = start.ReadU8();
    const uint8_t flags = start.ReadU8();
    m_fields.solicited = flags >> 7;
    m_fields.migrated = flags >> 6 & 1;
    m_fields.padCount = flags >> 4 & 3;
    m_fields.version = flags & 15;
    m_fields.partitionKey = start.ReadNtohU16();
    const uint32_t qp = start.ReadNtohU32();
    m_fields.fecn = qp >> 31;
    m_fields.becn = qp >> 30 & 1;
    m_fields.destinationQp = qp & 0xffffff;
    const uint32_t psn = start.ReadNtohU32();
    m_fields.ackRequest = psn >> 31;
    m_fields.psn = psn & 0xffffff;
    return BTH_BYTES;
}

} // namespace ns3::rdma
