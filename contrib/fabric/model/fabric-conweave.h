/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CONWEAVE_H
#define FABRIC_CONWEAVE_H

#include "fabric-flat-table.h"
#include "fabric-hash-fields.h"
#include "fabric-load-balancer.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/random-variable-stream.h"

#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * ConWeave: a flow is moved off a congested path in the middle of its frames, and the destination
 * leaf keeps it in order (Song et al., Network load balancing with in-network reordering support
 * for RDMA, SIGCOMM 2023).
 *
 * The source leaf asks for the delay of a path by a flag on a frame, which the destination leaf
 * answers at once. If the answer is not there after ReplyTimeout, the next frame is the last one on
 * the old path (TAIL) and all later ones, marked REROUTED, take another path that is not known to
 * be busy. The destination leaf holds rerouted frames that overtake the TAIL, sends them on behind
 * it, and tells the source leaf (CLEAR), which until then does not move the flow again. If the TAIL
 * does not come within ResumeWait of the last frame of the old path, they are sent on without it.
 * Frames with an ECN mark make the destination leaf tell the source (NOTIFY) that the path is busy;
 * it is not moved to for PathPause.
 *
 * Differences from the paper: the wait for a TAIL is counted from the last frame of the old path
 * instead of being predicted by timestamps, and there are as many reordering queues as flows need;
 * GetCounters tells how much they held. Made for two tiers; switches between the leaves that have a
 * choice hash the flow and its epoch.
 */
class ConWeave : public LoadBalancer
{
  public:
    /** Flags of OverlayFields::conweave. */
    enum Flag : uint8_t
    {
        REQUEST = 1,  ///< to be answered by REPLY
        TAIL = 2,     ///< the last frame on the old path
        REROUTED = 4, ///< behind a TAIL that took another path
    };

    /** What leaves tell each other: FabricFields::type. */
    enum Message : uint8_t
    {
        REPLY = 1, ///< answer to REQUEST
        CLEAR,     ///< the TAIL has come
        NOTIFY,    ///< the path named by the value is congested
    };

    /** Counters since the start. */
    struct Counters
    {
        uint64_t reroutes{0};      ///< flows moved
        uint64_t heldFrames{0};    ///< frames that waited for a TAIL
        uint64_t flushes{0};       ///< waits that ended without it
        uint64_t controlFrames{0}; ///< frames sent to other leaves
        uint64_t peakHeld{0};      ///< most bytes that waited at one time
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ConWeave();
    ~ConWeave() override;

    bool SeesAllFrames() const override;
    int64_t AssignStreams(int64_t stream) override;

    /** @return the counters */
    const Counters& GetCounters() const;

  protected:
    void DoDispose() override;

  private:
    /** A flow at its source leaf. */
    struct Source
    {
        Ticks lastSeen{-1};      ///< last frame; -1: none yet
        Ticks requestedAt{0};    ///< last REQUEST
        Ticks reroutedAt{0};     ///< last move
        uint16_t port{0};        ///< its up-link
        uint8_t epoch{0};        ///< counts moves
        bool outstanding{false}; ///< a REQUEST has no REPLY yet
        bool moving{false};      ///< moved, and no CLEAR yet
    };

    /** A flow at its destination leaf. */
    struct Sink
    {
        Frame* head{nullptr}; ///< frames that wait for the TAIL
        Frame* tail{nullptr}; ///< the last of them
        Ticks deadline{0};    ///< when they are sent on without it
        EventId timer;        ///< looks at the deadline
        uint16_t port{0};     ///< the host's port
        uint8_t epoch{0};     ///< frames of which are sent on
        uint8_t awaited{0};   ///< epoch of the last frame that waits
        bool known{false};    ///< a frame has come
    };

    void DoSetup(Switch& owner) override;
    uint16_t DoSelect(const Frame& frame, const PortGroup& ports) override;
    uint16_t DoRoute(Port& ingress, Frame* frame, const PortGroup& ports) override;

    /** A frame leaves its source leaf. @return its port */
    uint16_t Depart(Frame& frame, const PortGroup& ports, uint32_t leaf);

    /** @return a live port that is not busy and not `except`, or `except` if there is none */
    uint16_t FindPath(const PortGroup& ports, uint32_t leaf, uint16_t except);

    /** A frame has come to its destination leaf. @return its port, or HELD */
    uint16_t Arrive(Frame* frame, uint16_t port, uint32_t leaf);

    /** Keep a frame of an epoch until the TAIL of the one before has come. */
    void Keep(Sink& sink, uint64_t key, uint8_t epoch, Frame* frame);

    /** Send on what has waited. */
    void Flush(Sink& sink);

    /** The wait for a TAIL may be over. */
    void CheckDeadline(uint64_t key);

    /** Send a message to the leaf that a frame came from. */
    void Tell(const Frame& cause, Message message, uint64_t value);

    /** A message from another leaf has come. @param leaf who sent it */
    void Hear(const Frame& frame, uint32_t leaf);

    Time m_replyTimeout;                        ///< after which a path is congested
    Time m_resumeWait;                          ///< wait for a TAIL
    Time m_pathPause;                           ///< how long a path is busy
    Time m_inactivity;                          ///< silence after which a flow starts anew
    uint32_t m_samples;                         ///< random paths that are tried
    uint8_t m_controlClass;                     ///< of messages
    Switch* m_owner{nullptr};                   ///< the switch
    uint64_t m_salt{0};                         ///< of the hash
    FieldHash m_key;                            ///< names a flow, alike in all switches
    FlatTable<Source> m_sources;                ///< by flow
    FlatTable<Sink> m_sinks;                    ///< by flow
    std::vector<std::vector<Ticks>> m_busy;     ///< by leaf and up-link: until when it is busy
    std::vector<std::vector<Ticks>> m_notified; ///< by leaf and its up-link: last NOTIFY
    uint64_t m_held{0};                         ///< bytes that wait
    Counters m_counters;                        ///< counters
    Ptr<UniformRandomVariable> m_random;        ///< draws
};

} // namespace ns3::fabric

#endif /* FABRIC_CONWEAVE_H */
