/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-icrc.h"

#include "rdma-opcode.h"

#include "ns3/assert.h"

#include <algorithm>
#include <array>

namespace ns3::rdma
{

namespace
{

constexpr std::size_t IPV4_BYTES = 20;
constexpr std::size_t UDP_BYTES = 8;
constexpr std::size_t HEADER_BYTES = IPV4_BYTES + UDP_BYTES + BTH_BYTES;

/** @return remainder of each byte value, least significant bit first */
constexpr std::array<uint32_t, 256>
MakeCrcTable()
{
    std::array<uint32_t, 256> table{};
    for (uint32_t value = 0; value < 256; ++value)
    {
        uint32_t remainder = value;
        for (int bit = 0; bit < 8; ++bit)
        {
            remainder = remainder & 1 ? remainder >> 1 ^ 0xedb88320 : remainder >> 1;
        }
        table[value] = remainder;
    }
    return table;
}

constexpr auto CRC_TABLE = MakeCrcTable();

} // namespace

uint32_t
Crc32(const uint8_t* data, std::size_t size, uint32_t crc)
{
    crc = ~crc;
    for (std::size_t i = 0; i < size; ++i)
    {
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ data[i]) & 0xff];
    }
    return ~crc;
}

uint32_t
RoceIcrc(const uint8_t* packet, std::size_t size)
{
    NS_ASSERT_MSG(size >= HEADER_BYTES, "no RoCEv2 packet has " << size << " bytes");
    std::array<uint8_t, 8 + HEADER_BYTES> masked;
    std::fill_n(masked.begin(), 8, 0xff);
    uint8_t* ip = masked.data() + 8;
    std::copy_n(packet, HEADER_BYTES, ip);
    ip[1] = 0xff;                          // type of service
    ip[8] = 0xff;                          // time to live
    ip[10] = ip[11] = 0xff;                // header checksum
    ip[26] = ip[27] = 0xff;                // UDP checksum
    ip[IPV4_BYTES + UDP_BYTES + 4] = 0xff; // FECN, BECN, reserved
    return Crc32(packet + HEADER_BYTES, size - HEADER_BYTES, Crc32(masked.data(), masked.size()));
}

} // namespace ns3::rdma
