/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SELECTIVE_RELIABILITY_H
#define RDMA_SELECTIVE_RELIABILITY_H

#include "rdma-queue-pair.h"
#include "rdma-reliability.h"
#include "rdma-reorder-buffer.h"
#include "rdma-sequence-bitmap.h"
#include "rdma-verbs.h"

#include "ns3/nstime.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What schemes that send single packets again have in common. A leaf says how arrivals are answered
 * (DoAnswer), what acknowledgments prove lost (DoJudge), and how long to wait for one
 * (DoGetTimeout).
 *
 * Receiver: takes packets in any order. Data go to memory at once (direct data placement); what the
 * headers of early packets say is kept, so that messages are completed, receives consumed and the
 * user told in the order of the sequence numbers, as the Reliable Connection service promises. A
 * packet further than BitmapPackets beyond the one expected is dropped (TransmitWindow lets a
 * sender do that). A packet whose receive is not posted is answered by an RNR NAK when all before
 * it have come, forgotten, and comes again.
 *
 * Sender: a score board of two bitmaps, which packets have arrived and which are lost and wait to
 * be sent again. Lost packets go before new ones, the lowest first, and do not count as in flight
 * until they leave. When no packet has become acknowledged cumulatively for a timeout, all that are
 * not known to have arrived are lost; each timeout without progress doubles the next, MaxBackoff
 * times, and after RetryCount of them the queue pair fails.
 *
 * What this takes of memory (Disorder) is made when something is out of order for the first time,
 * so that idle queue pairs stay small.
 */
