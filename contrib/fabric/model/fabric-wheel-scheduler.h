/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_WHEEL_SCHEDULER_H
#define FABRIC_WHEEL_SCHEDULER_H

#include "ns3/scheduler.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Event list for packet networks at picosecond resolution, where nearly all events lie within some
 * microseconds: a timing wheel of short slots, whose current slot alone is kept sorted, and a
 * binary heap for what lies beyond its horizon (retransmission timers and the like).
 *
 * Insertion takes constant time; removal too as long as slots hold few events, and the time of
 * sorting where many events share a slot (hosts in lockstep). The order of events is exactly that
 * of every ns-3 scheduler: by time, then by id.
 *
 * A slot lasts 2,048 time steps and the wheel has 8,192 of them: 2.05 ns and 16.8 us at
 * picoseconds.
 *
 * Since the next events are known, the memory of those that deliver a frame is asked for some
 * events in advance (see LinkDirection): in a large network it has left the processor's caches.
 */
class WheelScheduler : public Scheduler
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    WheelScheduler();
    ~WheelScheduler() override;

    void Insert(const Event& ev) override;
    bool IsEmpty() const override;
    Event PeekNext() const override;
    Event RemoveNext() override;
    void Remove(const Event& ev) override;

  private:
    static constexpr uint32_t SLOT_BITS = 11;                 ///< a slot is 2^11 time steps
    static constexpr uint32_t WHEEL_BITS = 13;                ///< the wheel has 2^13 slots
    static constexpr uint32_t N_SLOTS = 1U << WHEEL_BITS;     ///< slots of the wheel
    static constexpr uint32_t N_WORDS = N_SLOTS / 64;         ///< words of the occupancy map
    static constexpr uint32_t N_SUMMARY_WORDS = N_WORDS / 64; ///< words of its summary
    static constexpr uint32_t NIL = UINT32_MAX;               ///< end of a list of nodes

    /** An event of a slot that is not current, in a list. */
    struct Node
    {
        Event event;   ///< the event
        uint32_t next; ///< next of the slot, or of the free list
    };

    /** @param slot absolute number of a slot within the horizon @param ev an event of it */
    void InsertIntoWheel(uint64_t slot, const Event& ev);

    /** @param ev an event of the current slot, or of one that is over */
    void InsertIntoCurrent(const Event& ev);

    /** Make the next slot that holds an event current. Not to be called if there is none. */
    void Advance();

    /** @return absolute number of the next occupied slot of the wheel; call only if there is one */
    uint64_t NextOccupied() const;

    /** Ask for the memory of the events to come. */
    void PrefetchAhead() const;

    /** Move the events of a slot of the wheel into the sorted current list. */
    void Load(uint64_t slot);

    std::vector<Event> m_current;                      ///< current slot, the next event last
    uint64_t m_slot{0};                                ///< absolute number of the current slot
    uint64_t m_inWheel{0};                             ///< events in the wheel
    std::vector<uint32_t> m_heads;                     ///< first node of each slot
    std::array<uint64_t, N_WORDS> m_occupied{};        ///< bit: slot has events
    std::array<uint64_t, N_SUMMARY_WORDS> m_summary{}; ///< bit: word of m_occupied is not zero
    std::vector<Node> m_nodes;                         ///< all nodes
    uint32_t m_free{NIL};                              ///< free nodes
    std::vector<Event> m_beyond;                       ///< binary heap, earliest first
};

} // namespace ns3::fabric

#endif /* FABRIC_WHEEL_SCHEDULER_H */
