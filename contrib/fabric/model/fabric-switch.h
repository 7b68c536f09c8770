/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_SWITCH_H
#define FABRIC_SWITCH_H

#include "fabric-buffer-policy.h"
#include "fabric-ecn-agent.h"
#include "fabric-load-balancer.h"
#include "fabric-marker.h"
#include "fabric-pfc-watchdog.h"
#include "fabric-port-owner.h"
#include "fabric-port-scheduler.h"
#include "fabric-port.h"
#include "fabric-routing-table.h"
#include "fabric-stamper-list.h"
#include "fabric-stamper.h"
#include "fabric-trimmer.h"

#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <vector>

namespace ns3::fabric
{

class ReductionEngine;

/**
 * @ingroup fabric
 * Switch with shared packet memory, store-and-forward or, with CutThroughBytes, cut-through. To be
 * aggregated to a node whose devices are the ports.
 *
 * The way of a frame: arrival at the ingress port, next hop by destination leaf, choice among equal
 * paths (LoadBalancer), admission to the memory (BufferPolicy, which may pause the ingress peer),
 * class queue of the egress port; when it starts to leave, ECN (Marker), signals (Stamper) and
 * release of the memory.
 *
 * A frame that bounces, that is came from a higher tier and goes to one again, can be given another
 * class (Tagger: Hu et al., CoNEXT 2017). All frames of a class then go up and down once, between
 * two bounces, so that their pauses cannot wait for each other in a cycle. The packet memory counts
 * such a frame in the class in which it came on the side of the ingress, which is the one to be
 * paused, and in the new one on the side of the egress.
 *
 * Frames of a reduction in the network are for the ReductionEngine, if there is one.
 *
 * Broadcast frames of ns-3 packets are flooded over the flood ports, which must form a tree. Frames
 * to a multicast group are copied to the ports of the group. The packet memory counts each copy,
 * from its admission until it leaves.
 */
class Switch : public Object, public PortOwner
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    Switch();
    ~Switch() override;

    /**
     * @param port a device of the same node, from now on a port of this switch
     * @return its index
     */
    uint16_t AddPort(Ptr<Port> port);

    /** @return number of ports */
    uint16_t GetNPorts() const
    {
        return m_ports.size();
    }

    /** @return port of an index */
    Port& GetPort(uint16_t index) const
    {
        return *m_ports[index];
    }

    /** @return the next hops, to be filled by whoever computes routes */
    RoutingTable& GetRoutingTable()
    {
        return m_routes;
    }

    /** @return the packet memory */
    Ptr<BufferPolicy> GetBufferPolicy() const;

    /** @param policy the packet memory; before the start, otherwise a DynamicThreshold is made */
    void SetBufferPolicy(Ptr<BufferPolicy> policy);

    /** @return who contains PFC storms, or null */
    Ptr<PfcWatchdog> GetPfcWatchdog() const;

    /** @param watchdog who contains PFC storms; before the start, otherwise nobody does */
    void SetPfcWatchdog(Ptr<PfcWatchdog> watchdog);

    /** @return who chooses among equal paths */
    Ptr<LoadBalancer> GetLoadBalancer() const;

    /** @param balancer who chooses; before the start, otherwise an EcmpHash is made */
    void SetLoadBalancer(Ptr<LoadBalancer> balancer);

    /**
     * @param factory makes the marker of each port when the switch starts; without this call no
     *        frame is marked
     */
    void SetMarkerFactory(const ObjectFactory& factory);

    /** @return what makes the marker of each port; without a type: nothing is marked */
    const ObjectFactory& GetMarkerFactory() const
    {
        return m_markerFactory;
    }

    /** @return marker of a port, or null */
    Ptr<Marker> GetMarker(uint16_t port) const;

    /** @return who tunes the markers, or null before the start */
    Ptr<EcnAgent> GetEcnAgent() const;

    /** @param headerBytes bytes that must have arrived before a frame may leave; 0: all */
    void SetCutThrough(uint32_t headerBytes);

    /** @return bytes that must have arrived before a frame may leave; 0: all */
    uint32_t GetCutThrough() const;

    /** @param latency receive latency of all ports, if above 0 */
    void SetPipelineLatency(Time latency);

    /** @return what SetPipelineLatency was given */
    Time GetPipelineLatency() const;

    /** @param list types of the stampers of each port; before the start */
    void SetStampers(const StamperList& list);

    /** @return types of the stampers of each port */
    StamperList GetStampers() const;

    /** @param port a port @param index place in the list @return the stamper, or null */
    Ptr<Stamper> GetStamper(uint16_t port, std::size_t index) const;

    /** @return who trims frames that find no room */
    Ptr<Trimmer> GetTrimmer() const;

    /** @param trimmer who trims frames that find no room, or null; before the start */
    void SetTrimmer(Ptr<Trimmer> trimmer);

    /**
     * To be asked before the start where the configuration is a user's.
     *
     * @return why the switch cannot work as it is, for people to read; empty if it can
     */
    std::string Check() const;

