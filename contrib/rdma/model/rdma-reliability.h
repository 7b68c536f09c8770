/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RELIABILITY_H
#define RDMA_RELIABILITY_H

#include "rdma-congestion-control.h"
#include "rdma-psn.h"
#include "rdma-send-queue.h"

#include "ns3/fabric-frame.h"
#include "ns3/object.h"

#include <cstdint>

namespace ns3::rdma
{

class QueuePair;

/** How a transport returns data: what a READ fetches, and the results of atomics. */
enum class ResponseStyle : uint8_t
{
    /**
     * As messages of their own, with sequence numbers, acknowledgments and retransmission of their
     * own by the side that sends them (IRN, SIGCOMM 2018, section 5.2; Ultra Ethernet).
     */
    OWN_SEQUENCE,

    /**
     * With the sequence numbers of the request; a lost one is asked for again (InfiniBand
     * Architecture vol. 1, 9.4.4, 9.7.5.1).
     */
    OF_REQUEST,
};

/** What a reliability scheme can cope with, for those who put network stacks together. */
struct ReliabilityAbilities
{
    bool takesReordering{true}; ///< a packet that is overtaken by others is not taken for lost
    bool takesTrimmed{false};   ///< a packet that arrives without its payload is asked for at once
    bool asksForCredit{false};  ///< its packets tell the receiver how much credit is wanted
    bool tellsReceiver{true};   ///< the receiver's user hears of messages that have arrived
};

/**
 * @ingroup rdma
 * How a queue pair makes messages arrive: base class of the reliability schemes, both halves. One
 * object per queue pair.
 *
 * The queue pair turns requests into packets (SendQueue) and packets into messages (Responder); the
 * scheme decides which packet leaves next, what an acknowledgment or a timeout means, which
 * arriving packets are taken, and when and how they are answered.
 *
 * Packets are counted by 64-bit sequence numbers (see rdma-psn.h). The books kept here:
 *
 *     una             oldest packet not known to have arrived with all before it
 *     position        next packet to leave in order; a go-back moves it back
 *     highest         one past the highest packet that ever left
 *     bytes in flight message bytes sent and believed to be in the network
 *
 * Sender: the queue pair asks CanSend, then Prepare for each packet. A scheme that repeats single
 * packets says SetRepeats(true) while it has some, and names them in DoTakeRepeat; one that goes
 * back calls GoBack. Acknowledgments come in DoReceiveAck; a scheme answers with Advance for what
 * arrived cumulatively, keeps SetBytesInFlight right, and then tells the queue pair with
 * QueuePair::NotifyAcknowledged or NotifyNack, which in turn tell congestion control and path
 * selector and complete requests.
 *
 * Receiver: data packets come in DoReceiveData, in whatever order. The scheme hands those that are
 * to be taken to QueuePair::Accept in the order of their sequence numbers, each once (it keeps the
 * transport fields of packets that came too early, if it takes those), then answers with
 * QueuePair::SendAcknowledgment, then calls QueuePair::NotifyPlaced if a message was completed.
 */
class Reliability : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Reliability();
    ~Reliability() override;

    /**
     * @param queuePair whose packets
     * @param sendQueue its requests
     * @param congestionControl its congestion control
     * @param first sequence number of the first packet sent
     * @param firstExpected sequence number of the first packet received
     */
    void Start(QueuePair& queuePair,
               const SendQueue& sendQueue,
               const CongestionControl& congestionControl,
               uint64_t first,
               uint64_t firstExpected);

    /** The queue pair has failed: no timer, no event, nothing more to send. */
    void Stop();

    /** @return whether a packet may leave now: there is one, and the window has room */
    bool CanSend() const
    {
        return (m_repeats ? WindowHasRoom() || m_askedUpTo <= m_una
                          : m_position < m_sendQueue->GetEnd() && HasRoom()) &&
               m_congestionControl->HasCredit();
    }

    /**
     * Take the packet that leaves now. Only if CanSend.
     *
     * @param [out] fields its transport headers
     * @param [out] sequence its sequence number
     * @return whether it was sent before
     */
    bool Prepare(fabric::RoceFields& fields, uint64_t& sequence);

    /** @param frame a data frame that arrived */
    void ReceiveData(const fabric::Frame& frame)
    {
        DoReceiveData(frame);
    }

