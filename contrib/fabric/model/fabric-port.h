/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PORT_H
#define FABRIC_PORT_H

#include "fabric-class-queues.h"
#include "fabric-class-rates.h"
#include "fabric-frame-pool.h"
#include "fabric-frame.h"
#include "fabric-lazy-trace.h"
#include "fabric-pause.h"
#include "fabric-port-owner.h"
#include "fabric-time.h"

#include "ns3/address.h"
#include "ns3/data-rate.h"
#include "ns3/net-device.h"

#include <array>
#include <string>

namespace ns3::fabric
{

class ClassShaper;
class CreditControl;
class FrameCodec;
class Link;
class LinkDirection;
class PortScheduler;
class PortWakeEvent;

/**
 * @ingroup fabric
 * One end of a link: eight class queues, a scheduler over them, and priority flow control
 * (IEEE 802.1Qbb) in both roles. A port belongs to a PortOwner, a switch or a NIC, and to nobody
 * else if an ns-3 stack alone uses it.
 *
 * Serialisation and propagation of a frame cost one event, at the peer. The port schedules an event
 * of its own only if something waits when it starts a frame.
 *
 * As an ns3::NetDevice it carries ordinary ns-3 packets behind an Ethernet header, to the
 * attachment that the destination MAC address names, in class PacketClass.
 *
 * Trace sources have ns-3's usual names where they carry packets (the bytes are made only if a sink
 * is connected), and Frame... names where they carry decoded frames.
 */
class alignas(64) Port : public NetDevice
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Port();
    ~Port() override;

    /** How a port and its peer keep each other from sending too much; both ends must agree. */
    enum FlowControl
    {
        PFC,   ///< pauses by class, IEEE 802.1Qbb
        PAUSE, ///< pauses of the whole link, IEEE 802.3 Annex 31B
        CBFC,  ///< credits by virtual lane: see CreditControl
    };

    // ---- composition

    /** @param owner who stands behind the port; must outlive it */
    void SetOwner(PortOwner* owner);

    /** @param index the owner's index of this port */
    void SetOwnerIndex(uint16_t index);

    /** @return the owner's index of this port */
    uint16_t GetOwnerIndex() const
    {
        return m_ownerIndex;
    }

    /** @param address the attachment that this port is; switch ports have none */
    void SetFabricAddress(FabricAddress address);

    /** @return the attachment that this port is */
    FabricAddress GetFabricAddress() const
    {
        return m_address;
    }

    /** @param scheduler the scheduler of the class queues, the port's own; null changes nothing */
    void SetScheduler(Ptr<PortScheduler> scheduler);

    /** @param codec who turns frames into bytes for the packet trace sources */
    void SetFrameCodec(Ptr<FrameCodec> codec);

    /** @return who turns frames into bytes, or null */
    Ptr<FrameCodec> GetFrameCodec() const;

    /**
     * @param pool pool for new frames, to be shared with other nodes; after the port has its node,
     *        whose own pool it uses otherwise
     */
    void SetFramePool(Ptr<FramePool> pool);

    /** @return pool for new frames */
    FramePool& GetFramePool()
    {
        return *m_pool;
    }

    /** @return the link, or null */
    Ptr<Link> GetLink() const;

    /** @return the port at the other end, or null */
    Ptr<Port> GetPeer() const;

    // ---- the data path

    /**
     * Queue a frame, or send it at once if the port is idle.
     *
     * @param frame the frame, owned by the port from now on
     */
    void Enqueue(Frame* frame);

    /** The same. @param frame the frame @param now the current time */
    void Enqueue(Frame* frame, Ticks now);

    /** The owner has something to pull: send it if the port is idle. */
    void Kick();

    /** @return whether the port has an event of its own pending, to send what waits */
    bool IsWakePending() const
    {
        return m_wakeAt != NEVER;
    }

    /** @return end of the last frame chosen: the next one starts then, or later */
    Ticks GetBusyUntil() const
    {
        return m_busyUntil;
    }

    /** @return the class queues */
    const ClassQueues& GetQueues() const
    {
        return m_queues;
    }

    /** @return bytes that wait in all classes */
    uint64_t GetQueuedBytes() const
    {
        return m_queuedBytes;
    }

