/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_BYTES_H
#define RDMA_BYTES_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/** Appends numbers in network order. */
class ByteWriter
{
  public:
    /** @param value number @param bytes of it, the lowest */
    void Put(uint64_t value, uint32_t bytes)
    {
        for (uint32_t i = bytes; i-- > 0;)
        {
            data.push_back(static_cast<uint8_t>(value >> (8 * i)));
        }
    }

    std::vector<uint8_t> data; ///< what was put
};

/** Takes numbers in network order. */
class ByteReader
{
  public:
    /** @param data bytes to read */
    explicit ByteReader(const std::vector<uint8_t>& data)
        : m_data(data)
    {
    }

    /** @param bytes of the number @return it; zero bits where the data have ended */
    uint64_t Get(uint32_t bytes)
    {
        uint64_t value = 0;
        for (uint32_t i = 0; i < bytes; ++i)
        {
            value = value << 8 | (m_at < m_data.size() ? m_data[m_at] : 0);
            ++m_at;
        }
        return value;
    }

    /** @return bytes not read yet; negative if too many were */
    int64_t GetLeft() const
    {
        return static_cast<int64_t>(m_data.size()) - static_cast<int64_t>(m_at);
    }

  private:
    const std::vector<uint8_t>& m_data; ///< bytes
    std::size_t m_at{0};                ///< next
};

} // namespace ns3::rdma

#endif /* RDMA_BYTES_H */
