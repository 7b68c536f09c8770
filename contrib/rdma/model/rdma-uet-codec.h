/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UET_CODEC_H
#define RDMA_UET_CODEC_H

#include "ns3/fabric-ethernet-codec.h"

namespace ns3::rdma
{

/** UDP destination port of Ultra Ethernet transport (IANA). */
constexpr uint16_t UET_UDP_PORT = 4793;

/**
 * @ingroup rdma
 * Bytes of Ultra Ethernet frames over UDP and IPv4 (UET specification 1.0, 3.4 and 3.5.10), and of
 * all frames that fabric::EthernetCodec knows. The layouts are in doc/ultra-ethernet.rst.
 *
 * Ethernet II, IPv4, UDP to port 4793 from the frame's entropy, packet delivery header by kind of
 * frame (RUD or ROD request with congestion control state, ACK_CC, NACK, NACK_CCX, control packet),
 * for requests the standard semantic header of 44 bytes and the payload, CRC-32 over all that is
 * behind UDP. Payload bytes are zeros.
 *
 * Where the simulator holds more or less than the standard: the number of the destination's queue
 * pair is the destination PDCID, and its upper 8 of 24 bits are in the field of the source PDCID,
 * which a frame does not hold; RUDI has no contexts, and the number is in the upper 8 bits of the
 * packet ID and the 16 reserved bits before it; of the message number 16 bits are the message ID
 * and 8 the resource index generation; immediate data are in the field of the initiator. PSNs have
 * 24 bits. Service time and received bytes are 0.
 *
 * Decode is the exact inverse for frames of the sizes that FrameSizes gives, but for the echoed...
 * fields, the MSN of acknowledgments and trimmed frames. It refuses a wrong CRC or IPv4 checksum,
 * lengths that disagree and types that it does not know.
 */
class UetCodec : public fabric::EthernetCodec
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    UetCodec();
    ~UetCodec() override;

    /** @param rudi whether data frames and acknowledgments that are encoded are those of RUDI */
    void SetRudi(bool rudi);

    Ptr<Packet> Encode(const fabric::Frame& frame) const override;
    bool Decode(Ptr<const Packet> packet, fabric::Frame& frame) const override;

  private:
    bool m_rudi{false}; ///< see SetRudi
};

} // namespace ns3::rdma

#endif /* RDMA_UET_CODEC_H */
