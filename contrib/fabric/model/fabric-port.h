/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PORT_H
#define FABRIC_PORT_H

#include "fabric-class-queues.h"
#include "fabric-frame-pool.h"
#include "fabric-frame.h"
#include "fabric-pause.h"
#include "fabric-port-owner.h"
#include "fabric-time.h"

#include "ns3/address.h"
#include "ns3/data-rate.h"
#include "ns3/net-device.h"
#include "ns3/traced-callback.h"

#include <array>
#include <string>

namespace ns3::fabric
{

class FrameCodec;
class Link;
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
class Port : public NetDevice
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Port();
    ~Port() override;

    // ---- composition

    /** @param owner who stands behind the port; must outlive it */
    void SetOwner(PortOwner* owner);

    /** @param index the owner's index of this port */
    void SetOwnerIndex(uint16_t index);

    /** @return the owner's index of this port */
    uint16_t
    GetOwnerIndex() const
    {
        return m_ownerIndex;
    }

    /** @param address the attachment that this port is; switch ports have none */
    void SetFabricAddress(FabricAddress address);

    /** @return the attachment that this port is */
    FabricAddress
    GetFabricAddress() const
    {
        return m_address;
    }

    /** @param scheduler the scheduler of the class queues; the port's own */
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
    FramePool&
    GetFramePool()
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

    /** The owner has something to pull: send it if the port is idle. */
    void Kick();

    /** @return whether a frame is being serialised */
    bool
    IsBusy() const
    {
        return NowTicks() < m_busyUntil;
    }

    /** @return whether the port has an event of its own pending, to send what waits */
    bool
    IsWakePending() const
    {
        return m_wakePending;
    }

    /** @return when the frame being serialised is out; in the past if the port is idle */
    Ticks
    GetBusyUntil() const
    {
        return m_busyUntil;
    }

    /** @return the class queues */
    const ClassQueues&
    GetQueues() const
    {
        return m_queues;
    }

    /** @return nominal rate, bit/s */
    uint64_t
    GetBitRate() const
    {
        return m_bitRate;
    }

    /** @return nominal rate */
    DataRate GetDataRate() const;

    /** @param rate nominal rate, greater than 0; both ends of a link must agree */
    void SetDataRate(DataRate rate);

