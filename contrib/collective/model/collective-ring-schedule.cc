/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-schedule.h"

namespace ns3::collective
{

RingSchedule::RingSchedule(const Communicator& communicator,
                           uint32_t rank,
                           uint64_t bytes,
                           uint32_t nChannels,
                           uint64_t nChunks,
                           const Law& law)
    : m_communicator(communicator),
      m_rank(rank),
      m_bytes(bytes),
      m_nChannels(nChannels),
      m_nChunks(nChunks),
      m_law(law)
{
}

uint64_t
RingSchedule::GetLargestShare(uint64_t bytes, uint32_t nRanks, uint32_t nChannels)
{
    return Part{0, bytes}.Divide(0, nRanks).Divide(0, nChannels).bytes;
}

uint32_t
RingSchedule::GetNLanes() const
{
    return 2 * m_nChannels;
}

uint64_t
RingSchedule::GetNSteps(uint32_t lane) const
{
    return m_law.nSteps * m_nChunks;
}

void
RingSchedule::GetStep(uint32_t lane, uint64_t index, Step& step) const
{
    const uint32_t channel = lane / 2;
    const bool sends = lane % 2 == 0;
    const auto& ring = m_communicator.GetRing(channel);
    const uint64_t n = m_communicator.GetSize();
    const uint64_t position = ring.positions[m_rank];
    const uint64_t ringStep = index / m_nChunks;
    const uint64_t chunk = index % m_nChunks;
    if (sends)
    {
        step.Reset(StepAction::SEND, ring.ranks[(position + 1) % n], channel, index);
        // What is sent on was received in the step before.
        step.after[0] = {lane + 1, ringStep == 0 ? 0 : index - m_nChunks + 1};
    }
    else
    {
        step.Reset(ringStep < m_law.nReduceSteps ? StepAction::REDUCE : StepAction::RECEIVE,
                   ring.ranks[(position + n - 1) % n],
                   channel,
                   index);
    }
    // 2n keeps the sum from going below zero: there are fewer than 2n steps.
    const uint64_t sender = position + (sends ? 0 : n - 1);
    const uint64_t slice = ring.ranks[(sender + m_law.firstSlice + 2 * n - ringStep) % n];
    const auto part =
        Part{0, m_bytes}.Divide(slice, n).Divide(channel, m_nChannels).Divide(chunk, m_nChunks);
    step.Add(Buffer::MAIN, part.offset, part.bytes);
}

} // namespace ns3::collective
