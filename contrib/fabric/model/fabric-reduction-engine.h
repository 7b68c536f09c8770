/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_REDUCTION_ENGINE_H
#define FABRIC_REDUCTION_ENGINE_H

#include "fabric-alarm.h"
#include "fabric-flow-table.h"
#include "fabric-frame.h"
#include "fabric-ring-buffer.h"
#include "fabric-time.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::fabric
{

class Port;
class Switch;

/** Destination of all frames of kind REDUCTION: engines know by the tree where they go. */
constexpr FabricAddress REDUCTION_ADDRESS = BROADCAST_ADDRESS - 1;

/** Smallest Ethernet frame, FCS included. */
constexpr uint32_t MIN_FRAME_BYTES = 64;

/**
 * The word that stands for the data of a chunk: different for each member and chunk, so that the
 * sum of the right words tells that each was added once.
 *
 * @param tree number of the tree
 * @param chunk place in its stream
 * @param member number of the member
 * @return the word
 */
inline uint64_t
ReductionWord(uint32_t tree, uint32_t chunk, uint32_t member)
{
    const uint64_t place = static_cast<uint64_t>(tree) << 32 | chunk;
    return MixBits(MixBits(place + GOLDEN_GAMMA) + member);
}

/**
 * @ingroup fabric
 * The part of an aggregation tree that a switch has to know.
 */
struct ReductionNode
{
    /** parentPort of the root. */
    static constexpr uint16_t NO_PORT = UINT16_MAX;

    /** What sends contributions here: a switch further down, or a member. */
    struct Child
    {
        uint16_t port{0};              ///< where it is
        bool isMember{false};          ///< a member, not a switch
        std::vector<uint32_t> members; ///< members below, or the one
    };

    uint32_t tree{0};             ///< number of the tree, unique in the network
    uint32_t firstTree{0};        ///< number of the first tree of the group
    uint32_t nTrees{1};           ///< trees of the group, numbered one after the other
    uint32_t nMembers{0};         ///< members of the group, in the whole tree
    uint16_t parentPort{NO_PORT}; ///< where contributions go, NO_PORT at the root
    uint16_t place{0};            ///< of this switch among the children of the parent
    uint16_t scope{0};            ///< number of this switch in the tree
    bool relays{false};           ///< passes everything on and adds nothing up
    uint32_t slots{0};            ///< chunks that members may have under way
    uint32_t headerBytes{0};      ///< bytes of a frame besides the payload
    uint32_t payloadBytes{0};     ///< most data of a frame
    std::vector<Child> children;  ///< by place
};

/**
 * @ingroup fabric
 * Adds up what the members of a group send, inside a switch: the base of all schemes.
 *
 * A group sends its data in chunks of one frame each, over one or several aggregation trees of
 * switches. Each switch waits for the contributions of its children in the tree, and sends one
 * contribution to its parent; the root sends the result, which every switch copies to its children.
 * A chunk in the making takes one of the engine's Slots.
 *
 * The leaf classes say what happens to a contribution for which there is no slot, how lost frames
 * are made good, and when a slot is free again. The base has the books, the counters and the time
 * that adding takes: contributions are added one after the other at Rate (those that wait are in
 * the packet memory of the switch, on the account of their class, so that a lossless class pauses
 * the sender), and what comes out leaves Latency later. Results pass at once.
 */
class ReductionEngine : public Object
{
  public:
    /** Counters since the start. */
    struct Counters
    {
        uint64_t contributions{0};  ///< that came
        uint64_t results{0};        ///< that came from a parent
        uint64_t aggregates{0};     ///< chunks that were complete here
        uint64_t duplicates{0};     ///< contributions and results that had come before
        uint64_t collisions{0};     ///< contributions that found their slot taken by another chunk
        uint64_t flushed{0};        ///< chunks that left incomplete
        uint64_t unknown{0};        ///< frames of trees that are not, or no more, here: dropped
        uint32_t slotsInUse{0};     ///< chunks in the making, or slots kept for a tree
        uint32_t peakSlotsInUse{0}; ///< the most of them
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ReductionEngine();
    ~ReductionEngine() override;

    /** @param device the switch that it belongs to: called by it */
    void Setup(Switch& device);

    /**
     * Take part in a tree.
     *
     * @param node what to know of it
     * @return why that is not possible, for people to read; empty if it is
     */
    std::string Install(const ReductionNode& node);

    /** Take part in a tree no more. @param tree its number */
    void Remove(uint32_t tree);

    /** A frame of kind REDUCTION has come. @param ingress where @param frame the frame, ours */
    void Receive(Port& ingress, Frame* frame);

    /** @return slots that no tree has yet */
    uint32_t GetFreeSlots() const;

    /** @return the counters */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    /** TracedCallback signature for a chunk that is complete at a switch: what goes on. */
    typedef void (*AggregateTracedCallback)(const ReductionFields& fields);

  protected:
    /** What a frame has besides what it says: taken from one of the same tree. */
    struct Envelope
    {
        Ticks sentAt{0};         ///< see Frame
        FabricAddress source{0}; ///< see Frame
        uint16_t entropy{0};     ///< see Frame
        uint16_t ingressPort{0}; ///< see Frame
        uint8_t priority{0};     ///< see Frame
        uint8_t dscp{0};         ///< see Frame
        uint8_t hops{0};         ///< see Frame

        Envelope() = default;

        /** @param frame what it is taken from */
        explicit Envelope(const Frame& frame);
    };

    /** A tree that the switch takes part in; leaf classes derive what they need besides. */
    struct Tree
    {
        virtual ~Tree() = default;

        ReductionNode node;            ///< what was installed
        std::vector<uint16_t> placeOf; ///< by member: child that leads to it
    };

    void DoDispose() override;

    /** @return whether this is the root */
    static bool IsRoot(const Tree& tree)
    {
        return tree.node.parentPort == ReductionNode::NO_PORT;
    }

    /** @return number of slots of the engine */
    uint32_t GetNSlots() const
    {
        return m_slots;
    }

    /** @return the counters, to be counted on */
    Counters& Count()
    {
        return m_counters;
    }

    /** @return id of the node */
    uint32_t GetNodeId() const;

    /** A slot is taken, or given back. @param change number of slots more */
    void UseSlots(int32_t change);

    /** A chunk is complete: count, and fire the trace. */
    void NotifyAggregate(const ReductionFields& fields);

    /**
     * Send a frame to the parent.
     *
     * @param tree the tree; this switch is not its root
     * @param fields what it says
     * @param like what it has besides
     * @param delayed whether it comes out of the adder
     */
    void SendUp(const Tree& tree,
                const ReductionFields& fields,
                const Envelope& like,
                bool delayed);

    /** Send a frame to a child; otherwise as SendUp. @param place which one */
    void SendDown(const Tree& tree,
                  uint16_t place,
                  ReductionFields fields,
                  const Envelope& like,
                  bool delayed);

    /** Send a frame on to the parent as it is. */
    void PassUp(const Tree& tree, const Frame& frame);

    /**
     * @param tree a tree
     * @param place a child
     * @param fields a result
     * @return the result as that child is to have it: without the data that is not for it
     */
    static ReductionFields ForChild(const Tree& tree, uint16_t place, ReductionFields fields);

  private:
    /** A frame that waits to be added. */
    struct Waiting
    {
        Frame* frame;    ///< the frame
        uint16_t egress; ///< on whose account it is held
        Ticks at;        ///< when it will have been added
    };

    /** A frame that comes out of the adder. */
    struct Leaving
    {
        Frame* frame;    ///< the frame
        uint16_t egress; ///< where it goes
        Ticks at;        ///< when
    };

    /** @return a new state of a tree */
    virtual std::unique_ptr<Tree> MakeTree(const ReductionNode& node) = 0;

    /** @return why the engine cannot take part in a tree; empty if it can */
    virtual std::string DoCheck(const ReductionNode& node) const;

    /** @return slots that a tree takes for itself from the time that it is installed */
    virtual uint32_t GetReservation(const ReductionNode& node) const;

    /** A contribution of a child. */
    virtual void DoContribution(Tree& tree, const Frame& frame) = 0;

    /** A result of the parent. */
    virtual void DoResult(Tree& tree, const Frame& frame) = 0;

    /** The tree is about to be removed. */
    virtual void DoRemove(Tree& tree);

    /** Another frame of a neighbour in the tree. */
    virtual void DoControl(Tree& tree, const Frame& frame);

    /** A frame is to be looked at. */
    void Process(Frame* frame);

    /** @return the tree of a frame, or null */
    Tree* Find(const Frame& frame);

    /** Send a frame that says something. */
    void Send(const Tree& tree,
              const ReductionFields& fields,
              const Envelope& like,
              uint16_t egress,
              bool delayed);

    /** Event: frames have been added. */
    void Added();

    /** Event: frames come out. */
    void Leave();

    using AddAlarm = Alarm<ReductionEngine, &ReductionEngine::Added>;
    using LeaveAlarm = Alarm<ReductionEngine, &ReductionEngine::Leave>;

    Switch* m_switch{nullptr};                  ///< where we are
    uint32_t m_slots;                           ///< chunks at a time
    uint32_t m_slotBytes;                       ///< data of a chunk
    DataRate m_rate;                            ///< at which data is added; 0: infinite
    Time m_latency;                             ///< of the adder
    uint32_t m_reserved{0};                     ///< slots that trees have for themselves
    std::vector<std::unique_ptr<Tree>> m_trees; ///< by number
    RingBuffer<Waiting> m_waiting;              ///< in the order of arrival
    RingBuffer<Leaving> m_leaving;              ///< in the order of leaving
    Ticks m_busyUntil{0};                       ///< the adder
    AddAlarm* m_addAlarm;                       ///< event, reference counted
    LeaveAlarm* m_leaveAlarm;                   ///< event, reference counted
    Counters m_counters;                        ///< counters
    TracedCallback<const ReductionFields&> m_aggregateTrace; ///< trace: a chunk is complete
};

} // namespace ns3::fabric

#endif /* FABRIC_REDUCTION_ENGINE_H */
