/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_HPCC_H
#define RDMA_HPCC_H

#include "rdma-hpcc-law.h"
#include "rdma-int-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * HPCC (Li et al., "HPCC: High Precision Congestion Control", SIGCOMM 2019, algorithm 1) with
 * in-band telemetry: each switch writes time, bytes sent, queue and rate of the egress port into
 * the frame (fabric::IntStamper), and the acknowledgment echoes them. See HpccLaw for the window.
 *
 * Utilization of a link since the last acknowledgment: u' = min(queue now, queue then) / (B T) +
 * (bytes sent since) / (time since B). That of the busiest link, with its time tau since, held to
 * T, goes into U = (1 - tau / T) U + tau / T u'. U is 1 at first, as in the authors' simulator.
 *
 * Differences: the records are exact, where the 8 bytes of a hop on the wire have steps of 128 and
 * 80 bytes and 1 ns; the bytes are counted on the frame (42 for five hops, and as many on the
 * acknowledgment). Records of another path than the last ones are only remembered. Without any
 * record, on a path without switches, the window stays what it is.
 */
class Hpcc : public IntLaw<HpccLaw>
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Hpcc();
    ~Hpcc() override;

    /** @return U, the utilization of the busiest link */
    double GetUtilization() const
    {
        return m_utilization;
    }

  protected:
    void DoStart() override;

  private:
    void Measure(const fabric::FrameSignals& signals) override;

    double m_utilization{1}; ///< U
};

} // namespace ns3::rdma

#endif /* RDMA_HPCC_H */
