/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TIMELY_LAW_H
#define RDMA_TIMELY_LAW_H

#include "rdma-congestion-control.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What TIMELY (Mittal et al., SIGCOMM 2015, algorithm 1) and its patched form (Zhu et al., "ECN or
 * Delay", CoNEXT 2016) share: a rate steered by the round-trip time and its gradient.
 *
 * Each time SegmentBytes were acknowledged, with the round-trip time r of that acknowledgment:
 * the difference to the one before goes into an average with weight GradientGain; over MinRtt it is
 * the gradient g. Then
 * - r < LowThreshold: the rate grows by AdditiveIncrease;
 * - r > HighThreshold: it is multiplied by 1 - Beta (1 - HighThreshold / r);
 * - between them the variants differ.
 * All steps are scaled by the time since the last one over MinRtt, if that is below 1, and no step
 * takes more than half of the rate: so the authors' published code fragment, as eRPC has it.
 *
 * Differences: the rate is kept by a gap after each packet, not by bursts of SegmentBytes. A queue
 * pair starts at line rate (InitialRate), where the paper has the line rate over the number of
 * active flows of the sender. The round-trip time is that of the packet that the acknowledgment
 * answers; serialization of the rest of the segment is not in it and need not be taken off.
 */
class TimelyLaw : public CongestionControl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    TimelyLaw();
    ~TimelyLaw() override;

    /** @return the gradient of the round-trip time as of the last step, per MinRtt */
    double GetGradient() const
    {
        return m_gradient;
    }

  protected:
    void DoStart() override;

    /** @return the growth of one step, bit/s */
    double GetIncrease() const
    {
        return m_step;
    }

    /** @return lower threshold of the round-trip time */
    Ticks GetLowThreshold() const
    {
        return m_low.GetTimeStep();
    }

    // attributes of the variants
    uint64_t m_segmentBytes{0}; ///< bytes acknowledged per step
    double m_beta{0};           ///< strength of decreases

  private:
    void DoAck(const Ack& ack) override;

    /**
     * The step between the thresholds.
     *
     * @param rate the rate until now, bit/s
     * @param rtt the round-trip time
     * @param scale 0 to 1, see class
     * @return the rate from now on, bit/s
     */
    virtual double DoSteer(double rate, Ticks rtt, double scale) = 0;

    /** One step. @param ack the acknowledgment */
    void Step(const Ack& ack);

    double m_gain{0};         ///< weight of a new difference
    Time m_low;               ///< lower threshold
    Time m_high;              ///< upper threshold
    Time m_minRtt;            ///< unit of the gradient
    DataRate m_increase;      ///< at the reference rate
    DataRate m_referenceRate; ///< line rate that the increase is for; 0: any
    DataRate m_minRate;       ///< least rate
    DataRate m_initialRate;   ///< first rate; 0: line rate
    double m_step{0};         ///< growth of one step, bit/s
    double m_rate{0};         ///< the rate, bit/s
    double m_rttDiff{0};      ///< average difference of round-trip times, ticks
    double m_gradient{0};     ///< that, per MinRtt
    Ticks m_previousRtt{0};   ///< of the last step; 0 before the first
    Ticks m_lastStep{0};      ///< time of the last step
    uint64_t m_ackedBytes{0}; ///< since the last step
};

} // namespace ns3::rdma

#endif /* RDMA_TIMELY_LAW_H */