    /** @param up by port: whether it leads to a higher tier; none does unless this is called */
    void SetUpPorts(const std::vector<bool>& up);

    /** @return by class: the class in which a frame goes on after it bounced; see BounceClasses */
    const ClassWeights& GetBounceClasses() const
    {
        return m_bounceClasses;
    }

    /** @return who reduces, or null */
    Ptr<ReductionEngine> GetReductionEngine() const;

    /** @param engine who gets the frames of kind REDUCTION that arrive, or null: they are dropped
     */
    void SetReductionEngine(Ptr<ReductionEngine> engine);

    /** @param ports where broadcast frames go; all ports unless this is called */
    void SetFloodPorts(const std::vector<uint16_t>& ports);

    /**
     * @param group number of a multicast group, small: see FIRST_MULTICAST_ADDRESS
     * @param ports where frames to it go, but for the port where they came in; over all switches
     *        they must form a tree
     */
    void SetMulticastGroup(uint32_t group, const std::vector<uint16_t>& ports);

    /** @return id of the node */
    uint32_t GetNodeId() const
    {
        return m_nodeId;
    }

    /**
     * @param stream first stream number to use
     * @return number of streams used
     */
    virtual int64_t AssignStreams(int64_t stream);

    /** Counters since the start. */
    struct Counters
    {
        uint64_t framesForwarded{0};                     ///< frames handed to an egress port
        uint64_t dropsNoRoute{0};                        ///< unknown destination or no live path
        uint64_t dropsHopLimit{0};                       ///< a routing loop
        std::array<uint64_t, N_CLASSES> dropsBuffer{};   ///< not admitted to the memory
        uint64_t copiesMade{0};                          ///< of multicast and broadcast frames
        uint64_t noticesMade{0};                         ///< told to sources: see BoltStamper
        uint64_t framesBounced{0};                       ///< moved to another class: see SetUpPorts
        std::array<uint64_t, N_CLASSES> framesTrimmed{}; ///< cut down to their headers, by the
                                                         ///< class that they had
        std::array<uint64_t, N_CLASSES> bytesTrimmed{};  ///< cut off of them
        std::array<int64_t, N_CLASSES> bytesMade{}; ///< by the switch itself, less what it took
                                                    ///< out: copies of broadcast frames, less
                                                    ///< the originals; trimmed frames, less
                                                    ///< the whole ones
    };

    /** @return the counters */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    /** @return frames of lossless classes that were not admitted: 0 in a well-configured fabric */
    uint64_t GetNLosslessDrops() const;

    // ---- for load balancers and switches that keep frames

    /**
     * Keep a frame in the packet memory without queueing it.
     *
     * @param frame the frame, with its ingress port; the caller's if it is admitted
     * @param egress the port whose account it is on
     * @return false if it found no room, and was dropped
     */
    bool Hold(Frame* frame, uint16_t egress);

    /** Queue a frame that was held. @param frame the frame @param egress the port of Hold */
    void Resume(Frame* frame, uint16_t egress);

    /**
     * Take a frame that was held out of the switch: it goes on in another form, or not at all.
     *
     * @param frame the frame, the caller's
     * @param egress the port of Hold
     */
    void Withdraw(const Frame& frame, uint16_t egress);

    /** A frame that arrived ends here. @param frame the frame, the caller's */
    void Consume(const Frame& frame);

    /**
     * Send a frame that the switch has made.
     *
     * @param frame the frame, with the port in whose place it is sent as ingress port
     * @param egress where to
     * @return false if it found no room, and was dropped
     */
    bool Inject(Frame* frame, uint16_t egress);

    /** @return bytes of a class that are held */
    uint64_t GetHeldBytes(uint8_t priority) const
    {
        return m_heldBytes[priority];
    }

    // PortOwner
    void ReceiveFrame(Port& port, Frame* frame) override;
    void Prefetch(const Port& port, const Frame& frame) const override;
    void PrefetchDequeue(const Port& port, const Frame& frame) const override;
    void FrameDequeued(Port& port, Frame* frame) override;
    void FrameFlushed(Port& port, Frame* frame) override;
    void LinkChanged(Port& port) override;

    /** TracedCallback signature for the occupancy of the memory, bytes. */
    typedef void (*OccupancyTracedCallback)(uint64_t bytes);
    /** TracedCallback signature for a trimmed frame: what remains, and the bytes it had. */
    typedef void (*TrimTracedCallback)(const Frame& frame, uint32_t bytes);

  protected:
    void NotifyNewAggregate() override;
    void DoInitialize() override;
    void DoDispose() override;

    /** Take a frame into the memory and queue it. */
    void Forward(Port& ingress, Frame* frame, uint16_t egress);

  private:
    /** Take a frame, whole or trimmed, into the memory, or drop it. @return whether it is in */
    bool Take(Port& ingress, Frame* frame, uint16_t egress);

    /** Queue a frame that is in the memory. */
    void Join(Frame* frame, uint16_t egress, Ticks now);

