/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_ALARM_H
#define FABRIC_ALARM_H

#include "fabric-time.h"
#include "fabric-wheel-simulator-impl.h"

#include "ns3/assert.h"
#include "ns3/event-impl.h"

#include <algorithm>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * A timer for things that move their deadline all the time: setting it costs nothing unless the new
 * deadline is earlier than every event already scheduled. The event object is scheduled again and
 * again and never allocated.
 *
 * It is reference counted, since the simulator may hold it longer than its owner does: create it
 * with new, and in the owner's destructor call Detach and Unref.
 *
 * @tparam T the owner
 * @tparam CALL what to call when the deadline comes
 */
template <typename T, void (T::*CALL)()>
class Alarm final : public EventImpl
{
  public:
    /** @param owner whose function to call */
    explicit Alarm(T* owner)
        : m_owner(owner)
    {
    }

    /** @param context id of the node at which the owner is called */
    void SetContext(uint32_t context)
    {
        m_context = context;
    }

    /** @param at the deadline from now on, not in the past; NEVER to stop */
    void Set(Ticks at)
    {
        m_at = at;
        if (at < m_scheduled)
        {
            Schedule();
        }
    }

    /** @param at the deadline, unless there is an earlier one */
    void SetNoLater(Ticks at)
    {
        if (at < m_at)
        {
            Set(at);
        }
    }

    /** @return the deadline, NEVER if there is none */
    Ticks Get() const
    {
        return m_at;
    }

    /** The owner is gone; events still scheduled do nothing. */
    void Detach()
    {
        m_owner = nullptr;
        m_at = NEVER;
    }

  private:
    void Notify() override
    {
        const Ticks now = NowTicks();
        if (now == m_scheduled)
        {
            m_scheduled = NEVER;
        }
        if (m_at <= now)
        {
            m_at = NEVER;
            (m_owner->*CALL)();
        }
        else if (m_at < m_scheduled)
        {
            Schedule();
        }
    }

    /** Schedule the event at the deadline. */
    void Schedule()
    {
        NS_ASSERT_MSG(m_at >= NowTicks(), "an alarm set to the past");
        m_scheduled = m_at;
        ScheduleAgain(m_context, m_at - fabric::NowTicks(), this);
    }

    T* m_owner;               ///< whose function to call
    Ticks m_at{NEVER};        ///< the deadline
    Ticks m_scheduled{NEVER}; ///< earliest event scheduled that is not overtaken
    uint32_t m_context{0};    ///< node of the owner
};

} // namespace ns3::fabric

#endif /* FABRIC_ALARM_H */