class SelectiveReliability : public Reliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    SelectiveReliability();
    ~SelectiveReliability() override;

  protected:
    /** How a data frame fits into what came before. */
    enum class Arrival : uint8_t
    {
        IN_ORDER,  ///< it was the one expected; GetExpected is beyond it now
        EARLY,     ///< packets before it are missing
        DUPLICATE, ///< it had come before
    };

    /** What is remembered of packets out of order, at both ends. */
    struct Disorder
    {
        virtual ~Disorder() = default;

        ReorderBuffer early;               ///< receiver: what came beyond the packet expected
        std::vector<Placement> placements; ///< receiver: messages completed by one packet
        SequenceBitmap sacked;             ///< sender: packets that have arrived, from una on
        SequenceBitmap lost;               ///< sender: packets to be sent again
        uint64_t arrivedEnd{0};            ///< receiver: one past the highest that came early
        uint64_t sackedEnd{0};             ///< sender: one past the highest that came early
        bool refused{false};               ///< receiver: see IsWaitingForReceive
    };

    /** The leaf has receive windows of its own: DoIsBeyond is asked, and DoTaken called. */
    void SetOwnWindows()
    {
        m_ownWindows = true;
    }

    /** @return packets that the sender may have outstanding, by the attributes */
    uint32_t GetTransmitPackets() const;

    /** @return what is out of order, made now if nothing was so far */
    Disorder& GetDisorder();

    /** @return whether something was out of order so far */
    bool HasDisorder() const
    {
        return m_disorder != nullptr;
    }

    // ---- receiver

    /** @return next packet in order */
    uint64_t GetExpected() const
    {
        return m_expected;
    }

    /** @return one past the highest packet that came */
    uint64_t GetArrivedEnd() const
    {
        return m_disorder ? std::max(m_disorder->arrivedEnd, m_expected) : m_expected;
    }

    /** @return the packet expected has come, found no receive, and an RNR NAK was sent */
    bool IsWaitingForReceive() const
    {
        return m_disorder && m_disorder->refused;
    }

    // ---- sender

    /** @return one past the highest packet known to have arrived */
    uint64_t GetSackedEnd() const
    {
        return m_disorder ? std::max(m_disorder->sackedEnd, GetUna()) : GetUna();
    }

    /** @param sequence a packet from GetUna on @return whether it is known to have arrived */
    bool IsSacked(uint64_t sequence) const
    {
        return m_disorder && m_disorder->sacked.Test(sequence);
    }

    /** @param sequence a packet from GetUna on @return whether it waits to be sent again */
    bool IsLost(uint64_t sequence) const
    {
        return m_disorder && m_disorder->lost.Test(sequence);
    }

    /** @param sequence a packet that was sent, has not arrived and is not lost yet: it is now */
    void MarkLost(uint64_t sequence);

    /** A packet beyond GetUna has arrived. @param sequence it @return message bytes that is news of
     */
    uint64_t AcknowledgeOne(uint64_t sequence);

    /** All packets in a range that are not known to have arrived are lost. */
    void MarkLost(uint64_t from, uint64_t to);

    /** Stop the timer, or start it anew if something is outstanding. */
    void RestartTimer();

    /** @return attempts since the last progress */
    uint32_t GetRetries() const
    {
        return m_retries;
    }

    /** @return when the timeout is: now, and the time that the law says, and backoff */
    Ticks GetDeadline() const;

    /** The timeout came: everything outstanding is lost, or the queue pair fails. */
    void Expire();

    /** @return packets that came beyond the one expected and wait for it */
    uint64_t CountEarly() const
    {
        return m_disorder ? m_disorder->early.GetArrived().GetCount() : 0;
    }

    /** @return timeouts without progress before the queue pair fails */
    uint32_t GetRetryCount() const
    {
        return m_retryCount;
    }

    /** @return doublings of the timeout, at most */
    uint32_t GetMaxBackoff() const
    {
        return m_maxBackoff;
    }

    void DoStart(uint64_t firstExpected) override;
    void DoStop() override;
    void DoStartTimer() override;
    void DoTimer() override;

  private:
    void DoReceiveData(const fabric::Frame& frame) final;
    void DoReceiveAck(const fabric::Frame& frame) final;
    uint64_t DoTakeRepeat() final;

    /** Answer a data frame that was taken. @param frame it @param sequence its number
     * @param arrival how it fits */
    virtual void DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival) = 0;
    /** @param frame a data frame out of order @return whether it is beyond the leaf's window; see
     * SetOwnWindows */
    virtual bool DoIsBeyond(const fabric::Frame& frame);
    /** A packet had its turn; see SetOwnWindows. @param fields its headers @param result what
     * became of it */
    virtual void DoTaken(const fabric::RoceFields& fields, AcceptResult result);
    /** Read the selective part of an acknowledgment. @param fields its headers
     * @return message bytes that is news of */
    virtual uint64_t DoAcknowledgeSelectively(const fabric::RoceFields& fields);
    /** @param fields headers of an acknowledgment @return the last packet that it acknowledges with
     * all before it; of a NAK, the packet that it is about. Beyond GetHighest: of another time */
    virtual uint64_t DoFindNamed(const fabric::RoceFields& fields) const;
    /** The packet expected is refused. @param frame what came @param fields headers of the packet
     * @param syndrome of the NAK */
    virtual void DoRefuse(const fabric::Frame& frame,
                          const fabric::RoceFields& fields,
                          uint8_t syndrome);
    /** A packet beyond BitmapPackets came, and is dropped. @param frame it @param sequence its
     * number
     */
    virtual void DoReceiveBeyond(const fabric::Frame& frame, uint64_t sequence);
    /** @return memory for packets out of order, with what the law keeps there */
    virtual std::unique_ptr<Disorder> DoMakeDisorder() const = 0;
    /** Decide what is lost. @param frame an ACK or NAK, entered into the score board already
     * @param nak whether it says that a packet is missing: GetUna */
    virtual void DoJudge(const fabric::Frame& frame, bool nak) = 0;
    /** A packet leaves again. @param sequence it */
    virtual void DoRepeat(uint64_t sequence);
    /** All is lost, and counts as never sent. */
    virtual void DoExpire() = 0;
    /** @return how long to wait for progress from now on, before backoff */
    virtual Ticks DoGetTimeout() const = 0;

    // ---- receiver

    /** @param frame the data frame that was expected */
    void ReceiveExpected(const fabric::Frame& frame);

    /**
     * After the packet expected, take those behind it that came early.
     *
     * @param frame the data frame that was expected
     * @param sequence its number
     * @param result what became of it
     * @param placement message that it completed, if it did
     */
    void TakeEarly(const fabric::Frame& frame,
                   uint64_t sequence,
                   AcceptResult result,
                   Placement& placement);

    /**
     * Hand the packet expected to the responder, and answer if it is refused.
     *
     * @param frame the data frame that came
     * @param fields transport headers of the packet expected
     * @param [out] placement message that it completes, if it does
     * @return what became of it
     */
    AcceptResult Take(const fabric::Frame& frame,
                      const fabric::RoceFields& fields,
                      Placement& placement);

    // ---- sender

    /** All before a packet have arrived. @param una it @return message bytes that is news of */
    uint64_t AcknowledgeUpTo(uint64_t una);

    /** @param bitmap packets @param end a packet @return message bytes of them from una to it */
    uint64_t CountBytes(const SequenceBitmap& bitmap, uint64_t end) const;

    /** @param sequence the packet that found no receive @param syndrome of the RNR NAK */
    void ReceiveNotReady(uint64_t sequence, uint8_t syndrome);

    uint64_t m_expected{0};               ///< receiver: next packet in order
    std::unique_ptr<Disorder> m_disorder; ///< packets out of order, if there ever were
    uint32_t m_bitmapPackets{0};          ///< packets of the window
    uint32_t m_transmitWindow{0};         ///< see TransmitWindow
    uint16_t m_retryCount{0};             ///< attempts without progress
    uint16_t m_retries{0};                ///< attempts since the last progress
    uint8_t m_maxBackoff{0};              ///< doublings of the timeout
    uint8_t m_rnrRetryCount{0};           ///< attempts after RNR NAKs, 7 for no end
    uint8_t m_rnrTimer{0};                ///< receiver: code of the time in RNR NAKs
    uint8_t m_rnrRetries : 7;             ///< attempts after RNR NAKs since the last progress
    bool m_ownWindows : 1;                ///< see SetOwnWindows
    Time m_bdpTime;                       ///< see attribute BdpTime
};

} // namespace ns3::rdma

#endif /* RDMA_SELECTIVE_RELIABILITY_H */
