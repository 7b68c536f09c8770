/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_NSCC_H
#define RDMA_NSCC_H

#include "rdma-congestion-control.h"

#include "ns3/nstime.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * NSCC, the network-signaled congestion control of Ultra Ethernet (UET specification 1.0, 3.6.13),
 * after the law and the constants of the consortium's reference model (uet-htsim, uec.cpp). A
 * window steered by the ECN echo and the queueing delay of each acknowledgment, which fall into
 * four cases:
 *
 *                delay below the target                delay at or above the target
 *     no mark    proportional or fast increase         fair increase
 *     mark       nothing (paths change: PathSelector)  multiplicative decrease
 *
 * Queueing delay is the RTT less the least one so far, which starts at BaseRtt; a smaller sample
 * lowers it, and the greatest window with it. Increases are collected, and put into the window
 * every AdjustPackets full packets or BaseRtt: window += collected / window, and AdditiveIncrease
 * once per BaseRtt. A decrease is made once per least RTT, and only if the average delay is above
 * the target.
 *
 * Quick adapt: if a packet was trimmed or lost, or the delay is above QuickAdaptDelay targets, and
 * in the last least RTT + target not even the greatest window over 2^QuickAdaptGate has arrived,
 * the window becomes what has arrived. Marks are then ignored until what was in flight has come.
 *
 * A trimmed packet and a packet given up take their bytes off the window. With receiver credits
 * (TrustReceiver) trims at the last hop do not.
 *
 * Constants grow with the network: a = BDP / (100 Gb/s x 12 us), as BaseRtt and line rate give it.
 * Bytes are message bytes here, where the reference model counts its packets with headers.
 *
 * Deliberate differences: each acknowledgment has a valid RTT, since the time at which the very
 * packet left travels with it; the receiver's window penalty is left out, which the reference model
 * does not use either.
 */
class Nscc : public CongestionControl
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Nscc();
    ~Nscc() override;

    /** @return the window, message bytes */
    double GetWindowBytes() const
    {
        return m_cwnd;
    }

    /** @return the greatest window, message bytes */
    double GetMaxWindowBytes() const
    {
        return m_maxCwnd;
    }

    /** @return least RTT so far, or BaseRtt */
    Ticks GetLeastRtt() const
    {
        return m_leastRtt;
    }

    /** @return average queueing delay, ps */
    double GetAverageDelay() const
    {
        return m_averageDelay;
    }

    /** @return target of the queueing delay, ps */
    double GetTarget() const
    {
        return m_target;
    }

  protected:
    void DoStart() override;
    bool DoNeedsEcn() const override;
    void DoSent(const Sent& sent) override;
    void DoAck(const Ack& ack) override;
    void DoNack(const Nack& nack) override;
    void DoLoss(const Loss& loss) override;

  private:
    /** Lower the least RTT, and what follows from it. @param rtt a sample */
    void UpdateLeastRtt(Ticks rtt);

    /** @param delay a sample of the queueing delay, ps @param marked whether it came with a mark */
    void UpdateAverageDelay(double delay, bool marked);

    /**
     * @param now the time
     * @param lost a packet was trimmed or lost
     * @param delay queueing delay, ps
     * @param inFlight message bytes in flight
     * @return whether the window was set by it now
     */
    bool QuickAdapt(Ticks now, bool lost, double delay, uint64_t inFlight);

    /** No mark, delay below the target. @param bytes acknowledged @param delay ps */
    void IncreaseBelowTarget(double bytes, double delay);

    /** Mark, delay at or above the target. @param now the time */
    void Decrease(Ticks now);

    /** Put the collected increases into the window. @param now the time */
    void Adjust(Ticks now);

    /** Hold the window to its limits and set it. */
    void SetCwnd(double bytes);

    Time m_baseRtt;              ///< RTT of the longest path without queues
    double m_targetFraction{0};  ///< target over BaseRtt
    double m_maxWindowBdp{0};    ///< greatest window over BDP
    double m_alphaScale{0};      ///< of the proportional increase
    double m_fairScale{0};       ///< of the fair increase
    double m_etaScale{0};        ///< of the additive increase
    double m_fastScale{0};       ///< of the fast increase
    Time m_fastDelay;            ///< below which the delay is no delay
    double m_gamma{0};           ///< of the decrease
    double m_maxDecrease{0};     ///< most of a decrease
    double m_delayGain{0};       ///< of the average delay
    uint32_t m_adjustPackets{0}; ///< full packets between adjustments
    uint32_t m_quickGate{0};     ///< exponent of the gate of quick adapt
    double m_quickDelay{0};      ///< delay of quick adapt, targets
    bool m_trustReceiver{false}; ///< trims at the last hop are the receiver's business

    double m_scale{0};         ///< a: BDP over that of the reference network
    double m_target{0};        ///< target of the queueing delay, ps
    double m_cwnd{0};          ///< the window
    double m_maxCwnd{0};       ///< greatest window
    double m_collected{0};     ///< increases not yet in the window, bytes squared
    double m_averageDelay{0};  ///< average queueing delay, ps
    double m_fastBytes{0};     ///< acknowledged in a row without delay
    bool m_fast{false};        ///< fast increase
    bool m_started{false};     ///< something was sent
    Ticks m_leastRtt{0};       ///< least RTT
    Ticks m_decreasedAt{0};    ///< time of the last decrease
    Ticks m_adjustedAt{0};     ///< time of the last adjustment
    Ticks m_addedAt{0};        ///< time of the last additive increase
    Ticks m_quickEnd{0};       ///< end of the interval of quick adapt
    uint64_t m_achieved{0};    ///< bytes that arrived in that interval
    uint64_t m_sinceAdjust{0}; ///< bytes acknowledged since the last adjustment
    uint64_t m_toIgnore{0};    ///< bytes whose marks are ignored after a quick adapt
    uint64_t m_ignored{0};     ///< of these, have come
    bool m_lossSeen{false};    ///< a packet was trimmed or lost since the last quick adapt
};

} // namespace ns3::rdma

#endif /* RDMA_NSCC_H */
