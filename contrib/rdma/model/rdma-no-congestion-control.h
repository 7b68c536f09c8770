/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_NO_CONGESTION_CONTROL_H
#define RDMA_NO_CONGESTION_CONTROL_H

#include "rdma-congestion-control.h"

#include "ns3/data-rate.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * No reaction to anything: the line rate, or a static rate, and no window, or a static one.
 */
class NoCongestionControl : public CongestionControl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    NoCongestionControl();
    ~NoCongestionControl() override;

  private:
    void DoStart() override;

    DataRate m_staticRate;     ///< rate, 0 for the line rate
    uint64_t m_staticWindow{}; ///< window in bytes, 0 for none
};

} // namespace ns3::rdma

#endif /* RDMA_NO_CONGESTION_CONTROL_H */
