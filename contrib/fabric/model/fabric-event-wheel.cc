/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-event-wheel.h"

#include "fabric-link-direction.h"
#include "fabric-port-wake-event.h"

#include "ns3/assert.h"

#include <algorithm>
#include <typeinfo>

namespace ns3::fabric
{

namespace
{

/** Order of a list whose last element is the next event, and of a heap with the next at its top. */
struct Later
{
    /** @return whether a comes after b */
    bool operator()(const Scheduler::Event& a, const Scheduler::Event& b) const
    {
        // Ids wrap around; those of one time differ by less than half of their range.
        return a.key.m_ts != b.key.m_ts ? a.key.m_ts > b.key.m_ts
                                        : static_cast<int32_t>(a.key.m_uid - b.key.m_uid) > 0;
    }
};

/** Take a step of prefetching. @param ev an event to come @param step which step */
void
Prefetch(const Scheduler::Event& ev, unsigned step)
{
    if (!ev.impl)
    {
        return;
    }
    // One class of events has one type_info; comparing more than its address costs too much here.
    const std::type_info* type = &typeid(*ev.impl);
    if (type == &typeid(LinkDirection))
    {
        static_cast<const LinkDirection*>(ev.impl)->Prefetch(step);
    }
    else if (type == &typeid(PortWakeEvent))
    {
        static_cast<const PortWakeEvent*>(ev.impl)->Prefetch(step);
    }
}

} // namespace

EventWheel::EventWheel()
    : m_heads(N_SLOTS, NIL)
{
}

uint32_t
EventWheel::AddChunk()
{
    m_chunks.emplace_back();
    return m_chunks.size() - 1;
}

void
EventWheel::InsertElsewhere(const Event& ev)
{
    const uint64_t slot = ev.key.m_ts >> SLOT_BITS;
    if (slot > m_slot)
    {
        m_beyond.push_back(ev);
        std::push_heap(m_beyond.begin(), m_beyond.end(), Later());
    }
    else if (m_current.empty() || Later()(m_current.back(), ev))
    {
        // Most often an event for "now" that comes before all others of the slot.
        m_current.push_back(ev);
    }
    else
    {
        m_current.insert(std::upper_bound(m_current.begin(), m_current.end(), ev, Later()), ev);
    }
}

void
EventWheel::PrefetchAhead() const
{
    if (m_current.size() < PREFETCH_FROM)
    {
        return;
    }
    const Event* next = m_current.data() + m_current.size();
    for (unsigned step = 0; step < LinkDirection::PREFETCH_STEPS; ++step)
    {
        Prefetch(*(next - PREFETCH_FROM + step * PREFETCH_STRIDE), step);
    }
}

void
EventWheel::LookAhead()
{
    if (m_current.empty())
    {
        Advance();
        return;
    }
    const uint64_t near = NearSlots();
    if (near)
    {
        AdvanceTo(m_slot + 1 + __builtin_ctzll(near));
        // What the next call will need.
        const uint64_t after = NearSlots();
        if (after)
        {
            const uint64_t slot = m_slot + 1 + __builtin_ctzll(after);
            __builtin_prefetch(&m_chunks[m_heads[slot & (N_SLOTS - 1)]]);
            __builtin_prefetch(&m_heads[(slot + 32) & (N_SLOTS - 1)]);
        }
    }
}

void
EventWheel::Advance()
{
    uint64_t next = m_inWheel > 0 ? NextOccupied() : UINT64_MAX;
    if (!m_beyond.empty())
    {
        next = std::min(next, m_beyond.front().key.m_ts >> SLOT_BITS);
    }
    AdvanceTo(next);
}

void
EventWheel::AdvanceTo(uint64_t slot)
{
    m_slot = slot;
    // The horizon has moved, and what was beyond may be within now. Events of the wheel stay
    // within, since none of them is earlier than the new current slot.
    while (!m_beyond.empty() && (m_beyond.front().key.m_ts >> SLOT_BITS) - m_slot < N_SLOTS)
    {
        const Event ev = m_beyond.front();
        std::pop_heap(m_beyond.begin(), m_beyond.end(), Later());
        m_beyond.pop_back();
        AddToWheel(ev.key.m_ts >> SLOT_BITS) = ev;
    }
    Load(m_slot);
}

uint64_t
EventWheel::NextOccupied() const
{
    // Places after the current one up to the end of the wheel, then from its start. The current
    // slot itself is empty in the wheel.
    const uint32_t start = m_slot & (N_SLOTS - 1);
    uint32_t word = start >> 6;
    uint64_t bits = m_occupied[word] & (~uint64_t{0} << (start & 63));
    if (!bits)
    {
        // Summary words, beginning behind `word` and ending with the whole word of the start.
        uint32_t group = word >> 6;
        uint64_t groups =
            (word & 63) == 63 ? 0 : m_summary[group] & (~uint64_t{0} << ((word & 63) + 1));
        for (uint32_t i = 0; !groups && i < N_SUMMARY_WORDS; ++i)
        {
            group = (group + 1) % N_SUMMARY_WORDS;
            groups = m_summary[group];
        }
        word = group << 6 | __builtin_ctzll(groups);
        bits = m_occupied[word];
    }
    const uint32_t place = word << 6 | __builtin_ctzll(bits);
    return m_slot + ((place - start) & (N_SLOTS - 1));
}

void
EventWheel::Load(uint64_t slot)
{
    const uint32_t place = slot & (N_SLOTS - 1);
    if (!m_current.empty())
    {
        m_left.swap(m_current); // comes last, that is, next
    }
    // In reverse order of insertion, so that events of one time, whose ids grow with insertion,
    // come out as the sorted list wants them: the next last.
    bool sorted = true;
    for (uint32_t index = m_heads[place]; index != NIL;)
    {
        const Chunk& chunk = m_chunks[index];
        if (chunk.next != NIL)
        {
            __builtin_prefetch(&m_chunks[chunk.next]);
        }
        for (uint32_t i = chunk.count; i > 0; --i)
        {
            const Event& ev = chunk.events[i - 1];
            sorted = sorted && (m_current.empty() || !Later()(ev, m_current.back()));
            m_current.push_back(ev);
            __builtin_prefetch(ev.impl); // it is about to be executed
        }
        m_inWheel -= chunk.count;
        const uint32_t next = chunk.next;
        GiveChunk(index);
        index = next;
    }
    m_heads[place] = NIL;
    MarkEmpty(place);
    if (!sorted)
    {
        std::sort(m_current.begin(), m_current.end(), Later());
    }
    if (!m_left.empty())
    {
        m_current.insert(m_current.end(), m_left.begin(), m_left.end());
        m_left.clear();
    }
}

void
EventWheel::MarkEmpty(uint32_t place)
{
    m_occupied[place >> 6] &= ~(uint64_t{1} << (place & 63));
    if (!m_occupied[place >> 6])
    {
        m_summary[place >> 12] &= ~(uint64_t{1} << ((place >> 6) & 63));
    }
}

void
EventWheel::Remove(const Event& ev)
{
    const auto same = [&ev](const Event& other) { return other.key.m_uid == ev.key.m_uid; };
    const uint64_t slot = ev.key.m_ts >> SLOT_BITS;
    auto inCurrent = std::find_if(m_current.begin(), m_current.end(), same);
    if (inCurrent != m_current.end())
    {
        m_current.erase(inCurrent);
        return;
    }
    auto beyond = std::find_if(m_beyond.begin(), m_beyond.end(), same);
    if (beyond != m_beyond.end())
    {
        *beyond = m_beyond.back();
        m_beyond.pop_back();
        std::make_heap(m_beyond.begin(), m_beyond.end(), Later());
        return;
    }
    const uint32_t place = slot & (N_SLOTS - 1);
    for (uint32_t* link = &m_heads[place]; *link != NIL; link = &m_chunks[*link].next)
    {
        const uint32_t index = *link;
        Chunk& chunk = m_chunks[index];
        const auto end = chunk.events.begin() + chunk.count;
        const auto found = std::find_if(chunk.events.begin(), end, same);
        if (found == end)
        {
            continue;
        }
        std::move(found + 1, end, found);
        --m_inWheel;
        if (--chunk.count == 0)
        {
            *link = chunk.next;
            GiveChunk(index);
        }
        break;
    }
    if (m_heads[place] == NIL)
    {
        MarkEmpty(place);
    }
}

} // namespace ns3::fabric
