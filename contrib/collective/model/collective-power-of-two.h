/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_POWER_OF_TWO_H
#define COLLECTIVE_POWER_OF_TWO_H

#include "collective-exchange-schedule.h"

#include <cstdint>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Makes a power of two of any number of ranks, for all-reduces that need one: with p the largest
 * power of two below or at n, rank p + i first gives its whole buffer to rank i, which adds it and
 * stands for both, and gets the result back in the end (Rabenseifner, "Optimization of collective
 * reduction operations", ICCS 2004).
 */
class PowerOfTwo
{
  public:
    /** @param nRanks number of ranks */
    explicit PowerOfTwo(uint32_t nRanks);

    /** @return log2 of the power */
    uint32_t GetLog() const;

    /** @return the power */
    uint32_t GetSize() const;

    /** @param rank a rank @return whether it is one of the power and not represented by another */
    bool IsMember(uint32_t rank) const;

    /**
     * @param bytes size of the buffer
     * @param rank a rank
     * @param rounds what it does in between if it is a member
     * @param nRounds number of rounds in between
     * @return what it does: a round before, these, and a round after; the first and last ones only
     *         if the number of ranks is no power of two
     */
    std::vector<Exchange> Wrap(uint64_t bytes,
                               uint32_t rank,
                               std::vector<Exchange> rounds,
                               uint32_t nRounds) const;

  private:
    uint32_t m_nRanks; ///< number of ranks
    uint32_t m_log{0}; ///< log2 of the power
};

} // namespace ns3::collective

#endif /* COLLECTIVE_POWER_OF_TWO_H */
