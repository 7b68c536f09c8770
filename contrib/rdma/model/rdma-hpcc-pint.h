/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_HPCC_PINT_H
#define RDMA_HPCC_PINT_H

#include "rdma-hpcc-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * HPCC with one byte of telemetry (Ben Basat et al., "PINT: Probabilistic In-band Network
 * Telemetry", SIGCOMM 2020, section 4.3): switches keep the average utilization of each port and
 * write the highest of the path into the frame (fabric::PintStamper, whose time constant is to be
 * the law's BaseRtt). See HpccLaw for the window.
 *
 * Difference: with SampleEvery n every n-th acknowledgment is used, where PINT chooses packets at
 * random with probability 1/n and sends the others without the byte.
 */
class HpccPint : public HpccLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    HpccPint();
    ~HpccPint() override;

  protected:
    void DoStart() override;

  private:
    void DoAck(const Ack& ack) override;

    uint32_t m_sampleEvery{1}; ///< acknowledgments per one that is used
    uint32_t m_unused{0};      ///< acknowledgments since the last one used
};

} // namespace ns3::rdma

#endif /* RDMA_HPCC_PINT_H */
