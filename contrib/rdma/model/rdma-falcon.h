/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_H
#define RDMA_FALCON_H

#include "rdma-falcon-window.h"
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
 * 2024, section 9) for an ordered connection. SEND and WRITE are push transactions, a packet of
 * data each; READ and atomics are pull transactions, a request each of at most a packet of data
 * (RDMA over Falcon, rev. 0.9, 6.7), which the other side sends back.
 *
 * Two windows, with packet sequence numbers (PSN) of their own: that of requests (RequestPackets)
 * for pull requests, that of data (BitmapPackets) for push data, and for pull data at the side that
 * answers. The order of transactions is that of their request sequence numbers (RSN), which are the
 * sequence numbers of the base class: packets leave for the first time in that order, so that one
 * waits behind a pull request for which there is no room, and have their turn at the target in that
 * order. Pull data wait for no request (8.2.1.2, CR rule 2).
 *
 * Receiver: takes packets of either window in any order. A pull request, and pull data, are
 * acknowledged as soon as they come; push data when they have had their turn. A base acknowledgment
 * (BACK) tells the bases of both windows; while something beyond them has come, or a packet was
 * beyond a window and dropped (out-of-window notification, OWN), an extended one (EACK) has the
 * bitmap of the window from its base on besides: 64 requests, or 128 data packets received. Both
 * tell how full the receiver's buffers are (0 to 31).
 *
 * Sender:
 * - a pull request may leave (9.1.2) when less than the request window, and than the congestion
 *   window in packets, is not acknowledged, and when the data of less than BufferPackets are
 *   awaited, which is its share of the buffers for them (8.2.2, 8.3);
 * - early retransmission (9.1.4): at an EACK, each packet of that window that is missing, and lower
 *   than the highest that came by more than ReorderDistance, is sent again if a smoothed round trip
 *   has passed since it last left;
 * - at an EACK with OWN, each of that window that is missing, with the same check of recency;
 * - each packet has a timeout (9.1.5, 10.3.2), the smoothed round trip times TimeoutFactor, MinRto
 *   at least; after RetryCount of its own the queue pair fails.
 *
 * BitmapPackets is the receiver's data window; that of the specification is 128 packets, which the
 * stack `falcon` sets. TransmitWindow is the sender's.
 *
 * Deliberate differences: an EACK shows the bitmap of one window, that of the packet that caused it
 * if there is something to show, as a frame has no room for both (its size is that of all three
 * bitmaps); there is no user that takes time to acknowledge, so that the bitmap of acknowledged
 * data is that of received ones for pull data, and empty for push data; received ones are not sent
 * again at their timeout; the congestion window limits what is believed to be in flight of data, as
 * in all schemes here, instead of the distance from the base of the window; push data and pull data
 * of one direction have a window, and congestion control, each; the occupancy of buffers is that of
 * this connection's share, by packets that wait for one before them, without averaging;
 * acknowledgments are not carried by data of the other direction, nor put off by a timer (AckEvery
 * is the share of AR bits); PSNs and RSNs have 24 bits; no Resync packets, as a queue pair fails
 * whole.
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

    bool SplitsReads() const override;

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
        uint64_t psn{0};      ///< its number in its window
        uint32_t timeouts{0}; ///< its own
        bool pull{false};     ///< it is a pull request, of the window of requests
    };

    void DoStart(uint64_t firstExpected) override;
    void DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival) override;
    bool DoIsBeyond(const fabric::Frame& frame) override;
    void DoReceiveBeyond(const fabric::Frame& frame, uint64_t sequence) override;
    void DoTaken(const fabric::RoceFields& fields, AcceptResult result) override;
    void DoRefuse(const fabric::Frame& frame,
                  const fabric::RoceFields& fields,
                  uint8_t syndrome) override;
    uint64_t DoFindNamed(const fabric::RoceFields& fields) const override;
    std::unique_ptr<Disorder> DoMakeDisorder() const override;
    bool DoMaySend() const override;
    void DoSent(uint64_t sequence) override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;
    uint64_t DoAcknowledgeSelectively(const fabric::RoceFields& fields) override;
    void DoJudge(const fabric::Frame& frame, bool nak) override;
    void DoExpire() override;
    Ticks DoGetTimeout() const override;
    void DoStartTimer() override;
    void DoTimer() override;

    /** @param sequence a packet that was sent @return what is known of it */
    Sent& GetSent(uint64_t sequence) const
    {
        return m_sent[sequence & (m_capacity - 1)];
    }

    /** @param fields headers of a data frame @return the window that it belongs to */
    FalconReceiveWindow& GetWindow(const fabric::RoceFields& fields);

    /** Answer. @param frame what came */
    void Answer(const fabric::Frame& frame);

    /** @param pull window of requests, or of data @param from a packet
     * @return the first from there on of that window that was sent */
    uint64_t FindSent(bool pull, uint64_t from) const;

    /** Move the bases of the windows. @param requests new base of that of requests */
    void MoveBases(uint64_t requests);

    /** @return level of the receiver's buffers, 0 to 31 */
    uint32_t GetLevel() const;

    /**
     * Send again what is missing and has not left lately.
     *
     * @param pull window of requests, or of data
     * @param end one past the last PSN
     * @return how many
     */
    uint32_t Repeat(bool pull, uint64_t end);

    /** @param sequence a packet in the network @return when its timeout comes */
    Ticks GetDue(uint64_t sequence);

    uint32_t m_requestPackets{0};  ///< see RequestPackets
    uint32_t m_bitmapBytes{0};     ///< see BitmapBytes
    uint32_t m_reorderDistance{0}; ///< see ReorderDistance
    uint32_t m_bufferPackets{0};   ///< see BufferPackets
    double m_timeoutFactor{0};     ///< see TimeoutFactor
    Time m_minRto;                 ///< see MinRto
    Time m_initialRto;             ///< see InitialRto

    FalconReceiveWindow m_dataIn;     ///< receiver: window of data
    FalconReceiveWindow m_requestsIn; ///< receiver: window of requests

    FalconSwift* m_law{nullptr};    ///< sender: who wants to know of buffers, if it is in use
    FalconSendWindow m_data;        ///< sender: window of data
    FalconSendWindow m_requests;    ///< sender: window of requests
    uint64_t m_oldestData{0};       ///< sender: first data packet from GetUna on
    RttEstimator m_rtts;            ///< sender: of all acknowledgments
    std::unique_ptr<Sent[]> m_sent; ///< sender: by sequence number modulo the capacity
    uint32_t m_capacity{0};         ///< of it, a power of two
    uint64_t m_sentEnd{0};          ///< sender: one past the highest packet that left
    uint64_t m_earlyEnd{0};         ///< sender: packets missing before it are far behind
    uint32_t m_nEarly{0};           ///< see GetNEarly
    uint32_t m_nOutOfWindow{0};     ///< see GetNOutOfWindow
};

} // namespace ns3::rdma

#endif /* RDMA_FALCON_H */
