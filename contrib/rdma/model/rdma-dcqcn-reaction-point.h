/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_DCQCN_REACTION_POINT_H
#define RDMA_DCQCN_REACTION_POINT_H

#include "rdma-alarm.h"
#include "rdma-congestion-control.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <string>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What the variants of DCQCN's reaction point share: a current rate, cut by congestion
 * notifications; a target rate, which the current rate climbs back to by halving the distance and
 * which grows by additive and hyper increase; and the estimate alpha of the extent of congestion.
 *
 * Time passes lazily. A variant says when its next step (a cut, an increase) is due; a timer event
 * exists only while the queue pair has something to send and a step is due. The steps that an idle
 * queue pair missed are taken, at their times, when it becomes active again or hears of congestion,
 * and alpha is brought up to date when it is read: the result is the same as with running timers. A
 * queue pair at line rate has no step due.
 *
 * Rates are whole bit/s. A cut rounds down, the average of current and target rate up, so that
 * recovery reaches the line rate and ends.
 */
class DcqcnReactionPoint : public CongestionControl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    DcqcnReactionPoint();
    ~DcqcnReactionPoint() override;

    /** @return rate that the current rate climbs back to, bit/s */
    uint64_t GetTargetRate() const
    {
        return m_target;
    }

    /** @return estimate of the extent of congestion, 0..1, as of its last use */
    double GetAlpha() const
    {
        return m_alpha;
    }

    /** @return whether the rate is below the line rate */
    bool IsLimited() const
    {
        return m_current < GetContext().lineRate;
    }

    /**
     * TracedCallback signature for a cut of the rate.
     *
     * @param before rate before, bit/s
     * @param after rate after, bit/s
     * @param alpha the alpha that was used
     */
    typedef void (*CutTracedCallback)(uint64_t before, uint64_t after, double alpha);

    /**
     * TracedCallback signature for an increase of the rate.
     *
     * @param before rate before, bit/s
     * @param after rate after, bit/s
     */
    typedef void (*IncreaseTracedCallback)(uint64_t before, uint64_t after);

  protected:
    /** What the defaults of the shared attributes are in a variant. */
    struct Defaults
    {
        std::string source;           ///< where they are from
        uint32_t recoveryStages;      ///< F
        uint32_t leastRecoveryStages; ///< smallest value allowed
        uint64_t additiveIncrease;    ///< bit/s
        uint64_t hyperIncrease;       ///< bit/s
        uint64_t referenceRate;       ///< bit/s
        uint64_t minRate;             ///< bit/s
        Time increaseTimer;           ///< between increases by time
    };

    /**
     * Declare what the variants have in common with other defaults: IncreaseTimer,
     * RecoveryStages, AdditiveIncrease, HyperIncrease, ReferenceRate, MinRate.
     *
     * @param tid of a variant
     * @param defaults of the variant
     * @return the TypeId
     */
    static TypeId AddSharedAttributes(TypeId tid, const Defaults& defaults);

    void DoDispose() override;
    void DoStart() override;

    /**
     * @param periods number of periods without congestion
     * @return what they multiply alpha by, (1 - AlphaGain)^periods
     */
    double GetDecay(uint64_t periods) const;

    /**
     * Cut the current rate.
     *
     * @param factor what to multiply the rate by
     */
    void Cut(double factor);

    /**
     * Raise the target rate and move the current rate half the way to it.
     *
     * @param targetIncrease what to add to the target rate, bit/s
     */
    void Raise(uint64_t targetIncrease);

    /** Tell the queue pair of the current rate, and set the timer for the next step. */
    void Publish();

    double m_alpha{1};          ///< extent of congestion
    uint64_t m_current{0};      ///< current rate, bit/s
    uint64_t m_target{0};       ///< target rate, bit/s
    uint64_t m_additiveStep{0}; ///< additive increase at this line rate, bit/s
    uint64_t m_hyperStep{0};    ///< hyper increase at this line rate, bit/s

    // attributes
    Time m_increaseTimer;         ///< between increases by time
    double m_alphaGain{0};        ///< weight g of a new observation in alpha
    uint32_t m_recoveryStages{0}; ///< stages F of fast recovery
    DataRate m_additiveIncrease;  ///< at the reference rate
    DataRate m_hyperIncrease;     ///< at the reference rate
    DataRate m_referenceRate;     ///< line rate that the increases are for; 0: any
    DataRate m_minRate;           ///< least rate

  private:
    bool DoUsesCnp() const override;
    void DoActive() override;
    void DoIdle() override;
    void DoCnp(const Cnp& cnp) override;

    /** @return when the next cut or increase is due, or NEVER */
    virtual Ticks GetNextStep() const = 0;

    /** Take the step that is due. @param at when it was due, at or before the present */
    virtual void DoStep(Ticks at) = 0;

    /** A congestion notification arrived. @param now the time; no earlier step is due */
    virtual void DoNotified(Ticks now) = 0;

    /** Take all steps that are due. */
    void CatchUp(Ticks now);

    /** The timer event. */
    void Wake();

    using WakeAlarm = Alarm<DcqcnReactionPoint, &DcqcnReactionPoint::Wake>;

    WakeAlarm* m_alarm;                                    ///< reference counted
    TracedCallback<uint64_t, uint64_t, double> m_cutTrace; ///< trace: rate cut
    TracedCallback<uint64_t, uint64_t> m_increaseTrace;    ///< trace: rate increased
};

} // namespace ns3::rdma

#endif /* RDMA_DCQCN_REACTION_POINT_H */
