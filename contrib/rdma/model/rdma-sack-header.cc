/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-sack-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SackHeader);

TypeId
SackHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::SackHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<SackHeader>();
    return tid;
}

SackHeader::SackHeader() = default;

SackHeader::SackHeader(bool hasBitmap)
    : m_hasBitmap(hasBitmap)
{
}

SackHeader
SackHeader::Of(uint32_t psn)
{
    SackHeader header(false);
    header.m_psn = psn;
    return header;
}

SackHeader
SackHeader::Of(uint32_t psn, uint64_t bitmap)
{
    SackHeader header(true);
    header.m_psn = psn;
    header.m_bitmap = bitmap;
    return header;
}

TypeId
SackHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
SackHeader::Print(std::ostream& os) const
{
    os << "psn=" << m_psn;
    if (m_hasBitmap)
    {
        os << " bitmap=" << m_bitmap;
    }
}

uint32_t
SackHeader::GetSerializedSize() const
{
    return m_hasBitmap ? SACK_BITMAP_BYTES : SACK_BYTES;
}

void
SackHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU32(m_psn & 0xffffff);
    if (m_hasBitmap)
    {
        start.WriteHtonU64(m_bitmap);
    }
}

uint32_t
SackHeader::Deserialize(Buffer::Iterator start)
{
    m_psn = start.ReadNtohU32() & 0xffffff;
    m_bitmap = m_hasBitmap ? start.ReadNtohU64() : 0;
    return GetSerializedSize();
}

} // namespace ns3::rdma
