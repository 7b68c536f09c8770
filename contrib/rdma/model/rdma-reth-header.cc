/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-reth-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(RethHeader);

TypeId
RethHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::RethHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<RethHeader>();
    return tid;
}

RethHeader::RethHeader() = default;

RethHeader::RethHeader(uint64_t address, uint32_t key, uint32_t length)
    : m_address(address),
      m_key(key),
      m_length(length)
{
}

TypeId
RethHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
RethHeader::Print(std::ostream& os) const
{
    os << "address=" << m_address << " key=" << m_key << " length=" << m_length;
}

uint32_t
RethHeader::GetSerializedSize() const
{
    return RETH_BYTES;
}

void
RethHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU64(m_address);
    start.WriteHtonU32(m_key);
    start.WriteHtonU32(m_length);
}

uint32_t
RethHeader::Deserialize(Buffer::Iterator start)
{
    m_address = start.ReadNtohU64();
    m_key = start.ReadNtohU32();
    m_length = start.ReadNtohU32();
    return RETH_BYTES;
}

} // namespace ns3::rdma
