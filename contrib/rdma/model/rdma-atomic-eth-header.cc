/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-atomic-eth-header.h"

#include "rdma-opcode.h"

#include <ostream>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(AtomicEthHeader);

TypeId
AtomicEthHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::AtomicEthHeader")
                            .SetParent<Header>()
                            .SetGroupName("Rdma")
                            .AddConstructor<AtomicEthHeader>();
    return tid;
}

AtomicEthHeader::AtomicEthHeader() = default;

AtomicEthHeader::AtomicEthHeader(uint64_t address, uint32_t key, uint64_t operand, uint64_t compare)
    : m_address(address),
      m_key(key),
      m_operand(operand),
      m_compare(compare)
{
}

TypeId
AtomicEthHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
AtomicEthHeader::Print(std::ostream& os) const
{
    os << "address=" << m_address << " key=" << m_key << " operand=" << m_operand
       << " compare=" << m_compare;
}

uint32_t
AtomicEthHeader::GetSerializedSize() const
{
    return ATOMIC_ETH_BYTES;
}

void
AtomicEthHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU64(m_address);
    start.WriteHtonU32(m_key);
    start.WriteHtonU64(m_operand);
    start.WriteHtonU64(m_compare);
}

uint32_t
AtomicEthHeader::Deserialize(Buffer::Iterator start)
{
    m_address = start.ReadNtohU64();
    m_key = start.ReadNtohU32();
    m_operand = start.ReadNtohU64();
    m_compare = start.ReadNtohU64();
    return ATOMIC_ETH_BYTES;
}

} // namespace ns3::rdma
