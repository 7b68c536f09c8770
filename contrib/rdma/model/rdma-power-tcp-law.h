/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_POWER_TCP_LAW_H
#define RDMA_POWER_TCP_LAW_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What PowerTCP (Addanki et al., "PowerTCP: Pushing the Performance Limits of Datacenter Networks",
 * NSDI 2022, algorithm 1) and its form without telemetry share, after the authors' Linux
 * implementation (github.com/inet-tub/powertcp-linux).
 *
 * Power is the arrival rate of a queue (current) times what is in flight there (voltage), here over
 * its value at equilibrium, and smoothed over a round trip. With the smoothed power P, W <- Gamma
 * (W_old / P + beta) + (1 - Gamma) W, where W_old is the window of a round trip ago and beta =
 * W_max / ExpectedFlows. W is at most W_max, what the line rate carries in BaseRtt; packets leave
 * at rate W / BaseRtt. At equilibrium the queue is the sum of beta over the flows.
 */
class PowerTcpLaw : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PowerTcpLaw();
    ~PowerTcpLaw() override;

    /** @return the smoothed power; 1 at equilibrium; 0 before the first measurement */
    double GetPower() const
    {
        return m_power;
    }

  protected:
    void DoStart() override;

    /**
     * Bring the smoothed power up to date, and the window.
     *
     * @param power measured, 1 at equilibrium
     * @param time that it is measured over
     * @param baseRtt round trip without queues
     */
    void Control(double power, double time, Ticks baseRtt);

  private:
    double m_gamma{0};         ///< weight of the new window
    double m_expectedFlows{0}; ///< flows that share a port of the host
    double m_step{0};          ///< beta, message bytes
    double m_most{0};          ///< W_max, message bytes
    double m_power{0};         ///< smoothed
    double m_oldWindow{0};     ///< W_old, message bytes
    uint64_t m_roundEnd{0};    ///< mark of the AckClock: until then W_old is right
};

} // namespace ns3::rdma

#endif /* RDMA_POWER_TCP_LAW_H */
