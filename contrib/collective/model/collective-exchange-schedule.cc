/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-exchange-schedule.h"

#include <algorithm>
#include <utility>

namespace ns3::collective
{

ExchangeSchedule::ExchangeSchedule(std::vector<Exchange> rounds)
    : m_rounds(std::move(rounds))
{
    for (uint32_t round = 0; round < m_rounds.size(); ++round)
    {
        const auto& exchange = m_rounds[round];
        const uint64_t nReceived = m_lanes[1].size();
        if (exchange.sendTo != Exchange::NOBODY)
        {
            m_lanes[0].push_back({round, {1, nReceived}});
        }
        if (exchange.receiveFrom != Exchange::NOBODY)
        {
            m_lanes[1].push_back({round, {0, exchange.inPlace ? m_lanes[0].size() : 0}});
        }
    }
}

uint32_t
ExchangeSchedule::GetNLanes() const
{
    return 2;
}

uint64_t
ExchangeSchedule::GetNSteps(uint32_t lane) const
{
    return m_lanes[lane].size();
}

void
ExchangeSchedule::GetStep(uint32_t lane, uint64_t index, Step& step) const
{
    const auto& place = m_lanes[lane][index];
    const auto& exchange = m_rounds[place.round];
    if (lane == 0)
    {
        step.Reset(StepAction::SEND, exchange.sendTo, 0, place.round);
    }
    else
    {
        step.Reset(exchange.reduces ? StepAction::REDUCE : StepAction::RECEIVE,
                   exchange.receiveFrom,
                   0,
                   place.round);
    }
    step.after[0] = place.dependency;
    for (const auto& range : lane == 0 ? exchange.sent : exchange.received)
    {
        step.Add(range.buffer, range.offset, range.bytes);
    }
}

std::vector<Range>
GetCyclicParts(uint64_t bytes, uint32_t nParts, uint32_t first, uint32_t count)
{
    std::vector<Range> ranges;
    const Part whole{0, bytes};
    while (count > 0)
    {
        first %= nParts;
        const uint32_t inRow = std::min(count, nParts - first);
        const auto last = whole.Divide(first + inRow - 1, nParts);
        const uint64_t begin = whole.Divide(first, nParts).offset;
        ranges.push_back({Buffer::MAIN, begin, last.offset + last.bytes - begin});
        count -= inRow;
        first += inRow;
    }
    return ranges;
}

} // namespace ns3::collective
