/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SCHEDULED_SWITCH_H
#define FABRIC_SCHEDULED_SWITCH_H

#include "fabric-credit-scheduler.h"
#include "fabric-flat-table.h"
#include "fabric-reassembly.h"
#include "fabric-spray.h"
#include "fabric-switch.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <memory>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * A switch of a scheduled fabric. All switches of the network must be of the same class; those with
 * attachments are its line cards, the others its fabric elements.
 *
 * A line card puts the frames of its hosts into virtual output queues (VoQ), one for each
 * attachment of the whole network and class. It asks the line card of the destination for credit;
 * that one's CreditScheduler grants credit to the VoQs in turn, at the rate of the host's port.
 * With credit, frames leave the VoQ and cross the fabric in pieces (see the derived classes) over
 * all links. The destination brings the pieces of each VoQ into order (Reassembly) and queues the
 * frames at the host's port. A congested destination thus fills VoQs in front of the fabric, not
 * queues inside: frames for other destinations are not behind them.
 *
 * VoQs are in the packet memory, on the account of the host's port, so that a lossless class pauses
 * that host when they grow. Pieces that wait for others are in a memory of their own, whose size is
 * not limited; the credits limit it. Requests and credits are frames of kind FABRIC in class
 * ControlClass; they tell sums since the start, so that a later one makes up for one that was lost,
 * and a VoQ that has waited for RetryTime asks again. Broadcast frames are flooded as by any
 * switch.
 */
class ScheduledSwitch : public Switch, private CreditScheduler::Granter
{
  public:
    /** What line cards tell each other: FabricFields::type. */
    enum Message : uint8_t
    {
        REQUEST = 16, ///< value: bytes that came to the VoQ so far
        CREDIT,       ///< value: bytes that may leave it, since the start
        PIECE,        ///< of a frame, or a whole one
    };

    /** Counters since the start. */
    struct ScheduleCounters
    {
        uint64_t requests{0};     ///< requests sent
        uint64_t credits{0};      ///< credits sent
        uint64_t pieces{0};       ///< pieces sent
        uint64_t reassembled{0};  ///< frames put together
        uint64_t incomplete{0};   ///< frames given up since a piece was lost
        uint64_t peakVoqBytes{0}; ///< most bytes in all VoQs
        uint64_t peakWaiting{0};  ///< most pieces of one VoQ that waited for others
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ScheduledSwitch();
    ~ScheduledSwitch() override;

    /** @return the counters */
    const ScheduleCounters& GetScheduleCounters() const;

    /** @return whether ports are to have weights, as for LoadBalancer::IsWeighted */
    bool IsWeighted() const;

    /** @return bytes that wait in all VoQs */
    uint64_t GetVoqBytes() const;

    int64_t AssignStreams(int64_t stream) override;
    void ReceiveFrame(Port& port, Frame* frame) override;
    void Prefetch(const Port& port, const Frame& frame) const override;
    void FrameDequeued(Port& port, Frame* frame) override;

  protected:
    /** A virtual output queue at its line card. */
    struct Voq
    {
        Frame* head{nullptr};        ///< frames that wait
        Frame* tail{nullptr};        ///< the last of them
        uint64_t key{0};             ///< of it in the whole network
        uint64_t came{0};            ///< bytes so far
        uint64_t requested{0};       ///< of them, told to the destination
        uint64_t granted{0};         ///< bytes that may leave
        uint64_t sent{0};            ///< bytes that have left
        Ticks heard{0};              ///< last credit, or when it became busy
        FabricAddress source{0};     ///< some attachment here
        FabricAddress destination{}; ///< attachment that it is for
        uint32_t sequence{0};        ///< number of the next piece
        uint32_t container{0};       ///< number of the container that is open
        uint32_t containerBytes{0};  ///< bytes in it
        uint16_t account{0};         ///< port on whose account its frames are
        uint8_t priority{0};         ///< class
    };

    void DoInitialize() override;
    void DoDispose() override;

