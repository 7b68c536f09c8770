/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-wheel-scheduler.h"

#include "fabric-link-direction.h"

#include "ns3/assert.h"

#include <algorithm>
#include <typeinfo>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(WheelScheduler);

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
} // namespace

TypeId
WheelScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::WheelScheduler")
                            .SetParent<Scheduler>()
                            .SetGroupName("Fabric")
                            .AddConstructor<WheelScheduler>();
    return tid;
}

WheelScheduler::WheelScheduler()
    : m_heads(N_SLOTS, NIL)
{
}

WheelScheduler::~WheelScheduler() = default;

void
WheelScheduler::Insert(const Event& ev)
{
    const uint64_t slot = ev.key.m_ts >> SLOT_BITS;
    if (slot <= m_slot)
    {
        InsertIntoCurrent(ev);
    }
    else if (slot - m_slot < N_SLOTS)
    {
        InsertIntoWheel(slot, ev);
    }
    else
    {
        m_beyond.push_back(ev);
        std::push_heap(m_beyond.begin(), m_beyond.end(), Later());
    }
}

void
WheelScheduler::InsertIntoCurrent(const Event& ev)
{
    // Most often an event for "now" that comes before all others of the slot.
    if (m_current.empty() || Later()(m_current.back(), ev))
    {
        m_current.push_back(ev);
        return;
    }
    m_current.insert(std::upper_bound(m_current.begin(), m_current.end(), ev, Later()), ev);
}

void
WheelScheduler::InsertIntoWheel(uint64_t slot, const Event& ev)
{
    uint32_t index = m_free;
    if (index == NIL)
    {
        index = m_nodes.size();
        m_nodes.emplace_back();
    }
    else
    {
        m_free = m_nodes[index].next;
    }
    const uint32_t place = slot & (N_SLOTS - 1);
    m_nodes[index].event = ev;
    m_nodes[index].next = m_heads[place];
    m_heads[place] = index;
    m_occupied[place >> 6] |= uint64_t{1} << (place & 63);
    m_summary[place >> 12] |= uint64_t{1} << ((place >> 6) & 63);
    ++m_inWheel;
}

bool
WheelScheduler::IsEmpty() const
{
    return m_current.empty() && m_inWheel == 0 && m_beyond.empty();
}

Scheduler::Event
WheelScheduler::PeekNext() const
{
    NS_ASSERT_MSG(!IsEmpty(), "no event");
    if (m_current.empty())
    {
        // Becoming current does not change what the list holds.
        const_cast<WheelScheduler*>(this)->Advance();
    }
    return m_current.back();
}

Scheduler::Event
WheelScheduler::RemoveNext()
{
    NS_ASSERT_MSG(!IsEmpty(), "no event");
    if (m_current.empty())
    {
        Advance();
    }
    const Event ev = m_current.back();
    m_current.pop_back();
    PrefetchAhead();
    return ev;
}

namespace
{
/** @param ev an event @return the direction of a link that it delivers a frame of, or null */
const LinkDirection*
AsLinkDirection(const Scheduler::Event& ev)
{
    return ev.impl && typeid(*ev.impl) == typeid(LinkDirection)
               ? static_cast<const LinkDirection*>(ev.impl)
               : nullptr;
}
} // namespace

void
WheelScheduler::PrefetchAhead() const
{
    // Each step needs what the step before it has brought.
    constexpr std::size_t FAR = 5;
    constexpr std::size_t NEAR = 2;
    const std::size_t n = m_current.size();
    if (n >= FAR)
    {
        if (const auto* direction = AsLinkDirection(m_current[n - FAR]))
        {
            direction->PrefetchState();
        }
    }
    if (n >= NEAR)
    {
        if (const auto* direction = AsLinkDirection(m_current[n - NEAR]))
        {
            direction->PrefetchFrame();
        }
    }
}

void
WheelScheduler::Advance()
{
    uint64_t next = m_inWheel > 0 ? NextOccupied() : UINT64_MAX;
    if (!m_beyond.empty())
    {
        next = std::min(next, m_beyond.front().key.m_ts >> SLOT_BITS);
    }
    m_slot = next;
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
WheelScheduler::NextOccupied() const
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
WheelScheduler::Load(uint64_t slot)
{
    const uint32_t place = slot & (N_SLOTS - 1);
    // The list of a slot is in reverse order of insertion, so that events of one time, whose ids
    // grow with insertion, come out as the sorted list wants them: the next last.
    bool sorted = true;
    for (uint32_t index = m_heads[place]; index != NIL;)
    {
        Node& node = m_nodes[index];
        sorted = sorted && (m_current.empty() || node.event.key < m_current.back().key);
        m_current.push_back(node.event);
        __builtin_prefetch(node.event.impl); // it is about to be executed
        const uint32_t next = node.next;
        node.next = m_free;
        m_free = index;
        index = next;
        --m_inWheel;
    }
    m_heads[place] = NIL;
    m_occupied[place >> 6] &= ~(uint64_t{1} << (place & 63));
    if (!m_occupied[place >> 6])
    {
        m_summary[place >> 12] &= ~(uint64_t{1} << ((place >> 6) & 63));
    }
    if (!sorted)
    {
        std::sort(m_current.begin(), m_current.end(), Later());
    }
}

void
WheelScheduler::Remove(const Event& ev)
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
        m_occupied[place >> 6] &= ~(uint64_t{1} << (place & 63));
        if (!m_occupied[place >> 6])
        {
            m_summary[place >> 12] &= ~(uint64_t{1} << ((place >> 6) & 63));
        }
    }
}

} // namespace ns3::fabric
