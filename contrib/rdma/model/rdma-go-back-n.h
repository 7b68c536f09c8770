/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_GO_BACK_N_H
#define RDMA_GO_BACK_N_H

#include "rdma-reliability.h"
#include "rdma-responder.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Go-back-N: the reliability of InfiniBand's Reliable Connection service (InfiniBand Architecture
 * vol. 1, 9.7), which RoCEv2 inherits.
 *
 * Receiver: takes packets in order only. It acknowledges, cumulatively, when the packet asks for
 * it. At a gap it discards, and sends one NAK (PSN sequence error) that names the packet expected;
 * no other until that packet has come. A packet it has already is not taken again; if it asks for
 * an acknowledgment, the present state is acknowledged. A SEND (or immediate data) that finds no
 * receive posted is answered by an RNR NAK and comes again after the time that the NAK names.
 *
 * Sender: at a NAK, or when no acknowledgment has come for AckTimeout, sends again everything from
 * the oldest packet that is not acknowledged. The timer runs while something is outstanding and
 * starts again at each acknowledgment that brings progress. After RetryCount attempts without
 * progress, by NAK or timeout, the queue pair fails; RNR NAKs are counted apart.
 *
 * NAK generation and reaction take time on real NICs (Lumina, SIGCOMM 2023, 6.1, ConnectX-5 and -6
 * Dx: about 2 us, and 2 to 6 us); all the while the sender sends on, and what it sends is lost
 * work.
 *
 * With AdaptiveTimeout the timeouts are those measured on NVIDIA's NICs with their adaptive
 * retransmission (Lumina, 6.2.3: ConnectX-6 Dx, AckTimeout 14): 5.6, 4.1, 8.4, 16.7, 25.1, 67.1 and
 * 134.2 ms, one after the other while there is no progress, in proportion to AckTimeout. The NICs
 * tried 8 to 13 times although 7 were configured; here RetryCount holds.
 *
 * READ and atomics (9.4.4, 9.7.5.1): a READ takes as many sequence numbers as its response has
 * packets, which carry them back and acknowledge all before them; nobody acknowledges responses. A
 * response that comes out of turn, or an acknowledgment of something behind it, shows that one is
 * missing; the requester asks again from there on, NakGenerationDelay and NakReactionDelay later,
 * once until that one has come or the timer expires. The responder executes a READ again from the
 * packet asked for, and answers an atomic that it has executed with the result that it kept.
 *
 * Differences from the standard: the timer expires at AckTimeout exactly (the standard allows up to
 * four times that); ACKs carry no end-to-end credits.
 */
class GoBackN : public Reliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    GoBackN();
    ~GoBackN() override;

    ReliabilityAbilities GetAbilities() const override;

    ResponseStyle GetResponseStyle() const override;

  protected:
    void DoStart(uint64_t firstExpected) override;
    void DoReceiveData(const fabric::Frame& frame) override;

    /** @return receiver: next packet in order */
    uint64_t GetExpected() const
    {
        return m_expected;
    }

    /** @param expected receiver: next packet in order from now on */
    void SetExpected(uint64_t expected)
    {
        m_expected = expected;
    }

    /**
     * Hand the packet expected to the responder. If it is refused that is answered.
     *
     * @param frame the packet
     * @param named packet that an RNR NAK names
     * @param [out] placement message that it completes, if it does
     * @return what became of it; if it was taken the next one is expected
     */
    AcceptResult Take(const fabric::Frame& frame, uint64_t named, Placement& placement);

    /** A packet came out of order: a NAK for the one expected, unless there was one already. */
    void ReportGap(const fabric::Frame& frame);
    /**
     * Receiver: answer a packet that is not taken.
     *
     * @param frame a data frame that is not the one expected, or came without its payload
     * @param sequence its number
     */
    void ReceiveOutOfOrder(const fabric::Frame& frame, uint64_t sequence);

  private:
    void DoReceiveResponse(const fabric::Frame& frame) override;
    void DoStop() override;
    void DoStartTimer() override;
    void DoReceiveAck(const fabric::Frame& frame) override;
    void DoTimer() override;

    // ---- sender

    /** @param una everything before this packet has arrived @param frame the frame that says so */
    void ReceiveProgress(uint64_t una, const fabric::Frame& frame);

    /** @param sequence the packet that the receiver misses @param frame its NAK */
    void ReceiveSequenceError(uint64_t sequence, const fabric::Frame& frame);

    /** @param sequence the packet that found no receive @param frame its NAK */
    void ReceiveNotReady(uint64_t sequence, const fabric::Frame& frame);

    /** A response is missing that should have come by now: go back for it. @param sequence it
     * @param frame the frame that shows it */
    void ReceiveResponseGap(uint64_t sequence, const fabric::Frame& frame);

    /** Go back after a delay, unless that is on its way. @param sequence the packet missing
     * @param delay of the NIC */
    void BeginReaction(uint64_t sequence, Time delay);

    /** Go back at the end of the reaction delay. @param sequence the packet that was missing then
     */
    void React(uint64_t sequence);

    /** @return false if that was the last attempt, and the queue pair has failed */
    bool CountRetry();

    /** Stop the timer, or start it anew if something is outstanding. */
    void RestartTimer();

    uint64_t m_expected{0};    ///< receiver: next packet in order
    bool m_nakSent{false};     ///< receiver: a NAK was sent for the packet expected
    bool m_adaptive{false};    ///< see AdaptiveTimeout
    uint8_t m_ackTimeout;      ///< exponent of the timeout, 0 for none
    uint8_t m_retryCount;      ///< attempts without progress
    uint8_t m_rnrRetryCount;   ///< attempts after RNR NAKs, 7 for no end
    uint8_t m_rnrTimer;        ///< receiver: code of the time in RNR NAKs
    uint8_t m_retries{0};      ///< attempts since the last progress
    uint8_t m_rnrRetries{0};   ///< attempts after RNR NAKs since the last progress
    Time m_nakGenerationDelay; ///< receiver: from the gap to the NAK
    Time m_nakReactionDelay;   ///< sender: from the NAK to the first packet sent again
    EventId m_nakEvent;        ///< receiver: a NAK is on its way through the NIC
    EventId m_reactionEvent;   ///< sender: a NAK is on its way through the NIC
};

} // namespace ns3::rdma

#endif /* RDMA_GO_BACK_N_H */
