/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_IWARP_HEADER_H
#define CLUSTER_IWARP_HEADER_H

#include "ns3/header.h"

#include <cstdint>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * The headers of an iWARP FPDU: the length of MPA (RFC 5044), and the DDP and RDMAP headers
 * (RFC 5041, RFC 5040) of a tagged (16 bytes in all) or untagged segment (20 bytes).
 */
class IwarpHeader : public Header
{
  public:
    /** RDMAP operations (RFC 5040, section 4.1) that are used here. */
    enum Operation : uint8_t
    {
        RDMA_WRITE = 0, ///< tagged
        SEND = 3,       ///< untagged, queue 0
    };

    static constexpr uint32_t LENGTH_BYTES = 2;                           ///< of MPA
    static constexpr uint32_t CRC_BYTES = 4;                              ///< of MPA
    static constexpr uint32_t TAGGED_BYTES = 14;                          ///< DDP and RDMAP
    static constexpr uint32_t UNTAGGED_BYTES = 18;                        ///< DDP and RDMAP
    static constexpr uint32_t MOST_BYTES = LENGTH_BYTES + UNTAGGED_BYTES; ///< longest header

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

    /** @return DDP and RDMAP header of an operation, bytes */
    static uint32_t GetSegmentHeaderBytes(Operation operation)
    {
        return operation == RDMA_WRITE ? TAGGED_BYTES : UNTAGGED_BYTES;
    }

    /** @return size of the whole FPDU: length, segment, padding to 4 bytes and CRC */
    uint32_t GetFpduBytes() const
    {
        return GetPadding() + LENGTH_BYTES + GetSegmentHeaderBytes(operation) + payloadBytes +
               CRC_BYTES;
    }

    /** @return bytes of zeros between segment and CRC */
    uint32_t GetPadding() const
    {
        const uint32_t bytes = LENGTH_BYTES + GetSegmentHeaderBytes(operation) + payloadBytes;
        return (4 - bytes % 4) % 4;
    }

    Operation operation{RDMA_WRITE}; ///< what
    bool last{false};                ///< the last segment of its DDP message
    uint16_t payloadBytes{0};        ///< message bytes in it
    uint32_t stag{0};                ///< tagged: the buffer
    uint64_t offset{0};              ///< tagged: within the buffer; untagged: within the message
    uint32_t queue{0};               ///< untagged: number of the queue
    uint32_t messageNumber{0};       ///< untagged: number of the message in it, from 1
    bool valid{true};                ///< after Deserialize: it was such a header
};

} // namespace ns3::cluster

#endif /* CLUSTER_IWARP_HEADER_H */
