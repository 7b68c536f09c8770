/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PFC_HEADER_H
#define FABRIC_PFC_HEADER_H

#include "fabric-frame.h"

#include "ns3/header.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Body of a priority flow control frame, or of a PAUSE frame (opcode 0x0001, one pause time),
 * behind the Ethernet header with EtherType 0x8808: MAC control opcode 0x0101, class-enable vector
 * and eight pause times (IEEE 802.1Qbb, 802.3 Annex 31D).
 */
class PfcHeader : public Header
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PfcHeader();

    /** @param fields classes and pause times */
    explicit PfcHeader(const PfcFields& fields);

    /** @return classes and pause times */
    const PfcFields& GetFields() const
    {
        return m_fields;
    }

    /** @return whether what was deserialized had the PFC opcode and a class-enable vector */
    bool IsValid() const
    {
        return m_valid;
    }

    TypeId GetInstanceTypeId() const override;
    void Print(std::ostream& os) const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;

  private:
    PfcFields m_fields{}; ///< classes and pause times
    bool m_valid{true};   ///< the bytes read were those of PFC
};

} // namespace ns3::fabric

#endif /* FABRIC_PFC_HEADER_H */
