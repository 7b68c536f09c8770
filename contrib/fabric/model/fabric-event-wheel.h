/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_EVENT_WHEEL_H
#define FABRIC_EVENT_WHEEL_H

#include "ns3/scheduler.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Event list for packet networks at picosecond resolution, where nearly all events lie within some
 * microseconds: a timing wheel of short slots, of which only the next few events are kept sorted,
 * and a binary heap for what lies beyond its horizon (retransmission timers and the like).
 *
 * Insertion takes constant time; removal too as long as slots hold few events, and the time of
 * sorting where many events share a slot (hosts in lockstep). The order of events is exactly that
 * of every ns-3 scheduler, by time, then by id, and stays right when ids of 32 bits wrap around.
 *
 * A slot lasts 512 time steps and the wheel has 32,768 of them: 0.51 ns and 16.8 us at
 * picoseconds.
 *
 * Since the next events are known, the memory of those that deliver a frame is asked for some
 * events in advance (see LinkDirection) in networks that are too large for the processor's caches.
 */
class EventWheel
{
  public:
    /** An event and when it happens. */
    using Event = Scheduler::Event;

    EventWheel();

    /** @param ev an event to keep; not earlier than the last one removed */
    void Insert(const Event& ev)
    {
        Insert(ev.impl, ev.key.m_ts, ev.key.m_uid, ev.key.m_context);
    }

    /**
     * The same in parts, which are written where they belong and nowhere else: reading an event
     * right after its parts were written costs as much as all the rest.
     *
     * @param impl the event
     * @param at when it happens
     * @param uid its id
     * @param context its node
     */
    void Insert(EventImpl* impl, uint64_t at, uint32_t uid, uint32_t context)
    {
        const uint64_t slot = at >> SLOT_BITS;
        if (slot - m_slot - 1 >= N_SLOTS - 1)
        {
            InsertElsewhere({impl, {at, uid, context}});
            return;
        }
        Event& ev = AddToWheel(slot);
        ev.impl = impl;
        ev.key.m_ts = at;
        ev.key.m_uid = uid;
        ev.key.m_context = context;
    }

    /** @return whether there is no event */
    bool IsEmpty() const
    {
        return m_current.empty() && m_inWheel == 0 && m_beyond.empty();
    }

    /** @return the next event, left in place; there is one */
    const Event& GetNext()
    {
        if (m_current.empty())
        {
            Advance();
        }
        return m_current.back();
    }

    /** @return the next event, taken out; there is one */
    Event RemoveNext()
    {
        const bool large = m_inWheel >= LARGE;
        if (m_current.empty() || (large && m_current.size() < LOOKAHEAD))
        {
            LookAhead();
        }
        const Event ev = m_current.back();
        m_current.pop_back();
        if (large)
        {
            PrefetchAhead();
        }
        return ev;
    }

    /** @param ev an event to take out; it is there */
    void Remove(const Event& ev);

  private:
    static constexpr uint32_t SLOT_BITS = 9;                  ///< a slot is 2^9 time steps
    static constexpr uint32_t WHEEL_BITS = 15;                ///< the wheel has 2^15 slots
    static constexpr uint32_t N_SLOTS = 1U << WHEEL_BITS;     ///< slots of the wheel
    static constexpr uint32_t N_WORDS = N_SLOTS / 64;         ///< words of the occupancy map
    static constexpr uint32_t N_SUMMARY_WORDS = N_WORDS / 64; ///< words of its summary
    static constexpr uint32_t NIL = UINT32_MAX;               ///< end of a list of nodes
    static constexpr uint64_t NEAR_SLOTS = 0xff;              ///< slots that LookAhead looks at

