/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SEQUENCE_BITMAP_H
#define RDMA_SEQUENCE_BITMAP_H

#include <algorithm>
#include <cstdint>
#include <memory>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * One bit for each packet of a sliding window of sequence numbers. Holds no memory until the first
 * bit is set, and grows with the distance between the first packet of the window and the last bit.
 *
 * Bits before the window and bits never set are 0.
 */
class SequenceBitmap
{
  public:
    /** @param begin first packet of the window; no bit is set */
    void Start(uint64_t begin)
    {
        m_begin = begin;
    }

    /** @return first packet of the window */
    uint64_t GetBegin() const
    {
        return m_begin;
    }

    /** @return whether no bit is set */
    bool IsEmpty() const
    {
        return m_count == 0;
    }

    /** @return number of bits set */
    uint64_t GetCount() const
    {
        return m_count;
    }

    /** @param sequence a packet @return its bit */
    bool Test(uint64_t sequence) const
    {
        return sequence - m_begin < m_capacity && (WordOf(sequence) >> (sequence & 63) & 1);
    }

    /** @param sequence a packet, not before the window, whose bit becomes 1 */
    void Set(uint64_t sequence)
    {
        if (sequence - m_begin >= m_capacity)
        {
            Grow(sequence - m_begin + 1);
        }
        uint64_t& word = WordOf(sequence);
        const uint64_t bit = uint64_t{1} << (sequence & 63);
        m_count += (word & bit) == 0;
        word |= bit;
    }

    /** @param sequence a packet whose bit becomes 0 */
    void Clear(uint64_t sequence)
    {
        if (Test(sequence))
        {
            WordOf(sequence) &= ~(uint64_t{1} << (sequence & 63));
            --m_count;
        }
    }

    /** @param begin first packet of the window from now on, not before the present one */
    void Advance(uint64_t begin)
    {
        for (uint64_t at = FindSet(m_begin, begin); at < begin; at = FindSet(at + 1, begin))
        {
            Clear(at);
        }
        m_begin = begin;
    }

    /** @param from a packet @param to one past a packet @return first one set in between, or to */
    uint64_t FindSet(uint64_t from, uint64_t to) const
    {
        return m_count == 0 ? to : Find(from, to, 0);
    }

    /** @param from a packet of the window @param to one past a packet @return first one clear in
     * between, or to */
    uint64_t FindClear(uint64_t from, uint64_t to) const
    {
        return m_count == 0 ? std::min(from, to) : Find(from, to, ~uint64_t{0});
    }

    /** @param last a packet @return bit 63: that of last; bit i: that of packet last - 63 + i */
    uint64_t GetUpTo(uint64_t last) const
    {
        const uint64_t known = last - m_begin + 1; // packets of the window up to last
        if (m_count == 0 || last < m_begin || known > m_capacity)
        {
            return 0;
        }
        const uint32_t shift = 63 - (last & 63);
        uint64_t bits = WordOf(last) << shift;
        if (shift > 0 && known > 64 - shift)
        {
            bits |= WordOf(last - 64) >> (64 - shift);
        }
        return known < 64 ? bits & ~uint64_t{0} << (64 - known) : bits;
    }

  private:
    /** @param sequence a packet of the window @return the word that holds its bit */
    uint64_t& WordOf(uint64_t sequence) const
    {
        return m_words[(sequence & (m_capacity - 1)) >> 6];
    }

    /** @return first packet in a range whose bit is not that of flip; whole words at a time */
    uint64_t Find(uint64_t from, uint64_t to, uint64_t flip) const
    {
        const uint64_t end = std::min(to, m_begin + m_capacity); // beyond, all bits are 0
        for (uint64_t at = std::max(from, m_begin); at < end; at = (at | 63) + 1)
        {
            const uint64_t word = (WordOf(at) ^ flip) >> (at & 63);
            if (word)
            {
                const uint64_t found = at + __builtin_ctzll(word);
                if (found < end)
                {
                    return found;
                }
                break; // it is of packets at the other end of the window
            }
        }
        return flip ? std::min(std::max(from, end), to) : to;
    }

    /** Make room. @param packets of the window, at least */
    void Grow(uint64_t packets)
    {
        uint64_t capacity = std::max<uint64_t>(m_capacity, INITIAL_CAPACITY);
        while (capacity < packets)
        {
            capacity *= 2;
        }
        auto words = std::make_unique<uint64_t[]>(capacity / 64);
        const uint64_t end = m_begin + m_capacity;
        for (uint64_t at = FindSet(m_begin, end); at < end; at = FindSet(at + 1, end))
        {
            words[(at & (capacity - 1)) >> 6] |= uint64_t{1} << (at & 63);
        }
        m_words = std::move(words);
        m_capacity = capacity;
    }

    static constexpr uint64_t INITIAL_CAPACITY = 256; ///< packets; a power of two

    std::unique_ptr<uint64_t[]> m_words; ///< the bits, those of sequence modulo capacity
    uint64_t m_begin{0};                 ///< first packet of the window
    uint64_t m_capacity{0};              ///< packets that have a bit, 0 or a power of two
    uint64_t m_count{0};                 ///< bits set
};

} // namespace ns3::rdma

#endif /* RDMA_SEQUENCE_BITMAP_H */
