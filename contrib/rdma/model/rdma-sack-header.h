/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SACK_HEADER_H
#define RDMA_SACK_HEADER_H

#include "ns3/header.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What the acknowledgments of selective schemes have behind the AETH: the PSN of the packet that
 * caused them (4 bytes; IRN's NACK), or that and a bitmap of the 64 packets up to it (12 bytes).
 *
 * No standard has this header: IRN (SIGCOMM 2018, 4.2) says what a NACK carries and not where.
 * Decoders that know InfiniBand show an acknowledgment with bytes left over.
 */
class SackHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SackHeader();

    /** @param hasBitmap whether the header to be read has one */
    explicit SackHeader(bool hasBitmap);

    /** @param psn the packet that caused the acknowledgment, 24 bit */
    static SackHeader Of(uint32_t psn);

    /**
     * @param psn the packet that caused the acknowledgment, 24 bit
     * @param bitmap bit i: packet psn - 63 + i has come
     */
    static SackHeader Of(uint32_t psn, uint64_t bitmap);

    /** @return the packet that caused the acknowledgment */
    uint32_t GetPsn() const
    {
        return m_psn;
    }

    /** @return the bitmap, 0 if there is none */
    uint64_t GetBitmap() const
    {
        return m_bitmap;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    uint32_t m_psn{0};       ///< packet that caused the acknowledgment
    uint64_t m_bitmap{0};    ///< what has come up to it
    bool m_hasBitmap{false}; ///< whether it is there
};

} // namespace ns3::rdma

#endif /* RDMA_SACK_HEADER_H */