    /**
     * @param frameBytes size of a frame, destination address to FCS
     * @return time that it occupies the link, preamble and gap included
     */
    Ticks
    GetSerialization(uint32_t frameBytes) const
    {
        return SerializationTicks(frameBytes + m_interframeBytes, m_bitRate);
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

    /** @param quanta pause time of a PFC frame, 1..65535 times 512 bit times */
    void SetPauseQuanta(uint16_t quanta);

    /** @return pause time of a PFC frame, in 512 bit times */
    uint16_t GetPauseQuanta() const;

    /** @return bit c is set while we keep class c of the peer paused */
    uint8_t
    GetPeerPaused() const
    {
        return m_pauseTx.GetPaused();
    }

    /** @return bit c is set while the peer keeps our class c paused */
    uint8_t
    GetPausedClasses() const
    {
        return m_pauseRx.GetPaused();
    }

    /** @return how long the peer has kept a class of ours paused so far */
    Time GetPausedTime(uint8_t priority) const;

    // ---- called by the link

    /** @param link the link plugged in */
    void LinkAttached(Ptr<Link> link, std::size_t end);

    /** @param frame a frame that arrived whole, owned by the port from now on */
    void FrameArrived(Frame* frame);

    /** @param up new state of the link */
    void LinkStateChanged(bool up);

    /** @return time between the last bit of a frame and its delivery to the owner */
    Ticks
    GetReceiveLatency() const
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
    const Counters&
    GetCounters() const
    {
        return m_counters;
    }

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
    friend class PauseGenerator;
    friend class PauseReceiver;

    /** Send the best frame there is, if the port is idle. */
    void TransmitNext();

    /** Start to send a frame now. */
    void Start(Frame* frame);

    /** Arrange a wake-up at the end of the current frame if something will be waiting. */
    void ArrangeWake();

    /** The wake-up event. */
    void Wake();

    /** @return the next frame that may be sent, or null */
    Frame* NextFrame();

    /** Hand a packet frame to the ns-3 stack above. */
    void DeliverPacket(Frame* frame);

    /** Set the pause state, PauseResponseTime after the PFC frame arrived. */
    void ApplyPause(PfcFields fields);

    /** Fire the packet traces of a frame that starts to be sent, if any has a sink. */
    void TraceTx(const Frame& frame);

    /** Fire the packet traces of a frame that arrived, if any has a sink. */
    void TraceRx(const Frame& frame);

    /** Drop every frame that waits: the link is down. */
    void Flush();

    // touched for every frame
    PortOwner* m_owner{nullptr};         ///< who stands behind
    Ticks m_busyUntil{0};                ///< end of the current frame
    Link* m_linkRaw{nullptr};            ///< the link, without reference counting
    uint64_t m_bitRate{0};               ///< nominal rate, bit/s
    Ticks m_lastSerialization{0};        ///< time of a frame of m_lastBytes
    uint32_t m_lastBytes{0};             ///< size of the last frame sent
    uint32_t m_interframeBytes{20};      ///< preamble, start delimiter and gap
    uint16_t m_ownerIndex{0};            ///< the owner's index
    uint8_t m_end{0};                    ///< our end of the link
    bool m_wakePending{false};           ///< the wake event is scheduled
    bool m_linkUp{false};                ///< link plugged in and up
    uint32_t m_nodeId{0};                ///< context of our events
    PortWakeEvent* m_wakeEvent{nullptr}; ///< the one wake-up event, reference counted
    ClassQueues m_queues;                ///< frames that wait
    PauseReceiver m_pauseRx;             ///< what the peer paused
    PauseGenerator m_pauseTx;            ///< what we paused at the peer
    Counters m_counters;                 ///< counters

    // composition
    Ptr<PortScheduler> m_scheduler;             ///< chooses among the classes
    Ptr<FrameCodec> m_codec;                    ///< bytes of frames
    Ptr<FramePool> m_pool;                      ///< frames
    Ptr<Link> m_link;                           ///< the link
    Ptr<Node> m_node;                           ///< the node
    FabricAddress m_address{BROADCAST_ADDRESS}; ///< attachment, if any
    Address m_mac;                              ///< MAC address
    uint32_t m_ifIndex{0};                      ///< index at the node
    uint16_t m_mtu{1500};                       ///< MTU of ns-3 packets
    uint8_t m_packetClass{0};                   ///< class of ns-3 packets
    uint32_t m_packetLimit{0};                  ///< bytes of ns-3 packets that may wait
    Time m_receiveLatency;                      ///< processing before delivery
    Time m_pauseResponse;                       ///< from the arrival of a PFC frame to its effect
    ReceiveCallback m_rxCallback;               ///< ns-3 stack
    PromiscReceiveCallback m_promiscCallback;   ///< ns-3 promiscuous sink

    TracedCallback<> m_linkChange;                                ///< link state callbacks
    TracedCallback<Ptr<const Packet>> m_macTx;                    ///< top: packet to send
    TracedCallback<Ptr<const Packet>> m_macTxDrop;                ///< top: packet dropped
    TracedCallback<Ptr<const Packet>> m_macPromiscRx;             ///< top: packet received
    TracedCallback<Ptr<const Packet>> m_macRx;                    ///< top: packet received for us
    TracedCallback<Ptr<const Packet>> m_phyTxBegin;               ///< bottom: first bit sent
    TracedCallback<Ptr<const Packet>> m_phyTxDrop;                ///< bottom: lost on sending
    TracedCallback<Ptr<const Packet>> m_phyRxEnd;                 ///< bottom: last bit received
    TracedCallback<Ptr<const Packet>> m_sniffer;                  ///< all frames in and out
    TracedCallback<Ptr<const Packet>> m_promiscSniffer;           ///< the same
    TracedCallback<const Frame&> m_frameEnqueue;                  ///< frame queued
    TracedCallback<const Frame&> m_frameTx;                       ///< frame starts to be sent
    TracedCallback<const Frame&> m_frameRx;                       ///< frame arrived
    TracedCallback<const Frame&, const std::string&> m_frameDrop; ///< frame dropped
    TracedCallback<const Frame&> m_ecnMark;                       ///< frame marked CE
    TracedCallback<uint8_t, bool> m_pfcTx;                        ///< we paused or resumed the peer
    TracedCallback<uint8_t, bool> m_pfcRx;                        ///< the peer paused or resumed us
};

} // namespace ns3::fabric

#endif /* FABRIC_PORT_H */