    /** @return bytes of a frame of a class that was chosen, but has to wait after all */
    uint32_t GetHeldBytes(uint8_t priority) const
    {
        return m_held && m_held->priority == priority ? m_held->bytes : 0;
    }

    /** @return nominal rate, bit/s */
    uint64_t GetBitRate() const
    {
        return m_bitRate;
    }

    /** @return preamble, start delimiter and gap of a frame, bytes */
    uint32_t GetInterframeBytes() const
    {
        return m_interframeBytes;
    }

    /** @return nominal rate */
    DataRate GetDataRate() const;

    /** @param rate nominal rate, greater than 0; both ends of a link must agree */
    void SetDataRate(DataRate rate);

    /**
     * @param frameBytes size of a frame, destination address to FCS
     * @return time that it occupies the link, preamble and gap included
     */
    Ticks GetSerialization(uint32_t frameBytes) const
    {
        const uint64_t bytes = frameBytes + m_interframeBytes;
        return m_ticksPerByte ? bytes * m_ticksPerByte : SerializationTicks(bytes, m_bitRate);
    }

    // ---- priority flow control

    /**
     * Ask the peer to stop sending a class, and keep it stopped (the pause is refreshed) until
     * ResumePeer.
     *
     * @param priority the class
     */
    void PausePeer(uint8_t priority);

    /** @param priority the class that the peer may send again */
    void ResumePeer(uint8_t priority);

    /**
     * To be set by the owner around what may reach this port again while it takes out a frame
     * (FrameDequeued): the port then starts no other, and looks afterwards for what came up.
     *
     * @param choosing whether it takes out a frame
     * @return what it was before
     */
    bool BeginChoosing(bool choosing)
    {
        const bool before = m_choosing;
        m_choosing = before || choosing;
        return before;
    }

    /** @param before what BeginChoosing returned */
    void EndChoosing(bool before)
    {
        m_choosing = before;
    }

    /** @return the side that pauses the peer */
    PauseGenerator& GetPauseGenerator()
    {
        return m_pauseTx;
    }

    /** @return the same */
    const PauseGenerator& GetPauseGenerator() const
    {
        return m_pauseTx;
    }

    /** @return the side that obeys the peer */
    PauseReceiver& GetPauseReceiver()
    {
        return m_pauseRx;
    }

    /** @return the same */
    const PauseReceiver& GetPauseReceiver() const
    {
        return m_pauseRx;
    }

    /** @return bit c is set while the peer keeps our class c paused, or it is out of credit */
    uint8_t GetPausedClasses() const
    {
        return m_pausedClasses;
    }

    /** @return how long a class of ours has been paused, or out of credit, so far */
    Time GetPausedTime(uint8_t priority) const;

    /** @return frames of a class whose sending began, or is settled */
    uint64_t GetTxFrames(uint8_t priority) const
    {
        return m_queues.GetTraffic(priority).txFrames;
    }

    /**
     * Drop every frame of a class that waits or is to be queued, as a watchdog says.
     *
     * @param priority the class
     * @param discard whether to drop from now on
     */
    void DiscardClass(uint8_t priority, bool discard);

    // ---- shaping and cut-through

    /** @param rates limits of the classes */
    void SetShapedRates(const ClassRates& rates);

    /** @return limits of the classes */
    ClassRates GetShapedRates() const;

    /** @param bytes link bytes that a class with a limit may send at once after a pause */
    void SetShapingBurst(uint64_t bytes);

    /** @return link bytes that a class with a limit may send at once after a pause */
    uint64_t GetShapingBurst() const;

    /** A class may or may not send as far as its limit goes: called by the shaper. */
    void ShaperChanged();

    /**
     * Deliver frames to the owner as soon as their header has arrived, not with their last bit. The
     * owner must not send them on by a port that is faster.
     *
     * @param headerBytes bytes that must have arrived; 0 to wait for the whole frame
     */
    void SetCutThrough(uint32_t headerBytes);

    /** @return bytes that must have arrived before a frame is delivered; 0: all of it */
    uint32_t GetCutThrough() const
    {
        return m_cutThroughBytes;
    }

    // ---- which flow control

    /** @param kind how the port and its peer keep each other from sending too much */
    void SetFlowControl(FlowControl kind);

    /** @return how the port and its peer keep each other from sending too much */
    FlowControl GetFlowControl() const
    {
        return m_flowControl;
    }

