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
        return b.key < a.key;
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
EventWheel::AddNode()
{
    m_nodes.emplace_back();
    return m_nodes.size() - 1;
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
    // Of the slots behind the current one, those in the same word of the map.
    const uint32_t place = (m_slot + 1) & (N_SLOTS - 1);
    const uint64_t near = (m_occupied[place >> 6] >> (place & 63)) & NEAR_SLOTS;
    if (near)
    {
        AdvanceTo(m_slot + 1 + __builtin_ctzll(near));
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
        InsertIntoWheel(ev.key.m_ts >> SLOT_BITS, ev);
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
    // The list of a slot is in reverse order of insertion, so that events of one time, whose ids
    // grow with insertion, come out as the sorted list wants them: the next last.
    bool sorted = true;
    for (uint32_t index = m_heads[place]; index != NIL;)
    {
        Node& node = m_nodes[index];
        sorted = sorted && (m_current.empty() || !Later()(node.event, m_current.back()));
        m_current.push_back(node.event);
        __builtin_prefetch(node.event.impl); // it is about to be executed
        const uint32_t next = node.next;
        node.next = m_free;
        m_free = index;
        index = next;
        --m_inWheel;
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
    uint32_t* link = &m_heads[place];
    while (*link != NIL && !same(m_nodes[*link].event))
    {
        link = &m_nodes[*link].next;
    }
    NS_ASSERT_MSG(*link != NIL, "no such event");
    const uint32_t index = *link;
    *link = m_nodes[index].next;
    m_nodes[index].next = m_free;
    m_free = index;
    --m_inWheel;
    if (m_heads[place] == NIL)
    {
        MarkEmpty(place);
    }
}

} // namespace ns3::fabric
