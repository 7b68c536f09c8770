/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_REASSEMBLY_H
#define FABRIC_REASSEMBLY_H

#include "fabric-frame-pool.h"
#include "fabric-frame.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Puts numbered pieces of frames into order: a ring of places for the pieces that have come before
 * their turn. The last piece of a frame brings the frame along.
 */
class Reassembly
{
  public:
    Reassembly() = default;

    Reassembly(const Reassembly&) = delete;
    Reassembly& operator=(const Reassembly&) = delete;

    /**
     * @param sequence number of a piece, 0 for the first of all
     * @param index its place among the pieces of its frame, from 0
     * @param carried the frame, with its last piece; null with others. Owned from now on
     * @return false if its turn is over: it was given up, or is there twice; the frame is released
     */
    bool Add(uint32_t sequence, uint32_t index, Frame* carried)
    {
        const uint32_t ahead = sequence - m_next;
        if (static_cast<int32_t>(ahead) < 0 || (ahead < m_ring.size() && At(sequence).present))
        {
            if (carried)
            {
                FramePool::Release(carried);
            }
            return false;
        }
        while (ahead >= m_ring.size())
        {
            Grow();
        }
        At(sequence) = {carried, index, true};
        m_end = static_cast<int32_t>(sequence - m_end) >= 0 ? sequence + 1 : m_end;
        ++m_waiting;
        return true;
    }

    /** @return the next frame that is whole and whose turn it is, or null */
    Frame* Take()
    {
        while (!m_ring.empty() && At(m_next).present)
        {
            const Place place = At(m_next);
            At(m_next) = {};
            ++m_next;
            --m_waiting;
            // A frame whose first pieces were given up is not whole.
            m_whole = place.index == 0 || (m_whole && place.index == m_index + 1);
            m_index = place.index;
            if (place.carried && m_whole)
            {
                return place.carried;
            }
            if (place.carried)
            {
                m_broken.push_back(place.carried);
            }
        }
        return nullptr;
    }

    /**
     * Give up the pieces that are missing before the first one that has come.
     *
     * @param end number up to which to go
     * @return whether there was one to give up
     */
    bool Skip(uint32_t end)
    {
        const uint32_t first = m_next;
        while (static_cast<int32_t>(end - m_next) > 0 && !At(m_next).present)
        {
            ++m_next;
            m_whole = false;
        }
        return m_next != first;
    }

    /** @return one more than the highest number that has come */
    uint32_t GetEnd() const
    {
        return m_end;
    }

    /** @return frames that are not whole, found by Take; the caller's */
    std::vector<Frame*> TakeBroken()
    {
        std::vector<Frame*> broken;
        broken.swap(m_broken);
        return broken;
    }

    /** @return whether there are any */
    bool HasBroken() const
    {
        return !m_broken.empty();
    }

    /** @return number of pieces that have come before their turn */
    uint32_t GetNWaiting() const
    {
        return m_waiting;
    }

  private:
    /** A place of the ring. */
    struct Place
    {
        Frame* carried{nullptr}; ///< frame that the piece brought
        uint32_t index{0};       ///< place in its frame
        bool present{false};     ///< the piece has come
    };

    /** @return the place of a number */
    Place& At(uint32_t sequence)
    {
        return m_ring[sequence & (m_ring.size() - 1)];
    }

    /** Double the ring. */
    void Grow()
    {
        std::vector<Place> old(std::max<std::size_t>(64, 2 * m_ring.size()));
        old.swap(m_ring);
        for (std::size_t i = 0; i < old.size(); ++i)
        {
            const uint32_t sequence = m_next + static_cast<uint32_t>(i);
            At(sequence) = old[sequence & (old.size() - 1)];
        }
    }

    std::vector<Place> m_ring;    ///< pieces by number, a power of 2 of places
    std::vector<Frame*> m_broken; ///< frames that are not whole
    uint32_t m_next{0};           ///< whose turn it is
    uint32_t m_end{0};            ///< one more than the highest number that has come
    uint32_t m_waiting{0};        ///< pieces in the ring
    uint32_t m_index{0};          ///< place in its frame of the last piece taken
    bool m_whole{false};          ///< all pieces of its frame so far were taken
};

} // namespace ns3::fabric

#endif /* FABRIC_REASSEMBLY_H */
