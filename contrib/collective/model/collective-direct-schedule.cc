/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-direct-schedule.h"

namespace ns3::collective
{

DirectSchedule::DirectSchedule(uint32_t nRanks,
                               uint32_t rank,
                               uint64_t bytes,
                               bool scatters,
                               bool gathers)
    : m_nRanks(nRanks),
      m_rank(rank),
      m_bytes(bytes),
      m_scatters(scatters),
      m_gathers(gathers)
{
}

uint32_t
DirectSchedule::GetNLanes() const
{
    return 4;
}

uint64_t
DirectSchedule::GetNSteps(uint32_t lane) const
{
    return (lane < 2 ? m_scatters : m_gathers) ? m_nRanks - 1 : 0;
}

void
DirectSchedule::GetStep(uint32_t lane, uint64_t index, Step& step) const
{
    const bool sends = lane % 2 == 0;
    const bool gathers = lane >= 2;
    // Everybody begins with the next one, so that nobody is sent to by all at once.
    const uint32_t distance = index + 1;
    const uint32_t peer = (m_rank + (sends ? distance : m_nRanks - distance)) % m_nRanks;
    const auto receive = gathers ? StepAction::RECEIVE : StepAction::REDUCE;
    step.Reset(sends ? StepAction::SEND : receive, peer, lane / 2, index);
    if (sends && gathers && m_scatters)
    {
        step.after[0] = {1, m_nRanks - 1U};
    }
    const auto slice = Part{0, m_bytes}.Divide(sends == gathers ? m_rank : peer, m_nRanks);
    step.Add(Buffer::MAIN, slice.offset, slice.bytes);
}

} // namespace ns3::collective
