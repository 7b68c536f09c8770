/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RTT_ESTIMATOR_H
#define RDMA_RTT_ESTIMATOR_H

#include "ns3/fabric-time.h"

#include <algorithm>
#include <cstdlib>

namespace ns3::rdma
{

using fabric::Ticks;

/**
 * @ingroup rdma
 * Round-trip times as timers want them: smoothed, with their mean deviation (RFC 6298), and the
 * shortest.
 */
class RttEstimator
{
  public:
    /** @param rtt a round trip */
    void Sample(Ticks rtt)
    {
        if (m_smoothed == 0)
        {
            m_smoothed = rtt;
            m_deviation = rtt / 2;
            m_shortest = rtt;
            return;
        }
        m_deviation += (std::abs(m_smoothed - rtt) - m_deviation) / 4;
        m_smoothed += (rtt - m_smoothed) / 8;
        m_shortest = std::min(m_shortest, rtt);
    }

    /** @return smoothed round-trip time; 0: no sample yet */
    Ticks GetSmoothed() const
    {
        return m_smoothed;
    }

    /** @return shortest round-trip time */
    Ticks GetShortest() const
    {
        return m_shortest;
    }

    /** @return smoothed round-trip time and four mean deviations */
    Ticks GetTimeout() const
    {
        return m_smoothed + 4 * m_deviation;
    }

  private:
    Ticks m_smoothed{0};  ///< smoothed round-trip time
    Ticks m_deviation{0}; ///< mean deviation of round trips
    Ticks m_shortest{0};  ///< shortest round trip
};

} // namespace ns3::rdma

#endif /* RDMA_RTT_ESTIMATOR_H */
