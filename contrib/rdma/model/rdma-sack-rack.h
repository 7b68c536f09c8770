/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SACK_RACK_H
#define RDMA_SACK_RACK_H

#include "rdma-alarm.h"
#include "rdma-ring-buffer.h"
#include "rdma-rtt-estimator.h"
#include "rdma-selective-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <memory>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Selective repeat as NICs of today do it: bitmaps in acknowledgments, losses found by time, and a
 * probe for what is lost with nothing behind it. The law is that of TCP's RACK-TLP (RFC 8985).
 *
 * Receiver: while something is missing each acknowledgment carries a bitmap of the 64 packets up to
 * the one that caused it, so that a lost acknowledgment costs nothing. There are no NAKs.
 *
 * Sender: a packet is lost when one that left later has arrived and a round trip and the reordering
 * window have passed since it left. Since it is the time of the transmission that counts, a repeat
 * that is lost is found as fast as the packet before. The reordering window is ReorderTime, or a
 * quarter of the shortest round trip; each round trip in which a repeat turns out to have been for
 * nothing makes it longer by as much again, up to the smoothed round trip. When ProbeRoundTrips
 * smoothed round trips have passed without any sign, the highest packet not known to have arrived
 * is sent again, once; what comes of that shows the rest. The timeout is the last resort: smoothed
 * round trip and four mean deviations (RFC 6298), MinRto at least.
 *
 * Differences from RFC 8985: the reordering window does not shrink again; there is no allowance for
 * delayed acknowledgments (AckEvery > 1 makes probes for nothing, and they do no harm); the probe
 * is never new data.
 */
class SackRack : public SelectiveReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SackRack();
    ~SackRack() override;

    /** @return probes sent so far */
    uint32_t GetNProbes() const;

  private:
    /** A packet that left. */
    struct Transmission
    {
        uint64_t sequence; ///< which
        Ticks at;          ///< when
    };

    /** What the sender knows of time; made when the first packet leaves. */
    struct Clock
    {
        RingBuffer<Transmission> sent; ///< transmissions that are not yet judged, oldest first
        Ticks newest{-1};              ///< when the latest transmission left that has arrived
        Ticks newestRtt{0};            ///< its round trip
        RttEstimator rtt;              ///< of all round trips
        Ticks lastSign{0};             ///< last transmission or acknowledgment
        Ticks timeoutAt{NEVER};        ///< when the timeout comes
        Ticks judgeAt{NEVER};          ///< when the next packet may count as lost
        Ticks lastStep{0};             ///< when the reordering window grew
        uint64_t recoveryEnd{0};       ///< losses before this are not news
        uint64_t probed{UINT64_MAX};   ///< packet sent as a probe; its older transmission is void
        Ticks probedAt{0};             ///< when
        uint32_t reorderSteps{1};      ///< the reordering window in units
        uint32_t probes{0};            ///< sent so far
        bool mayProbe{true};           ///< no probe since the last progress
    };

    void DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival) override;
    std::unique_ptr<Disorder> DoMakeDisorder() const override;
    void DoSent(uint64_t sequence) override;
    void DoJudge(const fabric::Frame& frame, bool nak) override;
    void DoExpire() override;
    Ticks DoGetTimeout() const override;
    void DoStartTimer() override;
    void DoTimer() override;

    /** @return what the sender knows of time */
    Clock& GetClock();

    /** Mark what is lost by now. @param echo of the frame that shows it, or null at a timer */
    void Detect(const Echo* echo);

    /** Send the highest packet again that is not known to have arrived. */
    void Probe();

    /** Set the timer to what comes first. */
    void Arm();

    /** @return when the probe is due; NEVER if there is to be none */
    Ticks GetProbeTime() const;

    std::unique_ptr<Clock> m_clock; ///< null before the first packet
    Time m_reorderTime;             ///< see ReorderTime
    Time m_minRto;                  ///< see MinRto
    uint32_t m_probeRoundTrips{0};  ///< see ProbeRoundTrips
};

} // namespace ns3::rdma

#endif /* RDMA_SACK_RACK_H */
