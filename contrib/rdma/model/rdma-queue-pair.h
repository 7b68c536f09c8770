/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_QUEUE_PAIR_H
#define RDMA_QUEUE_PAIR_H

#include "rdma-congestion-control.h"
#include "rdma-echo.h"
#include "rdma-frame-maker.h"
#include "rdma-pacer.h"
#include "rdma-path-selector.h"
#include "rdma-reliability.h"
#include "rdma-responder.h"
#include "rdma-retransmission-timers.h"
#include "rdma-send-queue.h"
#include "rdma-transmit-scheduler.h"
#include "rdma-verbs.h"

#include "ns3/data-rate.h"
#include "ns3/fabric-frame.h"
#include "ns3/fabric-port.h"
#include "ns3/object.h"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace ns3::rdma
{

class Nic;

class OneSided;

/**
 * @ingroup rdma
 * One end of a connection: a queue pair of the Reliable Connection service (InfiniBand Architecture
 * vol. 1, chapter 10), with the verbs WRITE, SEND, READ and atomics. Made by Nic::CreateQueuePair.
 *
 * Its stack is three objects: Reliability, CongestionControl and PathSelector. The queue pair holds
 * the work requests, cuts them into packets, makes messages of the packets that the reliability
 * scheme takes, and tells its CompletionHandler.
 *
 * A WRITE or SEND of more than 2^31 bytes is several messages on the wire, and one completion and
 * one placement.
 *
 * How data come back that a READ or atomic asks for is a matter of the reliability scheme: see
 * ResponseStyle. Where they have a sequence of their own they are sent by a queue pair inside the
 * queue pair of the responder (GetResponses), which has the same number and a stack of its own, and
 * whose frames are told apart by RoceFields::response. What all this takes of memory is made at the
 * first READ or atomic.
 */
class QueuePair : public Object, private CongestionControl::Listener
{
  public:
    /** Life of a queue pair. */
    enum State : uint8_t
    {
        RESET, ///< not connected
        READY, ///< works
        ERROR, ///< failed; sends nothing, and drops what arrives
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    QueuePair();
    ~QueuePair() override;

    // ---- the user

    /** @param handler who hears of completions and messages; must outlive the queue pair's use */
    void SetHandler(CompletionHandler* handler);

    /** @param cookie anything that the user wants to find again at its queue pair */
    void SetCookie(uint64_t cookie);

    /** @return what SetCookie was given */
    uint64_t GetCookie() const
    {
        return m_cookie;
    }

    /**
     * Class and DSCP of the data, where they differ from the NIC's attributes. Before Connect.
     *
     * @param priority the class, 0..7
     * @param dscp the DSCP, 0..63
     */
    void SetTrafficClass(uint8_t priority, uint8_t dscp);

    /**
     * Replace the path selector by one that keeps to one path; before anything is sent.
     *
     * @param entropy the path
     */
    void PinPath(uint16_t entropy);

    /**
     * Get ready. Both ends must be connected to each other, and agree in PathMtu, before either
     * sends.
     *
     * @param address attachment of the peer
     * @param qpn number of the peer
     * @param sendPsn PSN of our first packet
     * @param receivePsn PSN of the peer's first packet
     */
    void Connect(fabric::FabricAddress address,
                 uint32_t qpn,
                 uint32_t sendPsn = 0,
                 uint32_t receivePsn = 0);

    /**
     * Send a message. Messages leave and arrive in the order posted.
     *
     * @param request what to send
     * @return false, and nothing is posted, unless the queue pair is READY; and for a READ of more
     * than 2^31 bytes, an atomic where the reliability scheme has none, and the verbs of responses
     */
    bool PostSend(const WorkRequest& request);

    /**
     * Offer a buffer for a SEND, or for the notification of a WRITE with immediate data.
     *
     * @param receiveId the user's; comes back with the placement
     */
    void PostReceive(uint64_t receiveId);

    /**
     * Take receives from a queue that several queue pairs share, before any is posted here. A
     * message that finds it empty is answered by an RNR NAK.
     *
     * @param receives the shared receive queue
     */
    void SetReceiveQueue(Ptr<ReceiveQueue> receives);

    /**
     * Go back to RESET, from where it can be connected again: what is posted is completed as
     * flushed, and the stack is new. Frames of the old connection that come later are dropped and
     * counted, until it is connected; the first PSNs of the new one should be far from the old ones
     * (InfiniBand Architecture vol. 1, 10.2.4). Not during a call of its handler.
     */
    void Reset();

    /** @return the state */
    State GetState() const
    {
        return m_state;
    }

    /** @return whether it is READY */
    bool IsReady() const
    {
        return m_state == READY;
    }

    /** @return number of this queue pair at its NIC */
    uint32_t GetQpn() const
    {
        return m_qpn;
    }

    /** @return number of the peer */
    uint32_t GetRemoteQpn() const
    {
        return m_frames.GetRemoteQpn();
    }

    /** @return attachment of the peer */
    fabric::FabricAddress GetRemoteAddress() const
    {
        return m_frames.GetRemoteAddress();
    }

    /** @return the port it uses */
    fabric::Port& GetPort() const
    {
        return m_frames.GetPort();
    }

    /** @return index of the port it uses */
    uint16_t GetPortIndex() const
    {
        return m_portIndex;
    }

    /** @return its NIC */
    Nic& GetNic() const
    {
        return m_frames.GetNic();
    }

    /** @return message bytes of a full packet */
    uint32_t GetPathMtu() const
    {
        return m_pathMtu;
    }

    /** @return messages of the wire posted and not yet acknowledged */
    uint32_t GetNPending() const;

    /** @return whether anything posted, or any answer by GetResponses, is not acknowledged */
    bool HasWork() const;

    /** @return READs and atomics that are posted and whose data have not come */
    uint32_t GetNOutstandingReads() const;

    /** @return answers to READs and atomics that have come */
    uint64_t GetNAnswers() const;

    /** @return the queue pair inside this one that sends and takes responses, made now if there is
     * none; only with ResponseStyle::OWN_SEQUENCE */
    QueuePair& GetResponses();

    /** @return receives posted and not consumed */
    uint32_t GetNReceives() const
    {
        return m_responder.GetNReceives();
    }

    /** @return rate that its congestion control allows, bit/s; 0 until it is connected */
    uint64_t GetRate() const
    {
        return m_congestionControl->GetRate();
    }

    /** @return whether it is the queue pair of responses inside another: see GetResponses */
    bool IsOfResponses() const
    {
        return m_frames.IsOfResponses();
    }

    /** @return its congestion control */
    Ptr<CongestionControl> GetCongestionControl() const;

    /** @return its reliability scheme */
    Ptr<Reliability> GetReliability() const;

    /** @return its path selector */
    Ptr<PathSelector> GetPathSelector() const;

    // ---- the NIC

    /**
     * @param nic the NIC
     * @param qpn its number
     * @param portIndex index of the port
     */
    void Install(Nic& nic, uint32_t qpn, uint16_t portIndex);

    /**
     * @param reliability its own
     * @param congestionControl its own
     * @param pathSelector its own
     */
    void SetStack(Ptr<Reliability> reliability,
                  Ptr<CongestionControl> congestionControl,
                  Ptr<PathSelector> pathSelector);

    /**
     * Become the queue pair inside another that sends and takes its responses.
     *
     * @param owner the other one, which is connected
     */
    void ConnectAsResponses(const QueuePair& owner);

    /** Send by another port of the NIC from now on. @param portIndex of the same address and rate
     */
    void MoveToPort(uint16_t portIndex);

    /** Flush what is posted, and be forgotten by all parts of the NIC but its list. */
    void Close();

    /** Ask for the memory that ReceiveFrame will touch, see fabric::LinkDirection::Prefetch. */
    void PrefetchState() const;

    /** Ask for what the queue pair itself leads to; after PrefetchState. */
    void PrefetchParts() const;

    /** @param frame a frame for this queue pair; not kept, but for its signals */
    void ReceiveFrame(fabric::Frame& frame);

    /** @return whether a data frame may leave, but for pacing */
    bool CanSend() const
    {
        return m_state == READY && (m_reliability->CanSend() || m_hasResponses);
    }

    /** @param now the time @return the data frame that leaves now; only if CanSend */
    fabric::Frame* MakeFrame(Ticks now);

    /** @return what the transmit scheduler knows of it */
    TransmitState& GetTransmitState()
    {
        return m_transmit;
    }

    /** @return its timer */
    TimerState& GetTimerState()
    {
        return m_timer;
    }

    /** The timer expired. */
    void HandleTimer();

    // ---- the reliability scheme: timer and sending

    /** @return whether the timer runs */
    bool IsTimerRunning() const
    {
        return m_timer.at != NEVER;
    }

    /** @param at when Reliability::HandleTimer is to be called, instead of any time set before */
    void SetTimer(Ticks at);

    /** Stop the timer. */
    void StopTimer()
    {
        m_timer.at = NEVER;
    }

    /** Something may have become possible to send, outside of ReceiveFrame and HandleTimer. */
    void UpdateReadiness();

    /** @param at nothing may leave before */
    void BlockUntil(Ticks at);

    /**
     * Give up: complete all requests, the first with the status, the others as FLUSHED.
     *
     * @param status the reason
     */
    void Fail(CompletionStatus status);

    // ---- the reliability scheme: what acknowledgments mean

    /**
     * Everything before Reliability::GetUna has arrived: complete requests, and tell congestion
     * control and path selector.
     *
     * @param bytes message bytes newly known to have arrived
     * @param echo of the frame that caused the acknowledgment
     */
    void NotifyAcknowledged(uint64_t bytes, const Echo& echo);

    /**
     * @param sequence a packet that the receiver misses
     * @param echo of the frame that showed it
     * @param news whether this is the first to hear of the loss; congestion control and path
     * selector are told of that only
     */
    void NotifyNack(uint64_t sequence, const Echo& echo, bool news = true);

    /** A packet is lost, which no NAK says. @param echo of the frame that showed it */
    void NotifyLoss(const Echo& echo);

    /**
     * A packet reached the receiver without its payload.
     *
     * @param sequence the packet
     * @param bytes its message bytes
     * @param echo of its frame
     * @param lastHop whether the last switch of its way trimmed it; then its path is not to blame
     */
    void NotifyTrimmed(uint64_t sequence, uint32_t bytes, const Echo& echo, bool lastHop);

    /** A packet is given up as lost. @param bytes its message bytes @param entropy its path */
    void NotifyLoss(uint32_t bytes, uint16_t entropy);

    /**
     * Everything before Reliability::GetUna has arrived: complete requests. NotifyAcknowledged does
     * the same and more.
     */
    void CompleteAcknowledged();

    /** @param sequence a packet that found no receive */
    void NotifyNotReady(uint64_t sequence);

    /** No acknowledgment came in time. */
    void NotifyTimeout();

    // ---- the reliability scheme: receiver

    /**
     * Take the next packet in order.
     *
     * @param fields its transport headers
     * @param [out] placement the message that it completes, if the result says so: to be handed to
     * NotifyPlaced once the own state is right
     * @return what became of it
     */
    AcceptResult Accept(const fabric::RoceFields& fields, Placement& placement)
    {
        return m_responder.Accept(fields, placement);
    }

    /** @return what makes messages of packets */
    Responder& GetResponder()
    {
        return m_responder;
    }

    /**
     * Consume a receive for a message that the scheme put together itself.
     *
     * @param [out] receiveId its id
     * @return false if none is posted
     */
    bool TakeReceive(uint64_t& receiveId)
    {
        return m_responder.TakeReceive(receiveId);
    }

    /** Data of a READ or atomic have come: complete requests, and post what waited for that. */
    void NotifyDataArrived();

    // ---- the reliability scheme: READs and atomics with ResponseStyle::OF_REQUEST

    /**
     * Receiver: answer a READ or atomic.
     *
     * @param frame it
     * @param sequence its number
     * @param again whether it was answered before
     * @return sequence numbers that it takes
     */
    uint32_t Respond(const fabric::Frame& frame, uint64_t sequence, bool again);

    /**
     * Sender.
     *
     * @return the first packet from Reliability::GetUna on that is answered with data, which no
     * acknowledgment can replace; UINT64_MAX if there is none
     */
    uint64_t GetNextResponse() const;

    /** Sender: the response that GetNextResponse names has come. @param frame it */
    void NotifyResponse(const fabric::Frame& frame);

    /** Sender: a response to a READ has come, in any order. @param number requests before it */
    void NotifyAnswer(uint64_t number);

    /** Sender: a response is missing. @param sequence it @return whether that is news */
    bool NotifyResponseGap(uint64_t sequence);

    /** Sender: what is missing is asked for anew, without any sign of the responder. */
    void ForgetResponseGap();

    // ---- the reliability scheme: receiver

    /** @param placement a message that Accept completed: to be told to the user */
    void NotifyPlaced(const Placement& placement);

    /** A packet came again that had been taken already. */
    void NotifyDuplicate();

    /** A packet came before one that is still missing. */
    void NotifyOutOfOrder();

    /**
     * Send an ACK or NAK.
     *
     * @param sequence the packet that it names
     * @param syndrome what it says
     * @param echo of the frame that caused it
     */
    void SendAcknowledgment(uint64_t sequence, uint8_t syndrome, Echo echo);

    /** Make an ACK or NAK that the scheme completes. See SendAcknowledgment. @return it */
    fabric::Frame* NewAcknowledgment(uint64_t sequence, uint8_t syndrome, const Echo& echo);

    /** Count an ACK or NAK and send it. @param frame it */
    void SendAnswer(fabric::Frame* frame);

    /** See SendAcknowledgment. @param sack its selective part */
    void SendSelectiveAcknowledgment(uint64_t sequence,
                                     uint8_t syndrome,
                                     Echo echo,
                                     const Sack& sack);

    /**
     * Send a frame without payload that is no acknowledgment.
     *
     * @param opcode one that IsControl
     * @param sequence the packet that it names
     * @param syndrome what it says
     * @param credit asked for or given
     */
    void SendControl(uint8_t opcode, uint64_t sequence, uint8_t syndrome, uint32_t credit);

    /** Tell the sender that a packet came without its payload. @param frame that packet
     * @param sequence its number */
    void SendTrimNak(const fabric::Frame& frame, uint64_t sequence);

    /** @return credit that the sending half asks for, with what waits to be sent */
    uint32_t GetCreditTarget(uint64_t backlog) const
    {
        return m_congestionControl->GetCreditTarget(backlog);
    }

    /** @return whether the sending half works with the receiver's credit */
    bool UsesCredit() const
    {
        return m_usesCredit;
    }

  protected:
    void DoDispose() override;

  private:
    // CongestionControl::Listener
    void RateChanged(uint64_t before) override;
    void WindowChanged(uint64_t before) override;

    /** Count an ACK or NAK. @param frame it */
    void CountAnswer(const fabric::Frame& frame);

    /** Put an acknowledgment off if responses have to leave before. @param sequence the packet that
     * it names @param syndrome what it says @param echo of the frame that caused it @return whether
     * it is put off */
    bool DeferAnswer(uint64_t sequence, uint8_t syndrome, const Echo& echo);

    /** @return READs and atomics, made now if there were none so far */
    OneSided& GetOneSided();

    /** @param request a request that need not wait: put it into the send queue */
    void Post(const WorkRequest& request);

    /** Post what need not wait any more. */
    void ReleaseHeld();

    /** A frame came that belongs to a response. @param frame it */
    void ReceiveResponse(fabric::Frame& frame);

    /** @param now the time @return the next frame of a response (ResponseStyle::OF_REQUEST) */
    fabric::Frame* MakeResponse(Ticks now);

    /** A switch says how long its queue is. @param frame what it sent */
    void ReceiveNotice(const fabric::Frame& frame);

    /** Count a data frame that has come, and what switches wrote into it. @param frame it */
    void NoteData(fabric::Frame& frame);

    /** Fill in what data frames have in common. @param frame it @param now the time */
    void Dress(fabric::Frame& frame, Ticks now) const;

    /** Count a data frame that leaves, and say when the next may leave.
     * @param frame it @param now the time @param again whether it was sent before */
    void Leave(const fabric::Frame& frame, Ticks now, bool again);

    /** Complete what is acknowledged and has its data, in the order posted. */
    void CompleteInOrder();

    /** A request is acknowledged: complete it, or keep it for its turn. @param message it */
    void Finish(const SendMessage& message);

    /** Go to ERROR: nothing leaves or comes any more. @param status of the first request */
    void Shut(CompletionStatus status);

    /** Complete all that waits, after an error. @param status of the first */
    void Flush(CompletionStatus status);

    /** The rate, or BlockUntil, has changed: set when the next frame may leave. */
    void PaceAnew();

    /** @param rate see attribute MaxRate */
    void SetMaxRate(DataRate rate);

    /** @return rate at which frames are paced, bit/s */
    uint64_t GetPace() const
    {
        return std::min(m_congestionControl->GetRate(), m_maxRate);
    }

    /** A data frame carried CE. @param frame the frame */
    void ReceiveMark(const fabric::Frame& frame);

    /** @param message the last part of a request that ended @param status how it ended
     * @param original of an atomic */
    void Complete(const SendMessage& message, CompletionStatus status, uint64_t original = 0);

    // used for each packet
    State m_state{RESET};       ///< life
    bool m_inCall{false};       ///< UpdateReadiness comes at the end of the call
    bool m_hasResponses{false}; ///< responses wait to be sent (ResponseStyle::OF_REQUEST)
    bool m_usesCnp{false};      ///< receiver: CE marks are answered by CNPs
    bool m_usesCredit{false};   ///< congestion control works with credit
    bool m_active{false};       ///< sender: congestion control is told so
    bool m_responseTurn{false}; ///< the last frame was a request: now a response, if there is one
    uint8_t m_maxRdAtomic{16};  ///< see MaxRdAtomic
    uint16_t m_portIndex{0};    ///< of the port
    uint16_t m_pathMtu{4096};   ///< message bytes of a full packet
    uint32_t m_qpn{0};          ///< number of this queue pair
    FrameMaker m_frames;        ///< NIC, port, peer
    uint64_t m_maxRate{UINT64_MAX};             ///< see MaxRate
    Pacer m_pacer;                              ///< when the next frame may leave
    TransmitScheduler* m_scheduler{nullptr};    ///< of the port
    TransmitState m_transmit;                   ///< place in the scheduler
    TimerState m_timer;                         ///< the timer
    Ptr<Reliability> m_reliability;             ///< reliability scheme
    Ptr<CongestionControl> m_congestionControl; ///< congestion control
    Ptr<PathSelector> m_pathSelector;           ///< path selector
    SendQueue m_sendQueue;                      ///< requests
    Responder m_responder;                      ///< messages that come in
    std::unique_ptr<OneSided> m_oneSided;       ///< READs and atomics, if there ever were

    // used for each message
    CompletionHandler* m_handler{nullptr}; ///< the user
    uint64_t m_cookie{0};                  ///< the user's
};

} // namespace ns3::rdma

#endif /* RDMA_QUEUE_PAIR_H */