    /**
     * Make a piece of a frame.
     *
     * @param voq where it comes from
     * @param frame the frame
     * @param bytes size on the wire, without preamble and gap
     * @return the piece, without the frame
     */
    Frame* MakePiece(Voq& voq, const Frame& frame, uint32_t bytes);

    /** Send a frame of kind FABRIC that was made here. */
    void SendPiece(Frame* piece, uint16_t port);

    /** @return a live port for a piece that may take any */
    uint16_t Spray(const Frame& frame, const PortGroup& ports);

  private:
    /** What a line card knows of a VoQ that sends to it. */
    struct Stream
    {
        CreditScheduler::Client client; ///< requests and grants
        Reassembly reassembly;          ///< pieces that wait
        EventId timer;                  ///< gives up waiting
        FabricAddress source{0};        ///< some attachment at its line card
        FabricAddress destination{0};   ///< attachment that it is for
        uint64_t key{0};                ///< of the VoQ
        uint32_t lateEnd{0};            ///< end of the pieces that were there when it was set
        uint16_t port{0};               ///< of the attachment
        uint8_t priority{0};            ///< class
    };

    /**
     * Send a frame that has credit across the fabric.
     *
     * @param voq where it comes from
     * @param frame the frame, to be carried by the last piece
     * @param ports live ports towards the destination, at least one
     */
    virtual void Dispatch(Voq& voq, Frame* frame, const PortGroup& ports) = 0;

    /** @return port of a piece at a switch on its way @param ports at least two */
    virtual uint16_t ForwardPiece(const Frame& piece, const PortGroup& ports) = 0;

    /** A frame of a host. */
    void Queue(Frame* frame);

    /** Ask for credit if the destination does not know of the frames that wait. */
    void Ask(Voq& voq);

    /** Let frames leave that have credit. */
    void Drain(Voq& voq);

    /** Ask again where no credit has come. */
    void Retry();

    /** @return the stream of a key, made if there was none @param frame to it */
    Stream& GetStream(const Frame& frame);

    /** A frame of kind FABRIC for this line card. */
    void Hear(Port& port, Frame* frame);

    /** A REQUEST or CREDIT for this line card. */
    void HearMessage(const Frame& frame);

    /** A REQUEST has come. */
    void HearRequest(Stream& stream, uint64_t came);

    void Grant(CreditScheduler::Client& client, uint64_t granted) override;
    bool IsReady(uint16_t port) const override;

    /** Queue the frames that are whole and in order. @param ingress where the last piece came in */
    void Deliver(Stream& stream, uint16_t ingress);

    /** A piece of a stream is late. */
    void GiveUp(uint64_t key);

    /** Send a REQUEST or CREDIT. */
    void Tell(Message message, uint64_t key, uint64_t value, FabricAddress from, FabricAddress to);

    uint32_t m_creditBytes;                                     ///< of a credit
    uint32_t m_requestBytes;                                    ///< that are worth a request
    uint32_t m_egressQueue;                                     ///< bytes that stop credits
    double m_creditSpeedup;                                     ///< rate of credits over the port's
    Time m_retryTime;                                           ///< without credit
    Time m_reassemblyTime;                                      ///< wait for a piece
    uint8_t m_controlClass;                                     ///< of requests and credits
    bool m_weighted;                                            ///< attribute Weighted
    Ptr<RoundRobinSpray> m_spray;                               ///< of pieces and messages
    FlatTable<std::unique_ptr<Voq>> m_voqs;                     ///< by key
    FlatTable<std::unique_ptr<Stream>> m_streams;               ///< by key
    std::vector<std::unique_ptr<CreditScheduler>> m_schedulers; ///< by port of a host
    EventId m_retry;                                            ///< looks for VoQs without credit
    uint64_t m_voqBytes{0};                                     ///< in all VoQs
    ScheduleCounters m_scheduleCounters;                        ///< counters
};

} // namespace ns3::fabric

#endif /* FABRIC_SCHEDULED_SWITCH_H */
