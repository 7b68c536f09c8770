/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-address.h"

#include "ns3/assert.h"

namespace ns3::fabric
{

namespace
{
constexpr uint8_t MAC_PREFIX[2] = {0x02, 0x57}; // locally administered, 'W'
constexpr uint32_t IPV4_NETWORK = 0x0a000000;   // 10.0.0.0/8
} // namespace

Mac48Address
MacOf(FabricAddress address)
{
    if (address == BROADCAST_ADDRESS)
    {
        return Mac48Address::GetBroadcast();
    }
    const uint8_t bytes[6] = {MAC_PREFIX[0],
                              MAC_PREFIX[1],
                              static_cast<uint8_t>(address >> 24),
                              static_cast<uint8_t>(address >> 16),
                              static_cast<uint8_t>(address >> 8),
                              static_cast<uint8_t>(address)};
    Mac48Address mac;
    mac.CopyFrom(bytes);
    return mac;
}

bool
AddressOf(const Mac48Address& mac, FabricAddress& address)
{
    if (mac.IsGroup())
    {
        address = BROADCAST_ADDRESS;
        return true;
    }
    uint8_t bytes[6];
    mac.CopyTo(bytes);
    if (bytes[0] != MAC_PREFIX[0] || bytes[1] != MAC_PREFIX[1])
    {
        return false;
    }
    address = static_cast<uint32_t>(bytes[2]) << 24 | static_cast<uint32_t>(bytes[3]) << 16 |
              static_cast<uint32_t>(bytes[4]) << 8 | bytes[5];
    return true;
}

Ipv4Address
Ipv4Of(FabricAddress address)
{
    NS_ASSERT_MSG(address < (1U << 24) - 2, "10.0.0.0/8 has no room for attachment " << address);
    return Ipv4Address(IPV4_NETWORK + address + 1);
}

} // namespace ns3::fabric
