/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UDP_CARRIER_H
#define RDMA_UDP_CARRIER_H

#include "ns3/fabric-frame.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

// The IPv4 and UDP headers around transports other than ns-3's: don't fragment, the frame's DSCP
// and ECN, a time to live of 64 less the switches passed, its entropy as the source port, and no
// UDP checksum.

/** Bytes of the headers. */
constexpr uint32_t UDP_CARRIER_BYTES = 20 + 8;

/**
 * Put the headers in front of a transport's bytes.
 *
 * @param packet the transport's bytes
 * @param frame the frame that they are of
 * @param port UDP destination port
 * @param following bytes of the transport that are still to be put behind
 */
void PutUdpCarrier(Ptr<Packet> packet,
                   const fabric::Frame& frame,
                   uint16_t port,
                   uint32_t following = 0);

/** Cut a frame that a switch trimmed to its size. @param packet all from the IPv4 header on
 * @param frame the frame */
void CutTrimmed(Ptr<Packet> packet, const fabric::Frame& frame);

/**
 * @param packet bytes behind an Ethernet header
 * @param etherType what that says they are
 * @param port UDP destination port
 * @return whether they are IPv4 without options and UDP to that port
 */
bool IsUdpCarrier(Ptr<const Packet> packet, uint16_t etherType, uint16_t port);

/**
 * Read what PutUdpCarrier wrote.
 *
 * @param [in,out] packet bytes for which IsUdpCarrier holds; those of the transport afterwards,
 *                 without Ethernet's padding
 * @param [in,out] frame has source and destination by the Ethernet header; gets kind, entropy,
 * DSCP, class by it, ECN, and hops
 * @return false for a wrong checksum, lengths that disagree, or addresses of other attachments
 */
bool GetUdpCarrier(Ptr<Packet> packet, fabric::Frame& frame);

/** @param packet a packet @return its bytes */
std::vector<uint8_t> CopyBytes(Ptr<const Packet> packet);

} // namespace ns3::rdma

#endif /* RDMA_UDP_CARRIER_H */