    /** @return the credits, or null: only with CBFC */
    CreditControl* GetCredits() const
    {
        return PeekPointer(m_credits);
    }

    /** The owner keeps frames that came, and calls FreeCredits for each that leaves. */
    void SetHoldsFrames()
    {
        m_ownerHolds = true;
    }

    /** A frame that came has left the owner's memory. @param priority class @param bytes size */
    void FreeCredits(uint8_t priority, uint32_t bytes);

    /**
     * The owner holds another frame in the place of one that came.
     *
     * @param priority class
     * @param bytes size
     */
    void HoldCredits(uint8_t priority, uint32_t bytes);

    // ---- called by the link

    /** @param headerBytes bytes after which the peer delivers frames, or 0 */
    void PeerCutsThrough(uint32_t headerBytes);

    /** @param link the link plugged in @param end our end of it @param direction that we send in */
    void LinkAttached(Ptr<Link> link, std::size_t end, LinkDirection& direction);

    /** @param frame a frame that arrived whole, owned by the port from now on @param now the time
     */
    void FrameArrived(Frame* frame, Ticks now);

    // What follows asks for memory in advance, see LinkDirection::Prefetch.

    /** Ask for what every frame that arrives touches. */
    void PrefetchState() const
    {
        __builtin_prefetch(&m_owner);
    }

    /** Ask for the owner; after PrefetchState. */
    void PrefetchOwner() const
    {
        __builtin_prefetch(m_owner);
    }

    /** Ask for what a frame that will arrive touches. @param frame the frame */
    void PrefetchForFrame(const Frame& frame) const
    {
        m_queues.Prefetch(frame.priority);
        if (m_owner)
        {
            m_owner->Prefetch(*this, frame);
        }
    }

    /** Ask for what lies behind that. @param frame the frame */
    void PrefetchDeep(const Frame& frame) const
    {
        if (m_address != BROADCAST_ADDRESS && m_owner)
        {
            m_owner->PrefetchDeep(*this, frame);
        }
    }

    /** Ask for what a wake-up touches. @param step see LinkDirection::Prefetch */
    void PrefetchForWake(unsigned step) const;

    /** Ask for what Enqueue will touch. @param priority class of the frame */
    void PrefetchForEnqueue(uint8_t priority) const
    {
        __builtin_prefetch(&m_owner);
        __builtin_prefetch(&m_linkUp);
        m_queues.Prefetch(priority);
    }

    /** @return our direction of the link, or null: for prefetching */
    const LinkDirection* GetDirection() const
    {
        return m_tx;
    }

    /** @return when the last frame arrived: the current time during PortOwner::ReceiveFrame */
    Ticks GetArrivalTime() const
    {
        return m_arrivedAt;
    }

    /** The link is about to go down: what has not started to be sent is not lost on the cable. */
    void LinkGoesDown();

    /** @param up new state of the link */
    void LinkStateChanged(bool up);

    /** @param latency time between the last bit of a frame and its delivery to the owner */
    void SetReceiveLatency(Time latency);

    /** @return time between the last bit of a frame and its delivery to the owner */
    Time GetReceiveLatencyTime() const;

    /** @return the same in time steps */
    Ticks GetReceiveLatency() const
    {
        return m_receiveLatency.GetTimeStep();
    }

    // ---- counters

    /** Counters of a port since the start, by class where it matters. */
    struct Counters
    {
        std::array<uint64_t, N_CLASSES> txFrames{};   ///< frames whose sending began
        std::array<uint64_t, N_CLASSES> txBytes{};    ///< their bytes, FCS included
        std::array<uint64_t, N_CLASSES> rxFrames{};   ///< frames that arrived
        std::array<uint64_t, N_CLASSES> rxBytes{};    ///< their bytes, FCS included
        std::array<uint64_t, N_CLASSES> dropFrames{}; ///< frames dropped by this port
        std::array<uint64_t, N_CLASSES> dropBytes{};  ///< their bytes
        uint64_t pfcTxXoff{0};                        ///< PFC frames sent that pause some class
        uint64_t pfcTxXon{0};                         ///< PFC frames sent that only resume
        uint64_t pfcRxXoff{0};                        ///< PFC frames received that pause some class
        uint64_t pfcRxXon{0};                         ///< PFC frames received that only resume
        uint64_t ecnMarks{0};                         ///< frames marked CE on leaving this port
    };

