/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-chain-schedule.h"

namespace ns3::collective
{

ChainSchedule::ChainSchedule(const Communicator& communicator,
                             uint32_t rank,
                             uint32_t root,
                             uint64_t bytes,
                             uint32_t nChannels,
                             uint64_t nChunks,
                             Direction direction)
    : m_communicator(communicator),
      m_rank(rank),
      m_root(root),
      m_bytes(bytes),
      m_nChannels(nChannels),
      m_nChunks(nChunks),
      m_direction(direction)
{
}

uint32_t
ChainSchedule::GetNLanes() const
{
    return 2 * m_nChannels;
}

uint32_t
ChainSchedule::GetDistance(uint32_t channel) const
{
    const auto& ring = m_communicator.GetRing(channel);
    const uint32_t n = m_communicator.GetSize();
    const uint32_t first = ring.positions[m_root] + (m_direction == TO_ROOT ? 1 : 0);
    return (ring.positions[m_rank] + n - first % n) % n;
}

uint64_t
ChainSchedule::GetNSteps(uint32_t lane) const
{
    const uint32_t distance = GetDistance(lane / 2);
    const bool sends = lane % 2 == 0;
    const bool isIdle = sends ? distance + 1 == m_communicator.GetSize() : distance == 0;
    return isIdle ? 0 : m_nChunks;
}

void
ChainSchedule::GetStep(uint32_t lane, uint64_t index, Step& step) const
{
    const uint32_t channel = lane / 2;
    const auto& ring = m_communicator.GetRing(channel);
    const uint32_t n = m_communicator.GetSize();
    const uint32_t position = ring.positions[m_rank];
    if (lane % 2 == 0)
    {
        step.Reset(StepAction::SEND, ring.ranks[(position + 1) % n], channel, index);
        step.after[0] = {lane + 1, GetDistance(channel) == 0 ? 0 : index + 1};
    }
    else
    {
        step.Reset(m_direction == TO_ROOT ? StepAction::REDUCE : StepAction::RECEIVE,
                   ring.ranks[(position + n - 1) % n],
                   channel,
                   index);
    }
    const auto part = Part{0, m_bytes}.Divide(channel, m_nChannels).Divide(index, m_nChunks);
    step.Add(Buffer::MAIN, part.offset, part.bytes);
}

} // namespace ns3::collective
