/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_RING_BUFFER_H
#define FABRIC_RING_BUFFER_H

#include <cstdint>
#include <memory>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * First-in-first-out queue with access by index that holds no memory until it is used: most queue
 * pairs of a large cluster are idle.
 *
 * @tparam T what is held; copied when the queue grows
 */
template <typename T>
class RingBuffer
{
  public:
    /** @return number of elements */
    uint32_t GetSize() const
    {
        return m_size;
    }

    /** @return whether there is none */
    bool IsEmpty() const
    {
        return m_size == 0;
    }

    /** @param i index from the front, less than the size @return the element */
    T& operator[](uint32_t i)
    {
        return m_elements[(m_head + i) & (m_capacity - 1)];
    }

    /** @param i index from the front, less than the size @return the element */
    const T& operator[](uint32_t i) const
    {
        return m_elements[(m_head + i) & (m_capacity - 1)];
    }

    /** @param element what to append */
    void Push(const T& element)
    {
        if (m_size == m_capacity)
        {
            Grow();
        }
        m_elements[(m_head + m_size) & (m_capacity - 1)] = element;
        ++m_size;
    }

    /** @return the first element, taken out; there is one */
    T Pop()
    {
        T element = m_elements[m_head];
        m_head = (m_head + 1) & (m_capacity - 1);
        --m_size;
        return element;
    }

  private:
    static constexpr uint32_t INITIAL_CAPACITY = 4; ///< a power of two

    /** Double the capacity. */
    void Grow()
    {
        const uint32_t capacity = m_capacity ? 2 * m_capacity : INITIAL_CAPACITY;
        auto elements = std::make_unique<T[]>(capacity);
        for (uint32_t i = 0; i < m_size; ++i)
        {
            elements[i] = (*this)[i];
        }
        m_elements = std::move(elements);
        m_capacity = capacity;
        m_head = 0;
    }

    std::unique_ptr<T[]> m_elements; ///< the ring
    uint32_t m_capacity{0};          ///< its size, 0 or a power of two
    uint32_t m_head{0};              ///< index of the first element
    uint32_t m_size{0};              ///< number of elements
};

} // namespace ns3::fabric

#endif /* FABRIC_RING_BUFFER_H */