    /** @return the counters */
    Counters GetCounters() const;

    /** Count a CE mark set on a frame that leaves by this port, and fire the trace. */
    void NotifyEcnMark(const Frame& frame);

    /** Count, trace and release a frame. @param frame the frame @param reason for the trace */
    void Drop(Frame* frame, const char* reason);

    // ---- ns3::NetDevice
    void SetIfIndex(const uint32_t index) override;
    uint32_t GetIfIndex() const override;
    Ptr<Channel> GetChannel() const override;
    void SetAddress(Address address) override;
    Address GetAddress() const override;
    bool SetMtu(const uint16_t mtu) override;
    uint16_t GetMtu() const override;
    bool IsLinkUp() const override;
    void AddLinkChangeCallback(Callback<void> callback) override;
    bool IsBroadcast() const override;
    Address GetBroadcast() const override;
    bool IsMulticast() const override;
    Address GetMulticast(Ipv4Address multicastGroup) const override;
    Address GetMulticast(Ipv6Address address) const override;
    bool IsBridge() const override;
    bool IsPointToPoint() const override;
    bool Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber) override;
    bool SendFrom(Ptr<Packet> packet,
                  const Address& source,
                  const Address& dest,
                  uint16_t protocolNumber) override;
    Ptr<Node> GetNode() const override;
    void SetNode(Ptr<Node> node) override;
    bool NeedsArp() const override;
    void SetReceiveCallback(ReceiveCallback cb) override;
    void SetPromiscReceiveCallback(PromiscReceiveCallback cb) override;
    bool SupportsSendFrom() const override;

    /** TracedCallback signature for a frame. */
    typedef void (*FrameTracedCallback)(const Frame& frame);
    /** TracedCallback signature for a dropped frame and why. */
    typedef void (*DropTracedCallback)(const Frame& frame, const std::string& reason);
    /** TracedCallback signature for PFC: class, and whether it is paused from now on. */
    typedef void (*PauseTracedCallback)(uint8_t priority, bool paused);

  protected:
    void DoInitialize() override;
    void DoDispose() override;

  private:
    friend class PortWakeEvent;
    friend class CreditControl;
    friend class PauseGenerator;
    friend class PauseReceiver;

    /**
     * The port is idle: send the best frame there is, and choose the one after it.
     *
     * @param now the current time
     */
    void TransmitNext(Ticks now);

    /**
     * Choose the frame that starts when the one on the wire ends, and hand it to the link already:
     * it needs no event of its own then. Until it starts it can be revoked, so that priorities and
     * pauses are obeyed to the bit. To be called only if no PFC frame waits.
     */
    void ChooseAhead(Ticks now);

    /** @param now the current time @return whether a frame was chosen ahead and has not started */
    bool IsAheadPending(Ticks now) const
    {
        return m_ahead && now < m_aheadStart;
    }

    /** Take the frame chosen ahead back from the link; it is held until its turn comes again. */
    void RevokeAhead();

    /** The peer has paused some class: revoke the frame chosen ahead if it is of such a class. */
    void YieldToPause();

    /** The peer paused or resumed a class, or one may or may not send as far as its limit goes. */
    void UpdateStopped();

    /**
     * A frame starts that the shaper counts, or that the peer delivers early.
     *
     * @param frame the frame
     * @param at when it starts
     * @param now the current time
     * @return the time to tell the link as that of its last bit
     */
    Ticks StartSpecially(const Frame& frame, Ticks at, Ticks now);

    /** A frame of flow control has come. @param frame the frame, released by the call */
    void ReceiveMacFrame(Frame* frame);

    /** @return the frame of flow control that waits; only if m_pfcPending is not 0 */
    Frame* MakeMacFrame();

    /** @return false if a data frame that came has no credit, and is lost */
    bool CountForCredits(const Frame& frame);

    // for attributes
    void SetPauseQuanta(uint16_t quanta);    ///< @param quanta see PauseGenerator
    uint16_t GetPauseQuanta() const;         ///< @return what it is
    void SetPauseResponse(Time time);        ///< @param time see PauseReceiver
    Time GetPauseResponse() const;           ///< @return what it is
    void SetStandardResponse(bool standard); ///< @param standard see PauseReceiver
    bool IsStandardResponse() const;         ///< @return what it is

    /** Find out whether frames start specially. */
    void UpdateStart();

    /** Hand a frame to the link. @param frame the frame @param at when it starts @param now */
    void Start(Frame* frame, Ticks at, Ticks now);

    /** Fire the traces of a frame chosen ahead, at its start. */
    void TraceAhead(Frame* frame);

    /** Arrange a wake-up at the end of the last frame chosen if something will be waiting. */
    void ArrangeWake(Ticks now);

    /** The wake-up event. */
    void Wake();

    /**
     * @param at when it will start
     * @param [out] pulled whether the owner made it just for that
     * @return the next frame that may be sent, or null
     */
    Frame* NextFrame(Ticks at, bool& pulled);

    /** @return whether there is a held frame and it is next: not paused, nothing goes before it */
    bool IsHeldNext() const;

    /** Hand a packet frame to the ns-3 stack above. */
    void DeliverPacket(Frame* frame);

    /** Fire the traces of a frame that starts to be sent, if any has a sink. */
    void TraceTx(const Frame& frame);

    /** Fire the traces of a frame that arrived, if any has a sink. */
    void TraceRx(const Frame& frame);

    /** Drop every frame of some classes that waits. @param classes a bit each @param reason why */
    void Flush(uint8_t classes, const char* reason);

    /** @param frame a frame to append to the queue of its class */
    void Push(Frame* frame)
    {
        m_queuedBytes += frame->bytes;
        if (m_queues.Push(frame))
        {
            m_occupied |= 1U << frame->priority;
        }
    }

    /** @param priority a class whose queue is not empty @return its first frame, taken out */
    Frame* Pop(uint8_t priority)
    {
        Frame* frame = m_queues.Pop(priority);
        m_queuedBytes -= frame->bytes;
        if (!m_queues.Front(priority))
        {
            m_occupied &= ~(1U << priority);
        }
        return frame;
    }

    // Touched for every frame: by those that arrive the first line, by those that leave the second
    // too, and by each the line of its class in m_queues.
    PortOwner* m_owner{nullptr};                ///< who stands behind
    Ticks m_arrivedAt{0};                       ///< when the last frame arrived
    uint64_t m_queuedBytes{0};                  ///< bytes waiting in all classes
    FabricAddress m_address{BROADCAST_ADDRESS}; ///< attachment, if any
    uint16_t m_ownerIndex{0};                   ///< the owner's index
    uint8_t m_end{0};                           ///< our end of the link
    bool m_rxTraced{false};                     ///< traces or credits look at frames that arrive

    Ticks m_busyUntil{0};           ///< end of the last frame chosen
    Ticks m_wakeAt{NEVER};          ///< when the wake event that counts happens
    Frame* m_held{nullptr};         ///< frame that was revoked
    Frame* m_ahead{nullptr};        ///< frame chosen ahead; valid until it starts
    Ticks m_aheadStart{0};          ///< when it starts
    LinkDirection* m_tx{nullptr};   ///< our direction of the link
    uint32_t m_ticksPerByte{0};     ///< time of a byte; 0 if that is no whole number
    uint16_t m_interframeBytes{20}; ///< preamble, start delimiter and gap
    uint8_t m_occupied{0};          ///< bit c: frames of class c wait
    bool m_aheadPulled{false};      ///< the owner made m_ahead just for its start
    bool m_heldPulled{false};       ///< the owner made m_held just for its start
    bool m_ownerMakesFrames{false}; ///< see PortOwner::MakesFrames
    bool m_linkUp{false};           ///< link plugged in and up
    uint8_t m_refused{0xff};        ///< bit c: frames of class c are dropped
    bool m_txTraced{false};         ///< a trace of frames to be sent was connected
    uint8_t m_stoppedClasses{0};    ///< bit c: class c is paused, or over its limit
    uint8_t m_pfcPending{0};        ///< bit c: the peer is to be told of class c
    bool m_startsSpecially{false};  ///< shaping, credits, or the peer cuts through
    bool m_choosing{false};         ///< a frame is being taken out of a queue

    ClassQueues m_queues; ///< frames that wait

    // When the port wakes itself, is paused or pauses.
    PortWakeEvent* m_wakeEvent{nullptr}; ///< the one wake-up event, reference counted
    uint32_t m_nodeId{0};                ///< context of our events
    PauseGenerator m_pauseTx;            ///< what we paused at the peer
    PauseReceiver m_pauseRx;             ///< what the peer paused
    uint8_t m_pausedClasses{0};          ///< bit c: the peer keeps class c paused

    // those asked for every frame first
    LazyTrace<const Frame&> m_frameTx{&m_txTraced};                   ///< frame starts to be sent
    LazyTrace<const Frame&> m_frameRx{&m_rxTraced};                   ///< frame arrived
    LazyTrace<Ptr<const Packet>> m_sniffer{&m_txTraced, &m_rxTraced}; ///< all frames in and out
    LazyTrace<Ptr<const Packet>> m_promiscSniffer{&m_txTraced, &m_rxTraced}; ///< the same
    LazyTrace<Ptr<const Packet>> m_phyTxBegin{&m_txTraced};  ///< bottom: first bit sent
    LazyTrace<Ptr<const Packet>> m_phyRxEnd{&m_rxTraced};    ///< bottom: last bit received
    LazyTrace<const Frame&> m_frameEnqueue{&m_txTraced};     ///< frame queued
    LazyTrace<const Frame&> m_ecnMark;                       ///< frame marked CE
    LazyTrace<> m_linkChange;                                ///< link state callbacks
    LazyTrace<Ptr<const Packet>> m_macTx;                    ///< top: packet to send
    LazyTrace<Ptr<const Packet>> m_macTxDrop;                ///< top: packet dropped
    LazyTrace<Ptr<const Packet>> m_macPromiscRx;             ///< top: packet received
    LazyTrace<Ptr<const Packet>> m_macRx;                    ///< top: packet received for us
    LazyTrace<Ptr<const Packet>> m_phyTxDrop;                ///< bottom: lost on sending
    LazyTrace<const Frame&, const std::string&> m_frameDrop; ///< frame dropped
    LazyTrace<uint8_t, bool> m_pfcTx;                        ///< we paused or resumed the peer
    LazyTrace<uint8_t, bool> m_pfcRx;                        ///< the peer paused or resumed us

    uint64_t m_bitRate{0};                          ///< nominal rate, bit/s
    std::array<uint64_t, N_CLASSES> m_dropFrames{}; ///< see Counters
    std::array<uint64_t, N_CLASSES> m_dropBytes{};  ///< see Counters
    uint64_t m_ecnMarks{0};                         ///< see Counters

    ClassShaper* m_shaper;         ///< limits of classes, reference counted
    ClassRates m_shapedRates;      ///< see SetShapedRates
    uint64_t m_shapingBurst{0};    ///< see SetShapingBurst
    uint32_t m_cutThroughBytes{0}; ///< see SetCutThrough
    Ticks m_headerTicks{0};        ///< time of what the peer wants to have, or 0

    Ptr<CreditControl> m_credits;   ///< CBFC only
    FlowControl m_flowControl{PFC}; ///< kind of flow control
    bool m_ownerHolds{false};       ///< see SetHoldsFrames

    // composition
    Ptr<PortScheduler> m_scheduler;           ///< chooses among the classes
    Ptr<FrameCodec> m_codec;                  ///< bytes of frames
    Ptr<FramePool> m_pool;                    ///< frames
    Ptr<Link> m_link;                         ///< the link
    Ptr<Node> m_node;                         ///< the node
    Address m_mac;                            ///< MAC address
    uint32_t m_ifIndex{0};                    ///< index at the node
    uint16_t m_mtu{1500};                     ///< MTU of ns-3 packets
    uint8_t m_packetClass{0};                 ///< class of ns-3 packets
    bool m_packetClassByPriority{false};      ///< their socket says it
    uint32_t m_packetLimit{0};                ///< bytes of ns-3 packets that may wait
    Time m_receiveLatency;                    ///< processing before delivery
    uint8_t m_discarded{0};                   ///< bit c: a watchdog has class c dropped
    ReceiveCallback m_rxCallback;             ///< ns-3 stack
    PromiscReceiveCallback m_promiscCallback; ///< ns-3 promiscuous sink
};

} // namespace ns3::fabric

#endif /* FABRIC_PORT_H */
