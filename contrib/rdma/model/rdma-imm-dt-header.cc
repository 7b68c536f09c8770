/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-imm-dt-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(ImmDtHeader);

TypeId
ImmDtHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::ImmDtHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<ImmDtHeader>();
    return tid;
}

ImmDtHeader::ImmDtHeader() = default;

ImmDtHeader::ImmDtHeader(uint32_t immediate)
    : m_immediate(immediate)
{
}

TypeId
ImmDtHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
ImmDtHeader::Print(std::ostream& os) const
{
    os << "immediate=" << m_immediate;
}

uint32_t
ImmDtHeader::GetSerializedSize() const
{
    return IMM_DT_BYTES;
}

void
ImmDtHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU32(m_immediate);
}

uint32_t
ImmDtHeader::Deserialize(Buffer::Iterator start)
{
    m_immediate = start.ReadNtohU32();
    return IMM_DT_BYTES;
}

} // namespace ns3::rdma
