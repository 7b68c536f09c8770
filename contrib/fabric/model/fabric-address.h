/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ADDRESS_H
#define FABRIC_ADDRESS_H

#include "fabric-frame.h"

#include "ns3/ipv4-address.h"
#include "ns3/mac48-address.h"

namespace ns3::fabric
{

/**
 * @param address an attachment, or BROADCAST_ADDRESS
 * @return its MAC address: locally administered, 02:57 and the 32 bits of the address
 */
Mac48Address MacOf(FabricAddress address);

/**
 * @param mac a MAC address
 * @param [out] address the attachment it belongs to, BROADCAST_ADDRESS for broadcast and multicast
 * @return false if it is the address of no attachment
 */
bool AddressOf(const Mac48Address& mac, FabricAddress& address);

/**
 * @param address an attachment, less than 2^24 - 2
 * @return its IPv4 address in 10.0.0.0/8: 10.0.0.1 for attachment 0 and so on
 */
Ipv4Address Ipv4Of(FabricAddress address);

} // namespace ns3::fabric

#endif /* FABRIC_ADDRESS_H */
