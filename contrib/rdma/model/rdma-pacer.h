/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PACER_H
#define RDMA_PACER_H

#include "ns3/fabric-time.h"

#include <algorithm>
#include <cstdint>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * @ingroup rdma
 * When a queue pair may send next, at the rate that its congestion control allows: the starts of
 * two frames are as far apart as the first of them, with preamble and gap, takes at that rate. What
 * others made it wait is made up for, by one frame at most.
 */
class Pacer
{
  public:
    /** @param bytes preamble and gap of the port */
    void SetInterframe(uint32_t bytes)
    {
        m_interframeBytes = bytes;
    }

    /** @param at nothing may leave before */
    void Block(Ticks at)
    {
        m_blockedUntil = at;
    }

    /**
     * A frame leaves.
     *
     * @param bytes its size
     * @return its size on the link
     */
    uint32_t NoteFrame(uint32_t bytes)
    {
        m_lastBytes = bytes + m_interframeBytes;
        return m_lastBytes;
    }

    /**
     * After NoteFrame.
     *
     * @param now the time
     * @param allowed when the frame might have left
     * @param rate bit/s
     * @param lineRate of the port, which needs no pace, bit/s
     * @return when the next one may leave
     */
    Ticks Advance(Ticks now, Ticks allowed, uint64_t rate, uint64_t lineRate)
    {
        const Ticks gap = GetGap(rate, lineRate);
        m_pacedFrom = std::min(now, std::max(allowed, now - gap));
        return std::max(m_blockedUntil, m_pacedFrom + gap);
    }

    /** @param rate that has changed @param lineRate of the port @return when the next may leave */
    Ticks GetNext(uint64_t rate, uint64_t lineRate)
    {
        return std::max(m_blockedUntil, m_pacedFrom + GetGap(rate, lineRate));
    }

  private:
    /** @return time between the starts of the last frame and the next */
    Ticks GetGap(uint64_t rate, uint64_t lineRate)
    {
        if (rate >= lineRate)
        {
            return 0; // the port itself is the pace
        }
        if (rate != m_gapRate || m_lastBytes != m_gapBytes)
        {
            m_gapRate = rate;
            m_gapBytes = m_lastBytes;
            m_gap = fabric::SerializationTicks(m_lastBytes, rate);
        }
        return m_gap;
    }

    uint32_t m_interframeBytes{0}; ///< preamble and gap of the port
    uint32_t m_gapBytes{0};        ///< m_gap is for a frame of this size...
    uint64_t m_gapRate{0};         ///< ...at this rate
    Ticks m_gap{0};                ///< time between the starts of two frames
    Ticks m_pacedFrom{0};          ///< when the last frame left, or might have but for others
    Ticks m_blockedUntil{0};       ///< see Block
    uint32_t m_lastBytes{0};       ///< size of the last frame on the link
};

} // namespace ns3::rdma

#endif /* RDMA_PACER_H */
