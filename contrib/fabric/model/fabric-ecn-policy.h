/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ECN_POLICY_H
#define FABRIC_ECN_POLICY_H

#include "fabric-marker.h"
#include "fabric-time.h"

#include "ns3/object.h"

namespace ns3::fabric
{

/** What the agent of a switch has seen of one port in one interval. */
struct EcnObservation
{
    uint64_t bitRate;       ///< rate of the port, bit/s
    Ticks interval;         ///< length of the interval
    double meanQueueBytes;  ///< bytes waiting, all classes: mean of the samples
    uint64_t maxQueueBytes; ///< largest sample
    uint64_t txBytes;       ///< bytes sent, FCS included
    uint64_t txFrames;      ///< frames sent
    uint64_t marks;         ///< of these, marked CE here
    double utilization;     ///< share of the time that the link was busy, 0 to 1
    EcnThresholds current;  ///< parameters in force
};

/**
 * @ingroup fabric
 * Plug-in point: chooses the marking parameters of a port from what was seen of it. One object per
 * port, so that a policy may keep a history.
 *
 * This is the place for learned policies such as ACC (Yan et al., SIGCOMM 2021): DoDecide is given
 * the state that ACC's agent has and answers with its action; a trained network is evaluated there,
 * or asked outside of the simulator. It must answer the same to the same history, so that runs can
 * be repeated; random numbers come from a RandomVariableStream of its own.
 */
class EcnPolicy : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * @param observation what was seen in the last interval
     * @return the parameters of the next
     */
    EcnThresholds Decide(const EcnObservation& observation)
    {
        return DoDecide(observation);
    }

  private:
    /** @param observation of the last interval @return parameters of the next; kmin <= kmax */
    virtual EcnThresholds DoDecide(const EcnObservation& observation) = 0;
};

} // namespace ns3::fabric

#endif /* FABRIC_ECN_POLICY_H */
