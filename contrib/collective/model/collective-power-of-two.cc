/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-power-of-two.h"

namespace ns3::collective
{

PowerOfTwo::PowerOfTwo(uint32_t nRanks)
    : m_nRanks(nRanks)
{
    while ((2ULL << m_log) <= nRanks)
    {
        ++m_log;
    }
}

uint32_t
PowerOfTwo::GetLog() const
{
    return m_log;
}

uint32_t
PowerOfTwo::GetSize() const
{
    return 1U << m_log;
}

bool
PowerOfTwo::IsMember(uint32_t rank) const
{
    return rank < GetSize();
}

std::vector<Exchange>
PowerOfTwo::Wrap(uint64_t bytes,
                 uint32_t rank,
                 std::vector<Exchange> rounds,
                 uint32_t nRounds) const
{
    rounds.resize(nRounds);
    const uint32_t power = GetSize();
    if (m_nRanks == power)
    {
        return rounds;
    }
    Exchange before;
    Exchange after;
    const std::vector<Range> whole{{Buffer::MAIN, 0, bytes}};
    if (!IsMember(rank))
    {
        before.sendTo = after.receiveFrom = rank - power;
        before.sent = after.received = whole;
    }
    else if (rank + power < m_nRanks)
    {
        before.receiveFrom = after.sendTo = rank + power;
        before.received = after.sent = whole;
        before.reduces = true;
    }
    rounds.insert(rounds.begin(), before);
    rounds.push_back(after);
    return rounds;
}

} // namespace ns3::collective
