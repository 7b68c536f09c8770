/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_H
#define RDMA_FALCON_H

#include "rdma-rtt-estimator.h"
#include "rdma-selective-reliability.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <memory>

namespace ns3::rdma
{

class FalconSwift;

/**
 * @ingroup rdma
 * The packet delivery of OCP Falcon (Falcon transport protocol specification, rev. 0.9 of March
 * 2024, section 9) for an ordered connection that carries push transactions: SEND and WRITE, each
 * packet of which is a transaction of the data window (RDMA over Falcon, rev. 0.9, 6.7).
 *
 * Receiver: takes packets of the data window in any order, places their data, and completes them in
 * order. A base acknowledgment (BACK) tells which packet is the next missing one; while something
 * is missing, an extended one (EACK) tells besides which of the 64 up to the packet that caused it
 * have come. Both tell how full the receiver's buffers are (0 to 31). A packet beyond the window is
 * dropped, and the next EACK says so (out-of-window notification, OWN).
 *
 * Sender:
 * - early retransmission (9.1.4): at an EACK, each packet that is missing, and lower than the
 *   highest that came by more than ReorderDistance, is sent again if a smoothed round trip has
 *   passed since it last left;
 * - at an EACK with OWN, each that is missing, with the same check of recency;
 * - each packet has a timeout (9.1.5, 10.3.2), the smoothed round trip times TimeoutFactor, MinRto
 *   at least; after RetryCount of its own the queue pair fails.
 *
 * BitmapPackets is the receiver's data window; that of the specification is 128 packets, which the
 * stack `falcon` sets. TransmitWindow is what the sender may have outstanding.
 *
 * Deliberate differences: the EACK carries 64 bits of the bitmap instead of 128 for received and
 * 128 for acknowledged packets (there is no user that refuses packets, but for RNR); the congestion
 * window limits what is believed to be in flight, as in all schemes here, instead of the distance
 * from the base of the window; the occupancy of buffers is that of this connection's share,
 * BufferPackets, by packets that wait for one before them, without averaging; acknowledgments are
 * not carried by data of the other direction, nor put off by a timer (AckEvery is the share of AR
 * bits); PSNs have 24 bits; no Resync packets, as a queue pair fails whole. READ and atomics, which
 * are pull transactions and use the request window, are not there.
 */
class Falcon : public SelectiveReliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Falcon();
    ~Falcon() override;

    /** @return packets that were sent again early, by distance */
    uint32_t GetNEarly() const
    {
        return m_nEarly;
    }

    /** @return packets that were sent again for a notification of packets out of the window */
    uint32_t GetNOutOfWindow() const
    {
        return m_nOutOfWindow;
    }

  private:
    /** What the sender knows of a packet. */
    struct Sent
    {
        Ticks at{0};          ///< when it left last
        uint32_t timeouts{0}; ///< its own
    };

    void DoStart(uint64_t firstExpected) override;
    void DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival) override;
    void DoReceiveBeyond(const fabric::Frame& frame, uint64_t sequence) override;
    std::unique_ptr<Disorder> DoMakeDisorder() const override;
    void DoSent(uint64_t sequence) override;
    void DoJudge(const fabric::Frame& frame, bool nak) override;
    void DoExpire() override;
    Ticks DoGetTimeout() const override;
    void DoStartTimer() override;
    void DoTimer() override;

    /** @param sequence a packet that was sent @return what is known of it */
    Sent& GetSent(uint64_t sequence)
    {
        return m_sent[sequence & (m_capacity - 1)];
    }

    /** @return level of the receiver's buffers, 0 to 31 */
    uint32_t GetLevel() const;

    /**
     * Send again what is missing and has not left lately.
     *
     * @param end one past the last packet
     * @return how many
     */
    uint32_t Repeat(uint64_t end);

    /** @param sequence a packet in the network @return when its timeout comes */
    Ticks GetDue(uint64_t sequence);

    uint32_t m_reorderDistance{0}; ///< see ReorderDistance
    uint32_t m_bufferPackets{0};   ///< see BufferPackets
    double m_timeoutFactor{0};     ///< see TimeoutFactor
    Time m_minRto;                 ///< see MinRto
    Time m_initialRto;             ///< see InitialRto

    bool m_outOfWindow{false};      ///< receiver: a packet was beyond the window
    FalconSwift* m_law{nullptr};    ///< sender: who wants to know of buffers, if it is in use
    RttEstimator m_rtts;            ///< sender: of all acknowledgments
    std::unique_ptr<Sent[]> m_sent; ///< sender: by sequence number modulo the capacity
    uint32_t m_capacity{0};         ///< of it, a power of two
    uint64_t m_sentEnd{0};          ///< sender: one past the highest packet that left
    uint32_t m_nEarly{0};           ///< see GetNEarly
    uint32_t m_nOutOfWindow{0};     ///< see GetNOutOfWindow
};

} // namespace ns3::rdma

#endif /* RDMA_FALCON_H */
