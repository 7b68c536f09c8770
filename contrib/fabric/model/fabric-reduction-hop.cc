/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-reduction-hop.h"

#include <algorithm>

namespace ns3::fabric
{

void
ReductionHop::Append(const ReductionFields& fields)
{
    m_pending.Push(fields);
}

bool
ReductionHop::OwesAck(Ticks now) const
{
    return m_ackNow || (m_gap && !m_gapTold) || m_owed >= m_settings.ackEvery || m_ackAt <= now;
}

bool
ReductionHop::HasData(Ticks now) const
{
    return m_cursor < m_pending.GetSize() || GetRetryTime() <= now;
}

bool
ReductionHop::HasNext(Ticks now) const
{
    return HasData(now) || OwesAck(now);
}

bool
ReductionHop::Next(ReductionFields& fields, Ticks now)
{
    if (GetRetryTime() <= now)
    {
        m_cursor = 0;
        ++m_retries;
    }
    if (m_cursor < m_pending.GetSize())
    {
        fields = m_pending[m_cursor];
        fields.hopSequence = m_first + m_cursor;
        if (m_cursor == 0)
        {
            m_progressAt = now;
        }
        ++m_cursor;
        fields.repeated = static_cast<int32_t>(fields.hopSequence - m_sentOnce) < 0;
        if (fields.repeated)
        {
            ++m_nRepeated;
        }
        else
        {
            m_sentOnce = fields.hopSequence + 1;
        }
    }
    else if (OwesAck(now))
    {
        fields = ReductionFields{};
        fields.type = ReductionFields::CONTROL;
    }
    else
    {
        return false;
    }
    fields.hopAck = m_expected;
    fields.missing = m_gap && !m_gapTold;
    m_gapTold = m_gap;
    m_ackNow = false;
    m_owed = 0;
    m_ackAt = NEVER;
    return true;
}

bool
ReductionHop::Receive(const ReductionFields& fields, Ticks now)
{
    const uint32_t confirmed = fields.hopAck - m_first;
    if (confirmed > 0 && confirmed <= m_pending.GetSize())
    {
        for (uint32_t i = 0; i < confirmed; ++i)
        {
            m_pending.Pop();
        }
        m_first += confirmed;
        // Where everything is being sent again, what had arrived before is passed over.
        m_cursor -= std::min(m_cursor, confirmed);
        m_progressAt = now;
        m_retries = 0;
    }
    if (fields.missing && fields.hopAck == m_first)
    {
        m_cursor = 0;
    }
    if (fields.type == ReductionFields::CONTROL)
    {
        return false;
    }
    const auto ahead = static_cast<int32_t>(fields.hopSequence - m_expected);
    if (ahead < 0)
    {
        m_ackNow = true;
        return false;
    }
    if (ahead > 0)
    {
        m_gap = true;
        return false;
    }
    ++m_expected;
    m_gap = false;
    m_gapTold = false;
    ++m_owed;
    m_ackAt = std::min(m_ackAt, now + m_settings.ackDelay);
    return true;
}

Ticks
ReductionHop::GetDeadline() const
{
    return std::min(m_ackAt, GetRetryTime());
}

} // namespace ns3::fabric
