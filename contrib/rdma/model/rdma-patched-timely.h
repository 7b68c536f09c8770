/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PATCHED_TIMELY_H
#define RDMA_PATCHED_TIMELY_H

#include "rdma-timely-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * TIMELY with the remedy of Zhu et al., "ECN or Delay: Lessons Learnt from Analysis of DCQCN and
 * TIMELY", CoNEXT 2016 (see TimelyLaw). Between the thresholds:
 *
 *     rate <- rate (1 - Beta w e) + AdditiveIncrease (1 - w)
 *
 * with w = 2 gradient + 1/2, held to 0 and 1, and e = (rtt - LowThreshold) / LowThreshold. So all
 * flows see the same error, and their rates become equal: for N flows on a link of rate C, at the
 * round-trip time LowThreshold (1 + N AdditiveIncrease / (Beta C)).
 */
class PatchedTimely : public TimelyLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    PatchedTimely();
    ~PatchedTimely() override;

  private:
    double DoSteer(double rate, Ticks rtt, double scale) override;
};

} // namespace ns3::rdma

#endif /* RDMA_PATCHED_TIMELY_H */
