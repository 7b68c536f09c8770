/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_BYTE_STREAM_H
#define CLUSTER_BYTE_STREAM_H

#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <deque>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Bytes of a stream that have arrived and are not read yet, in the packets that they came in.
 */
class ByteStream
{
  public:
    /** @param packet the next bytes of the stream */
    void Append(Ptr<Packet> packet)
    {
        m_size += packet->GetSize();
        m_packets.push_back(packet);
    }

    /** @return bytes that wait */
    uint64_t GetSize() const
    {
        return m_size;
    }

    /**
     * Copy bytes without taking them.
     *
     * @param [out] to where to
     * @param bytes how many
     * @return false, with nothing copied, if there are not so many
     */
    bool Peek(uint8_t* to, uint32_t bytes) const;

    /**
     * Take bytes.
     *
     * @param bytes how many, at most
     * @return how many were there
     */
    uint64_t Skip(uint64_t bytes);

  private:
    std::deque<Ptr<Packet>> m_packets; ///< the bytes
    uint64_t m_size{0};                ///< how many
};

} // namespace ns3::cluster

#endif /* CLUSTER_BYTE_STREAM_H */
