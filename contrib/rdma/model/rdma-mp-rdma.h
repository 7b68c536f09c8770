/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_MP_RDMA_H
#define RDMA_MP_RDMA_H

#include "rdma-rtt-estimator.h"
#include "rdma-selective-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <memory>

namespace ns3::rdma
{

class AckClockedPaths;
class MpRdmaControl;

/**
 * @ingroup rdma
 * The packet delivery of MP-RDMA (Y. Lu et al., "Multi-Path Transport for RDMA in Datacenters",
 * NSDI 2018; G. Chen et al., IEEE/ACM ToN 27(6), 2019). With MpRdmaControl and AckClockedPaths it
 * makes the stack `mp-rdma`.
 *
 * Receiver: tracks BitmapPackets packets from the next missing one on (L; 64 in the paper's
 * experiments, section 5, which the stack sets), places their data in any order and completes
 * messages in order. Each packet is acknowledged with the next missing one and itself. A packet
 * beyond the bitmap is dropped, and answered by a NAK, one until the next missing one has come.
 *
 * Sender: has at most TransmitWindow packets outstanding. Out-of-order-aware paths: a path whose
 * packet, when acknowledged, is more than Delta behind the highest that was acknowledged is not
 * used again, and the window shrinks by a packet, which keeps the disorder within the bitmap; what
 * recovery sends again does not count. An acknowledgment that finds nothing to send takes a packet
 * off the window. A NAK
 * or a timeout (smoothed round trip and four mean deviations, MinRto at least) begins recovery:
 * what was sent and is not acknowledged is sent again, the oldest first.
 *
 * Differences: packets that were acknowledged one by one are not sent again in recovery; which
 * packets recovery sends again is known by their numbers, not by a bit in packets; packets without
 * acknowledgment are not sent as if they were new when there is nothing else to send; more than two
 * packets for one acknowledgment leave at once on paths at random, without a timer; no synchronise
 * operations, since messages complete in order anyhow, as Reliable Connection promises; the timeout
 * is ours.
 */
class MpRdma : public SelectiveReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    MpRdma();
    ~MpRdma() override;

    /** @return times that a path was given up for being behind */
    uint32_t GetNDropped() const
    {
        return m_nDropped;
    }

  private:
    void DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival) override;
    void DoReceiveBeyond(const fabric::Frame& frame, uint64_t sequence) override;
    std::unique_ptr<Disorder> DoMakeDisorder() const override;
    void DoJudge(const fabric::Frame& frame, bool nak) override;
    void DoExpire() override;
    Ticks DoGetTimeout() const override;

    /** Tell path selector and congestion control of an acknowledgment. @param sequence its packet
     */
    void ClockPaths(uint64_t sequence);

    uint32_t m_delta{0}; ///< see Delta
    Time m_minRto;       ///< see MinRto
    Time m_initialRto;   ///< see InitialRto

    uint64_t m_nakFor{UINT64_MAX};     ///< receiver: the packet that the last NAK named
    RttEstimator m_rtts;               ///< sender: of all acknowledgments
    uint64_t m_highestAcked{0};        ///< sender: highest packet acknowledged, cumulatively or not
    uint64_t m_recoveryEnd{0};         ///< sender: NAKs of packets before it are no news
    uint32_t m_nDropped{0};            ///< see GetNDropped
    bool m_knowsPartners{false};       ///< the next two are looked up
    AckClockedPaths* m_paths{nullptr}; ///< sender: path selector, if it is one
    MpRdmaControl* m_law{nullptr};     ///< sender: congestion control, if it is one
};

} // namespace ns3::rdma

#endif /* RDMA_MP_RDMA_H */
