/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-data-requests.h"

#include "ns3/assert.h"

namespace ns3::rdma
{

void
DataRequests::NoteAnswer(uint64_t original)
{
    for (uint32_t i = 0; i < m_posted.GetSize(); ++i)
    {
        if (m_posted[i].parts > 0)
        {
            Answer(m_posted[i], original);
            return;
        }
    }
    NS_ASSERT_MSG(false, "an answer that nobody asked for");
}

void
DataRequests::NoteAnswer(uint32_t number, uint64_t original)
{
    for (uint32_t i = 0; i < m_posted.GetSize(); ++i)
    {
        if (static_cast<uint32_t>(m_posted[i].number) == number && m_posted[i].parts > 0)
        {
            Answer(m_posted[i], original);
            return;
        }
    }
    NS_ASSERT_MSG(false, "an answer that nobody asked for");
}

void
DataRequests::Answer(Posted& posted, uint64_t original)
{
    ++m_answers;
    if (--posted.parts == 0)
    {
        posted.original = original;
        --m_outstanding;
    }
}

SendMessage
DataRequests::TakeAcknowledged(uint64_t& original)
{
    const SendMessage message = m_acknowledged.Pop();
    original = 0;
    if (AsksForData(message.verb))
    {
        original = m_posted.Pop().original;
    }
    return message;
}

} // namespace ns3::rdma