    /** @param frame a data frame that arrived without its payload, trimmed by a switch */
    void ReceiveTrimmed(const fabric::Frame& frame)
    {
        DoReceiveTrimmed(frame);
    }

    /** @param frame an ACK or NAK that arrived */
    void ReceiveAck(const fabric::Frame& frame)
    {
        DoReceiveAck(frame);
    }

    /** @param frame an answer with data, where the style is ResponseStyle::OF_REQUEST */
    void ReceiveResponse(const fabric::Frame& frame)
    {
        DoReceiveResponse(frame);
    }

    /** @return how data are returned */
    virtual ResponseStyle GetResponseStyle() const;

    /** @return what it can cope with */
    virtual ReliabilityAbilities GetAbilities() const;

    /** @return whether it has atomic operations */
    virtual bool HasAtomics() const;

    /** @param verb what a user asks for @return whether it can be done */
    virtual bool Carries(Verb verb) const;

    /** @return whether each packet of a READ's data is asked for by a request of its own; with
     * ResponseStyle::OF_REQUEST it then takes one sequence number like any other packet */
    virtual bool SplitsReads() const;

    /** @param frame a frame of an opcode that IsControl, or of OP_CREDIT */
    void ReceiveControl(const fabric::Frame& frame)
    {
        DoReceiveControl(frame);
    }

    /** @param frame the frame of the packet that Prepare gave, about to leave @param sequence it */
    void NotifyLeaves(fabric::Frame& frame, uint64_t sequence)
    {
        if (m_watches)
        {
            DoLeave(frame, sequence);
        }
    }

    /** A receive was posted. */
    void NotifyReceivePosted()
    {
        if (m_watches)
        {
            DoReceivePosted();
        }
    }

    /** The timer set with QueuePair::SetTimer expired. */
    void HandleTimer()
    {
        DoTimer();
    }

    /** @return oldest packet not known to have arrived */
    uint64_t GetUna() const
    {
        return m_una;
    }

    /** @return one past the highest packet that ever left */
    uint64_t GetHighest() const
    {
        return m_highest;
    }

    /** @return message bytes sent and believed to be in the network */
    uint64_t GetBytesInFlight() const
    {
        return m_bytesInFlight;
    }

    /** A request is posted. @return number of requests before it */
    uint32_t CountRequest()
    {
        return m_nRequests++;
    }

    /** @return whether messages may complete in any order, so that packets must be self-contained
     */
    virtual bool IsUnordered() const;

  protected:
    void DoDispose() override;

    /** @return the queue pair */
    QueuePair& GetQueuePair() const
    {
        return *m_queuePair;
    }

    /** @return the requests */
    const SendQueue& GetSendQueue() const
    {
        return *m_sendQueue;
    }

    /** @return whether a packet waits to leave, for the first time or again */
    bool HasMore() const
    {
        return m_repeats || m_position < m_sendQueue->GetEnd();
    }

    /** @return message bytes from GetPosition on */
    uint64_t GetUnsentBytes() const
    {
        return m_sendQueue->GetEndByte() - m_sendQueue->GetOffset(m_position);
    }

    /** @return next packet to leave in order */
    uint64_t GetPosition() const
    {
        return m_position;
    }

    /**
     * All packets before one have arrived.
     *
     * @param una the oldest packet that is still missing, more than GetUna and at most GetHighest
     * @return message bytes between the old value and the new
     */
    uint64_t Advance(uint64_t una);

    /** Send again from the oldest packet missing; what is in flight counts as lost. */
    void GoBack();

    /** @param bytes message bytes believed to be in the network */
    void SetBytesInFlight(uint64_t bytes)
    {
        m_bytesInFlight = bytes;
    }

    /** @param packets most that may be outstanding, from GetUna to GetPosition; 1 to 2^23 - 1 */
    void SetMaxOutstanding(uint32_t packets)
    {
        m_maxOutstanding = packets;
    }

    /** DoMaySend is to be asked before each packet that leaves for the first time. */
    void SetGate()
    {
        m_gates = true;
    }

    /** DoSent is to be called for each packet. */
    void NoteSends()
    {
        m_notesSends = true;
    }

