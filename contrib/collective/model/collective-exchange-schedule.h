/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_EXCHANGE_SCHEDULE_H
#define COLLECTIVE_EXCHANGE_SCHEDULE_H

#include "collective-schedule.h"

#include <cstdint>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * What a rank does in one round: at most one message out and one in.
 */
struct Exchange
{
    /** Peer of a message that there is not. */
    static constexpr uint32_t NOBODY = UINT32_MAX;

    uint32_t sendTo{NOBODY};      ///< rank to send to
    std::vector<Range> sent;      ///< what is sent
    uint32_t receiveFrom{NOBODY}; ///< rank to receive from
    std::vector<Range> received;  ///< where it goes to
    bool reduces{false};          ///< what is received is added, not copied
    bool inPlace{false};          ///< what is received goes to where the round sends from: it is
                                  ///< touched only when the network has confirmed the sent one
};

/**
 * @ingroup collective
 * One rank's schedule of a collective in rounds, of which there are few (log n): a round's message
 * is sent when those of all earlier rounds have come.
 *
 * Lane 0 sends, lane 1 receives.
 */
class ExchangeSchedule : public Schedule
{
  public:
    /** @param rounds the rounds; all ranks have as many, also those in which they do nothing */
    explicit ExchangeSchedule(std::vector<Exchange> rounds);

    uint32_t GetNLanes() const override;
    uint64_t GetNSteps(uint32_t lane) const override;
    void GetStep(uint32_t lane, uint64_t index, Step& step) const override;

  private:
    /** A step of a lane. */
    struct Place
    {
        uint32_t round;        ///< round that the step belongs to
        Dependency dependency; ///< what it waits for
    };

    std::vector<Exchange> m_rounds; ///< what to do
    std::vector<Place> m_lanes[2];  ///< steps that send, steps that receive
};

/**
 * @param bytes size of a buffer
 * @param nParts number of parts that it is divided into
 * @param first first of the parts that are meant
 * @param count how many of them; the part after the last is the first one
 * @return their bytes: one range, or two if they go over the end
 */
std::vector<Range> GetCyclicParts(uint64_t bytes, uint32_t nParts, uint32_t first, uint32_t count);

} // namespace ns3::collective

#endif /* COLLECTIVE_EXCHANGE_SCHEDULE_H */
