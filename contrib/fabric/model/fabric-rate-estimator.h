/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_RATE_ESTIMATOR_H
#define FABRIC_RATE_ESTIMATOR_H

#include "fabric-time.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Discounting rate estimator of a link (DRE of CONGA; Alizadeh et al., SIGCOMM 2014, section 3.2):
 * a register grows by the bytes sent and loses a share alpha of itself each period T. A steady rate
 * R makes it about R T / alpha, so that it tells the rate of the last T / alpha or so.
 *
 * The loss is computed when the register is used; there is no timer.
 */
class RateEstimator
{
  public:
    /**
     * @param bitRate rate of the link, bit/s
     * @param period T, time steps
     * @param alpha share lost in a period, 0 to 1
     */
    void Setup(uint64_t bitRate, Ticks period, double alpha)
    {
        m_period = period;
        m_keep = 1 - alpha;
        m_perByte = 8e12 * alpha / (static_cast<double>(bitRate) * static_cast<double>(period));
    }

    /** @param bytes bytes sent @param now the time */
    void Add(uint32_t bytes, Ticks now)
    {
        Decay(now);
        m_bytes += bytes;
    }

    /** @param now the time @return share of the link's rate, 1 if it is full */
    double GetUtilization(Ticks now)
    {
        Decay(now);
        return m_bytes * m_perByte;
    }

    /**
     * @param now the time
     * @param bits Q
     * @return the utilisation in 2^Q steps, 0 to 2^Q - 1
     */
    uint8_t GetMetric(Ticks now, uint8_t bits)
    {
        const double top = (1U << bits) - 1;
        return static_cast<uint8_t>(std::min(GetUtilization(now) * (1U << bits), top));
    }

  private:
    /** Forget what the time since the last use makes forget. */
    void Decay(Ticks now)
    {
        if (now - m_at >= m_period)
        {
            const Ticks periods = (now - m_at) / m_period;
            m_bytes *= std::pow(m_keep, static_cast<double>(periods));
            m_at += periods * m_period;
        }
    }

    double m_bytes{0};   ///< the register
    Ticks m_at{0};       ///< end of the last period
    Ticks m_period{1};   ///< T
    double m_keep{0};    ///< 1 - alpha
    double m_perByte{0}; ///< utilisation of a byte in the register
};

} // namespace ns3::fabric

#endif /* FABRIC_RATE_ESTIMATOR_H */
