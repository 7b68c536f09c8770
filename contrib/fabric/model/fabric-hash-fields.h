/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_HASH_FIELDS_H
#define FABRIC_HASH_FIELDS_H

#include "fabric-flow-table.h"
#include "fabric-frame.h"

#include "ns3/attribute-helper.h"

#include <cstdint>
#include <iosfwd>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Which header fields go into the hash of a switch, as an attribute: names joined by commas out of
 * - source, destination: the addresses;
 * - entropy: the UDP source port of RoCEv2, the ports of TCP and UDP;
 * - qp: the destination queue pair of RoCEv2's base transport header, which switches reach by a
 *   user-defined field (E-ECMP; Gangidi et al., RDMA over Ethernet for distributed AI training at
 *   Meta scale, SIGCOMM 2024); 0 in other frames;
 * - class: the priority class.
 */
struct HashFields
{
    bool source{true};      ///< address of the sender
    bool destination{true}; ///< address of the receiver
    bool entropy{true};     ///< UDP source port
    bool qp{false};         ///< destination queue pair
    bool priority{false};   ///< class
};

/** @param os the stream @param fields what to print @return the stream */
std::ostream& operator<<(std::ostream& os, const HashFields& fields);
/** @param is the stream @param fields what was read @return the stream, failed if malformed */
std::istream& operator>>(std::istream& is, HashFields& fields);

ATTRIBUTE_HELPER_HEADER(HashFields);

/**
 * @ingroup fabric
 * The hash of the fields chosen. With the default fields it is FlowHash.
 */
class FieldHash
{
  public:
    FieldHash() = default;

    /** @param fields what goes into the hash @param salt of the switch */
    FieldHash(const HashFields& fields, uint64_t salt);

    /** @param frame a frame @return its hash */
    uint64_t operator()(const Frame& frame) const
    {
        const uint64_t pair = (uint64_t{frame.source} << 32 | frame.destination) & m_pairMask;
        uint64_t rest = (frame.entropy & m_entropyMask) + m_salt;
        if (m_more)
        {
            rest += More(frame);
        }
        return MixBits(MixBits(pair + GOLDEN_GAMMA) + rest);
    }

  private:
    /** @param frame a frame @return what the less usual fields add */
    uint64_t More(const Frame& frame) const
    {
        const uint64_t qp = m_qp && frame.kind == FrameKind::ROCE ? frame.roce.destinationQp : 0;
        const uint64_t priority = m_priority ? frame.priority : 0;
        return MixBits((qp << 3 | priority) + GOLDEN_GAMMA);
    }

    uint64_t m_pairMask{UINT64_MAX};    ///< bits of both addresses that count
    uint64_t m_salt{0};                 ///< of the switch
    uint16_t m_entropyMask{UINT16_MAX}; ///< bits of the entropy that count
    bool m_more{false};                 ///< some field of the following counts
    bool m_qp{false};                   ///< the queue pair counts
    bool m_priority{false};             ///< the class counts
};

} // namespace ns3::fabric

#endif /* FABRIC_HASH_FIELDS_H */
