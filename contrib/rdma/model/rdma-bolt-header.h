/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_BOLT_HEADER_H
#define RDMA_BOLT_HEADER_H

#include "ns3/header.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What a switch tells the source of a frame under Bolt, behind the BTH of a notice (OP_NOTICE):
 * flags (2 bytes), reserved (2), the rate of the port in Mb/s (4) and the time that its queue takes
 * to drain in ns (8). The BTH names the queue pair and the PSN of the frame.
 *
 * The layout is Weft's own: Bolt (NSDI 2023) has a transport header of its own, which RoCEv2 has no
 * room for.
 */
class BoltHeader : public Header
{
  public:
    /** What it says. */
    struct Fields
    {
        bool response{false};  ///< the frame is a READ response; bit 0 of the flags
        uint32_t rateMbps{0};  ///< rate of the port, Mb/s
        uint64_t drainTime{0}; ///< time that its queue takes to drain, ns
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    BoltHeader();

    /** @param fields what it says */
    explicit BoltHeader(const Fields& fields);

    /** @return what it says */
    const Fields& GetFields() const
    {
        return m_fields;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    Fields m_fields; ///< what it says
};

} // namespace ns3::rdma

#endif /* RDMA_BOLT_HEADER_H */
