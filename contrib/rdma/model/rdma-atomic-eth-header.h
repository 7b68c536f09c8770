/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ATOMIC_ETH_HEADER_H
#define RDMA_ATOMIC_ETH_HEADER_H

#include "ns3/header.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Atomic extended transport header, 28 bytes (InfiniBand Architecture vol. 1, 9.3.4).
 */
class AtomicEthHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AtomicEthHeader();

    /**
     * @param address virtual address in the responder's memory
     * @param key R_Key of that memory
     * @param operand what to add or to put there
     * @param compare what must be there for a swap
     */
    AtomicEthHeader(uint64_t address, uint32_t key, uint64_t operand, uint64_t compare);

    /** @return virtual address in the responder's memory */
    uint64_t GetAddress() const
    {
        return m_address;
    }

    /** @return R_Key of that memory */
    uint32_t GetKey() const
    {
        return m_key;
    }

    /** @return what to add or to put there */
    uint64_t GetOperand() const
    {
        return m_operand;
    }

    /** @return what must be there for a swap */
    uint64_t GetCompare() const
    {
        return m_compare;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    uint64_t m_address{0}; ///< virtual address
    uint32_t m_key{0};     ///< R_Key
    uint64_t m_operand{0}; ///< swap or add data
    uint64_t m_compare{0}; ///< compare data
};

} // namespace ns3::rdma

#endif /* RDMA_ATOMIC_ETH_HEADER_H */
