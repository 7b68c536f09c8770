/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-aeth-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(AethHeader);

TypeId
AethHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::AethHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<AethHeader>();
    return tid;
}

AethHeader::AethHeader() = default;

AethHeader::AethHeader(uint8_t syndrome, uint32_t msn)
    : m_syndrome(syndrome),
      m_msn(msn)
{
}

TypeId
AethHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
AethHeader::Print(std::ostream& os) const
{
    os << "syndrome=" << +m_syndrome << " msn=" << m_msn;
}

uint32_t
AethHeader::GetSerializedSize() const
{
    return AETH_BYTES;
}

void
AethHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU32(uint32_t{m_syndrome} << 24 | (m_msn & 0xffffff));
}

uint32_t
AethHeader::Deserialize(Buffer::Iterator start)
{
    const uint32_t word = start.ReadNtohU32();
    m_syndrome = static_cast<uint8_t>(word >> 24);
    m_msn = word & 0xffffff;
    return AETH_BYTES;
}

} // namespace ns3::rdma
