/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_TAG_H
#define COLLECTIVE_TAG_H

#include <cstdint>

namespace ns3::collective
{

/**
 * Channels of the network: Send has its own, so have credits, and so has each channel of each
 * communicator, as connections have in NCCL.
 */
constexpr uint32_t POINT_TO_POINT_CHANNEL = 0;
constexpr uint32_t CREDIT_CHANNEL = 1;

/** Most connections that a channel can have. */
constexpr uint32_t MAX_CONNECTIONS = 64;

/**
 * @param communicator id, below 65536
 * @param channel of its collectives
 * @param connection of the channel, below MAX_CONNECTIONS
 * @return the network's channel for it
 */
constexpr uint32_t
GetNetworkChannel(uint32_t communicator, uint8_t channel, uint32_t connection)
{
    return connection << 25 | (communicator + 1) << 8 | channel;
}

/**
 * @ingroup collective
 * What the 64-bit tag of a message of the engine says; fields, not a hash, so that two messages
 * under way never look alike.
 *
 * Collectives: bit 63 = 0, bit 62 = credit, communicator (16 bit), sequence (16 bit), channel
 * (8 bit), key (22 bit). Send and Receive: bit 63 = 1, bit 62 = credit, the user's tag (32 bit).
 */
struct MessageTag
{
    bool pointToPoint{false}; ///< message of a Send
    bool credit{false};       ///< the receiver's permission to send, not data
    uint16_t communicator{0}; ///< communicator of the collective
    uint16_t sequence{0};     ///< its sequence number modulo 65536
    uint8_t channel{0};       ///< Step::channel
    uint32_t key{0};          ///< Step::key; the user's tag of a Send

    /** @return the fields in one number */
    uint64_t Pack() const
    {
        const uint64_t flags =
            (static_cast<uint64_t>(pointToPoint) << 63) | (static_cast<uint64_t>(credit) << 62);
        return flags | (static_cast<uint64_t>(communicator) << 46) |
               (static_cast<uint64_t>(sequence) << 30) |
               (static_cast<uint64_t>(pointToPoint ? 0 : channel) << 22) | key;
    }

    /** @param packed what Pack returned @return the fields */
    static MessageTag Unpack(uint64_t packed)
    {
        MessageTag tag;
        tag.pointToPoint = (packed >> 63) != 0;
        tag.credit = ((packed >> 62) & 1) != 0;
        if (tag.pointToPoint)
        {
            tag.key = packed & UINT32_MAX;
            return tag;
        }
        tag.communicator = (packed >> 46) & UINT16_MAX;
        tag.sequence = (packed >> 30) & UINT16_MAX;
        tag.channel = (packed >> 22) & UINT8_MAX;
        tag.key = packed & ((1U << 22) - 1);
        return tag;
    }

    /** @return the collective at its rank: communicator and sequence */
    uint32_t GetCollective() const
    {
        return static_cast<uint32_t>(communicator) << 16 | sequence;
    }
};

} // namespace ns3::collective

#endif /* COLLECTIVE_TAG_H */
