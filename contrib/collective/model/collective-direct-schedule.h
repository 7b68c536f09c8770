/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_DIRECT_SCHEDULE_H
#define COLLECTIVE_DIRECT_SCHEDULE_H

#include "collective-schedule.h"

#include <cstdint>

namespace ns3::collective
{

/**
 * @ingroup collective
 * One rank's schedule of a collective in which everybody sends to everybody directly: first each
 * rank sends every other rank that one's slice, to be added; then each sends its own, complete
 * slice to all. Either phase may be left out.
 *
 * Lanes 0 and 1 send and receive in the first phase, lanes 2 and 3 in the second.
 */
class DirectSchedule : public Schedule
{
  public:
    /**
     * @param nRanks number of ranks
     * @param rank whose schedule it is
     * @param bytes size of the buffer
     * @param scatters there is a first phase
     * @param gathers there is a second phase
     */
    DirectSchedule(uint32_t nRanks, uint32_t rank, uint64_t bytes, bool scatters, bool gathers);

    uint32_t GetNLanes() const override;
    uint64_t GetNSteps(uint32_t lane) const override;
    void GetStep(uint32_t lane, uint64_t index, Step& step) const override;

  private:
    const uint32_t m_nRanks; ///< number of ranks
    const uint32_t m_rank;   ///< whose schedule it is
    const uint64_t m_bytes;  ///< size of the buffer
    const bool m_scatters;   ///< there is a first phase
    const bool m_gathers;    ///< there is a second phase
};

} // namespace ns3::collective

#endif /* COLLECTIVE_DIRECT_SCHEDULE_H */
