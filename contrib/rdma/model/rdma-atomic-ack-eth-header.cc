/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-atomic-ack-eth-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(AtomicAckEthHeader);

TypeId
AtomicAckEthHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::AtomicAckEthHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<AtomicAckEthHeader>();
    return tid;
}

AtomicAckEthHeader::AtomicAckEthHeader() = default;

AtomicAckEthHeader::AtomicAckEthHeader(uint64_t original)
    : m_original(original)
{
}

TypeId
AtomicAckEthHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
AtomicAckEthHeader::Print(std::ostream& os) const
{
    os << "original=" << m_original;
}

uint32_t
AtomicAckEthHeader::GetSerializedSize() const
{
    return ATOMIC_ACK_ETH_BYTES;
}

void
AtomicAckEthHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU64(m_original);
}

uint32_t
AtomicAckEthHeader::Deserialize(Buffer::Iterator start)
{
    m_original = start.ReadNtohU64();
    return ATOMIC_ACK_ETH_BYTES;
}

} // namespace ns3::rdma
