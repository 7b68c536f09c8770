/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-bolt-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(BoltHeader);

TypeId
BoltHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::BoltHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<BoltHeader>();
    return tid;
}

BoltHeader::BoltHeader() = default;

BoltHeader::BoltHeader(const Fields& fields)
    : m_fields(fields)
{
}

TypeId
BoltHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
BoltHeader::Print(std::ostream& os) const
{
    os << "rate=" << m_fields.rateMbps << "Mbps drain=" << m_fields.drainTime
       << "ns response=" << m_fields.response;
}

uint32_t
BoltHeader::GetSerializedSize() const
{
    return BOLT_BYTES;
}

void
BoltHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU16(m_fields.response ? 1 : 0);
    start.WriteHtonU16(0);
    start.WriteHtonU32(m_fields.rateMbps);
    start.WriteHtonU64(m_fields.drainTime);
}

uint32_t
BoltHeader::Deserialize(Buffer::Iterator start)
{
    m_fields.response = start.ReadNtohU16() & 1;
    start.ReadNtohU16();
    m_fields.rateMbps = start.ReadNtohU32();
    m_fields.drainTime = start.ReadNtohU64();
    return BOLT_BYTES;
}

} // namespace ns3::rdma
