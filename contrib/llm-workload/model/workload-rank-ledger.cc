/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-rank-ledger.h"

namespace ns3::workload
{

RankAccount&
RankAccount::operator+=(const RankAccount& other)
{
    compute += other.compute;
    idle += other.idle;
    for (uint32_t d = 0; d < N_DIMENSIONS; ++d)
    {
        exposed[d] += other.exposed[d];
        waiting[d] += other.waiting[d];
    }
    return *this;
}

void
RankLedger::StartStep(fabric::Ticks now)
{
    m_account = {};
    m_account.start = now;
    m_last = now;
}

RankAccount
RankLedger::FinishStep(fabric::Ticks now)
{
    Book(now);
    m_account.end = now;
    return m_account;
}

void
RankLedger::Compute(fabric::Ticks now, int32_t difference)
{
    Book(now);
    m_computing += difference;
}

void
RankLedger::Communicate(fabric::Ticks now, Dimension dimension, State state, int32_t difference)
{
    Book(now);
    m_counts[static_cast<uint8_t>(dimension)][state] += difference;
    m_communicating += difference;
}

void
RankLedger::Book(fabric::Ticks now)
{
    const fabric::Ticks duration = now - m_last;
    m_last = now;
    if (duration == 0)
    {
        return;
    }
    if (m_computing > 0)
    {
        m_account.compute += duration;
        return;
    }
    if (m_communicating == 0)
    {
        m_account.idle += duration;
        return;
    }
    for (uint32_t d = 0; d < N_DIMENSIONS; ++d)
    {
        if (m_counts[d][TRANSFERRING] > 0)
        {
            m_account.exposed[d] += duration;
            return;
        }
        if (m_counts[d][WAITING] > 0)
        {
            m_account.waiting[d] += duration;
            return;
        }
    }
    for (uint32_t d = 0; d < N_DIMENSIONS; ++d)
    {
        if (m_counts[d][SENDING] > 0)
        {
            m_account.exposed[d] += duration;
            return;
        }
    }
}

} // namespace ns3::workload
