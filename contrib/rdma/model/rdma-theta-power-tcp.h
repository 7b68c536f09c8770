/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_THETA_POWER_TCP_H
#define RDMA_THETA_POWER_TCP_H

#include "rdma-power-tcp-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * theta-PowerTCP: PowerTCP by round-trip times alone (NSDI 2022, algorithm 2; see PowerTcpLaw).
 * Once per round trip, with the round-trip time r and its change since the last one over the time
 * since: power = (1 + change) r / tau.
 *
 * tau is the smallest round-trip time seen, and BaseRtt at most, as in the authors' code: against a
 * tau above the true one the law would keep a queue that fills the difference.
 */
class ThetaPowerTcp : public PowerTcpLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ThetaPowerTcp();
    ~ThetaPowerTcp() override;

  protected:
    void DoStart() override;

  private:
    void DoAck(const Ack& ack) override;

    Ticks m_leastRtt{0};     ///< tau
    Ticks m_lastRtt{0};      ///< of the last step; 0 before the first
    Ticks m_lastStep{0};     ///< its time
    uint64_t m_stepAfter{0}; ///< mark of the AckClock: the next step is past it
};

} // namespace ns3::rdma

#endif /* RDMA_THETA_POWER_TCP_H */