    /** @return whether the window has room for the next packet */
    bool WindowHasRoom() const
    {
        const uint64_t window = m_congestionControl->GetWindow();
        return window == UNLIMITED_WINDOW || m_bytesInFlight == 0 ||
               m_bytesInFlight + GetNextPayload() <= window;
    }

    /** @return congestion control of the queue pair */
    const CongestionControl& GetCongestionControl() const
    {
        return *m_congestionControl;
    }

    /** Have DoLeave and DoReceivePosted called from now on. */
    void SetWatches()
    {
        m_watches = true;
    }

    /** @param repeats whether there are single packets to send again, ahead of GetPosition */
    void SetRepeats(bool repeats)
    {
        m_repeats = repeats;
    }

  private:
    /** @return whether window and sequence numbers have room for the next packet */
    bool HasRoom() const
    {
        // When no acknowledgment is on its way that could open the window (it was narrowed, and
        // what is in flight did not ask for one), a packet may leave that asks for one.
        return m_position - m_una < m_maxOutstanding && (WindowHasRoom() || m_askedUpTo <= m_una) &&
               !IsGateClosed();
    }

    /** @return whether the leaf holds back the packet at GetPosition, which is posted */
    bool IsGateClosed() const
    {
        return m_gates && !DoMaySend();
    }

    /** @return payload of the packet that would leave next; an upper bound if it is a repeat */
    uint32_t GetNextPayload() const;

    /** See Start. */
    virtual void DoStart(uint64_t firstExpected) = 0;
    /** See Stop. */
    virtual void DoStop() = 0;
    /** @return the single packet to send again now; asked while SetRepeats(true) */
    virtual uint64_t DoTakeRepeat();
    /** @return whether the packet at GetPosition, which is posted, may leave; see SetGate */
    virtual bool DoMaySend() const;
    /** A packet leaves now; see NoteSends. @param sequence its sequence number */
    virtual void DoSent(uint64_t sequence);
    /** Start the timer: a packet leaves and no timer is running. */
    virtual void DoStartTimer() = 0;
    /** See ReceiveData. */
    virtual void DoReceiveData(const fabric::Frame& frame) = 0;
    /** See ReceiveTrimmed. A scheme that does not know of trimming counts it as lost. */
    virtual void DoReceiveTrimmed(const fabric::Frame& frame);
    /** See ReceiveResponse. */
    virtual void DoReceiveResponse(const fabric::Frame& frame);
    /** See ReceiveControl. */
    virtual void DoReceiveControl(const fabric::Frame& frame);
    /** See NotifyLeaves; called after SetWatches. */
    virtual void DoLeave(fabric::Frame& frame, uint64_t sequence);
    /** See NotifyReceivePosted; called after SetWatches. */
    virtual void DoReceivePosted();
    /** See ReceiveAck. */
    virtual void DoReceiveAck(const fabric::Frame& frame) = 0;
    /** See HandleTimer. */
    virtual void DoTimer() = 0;

    QueuePair* m_queuePair{nullptr};                       ///< whose packets
    const SendQueue* m_sendQueue{nullptr};                 ///< its requests
    const CongestionControl* m_congestionControl{nullptr}; ///< its window
    uint64_t m_una{0};                                     ///< oldest packet missing
    uint64_t m_position{0};                                ///< next packet in order
    uint64_t m_highest{0};                                 ///< one past the highest ever sent
    uint64_t m_askedUpTo{0};                               ///< one past the last packet sent that
                                                           ///< asked for an acknowledgment
    uint64_t m_bytesInFlight{0};                           ///< bytes in the network
    uint64_t m_unaOffset{0};                               ///< message bytes before una
    uint32_t m_maxOutstanding{MAX_OUTSTANDING_PACKETS};    ///< limit of position - una
    uint32_t m_ackEvery{1};                                ///< packets per acknowledgment request
    uint32_t m_nRequests{0};                               ///< requests posted
    bool m_notesSends{false};                              ///< DoSent is called
    bool m_gates{false};                                   ///< DoMaySend is asked
    bool m_repeats{false};                                 ///< single packets to send again
    bool m_watches{false};                                 ///< see SetWatches
};

} // namespace ns3::rdma

#endif /* RDMA_RELIABILITY_H */
