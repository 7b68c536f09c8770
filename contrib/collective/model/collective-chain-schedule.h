/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_CHAIN_SCHEDULE_H
#define COLLECTIVE_CHAIN_SCHEDULE_H

#include "collective-communicator.h"
#include "collective-schedule.h"

#include <cstdint>

namespace ns3::collective
{

/**
 * @ingroup collective
 * One rank's schedule of a collective on chains: the buffer passes all ranks, in chunks, from the
 * root or to the root.
 *
 * A chain is a ring cut open at the root. Each channel moves its share of the buffer over its own
 * one. Lane 2c sends and lane 2c+1 receives for channel c.
 */
class ChainSchedule : public Schedule
{
  public:
    /** Which way the data goes. */
    enum Direction
    {
        FROM_ROOT, ///< along the ring; every rank keeps a copy and passes it on
        TO_ROOT,   ///< along the ring, beginning behind the root; every rank adds its own data
    };

    /**
     * @param communicator who takes part; must live as long as the schedule
     * @param rank whose schedule it is
     * @param root rank that the chains begin or end at
     * @param bytes size of the buffer
     * @param nChannels number of channels
     * @param nChunks number of chunks of a channel's share of the buffer
     * @param direction which way the data goes
     */
    ChainSchedule(const Communicator& communicator,
                  uint32_t rank,
                  uint32_t root,
                  uint64_t bytes,
                  uint32_t nChannels,
                  uint64_t nChunks,
                  Direction direction);

    uint32_t GetNLanes() const override;
    uint64_t GetNSteps(uint32_t lane) const override;
    void GetStep(uint32_t lane, uint64_t index, Step& step) const override;

  private:
    /** @param channel a channel @return number of ranks before this one on the channel's chain */
    uint32_t GetDistance(uint32_t channel) const;

    const Communicator& m_communicator; ///< who takes part
    const uint32_t m_rank;              ///< whose schedule it is
    const uint32_t m_root;              ///< rank that the chains begin or end at
    const uint64_t m_bytes;             ///< size of the buffer
    const uint32_t m_nChannels;         ///< number of channels
    const uint64_t m_nChunks;           ///< number of chunks of a channel's share
    const Direction m_direction;        ///< which way the data goes
};

} // namespace ns3::collective

#endif /* COLLECTIVE_CHAIN_SCHEDULE_H */
