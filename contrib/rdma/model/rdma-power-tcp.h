/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_POWER_TCP_H
#define RDMA_POWER_TCP_H

#include "rdma-int-law.h"
#include "rdma-power-tcp-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * PowerTCP with in-band telemetry (NSDI 2022, algorithm 1; see PowerTcpLaw). Of each hop, with the
 * records of this acknowledgment and the last one: current = change of the queue over time + bytes
 * sent over time; voltage = queue + B tau; power = current voltage / (B B tau). The highest of the
 * path counts.
 *
 * Differences: as those of Hpcc in the precision of records and after a change of path.
 */
class PowerTcp : public IntLaw<PowerTcpLaw>
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PowerTcp();
    ~PowerTcp() override;

  private:
    void Measure(const fabric::FrameSignals& signals) override;
};

} // namespace ns3::rdma

#endif /* RDMA_POWER_TCP_H */
