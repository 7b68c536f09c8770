/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_DCQCN_H
#define RDMA_DCQCN_H

#include "rdma-dcqcn-reaction-point.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * DCQCN as published: Zhu et al., "Congestion Control for Large-Scale RDMA Deployments", SIGCOMM
 * 2015, section 3.1 and figure 7, with the parameters of its table 14.
 *
 * On each CNP: the target rate becomes the current rate, the current rate is multiplied by
 * 1 - alpha/2, then alpha becomes (1-g) alpha + g; the increase timer, the byte counter and their
 * stage counts start again. AlphaTimer without a CNP: alpha becomes (1-g) alpha, and again.
 *
 * The rate increases whenever IncreaseTimer has passed (stage count T) and whenever ByteCounter
 * bytes were sent (stage count BC). While max(T, BC) < F, fast recovery: the target stays. When
 * min(T, BC) > F, hyper increase: the target grows by (min(T, BC) - F) times HyperIncrease. Else
 * additive increase: the target grows by AdditiveIncrease. Then the current rate becomes the mean
 * of both.
 *
 * The paper is silent on three things. The least rate: here that of QCN (IEEE 802.1Qau), 10 Mb/s.
 * Links other than 40 Gb/s: the increases grow with the line rate (ReferenceRate 0 to keep them).
 * What happens to alpha when the line rate is reached: here it goes on to decay; it is 1 before the
 * first CNP only.
 *
 * The paper's notification point sends one CNP in 50 us at most (CnpGenerator::Interval) and its
 * congestion point marks with Kmin 5 KB, Kmax 200 KB, Pmax 1 % at 40 Gb/s.
 */
class Dcqcn : public DcqcnReactionPoint
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Dcqcn();
    ~Dcqcn() override;

  protected:
    void DoStart() override;

  private:
    Ticks GetNextStep() const override;
    void DoStep(Ticks at) override;
    void DoNotified(Ticks now) override;
    void DoSent(const Sent& sent) override;

    /** Increase the rate as the stage counts say. */
    void Increase();

    Time m_alphaTimer;         ///< time K without a CNP after which alpha decays
    uint64_t m_byteCounter{0}; ///< bytes B between increases by volume; 0: none

    Ticks m_nextIncrease{NEVER}; ///< when the increase timer expires; NEVER at line rate
    Ticks m_alphaAt{NEVER};      ///< time of the last CNP; NEVER before the first
    int64_t m_bytesLeft{0};      ///< until the byte counter expires
    uint32_t m_timerStage{0};    ///< expiries of the timer since the last CNP
    uint32_t m_byteStage{0};     ///< expiries of the byte counter since the last CNP
};

} // namespace ns3::rdma

#endif /* RDMA_DCQCN_H */
