/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PINT_STAMPER_H
#define FABRIC_PINT_STAMPER_H

#include "fabric-stamper.h"

#include "ns3/nstime.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Probabilistic in-band telemetry for HPCC (Ben Basat et al., PINT, SIGCOMM 2020, section 4.3): the
 * port keeps the utilisation that HPCC would compute of its INT records, smoothed over the base
 * RTT T,
 *
 *     U <- (1 - dt/T) U + queue dt / (B T^2) + bytes / (B T)
 *
 * at each frame, with dt the time since the frame before (T at most) and bytes the size of that
 * frame. A frame carries the largest U of its way, as one byte c that stands for Smallest LogBase^c
 * and is rounded to the nearest, which is off by sqrt(LogBase) at most, 2.5 %.
 *
 * The paper's sampling (only some packets carry the byte) is the sender's: it asks for PINT in
 * those packets only.
 */
class PintStamper : public Stamper
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return smoothed utilisation of the port, 1 for a port that is busy without a queue */
    double GetUtilization() const
    {
        return m_utilization;
    }

    /** @param utilization of a port @return what a frame says of it */
    double Quantize(double utilization) const;

  private:
    void DoStamp(Frame& frame, const Departure& departure) override;

    Time m_baseRtt;          ///< T
    double m_logBase;        ///< ratio of two neighbouring codes
    double m_smallest;       ///< utilisation of code 0
    double m_utilization{0}; ///< U
    Ticks m_lastAt{-1};      ///< when the frame before started, none if negative
    uint32_t m_lastBytes{0}; ///< its size
};

} // namespace ns3::fabric

#endif /* FABRIC_PINT_STAMPER_H */
