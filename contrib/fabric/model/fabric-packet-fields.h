/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PACKET_FIELDS_H
#define FABRIC_PACKET_FIELDS_H

#include "fabric-frame.h"

#include "ns3/packet.h"

namespace ns3::fabric
{

/** What a switch reads in the headers of an ordinary ns-3 packet. */
struct PacketFields
{
    Ecn ecn{Ecn::NOT_ECT}; ///< ECN field of the IP header
    uint8_t dscp{0};       ///< DSCP of the IP header
    uint16_t entropy{0};   ///< both ports of TCP or UDP folded into 16 bit; 0 for anything else
};

/**
 * @param packet a packet, beginning with its network header
 * @param etherType what that header is
 * @return its fields; the defaults unless it is IPv4 or IPv6
 */
PacketFields InspectPacket(Ptr<const Packet> packet, uint16_t etherType);

/**
 * Set the ECN field of an ns-3 packet to CE, as a router does that marked the frame around it.
 *
 * @param packet the packet, beginning with its network header
 * @param etherType what that header is; nothing is done unless it is IPv4 or IPv6
 */
void MarkPacketCe(Ptr<Packet> packet, uint16_t etherType);

} // namespace ns3::fabric

#endif /* FABRIC_PACKET_FIELDS_H */
