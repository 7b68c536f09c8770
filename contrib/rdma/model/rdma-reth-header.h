/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RETH_HEADER_H
#define RDMA_RETH_HEADER_H

#include "ns3/header.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * RDMA extended transport header, 16 bytes (InfiniBand Architecture vol. 1, 9.3.3): where a WRITE
 * puts its bytes, or a READ takes them.
 */
class RethHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RethHeader();

    /**
     * @param address virtual address in the responder's memory
     * @param key R_Key of that memory
     * @param length bytes of the whole message
     */
    RethHeader(uint64_t address, uint32_t key, uint32_t length);

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

    /** @return bytes of the whole message */
    uint32_t GetLength() const
    {
        return m_length;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    uint64_t m_address{0}; ///< virtual address
    uint32_t m_key{0};     ///< R_Key
    uint32_t m_length{0};  ///< DMA length
};

} // namespace ns3::rdma

#endif /* RDMA_RETH_HEADER_H */
