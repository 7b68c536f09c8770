/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-byte-stream.h"

#include <algorithm>

namespace ns3::cluster
{

bool
ByteStream::Peek(uint8_t* to, uint32_t bytes) const
{
    if (bytes > m_size)
    {
        return false;
    }
    for (auto packet = m_packets.begin(); bytes > 0; ++packet)
    {
        const uint32_t copied = (*packet)->CopyData(to, bytes);
        to += copied;
        bytes -= copied;
    }
    return true;
}

uint64_t
ByteStream::Skip(uint64_t bytes)
{
    const uint64_t taken = std::min(bytes, m_size);
    m_size -= taken;
    uint64_t left = taken;
    while (left > 0)
    {
        const Ptr<Packet> front = m_packets.front();
        if (left < front->GetSize())
        {
            front->RemoveAtStart(static_cast<uint32_t>(left));
            break;
        }
        left -= front->GetSize();
        m_packets.pop_front();
    }
    return taken;
}

} // namespace ns3::cluster
