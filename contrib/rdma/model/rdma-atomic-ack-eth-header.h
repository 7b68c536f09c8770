/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ATOMIC_ACK_ETH_HEADER_H
#define RDMA_ATOMIC_ACK_ETH_HEADER_H

#include "ns3/header.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Atomic acknowledge extended transport header, 8 bytes (InfiniBand Architecture vol. 1, 9.5.3).
 */
class AtomicAckEthHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AtomicAckEthHeader();

    /** @param original what was in the responder's memory before */
    explicit AtomicAckEthHeader(uint64_t original);

    /** @return what was in the responder's memory before */
    uint64_t GetOriginal() const
    {
        return m_original;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    uint64_t m_original{0}; ///< original data
};

} // namespace ns3::rdma

#endif /* RDMA_ATOMIC_ACK_ETH_HEADER_H */
