/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ETHERNET_CODEC_H
#define FABRIC_ETHERNET_CODEC_H

#include "fabric-frame-codec.h"

#include "ns3/mac48-address.h"

namespace ns3::fabric
{

/** Bytes of an Ethernet II header: two addresses and the EtherType. */
constexpr uint32_t ETHERNET_HEADER_BYTES = 14;

/** Bytes of the frame check sequence. */
constexpr uint32_t ETHERNET_FCS_BYTES = 4;

/** Bytes of the shortest Ethernet frame, frame check sequence included (IEEE 802.3, 4A.4.2). */
constexpr uint32_t ETHERNET_MIN_FRAME_BYTES = 64;

/** EtherType of IPv4. */
constexpr uint16_t ETHERTYPE_IPV4 = 0x0800;

/** EtherType of IPv6. */
constexpr uint16_t ETHERTYPE_IPV6 = 0x86dd;

/** EtherType of frames that leaf switches make for each other (IEEE 802, local experimental 1). */
constexpr uint16_t ETHERTYPE_FABRIC = 0x88b5;

/** EtherType of MAC control frames, PFC among them (IEEE 802.3, clause 31). */
constexpr uint16_t ETHERTYPE_MAC_CONTROL = 0x8808;

/**
 * @ingroup fabric
 * Bytes of frames of kind PACKET (Ethernet II header and the packet) and PFC (IEEE 802.1Qbb).
 * Frames of kinds FABRIC and REDUCTION have no format of their own: they are zeros behind an
 * Ethernet header.
 *
 * Frames are padded with zeros to 60 bytes as Ethernet does, and Decode cannot tell the padding of
 * a short packet from the packet: the length field of the protocol inside does. A port without an
 * attachment (of a switch) sends PFC from 02:57:ff:ff:ff:ff.
 *
 * Ethernet without VLAN tag has no field for the class: Decode leaves Frame::priority 0. It gives a
 * PACKET that is IP the ECN, DSCP and entropy of its headers, as a port does. Encode sets the mark
 * of a switch (CE) in the packet's IP header.
 */
class EthernetCodec : public FrameCodec
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    EthernetCodec();
    ~EthernetCodec() override;

    Ptr<Packet> Encode(const Frame& frame) const override;
    bool Decode(Ptr<const Packet> packet, Frame& frame) const override;

  protected:
    /**
     * Put the Ethernet header in front of a packet, and padding behind it if it is short.
     *
     * @param packet what the frame carries
     * @param frame the frame with its source
     * @param destination destination MAC address
     * @param etherType the EtherType
     */
    static void Finish(Ptr<Packet> packet,
                       const Frame& frame,
                       const Mac48Address& destination,
                       uint16_t etherType);

    /**
     * Take the Ethernet header off and note what it says.
     *
     * @param packet a packet, without its Ethernet header afterwards
     * @param [out] frame gets bytes, source, destination and, in `protocol`, the EtherType
     * @return false if there is no such header or its source is no attachment's
     */
    static bool Start(Ptr<Packet> packet, Frame& frame);

    /**
     * Hand a decoded frame to the caller of Decode.
     *
     * @param from what was decoded
     * @param [out] to the caller's frame, which keeps its pool and link
     */
    static void Assign(const Frame& from, Frame& to);
};

} // namespace ns3::fabric

#endif /* FABRIC_ETHERNET_CODEC_H */
