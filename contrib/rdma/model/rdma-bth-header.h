/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_BTH_HEADER_H
#define RDMA_BTH_HEADER_H

#include "ns3/header.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * InfiniBand base transport header, 12 bytes (InfiniBand Architecture vol. 1, 9.2).
 */
class BthHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** The fields, in the order of the wire. */
    struct Fields
    {
        uint8_t opcode{0};             ///< see enum Opcode
        bool solicited{false};         ///< SE: the responder shall raise an event
        bool migrated{true};           ///< M: path migration state, 1 where migration is not used
        uint8_t padCount{0};           ///< bytes of padding behind the payload, 0..3
        uint8_t version{0};            ///< transport header version, 4 bit, 0
        uint16_t partitionKey{0xffff}; ///< P_Key, the default partition
        bool fecn{false};              ///< F: forward congestion, not used by RoCEv2
        bool becn{false};              ///< B: backward congestion, set in a CNP
        uint32_t destinationQp{0};     ///< 24 bit
        bool ackRequest{false};        ///< A: the responder shall acknowledge
        uint32_t psn{0};               ///< packet sequence number, 24 bit
    };

    BthHeader();

    /** @param fields the fields */
    explicit BthHeader(const Fields& fields);

    /** @return the fields */
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
    Fields m_fields; ///< the fields
};

} // namespace ns3::rdma

#endif /* RDMA_BTH_HEADER_H */
