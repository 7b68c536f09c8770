/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-message-order.h"

#include "ns3/assert.h"

namespace ns3::cluster
{

void
MessageOrder::Arrive(uint64_t number, uint64_t bytes, uint64_t tag)
{
    NS_ASSERT_MSG(number >= m_next, "message " << number << " has been delivered before");
    while (m_next + m_entries.GetSize() <= number)
    {
        m_entries.Push(Entry());
    }
    Entry& entry = m_entries[static_cast<uint32_t>(number - m_next)];
    entry.tag = tag;
    entry.bytes += bytes;
    ++entry.parts;
}

bool
MessageOrder::Pop(uint32_t parts, Entry& entry)
{
    if (m_entries.IsEmpty() || m_entries[0].parts < parts)
    {
        return false;
    }
    entry = m_entries.Pop();
    ++m_next;
    return true;
}

} // namespace ns3::cluster
