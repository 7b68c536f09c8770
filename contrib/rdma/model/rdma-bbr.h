/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_BBR_H
#define RDMA_BBR_H

#include "rdma-window-law.h"

#include "ns3/random-variable-stream.h"

#include <array>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * A model-based law like that of Amazon's SRD, which is said to be similar to BBR (Shalev et al.,
 * IEEE Micro 40(6), 2020) and is not published. The law is BBR, version 1, as in Linux
 * (net/ipv4/tcp_bbr.c) and its draft (draft-cardwell-iccrg-bbr-congestion-control-00).
 *
 * The model: the highest rate of delivery of the last ten round trips and the smallest round-trip
 * time of the last MinRttWindow. Packets leave at gain x rate, and a window of WindowGain x rate x
 * time bounds what is in flight.
 * - STARTUP, gain 2 / ln 2, until the rate has not grown by a quarter for three round trips;
 * - DRAIN, the inverse gain, until no more than rate x time is in flight;
 * - PROBE_BW, gains 5/4, 3/4 and six times 1, each for the smallest round-trip time or so;
 * - PROBE_RTT, when the smallest time is older than MinRttWindow: four packets in flight for
 *   ProbeRttTime.
 *
 * PROBE_BW begins with any gain but 3/4, at random. A gain above 1 lasts until as much more is in
 * flight, one below 1 until no more than rate x time is. ProbeRttTime counts from when four packets
 * are in flight, and a round trip has to be over.
 *
 * Differences: the rate of delivery is measured over whole round trips, what was acknowledged over
 * the time it took, instead of per packet. The times are those of Linux divided by five thousand: 8
 * us of a fabric are to the 40 ms of the paper's examples. Losses change nothing. The first rate is
 * the line rate over the gain of STARTUP, so that a sender starts at line rate.
 */
class Bbr : public WindowLaw
{
  public:
    /** Phases of the law. */
    enum Phase
    {
        STARTUP,   ///< look for the rate
        DRAIN,     ///< empty the queue that STARTUP made
        PROBE_BW,  ///< steady
        PROBE_RTT, ///< look for the round-trip time
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Bbr();
    ~Bbr() override;

    int64_t AssignStreams(int64_t stream) override;

    /** @return the phase */
    Phase GetPhase() const
    {
        return m_phase;
    }

    /** @return estimate of the bottleneck's rate, message bytes per second */
    double GetBandwidth() const;

    /** @return estimate of the round-trip time without queues */
    Ticks GetMinRtt() const
    {
        return m_minRtt;
    }

  protected:
    void DoStart() override;

  private:
    void DoAck(const Ack& ack) override;

    /** Measure the rate of a round trip that is over. @param now the time */
    void EndRound(Ticks now);

    /** Change the phase if it is time. @param ack the acknowledgment @param rounded a round ended
     */
    void Advance(const Ack& ack, bool rounded);

    /** PROBE_BW: go on to the next gain if it is time. @param ack the acknowledgment */
    void AdvanceGain(const Ack& ack);

    /** PROBE_RTT: end it if it is time. @param ack the acknowledgment @param rounded a round ended
     */
    void ProbeRtt(const Ack& ack, bool rounded);

    /** Begin PROBE_BW. @param now the time */
    void Cruise(Ticks now);

    /** @return message bytes that fill the path */
    double GetProduct() const;

    /** Tell the queue pair of rate and window. */
    void Publish();

    Time m_minRttWindow;    ///< how long the smallest round-trip time is good
    Time m_probeRttTime;    ///< length of PROBE_RTT
    double m_windowGain{0}; ///< window over rate x time

    Phase m_phase{STARTUP};               ///< the phase
    std::array<double, 10> m_bandwidth{}; ///< of the last rounds, message bytes per tick
    uint64_t m_rounds{0};                 ///< that have ended
    uint64_t m_roundEnd{0};               ///< mark of the AckClock
    Ticks m_roundBegin{0};                ///< when the round began
    uint64_t m_roundBytes{0};             ///< acknowledged in it
    Ticks m_minRtt{0};                    ///< smallest round-trip time
    Ticks m_minRttAt{0};                  ///< when it was seen
    double m_fullBandwidth{0};            ///< STARTUP: the rate to be beaten
    uint32_t m_fullRounds{0};             ///< STARTUP: rounds that did not
    Ticks m_phaseBegin{0};                ///< of a gain of PROBE_BW; of PROBE_RTT since four
                                          ///< packets are in flight, 0 until then
    uint32_t m_cycle{0};                  ///< index of that gain
    bool m_filled{false};                 ///< STARTUP is over
    bool m_roundOver{false};              ///< PROBE_RTT: a round has ended in it

    Ptr<UniformRandomVariable> m_random; ///< gain that PROBE_BW begins with
};

} // namespace ns3::rdma

#endif /* RDMA_BBR_H */