    // A network with fewer pending events than LARGE stays in the processor's caches by itself.
    static constexpr std::size_t LARGE = 1500;        ///< events in the wheel, to start prefetching
    static constexpr std::size_t LOOKAHEAD = 20;      ///< events kept sorted, if they are near
    static constexpr std::size_t PREFETCH_FROM = 12;  ///< events in advance of the first prefetch
    static constexpr std::size_t PREFETCH_STRIDE = 3; ///< events between its steps

    /** Some events of a slot that is not current; the list of a slot begins with the last chunk. */
    struct alignas(64) Chunk
    {
        static constexpr uint32_t SIZE = 5; ///< events that fit

        std::array<Event, SIZE> events; ///< in the order of insertion
        uint32_t count{0};              ///< how many there are
        uint32_t next{NIL};             ///< next of the slot, or of the free list
    };

    /** @param slot absolute number of a slot within the horizon @return a new event of it */
    Event& AddToWheel(uint64_t slot)
    {
        const uint32_t place = slot & (N_SLOTS - 1);
        uint32_t& head = m_heads[place];
        if (head == NIL || m_chunks[head].count == Chunk::SIZE)
        {
            const uint32_t index = TakeChunk();
            m_chunks[index].next = head;
            head = index;
            m_occupied[place >> 6] |= uint64_t{1} << (place & 63);
            m_summary[place >> 12] |= uint64_t{1} << ((place >> 6) & 63);
        }
        Chunk& chunk = m_chunks[head];
        ++m_inWheel;
        return chunk.events[chunk.count++];
    }

    /** @return index of an empty chunk */
    uint32_t TakeChunk()
    {
        const uint32_t index = m_free;
        if (index == NIL)
        {
            return AddChunk();
        }
        m_free = m_chunks[index].next;
        return index;
    }

    /** @param index of a chunk to keep for later use */
    void GiveChunk(uint32_t index)
    {
        m_chunks[index].count = 0;
        m_chunks[index].next = m_free;
        m_free = index;
    }

    /** @return bit i is set if slot i + 1 behind the current one has events; not all are told */
    uint64_t NearSlots() const
    {
        const uint32_t place = (m_slot + 1) & (N_SLOTS - 1);
        return (m_occupied[place >> 6] >> (place & 63)) & NEAR_SLOTS;
    }

    /** @return index of a new chunk */
    uint32_t AddChunk();

    /** @param ev an event of the current slot, of one before, or beyond the horizon */
    void InsertElsewhere(const Event& ev);

    /** Make a slot current beforehand if it is near; needed if no event is left. */
    void LookAhead();

    /** Make the next slot that holds an event current. Not to be called if there is none. */
    void Advance();

    /** @param slot absolute number of the slot to make current, none before it has events */
    void AdvanceTo(uint64_t slot);

    /** @return absolute number of the next occupied slot of the wheel; call only if there is one */
    uint64_t NextOccupied() const;

    /** Ask for the memory of the events to come. */
    void PrefetchAhead() const;

    /** Move the events of a slot of the wheel into the sorted current list. */
    void Load(uint64_t slot);

    /** A slot of the wheel is empty from now on. @param place its place in the wheel */
    void MarkEmpty(uint32_t place);

    std::vector<Event> m_current;                      ///< up to the current slot, the next last
    std::vector<Event> m_left;                         ///< what Load adds a slot to
    uint64_t m_slot{0};                                ///< absolute number of the current slot
    uint64_t m_inWheel{0};                             ///< events in the wheel
    uint32_t m_free{NIL};                              ///< free chunks
    std::vector<uint32_t> m_heads;                     ///< first chunk of each slot
    std::vector<Chunk> m_chunks;                       ///< all chunks
    std::vector<Event> m_beyond;                       ///< binary heap, earliest first
    std::array<uint64_t, N_SUMMARY_WORDS> m_summary{}; ///< bit: word of m_occupied is not zero
    std::array<uint64_t, N_WORDS> m_occupied{};        ///< bit: slot has events
};

} // namespace ns3::fabric

#endif /* FABRIC_EVENT_WHEEL_H */
