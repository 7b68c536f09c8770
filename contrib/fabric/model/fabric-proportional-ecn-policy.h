/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PROPORTIONAL_ECN_POLICY_H
#define FABRIC_PROPORTIONAL_ECN_POLICY_H

#include "fabric-ecn-policy.h"

#include "ns3/nstime.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * A deterministic controller of marking thresholds, with the aims and the inputs of ACC (Yan et
 * al., SIGCOMM 2021) but a law of its own. With the target queue q* = rate x TargetDelay, the
 * target utilisation u* and the gain g, a port with mean queue q and utilisation u is
 *
 *  - marked too late if u >= u* and q > q*: all is scaled by f = 1 - g (q - q*) / q
 *  - marked too early if u < u* and it marked frames: f = 1 + g (u* - u) / u*
 *  - otherwise left alone, f = 1
 *
 * where Kmax becomes f Kmax, within KmaxLow and KmaxHigh, Kmin becomes KminShare Kmax and Pmax
 * becomes Pmax / f, within PmaxLow and 1.
 */
class ProportionalEcnPolicy : public EcnPolicy
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    EcnThresholds DoDecide(const EcnObservation& observation) override;

    Time m_targetDelay;         ///< time to drain the target queue
    double m_targetUtilization; ///< u*
    double m_gain;              ///< g
    uint64_t m_kmaxLow;         ///< least Kmax, bytes
    uint64_t m_kmaxHigh;        ///< largest Kmax, bytes
    double m_kminShare;         ///< Kmin over Kmax
    double m_pmaxLow;           ///< least Pmax
};

} // namespace ns3::fabric

#endif /* FABRIC_PROPORTIONAL_ECN_POLICY_H */
