/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_RING_SCHEDULE_H
#define COLLECTIVE_RING_SCHEDULE_H

#include "collective-communicator.h"
#include "collective-schedule.h"

#include <cstdint>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * One rank's schedule of a collective on rings: in each step every rank sends one slice of the
 * buffer to its successor and receives another one from its predecessor.
 *
 * There is a slice for each rank. Each channel moves its share of every slice over its own ring, in
 * chunks: step s of a chunk needs only step s-1 of the same chunk, so the next step begins while
 * later chunks of this one are still under way.
 *
 * Lane 2c sends and lane 2c+1 receives for channel c.
 */
class RingSchedule : public Schedule
{
  public:
    /** What makes one collective differ from another. */
    struct Law
    {
        uint32_t nSteps{0};       ///< number of steps
        uint32_t nReduceSteps{0}; ///< the first so many steps reduce, the others copy
        uint32_t firstSlice{0};   ///< the rank at position p sends in step s the slice of the rank
                                  ///< at position p + firstSlice - s
    };

    /**
     * @param communicator who takes part; must live as long as the schedule
     * @param rank whose schedule it is
     * @param bytes size of the whole buffer
     * @param nChannels number of channels
     * @param nChunks number of chunks of a channel's share of a slice
     * @param law what to do
     */
    RingSchedule(const Communicator& communicator,
                 uint32_t rank,
                 uint64_t bytes,
                 uint32_t nChannels,
                 uint64_t nChunks,
                 const Law& law);

    /**
     * @param bytes size of the whole buffer
     * @param nRanks number of ranks
     * @param nChannels number of channels
     * @return size of the largest share that a channel has of a slice
     */
    static uint64_t GetLargestShare(uint64_t bytes, uint32_t nRanks, uint32_t nChannels);

    uint32_t GetNLanes() const override;
    uint64_t GetNSteps(uint32_t lane) const override;
    void GetStep(uint32_t lane, uint64_t index, Step& step) const override;

  private:
    const Communicator& m_communicator; ///< who takes part
    const uint32_t m_rank;              ///< whose schedule it is
    const uint64_t m_bytes;             ///< size of the whole buffer
    const uint32_t m_nChannels;         ///< number of channels
    const uint64_t m_nChunks;           ///< number of chunks of a channel's share of a slice
    const Law m_law;                    ///< what to do
};

} // namespace ns3::collective

#endif /* COLLECTIVE_RING_SCHEDULE_H */
