/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ICRC_H
#define RDMA_ICRC_H

#include <cstddef>
#include <cstdint>

namespace ns3::rdma
{

/**
 * CRC-32 with the polynomial of Ethernet (IEEE 802.3, 3.2.9; the same as zlib's crc32).
 *
 * @param data bytes
 * @param size how many
 * @param crc result for the bytes before these, 0 at the start
 * @return the CRC of all bytes so far
 */
uint32_t Crc32(const uint8_t* data, std::size_t size, uint32_t crc = 0);

/**
 * Invariant CRC of a RoCEv2 packet over IPv4 (InfiniBand Architecture, Annex A17.3.3): CRC-32 over
 * eight bytes 0xff in place of the local route header and the packet, with the fields that change
 * on the way (IPv4 type of service, time to live and header checksum, UDP checksum, the FECN, BECN
 * and reserved byte of the BTH) taken as all ones.
 *
 * @param packet an IPv4 packet without options, from the first byte of its IPv4 header to the last
 *               byte before the ICRC
 * @param size how many bytes; at least the IPv4, UDP and base transport headers (40)
 * @return the ICRC; on the wire its least significant byte comes first
 */
uint32_t RoceIcrc(const uint8_t* packet, std::size_t size);

} // namespace ns3::rdma

#endif /* RDMA_ICRC_H */