    /** Ask the packet memory for room, and pause the peer if it says so. @return whether there is
     */
    bool Admit(Port& ingress, const Frame& frame, uint16_t egress);

    /** Trim a frame, with counters and trace. */
    void Trim(Frame& frame);

    /** Give a frame another class if it came from above and goes up again. */
    void Escalate(Frame& frame, uint16_t egress);

    /** Make the markers and stampers of all ports. */
    void SetUpInspection();

    /** A frame is about to join a queue: mark it, write signals into it, tell its source. */
    void InspectArriving(Frame& frame, uint16_t egress, Ticks now);

    /** Send what a port has made to the source of a frame. @param frame it @param from the port */
    void SendBack(Frame* frame, uint16_t from);

    /** A frame leaves: mark it, and write signals into it. */
    void Inspect(Port& egress, Frame& frame);

    /**
     * Mark a frame if the marker of the port says so.
     *
     * @param egress the port
     * @param frame the frame
     * @param queueBytes bytes in the queue of its class, with it
     * @param arriving it is about to join the queue
     */
    void Mark(Port& egress, Frame& frame, uint64_t queueBytes, bool arriving);

    /** Send copies of a multicast or broadcast frame to the ports of its group. */
    void Replicate(Port& ingress, Frame* frame);

    /** Decide for each port whether frames that arrive there may leave before their last bit. */
    void SetUpCutThrough();

    /**
     * Give back the memory of a frame that leaves or is flushed.
     *
     * @param egress the port it leaves, or would have left by
     * @param frame the frame
     * @param choosing the port is about to send it
     */
    void Release(Port& egress, const Frame& frame, bool choosing = false);

    /** Tell the peer that a frame came from. @param frame it @param signal what */
    void TellIngress(const Frame& frame, BufferPolicy::Signal signal);

    /** A port, and where it leads: what sending a frame touches. */
    struct Exit
    {
        Port* port;                     ///< the port
        const LinkDirection* direction; ///< its direction of the link, to be prefetched
    };

    std::vector<Port*> m_ports;           ///< ports by index; the node holds them
    std::vector<Exit> m_exits;            ///< by port, since the start
    RoutingTable m_routes;                ///< next hops
    BufferPolicy* m_bufferRaw{nullptr};   ///< packet memory, without reference counting
    LoadBalancer* m_balancerRaw{nullptr}; ///< chooser, without reference counting
    bool m_inspects{false};               ///< there are markers or stampers
    bool m_trims{false};                  ///< frames of some class are trimmed
    bool m_escalates{false};              ///< frames of some class get another when they bounce
    bool m_inspectsArriving{false};       ///< some marker or stamper looks at frames that join
    bool m_asksRoute{false};              ///< the load balancer sees all frames
    uint8_t m_hopLimit;                   ///< most switches on a way
    std::vector<Ptr<Marker>> m_markers;   ///< by port; empty if nothing is marked
    std::vector<Ptr<Stamper>> m_stampers; ///< by port and place in the list
    Counters m_counters;                  ///< counters
    uint32_t m_nodeId{0};                 ///< our node
    bool m_foresees{false};               ///< the load balancer may be asked ahead, to prefetch
    bool m_started{false};                ///< DoInitialize has run
    Ptr<BufferPolicy> m_buffer;           ///< packet memory
    Ptr<LoadBalancer> m_balancer;         ///< chooses among equal paths
    Ptr<PfcWatchdog> m_watchdog;          ///< contains PFC storms, or null
    Ptr<Trimmer> m_trimmer;               ///< trims frames that find no room
    ObjectFactory m_markerFactory;        ///< makes the markers
    Ptr<ReductionEngine> m_reduction;     ///< reduces, or null
    Ptr<EcnAgent> m_ecnAgent;             ///< tunes the markers; null if nobody does
    StamperList m_stamperList;            ///< what to make the stampers of
    std::vector<uint16_t> m_floodPorts;   ///< where broadcast frames go
    std::vector<std::vector<uint16_t>> m_groups; ///< where multicast frames go, by group
    uint32_t m_cutThroughBytes{0};        ///< header that must be there; 0: store and forward
    Time m_pipelineLatency;               ///< receive latency of the ports, if above 0
    ClassWeights m_bounceClasses;         ///< by class: class after a bounce
    std::vector<bool> m_leadsUp;          ///< by port: see SetUpPorts
    bool m_floodAll{true};                ///< SetFloodPorts was never called
    int64_t m_stream{-1};                 ///< first random stream of the markers, or none
    TracedCallback<uint64_t> m_occupancy; ///< trace: bytes in the memory
    TracedCallback<const Frame&, uint32_t> m_trimTrace; ///< trace: frame trimmed

    /** By class: bytes in the memory that are in no queue. */
    std::array<uint64_t, N_CLASSES> m_heldBytes{};
};

} // namespace ns3::fabric

#endif /* FABRIC_SWITCH_H */
