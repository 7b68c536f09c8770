/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PSN_H
#define RDMA_PSN_H

#include <cstdint>

namespace ns3::rdma
{

/**
 * Packet sequence numbers (InfiniBand Architecture vol. 1, 9.7.2): 24 bits on the wire. Inside,
 * both ends of a connection count packets with 64-bit sequence numbers that never wrap and whose
 * low 24 bits are the PSN, so that plain comparison is right everywhere; only these functions know
 * of the wrap.
 */
constexpr uint32_t PSN_MASK = 0xffffff;

/** Packets that may be outstanding: beyond 2^23 old and new PSNs cannot be told apart. */
constexpr uint64_t MAX_OUTSTANDING_PACKETS = (1U << 23) - 1;

/**
 * @param psn first PSN of a direction
 * @return its sequence number; large enough that older PSNs have one too
 */
constexpr uint64_t
FirstSequence(uint32_t psn)
{
    return uint64_t{PSN_MASK} + 1 + (psn & PSN_MASK);
}

/** @param sequence a sequence number @return its PSN */
constexpr uint32_t
ToPsn(uint64_t sequence)
{
    return sequence & PSN_MASK;
}

/**
 * @param psn a PSN from the wire
 * @param reference a sequence number less than 2^23 away from the one meant
 * @return the sequence number meant
 */
constexpr uint64_t
ToSequence(uint32_t psn, uint64_t reference)
{
    // Subtract modulo 2^24 and extend the sign.
    const uint32_t difference = (psn - static_cast<uint32_t>(reference)) << 8;
    return reference + (static_cast<int32_t>(difference) >> 8);
}

} // namespace ns3::rdma

#endif /* RDMA_PSN_H */
