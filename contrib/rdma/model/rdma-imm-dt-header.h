/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_IMM_DT_HEADER_H
#define RDMA_IMM_DT_HEADER_H

#include "ns3/header.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Immediate data, 4 bytes (InfiniBand Architecture vol. 1, 9.3.6).
 */
class ImmDtHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ImmDtHeader();

    /** @param immediate the word that the responder's completion gets */
    explicit ImmDtHeader(uint32_t immediate);

    /** @return the word that the responder's completion gets */
    uint32_t GetImmediate() const
    {
        return m_immediate;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    uint32_t m_immediate{0}; ///< immediate data
};

} // namespace ns3::rdma

#endif /* RDMA_IMM_DT_HEADER_H */
