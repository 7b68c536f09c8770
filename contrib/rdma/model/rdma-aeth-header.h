/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_AETH_HEADER_H
#define RDMA_AETH_HEADER_H

#include "ns3/header.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * ACK extended transport header, 4 bytes (InfiniBand Architecture vol. 1, 9.3.5).
 */
class AethHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    AethHeader();

    /**
     * @param syndrome 0x00..0x1f ACK (0x1f: no credits), 0x20..0x3f RNR NAK, 0x60..0x64 NAK
     * @param msn messages completed by the responder, 24 bit
     */
    AethHeader(uint8_t syndrome, uint32_t msn);

    /** @return what is acknowledged and how */
    uint8_t GetSyndrome() const
    {
        return m_syndrome;
    }

    /** @return messages completed by the responder */
    uint32_t GetMsn() const
    {
        return m_msn;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    uint8_t m_syndrome{0}; ///< syndrome
    uint32_t m_msn{0};     ///< message sequence number
};

} // namespace ns3::rdma

#endif /* RDMA_AETH_HEADER_H */
