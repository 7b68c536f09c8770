/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ROCE_CODEC_H
#define RDMA_ROCE_CODEC_H

#include "ns3/fabric-ethernet-codec.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Bytes of RoCEv2 frames over IPv4 (InfiniBand Architecture, Annex A17), and of all frames that
 * fabric::EthernetCodec knows.
 *
 * Ethernet II, IPv4 (DF, DSCP and ECN of the frame, time to live 64 less the switches passed), UDP
 * to port 4791 from the frame's entropy with checksum 0, base transport header, the extended
 * headers of the opcode, payload, invariant CRC. Payload bytes are zeros: the simulator moves no
 * data. A CNP carries its 16 reserved bytes.
 *
 * Decode is the exact inverse for frames that have the size that RoceFrameBytes gives, but for the
 * echoed... fields, which RoCEv2 has no bytes for (they stay zero). It takes the class from the
 * DSCP as switches with the usual trust map do (priority = DSCP / 8). It refuses a wrong IPv4
 * checksum, a wrong ICRC, lengths that disagree, and opcodes outside enum Opcode.
 */
class RoceCodec : public fabric::EthernetCodec
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    RoceCodec();
    ~RoceCodec() override;

    Ptr<Packet> Encode(const fabric::Frame& frame) const override;
    bool Decode(Ptr<const Packet> packet, fabric::Frame& frame) const override;
};

} // namespace ns3::rdma

#endif /* RDMA_ROCE_CODEC_H */
