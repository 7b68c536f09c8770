/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_DCQCN_VENDOR_H
#define RDMA_DCQCN_VENDOR_H

#include "rdma-dcqcn-reaction-point.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * DCQCN as NVIDIA ConnectX-4 and later NICs run it, after the public description of their
 * parameters (mlxconfig's ROCE_CC and RPG settings) and the reaction point of the HPCC authors'
 * simulator, with the NICs' default parameters where both are known.
 *
 * Three clocks of their own, all started by the first CNP, against one state machine in the paper:
 * - every AlphaPeriod, alpha becomes (1-g) alpha, plus g if a CNP arrived in that period;
 * - every RateReductionPeriod, if a CNP arrived since, the current rate is multiplied by
 *   1 - alpha/2, but by MinDecreaseFactor at least. The target rate follows it only if an increase
 *   came since the last cut, or with ClampTargetRate;
 * - IncreaseTimer after the last cut and ever again, an increase: the first RecoveryStages of
 *   them leave the target rate alone (fast recovery), the next adds AdditiveIncrease, all later
 * ones HyperIncrease; then the current rate becomes the mean of both.
 *
 * Deliberate differences: no increases by volume (the unit of the NICs' rpg_byte_reset is not
 * public); rpg_gd, the gain of the cut, is that of the formula above. AdditiveIncrease and
 * HyperIncrease are the NICs' 5 and 50 Mb/s at 25 Gb/s and grow with the line rate as in the HPCC
 * authors' set-up (ReferenceRate 0 to keep them).
 *
 * The NICs' notification point has CnpGenerator::Interval 4 us.
 */
class DcqcnVendor : public DcqcnReactionPoint
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    DcqcnVendor();
    ~DcqcnVendor() override;

  protected:
    void DoStart() override;

  private:
    Ticks GetNextStep() const override;
    void DoStep(Ticks at) override;
    void DoNotified(Ticks now) override;

    /** Apply the alpha periods that have ended. @param now the time */
    void AdvanceAlpha(Ticks now);

    Time m_alphaPeriod;            ///< period of alpha's clock
    Time m_reductionPeriod;        ///< period of the clock of cuts
    double m_minDecreaseFactor{0}; ///< least factor of a cut
    bool m_clampTargetRate{false}; ///< whether each cut takes the target rate along

    Ticks m_firstCnp{NEVER};     ///< when the clocks started
    Ticks m_alphaAt{0};          ///< start of the alpha period that is not applied yet
    Ticks m_nextCut{NEVER};      ///< when the rate is cut; NEVER if no CNP waits
    Ticks m_nextIncrease{NEVER}; ///< when the rate is increased; NEVER at line rate
    uint32_t m_stage{0};         ///< increases since the last cut
    bool m_cnpInPeriod{false};   ///< a CNP arrived in the alpha period at m_alphaAt
};

} // namespace ns3::rdma

#endif /* RDMA_DCQCN_VENDOR_H */
