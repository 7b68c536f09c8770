/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_FLOW_TABLE_H
#define FABRIC_FLOW_TABLE_H

#include "fabric-frame.h"
#include "fabric-time.h"

#include <cstdint>
#include <vector>

namespace ns3::fabric
{

/**
 * @param x any number
 * @return its bits thoroughly mixed (finaliser of SplitMix64; Steele, Lea and Flood, OOPSLA 2014)
 */
inline uint64_t
MixBits(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/** SplitMix64's increment, an odd number of irregular bits. */
constexpr uint64_t GOLDEN_GAMMA = 0x9e3779b97f4a7c15ULL;

/**
 * @param frame a frame
 * @param salt of the switch
 * @return hash of source, destination and entropy
 */
inline uint64_t
FlowHash(const Frame& frame, uint64_t salt)
{
    const uint64_t pair = uint64_t{frame.source} << 32 | frame.destination;
    return MixBits(MixBits(pair + GOLDEN_GAMMA) + frame.entropy + salt);
}

/**
 * @ingroup fabric
 * The table of a switch that remembers the port of recent flows: an array indexed by a hash of the
 * flow, as in ASICs, so that flows may collide and then share an entry.
 */
class FlowTable
{
  public:
    /** What is remembered of the flows that share an entry. */
    struct Entry
    {
        Ticks last{-1};   ///< when the last frame came; -1 if none ever did
        uint16_t port{0}; ///< where it went
    };

    /** @param size number of entries, at least 1 */
    void Resize(uint32_t size)
    {
        m_entries.assign(size, {});
    }

    /** @param hash of a flow @return its entry */
    Entry& At(uint64_t hash)
    {
        return m_entries[((hash >> 32) * m_entries.size()) >> 32];
    }

  private:
    std::vector<Entry> m_entries; ///< by hash
};

} // namespace ns3::fabric

#endif /* FABRIC_FLOW_TABLE_H */
