/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_STEP_MARKER_H
#define FABRIC_STEP_MARKER_H

#include "fabric-marker.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Step marking of DCTCP (Alizadeh et al., SIGCOMM 2010, section 3.1): every frame is marked while
 * the queue, with the frame, is above a threshold. No random numbers.
 */
class StepMarker : public Marker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** @return the threshold of this port, bytes */
    uint64_t GetEffectiveThreshold() const
    {
        return m_portThreshold;
    }

  private:
    void DoSetup(uint64_t bitRate) override;
    bool DoIsMarked(const Frame& frame, uint64_t queueBytes) override;

    uint64_t m_threshold;        ///< at the reference rate, bytes
    DataRate m_referenceRate;    ///< rate that the threshold is meant for
    uint64_t m_portThreshold{0}; ///< of this port, bytes
};

} // namespace ns3::fabric

#endif /* FABRIC_STEP_MARKER_H */
