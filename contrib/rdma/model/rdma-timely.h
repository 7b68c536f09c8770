/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TIMELY_H
#define RDMA_TIMELY_H

#include "rdma-timely-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * TIMELY as published (SIGCOMM 2015, algorithm 1; see TimelyLaw). Between the thresholds: a
 * gradient up to 0 raises the rate by AdditiveIncrease, or 5 times that when it is the fifth in
 * succession (hyperactive increase); a gradient above 0 multiplies it by 1 - Beta gradient.
 *
 * Known: the gradient is 0 for any constant queue, so that the law has no single fixed point and
 * does not lead to fair rates (Zhu et al., CoNEXT 2016). PatchedTimely does.
 */
class Timely : public TimelyLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Timely();
    ~Timely() override;

  protected:
    void DoStart() override;

  private:
    double DoSteer(double rate, Ticks rtt, double scale) override;

    uint32_t m_hyperAfter{0}; ///< gradients up to 0 in succession for hyperactive increase
    uint32_t m_falling{0};    ///< of these, so far
};

} // namespace ns3::rdma

#endif /* RDMA_TIMELY_H */
