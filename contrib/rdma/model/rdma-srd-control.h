/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SRD_CONTROL_H
#define RDMA_SRD_CONTROL_H

#include "rdma-window-law.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The congestion control of a Scalable Reliable Datagram (L. Shalev et al., IEEE Micro 40(6),
 * 2020), as far as it is published: a rate limit and a limit of what is in flight for each
 * connection; the rate is estimated by the timing of acknowledgments; congestion is what makes
 * round trips longer on most paths, or the rate fall behind what was sent; what happens on single
 * paths is left to the path selector; the aim is the least in flight that fills the link. "Similar
 * to BBR", the authors say, and give neither the law nor a constant.
 *
 * This law is ours. Once per round trip, with the rate of delivery R in it, and T = Gain BaseRtt
 * links / BaseLinks, the round trip that is good for a path of so many links:
 *
 *     target <- R T + ProbePackets,   W <- W + Smoothing (target - W)
 *
 * and packets leave at W / RTT; one more than W may be in flight, so that a window that is no whole
 * number of packets counts, too. In equilibrium R = W / RTT: the round trips are a little longer
 * than T, and W = ProbePackets / (1 - T / RTT) is the same for all (as FAST TCP's: Wei, Jin, Low
 * and Hegde, ToN 14(6), 2006; but T is no measured minimum, which a sender that comes to a queue
 * never sees). Losses change nothing but through the rate; a timeout halves the window, once per T.
 * A round in which the window did not limit the sender says nothing.
 *
 * Differences from BBR: no phases, so that a sender that is alone never leaves the line rate, and
 * no minimum of round trips: BaseRtt is configured, as with HPCC, for a path of BaseLinks links.
 */
class SrdControl : public WindowLaw
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SrdControl();
    ~SrdControl() override;

    /** @return rate of delivery of the last round trip, message bytes per second; 0 at first */
    double GetDeliveryRate() const
    {
        return m_deliveryRate * 1e12;
    }

    /** @param hops switches on a path @return T of it */
    Ticks GetGoodRtt(uint8_t hops) const;

  protected:
    void DoStart() override;

  private:
    void DoAck(const Ack& ack) override;
    void DoTimeout(Ticks now) override;

    /** A round trip is over: one step of the law. @param now the time */
    void EndRound(Ticks now);

    /** Tell the queue pair of the window and its pace. @param window message bytes */
    void Publish(double window);

    double m_gain{0};         ///< see Gain
    uint32_t m_baseLinks{1};  ///< see BaseLinks
    double m_probePackets{0}; ///< see ProbePackets
    double m_smoothing{0};    ///< see Smoothing

    double m_deliveryRate{0}; ///< message bytes per tick
    uint64_t m_roundEnd{0};   ///< mark of the AckClock
    uint64_t m_roundBytes{0}; ///< acknowledged in the round
    Ticks m_roundBegin{0};    ///< when it began; 0: not yet
    Ticks m_roundGood{0};     ///< sum of T of its acknowledgments
    Ticks m_roundRtt{0};      ///< sum of its round trips
    uint32_t m_roundAcks{0};  ///< number of them
    bool m_limiting{false};   ///< the window limited the sender in the round
    Ticks m_good{0};          ///< mean T of the last round
    Ticks m_rtt{0};           ///< mean round trip of the last round
    Ticks m_lastCut{0};       ///< when a timeout last halved the window
};

} // namespace ns3::rdma

#endif /* RDMA_SRD_CONTROL_H */
