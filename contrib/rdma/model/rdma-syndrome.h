/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SYNDROME_H
#define RDMA_SYNDROME_H

#include "ns3/fabric-time.h"

#include <array>
#include <cstdint>

namespace ns3::rdma
{

/**
 * AETH syndromes (InfiniBand Architecture vol. 1, 9.7.5.2.1 and tables 45 to 47). Bits 6:5 are the
 * type.
 */
constexpr uint8_t SYNDROME_ACK = 0x1f;                  ///< ACK; no end-to-end credits
constexpr uint8_t SYNDROME_RNR = 0x20;                  ///< receiver not ready; plus timer code
constexpr uint8_t SYNDROME_NAK_SEQUENCE_ERROR = 0x60;   ///< a packet is missing
constexpr uint8_t SYNDROME_NAK_INVALID_REQUEST = 0x61;  ///< the operation makes no sense
constexpr uint8_t SYNDROME_NAK_REMOTE_ACCESS = 0x62;    ///< no right to the memory
constexpr uint8_t SYNDROME_NAK_REMOTE_OPERATION = 0x63; ///< the responder failed

/** In OP_TRIM_NAK: where the packet was trimmed (UET_TRIMMED, UET_TRIMMED_LASTHOP). */
constexpr uint8_t SYNDROME_NAK_TRIMMED = 0x6e;
constexpr uint8_t SYNDROME_NAK_TRIMMED_LAST_HOP = 0x6f; ///< the same, at the last switch

/** @param syndrome a syndrome @return whether it is an ACK */
constexpr bool
IsAck(uint8_t syndrome)
{
    return (syndrome & 0x60) == 0;
}

/** @param syndrome a syndrome @return whether it is an RNR NAK */
constexpr bool
IsRnr(uint8_t syndrome)
{
    return (syndrome & 0x60) == SYNDROME_RNR;
}

/**
 * @param syndrome of an RNR NAK; bits 4:0 are the timer code
 * @return time to wait before the packet is sent again (table 45: 10 us to 655.36 ms)
 */
inline fabric::Ticks
RnrDelay(uint8_t syndrome)
{
    constexpr std::array<uint32_t, 32> units = {
        65536, 1,    2,    3,    4,    6,     8,     12,    16,    24,   32,
        48,    64,   96,   128,  192,  256,   384,   512,   768,   1024, 1536,
        2048,  3072, 4096, 6144, 8192, 12288, 16384, 24576, 32768, 49152};
    constexpr fabric::Ticks unit = 10'000'000; // 10 us
    return units[syndrome & 0x1f] * unit;
}

} // namespace ns3::rdma

#endif /* RDMA_SYNDROME_H */
