/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_BOLT_H
#define RDMA_BOLT_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Bolt (S. Arslan et al., "Bolt: Sub-RTT Congestion Control for Ultra-Low Latency", NSDI 2023), the
 * sender, as in the authors' simulator; fabric::BoltStamper is the switch.
 *
 * The window begins with what the line rate carries in BaseRtt. Each frame tells the switches
 * whether it is of the first window of its flow (nothing has been acknowledged since the queue pair
 * was idle), of the last one (what is posted beyond the window's end is nothing: its acknowledgment
 * lets nothing leave), or, in between, that it would like to send more.
 *
 * - Notice of a switch (sub-RTT control), with the time d that its queue takes to drain, the rate C
 *   of the port and the age r of the frame that it is about: the share of this queue pair in what
 * the queue holds is its rate W / RTT over C, and taking q packets off takes as many notices; so W
 *   shrinks by one packet, but not twice within r / (q W / (RTT C)), with
 *   q = (d C - TargetQueue) / frame. Where W is a packet or less, it is multiplied by 1 -
 *   MaxDecrease.
 * - Acknowledgment: one packet more for each increase that all switches granted (proactive ramp-up,
 *   supply matching), and Increase packets more once per round trip.
 * - Loss: W is multiplied by 1 - MaxDecrease, once per round trip.
 *
 * Deliberate differences. The window is spread over the last round trip (Paced). The authors'
 * sender is clocked by acknowledgments; its packets bunch, of a bunch of notices only the first
 * counts, and shares freeze where each flow loses one packet per round trip and gains one: in steps
 * of a packet, 16 flows with some 2 packets each come to Jain's index 0.92 instead of 1.00. A round
 * trip is over when something that left after its beginning is acknowledged, where the authors mark
 * one packet in each, which a loss would take with it. A frame that is the last one does not ask
 * for an increase. The authors' switches can do without notices and have receivers echo the queue;
 * that is left out.
 */
class Bolt : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Bolt();
    ~Bolt() override;

  private:
    void DoStart() override;
    void DoIdle() override;
    void DoBacklog(uint64_t backlog) override;
    void DoAck(const Ack& ack) override;
    void DoNotice(const Notice& notice) override;
    void DoNack(const Nack& nack) override;
    void DoLoss(const Loss& loss) override;
    void DoTimeout(Ticks now) override;

    /** @param flags what the next frames say, fabric::BoltFlag bits */
    void Say(uint8_t flags);

    /** @return time of a round trip: the last one, or what the configuration says */
    Ticks GetRtt() const
    {
        return m_rtt > 0 ? m_rtt : GetBaseRtt();
    }

    /** @param notice what a switch says @return least time between two packets taken off */
    double GetDecreaseInterval(const Notice& notice) const;

    /** Something is lost. @param now the time */
    void CutForLoss(Ticks now);

    /** @param bytes the window from now on */
    void Put(double bytes);

    double m_increase;      ///< packets per round trip
    bool m_paced;           ///< see Paced
    double m_maxDecrease;   ///< share of the window that a loss takes
    uint64_t m_targetQueue; ///< queue that is left alone, bytes
    uint64_t m_maxWindow;   ///< most, bytes; 0: what the line rate carries in BaseRtt
    double m_mostBytes{0};  ///< most, bytes
    Ticks m_rtt{0};         ///< last round trip; 0: none since the queue pair was idle
    Ticks m_decreasedAt{0}; ///< last decrease
    uint64_t m_roundEnd{0}; ///< see AckClock
};

} // namespace ns3::rdma

#endif /* RDMA_BOLT_H */
