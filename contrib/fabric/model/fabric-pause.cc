/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pause.h"

#include "fabric-headroom.h"
#include "fabric-port.h"
#include "fabric-wheel-simulator-impl.h"

#include "ns3/event-impl.h"

#include <algorithm>

namespace ns3::fabric
{

/** One timer, scheduled again and again, of either side of priority flow control. */
class PauseTimerEvent : public EventImpl
{
  public:
    /** @param receiver whom to call @param generator whom to call; one of them is null */
    PauseTimerEvent(PauseReceiver* receiver, PauseGenerator* generator)
        : m_receiver(receiver),
          m_generator(generator)
    {
    }

    /** The owner is gone. */
    void Detach()
    {
        m_receiver = nullptr;
        m_generator = nullptr;
    }

  private:
    void Notify() override
    {
        if (m_receiver)
        {
            m_receiver->Expire();
        }
        else if (m_generator)
        {
            m_generator->Refresh();
        }
    }

    PauseReceiver* m_receiver;   ///< to call, or null
    PauseGenerator* m_generator; ///< to call, or null
};

PauseReceiver::PauseReceiver(Port& port)
    : m_port(port),
      m_event(new PauseTimerEvent(this, nullptr))
{
}

PauseReceiver::~PauseReceiver()
{
    m_event->Detach();
    m_event->Unref();
}

Ticks
PauseReceiver::GetResponseTicks() const
{
    const Ticks own = m_response.GetTimeStep();
    const uint64_t bitRate = m_port.m_bitRate;
    return m_standard ? std::max(own, PauseTicks(PauseResponseQuanta(bitRate), bitRate)) : own;
}

void
PauseReceiver::Receive(const PfcFields& fields)
{
    bool xoff = false;
    for (const uint16_t quanta : fields.quanta)
    {
        xoff |= quanta > 0;
    }
    ++(xoff ? m_nXoff : m_nXon);
    const Ticks response = GetResponseTicks();
    if (response == 0)
    {
        Apply(fields);
        return;
    }
    Simulator::ScheduleWithContext(m_port.m_nodeId,
                                   TimeStep(response),
                                   [port = Ptr<Port>(&m_port), this, fields]()
                                   {
                                       if (port->m_linkUp)
                                       {
                                           Apply(fields);
                                       }
                                   });
}

void
PauseReceiver::Apply(const PfcFields& fields)
{
    const Ticks now = NowTicks();
    bool resumed = false;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        const uint8_t bit = 1U << priority;
        if (!(fields.enabledClasses & bit))
        {
            continue;
        }
        if (fields.quanta[priority] == 0)
        {
            m_until[priority] = now;
            if (m_port.m_pausedClasses & bit)
            {
                End(priority);
                resumed = true;
            }
            continue;
        }
        ++m_xoffs[priority];
        m_until[priority] = now + PauseTicks(fields.quanta[priority], m_port.m_bitRate);
        if (!((m_port.m_pausedClasses | m_ignored) & bit))
        {
            m_port.m_pausedClasses |= bit;
            m_port.UpdateStopped();
            m_since[priority] = now;
            m_port.m_pfcRx(priority, true);
        }
    }
    Arm();
    m_port.YieldToPause();
    if (resumed)
    {
        m_port.Kick();
    }
}

void
PauseReceiver::End(uint8_t priority)
{
    m_port.m_pausedClasses &= ~(1U << priority);
    m_port.UpdateStopped();
    m_total[priority] += NowTicks() - m_since[priority];
    m_port.m_pfcRx(priority, false);
}

void
PauseReceiver::Ignore(uint8_t priority, bool ignore)
{
    const uint8_t bit = 1U << priority;
    m_ignored = ignore ? m_ignored | bit : m_ignored & ~bit;
    if (ignore && (m_port.m_pausedClasses & bit))
    {
        End(priority);
        m_port.Kick();
    }
}

void
PauseReceiver::Reset()
{
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (m_port.m_pausedClasses & (1U << priority))
        {
            End(priority);
        }
    }
}

Ticks
PauseReceiver::GetPausedTicks(uint8_t priority) const
{
    const bool paused = m_port.m_pausedClasses & (1U << priority);
    return m_total[priority] + (paused ? NowTicks() - m_since[priority] : 0);
}

void
PauseReceiver::Arm()
{
    if (m_armed || !m_port.m_pausedClasses)
    {
        return;
    }
    Ticks first = NEVER;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (m_port.m_pausedClasses & (1U << priority))
        {
            first = std::min(first, m_until[priority]);
        }
    }
    m_armed = true;
    ScheduleAgain(m_port.m_nodeId, first - NowTicks(), m_event);
}

void
PauseReceiver::Expire()
{
    m_armed = false;
    const Ticks now = NowTicks();
    bool resumed = false;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if ((m_port.m_pausedClasses & (1U << priority)) && m_until[priority] <= now)
        {
            End(priority);
            resumed = true;
        }
    }
    Arm();
    if (resumed)
    {
        m_port.Kick();
    }
}

PauseGenerator::PauseGenerator(Port& port)
    : m_port(port),
      m_event(new PauseTimerEvent(nullptr, this))
{
}

PauseGenerator::~PauseGenerator()
{
    m_event->Detach();
    m_event->Unref();
}

void
PauseGenerator::SetQuanta(uint16_t quanta)
{
    m_quanta = quanta;
}

uint16_t
PauseGenerator::GetQuanta() const
{
    return m_quanta;
}

void
PauseGenerator::Pause(uint8_t priority)
{
    const uint8_t bit = 1U << priority;
    if ((m_paused & bit) || m_port.GetFlowControl() == Port::CBFC)
    {
        return; // credits are all that stops a peer that has them
    }
    m_paused |= bit;
    m_port.m_pfcPending |= bit;
    m_port.m_pfcTx(priority, true);
    Arm();
    m_port.Kick();
}

void
PauseGenerator::Resume(uint8_t priority)
{
    const uint8_t bit = 1U << priority;
    if (!(m_paused & bit))
    {
        return;
    }
    m_paused &= ~bit;
    m_port.m_pfcTx(priority, false);
    if (m_port.GetFlowControl() == Port::PAUSE && m_paused)
    {
        return; // the whole link waits for the last class
    }
    m_port.m_pfcPending |= bit;
    m_port.Kick();
}

void
PauseGenerator::Reset()
{
    m_paused = 0;
    m_port.m_pfcPending = 0;
}

Frame*
PauseGenerator::MakeFrame()
{
    Frame* frame = m_port.m_pool->Allocate();
    frame->kind = FrameKind::PFC;
    frame->bytes = PFC_FRAME_BYTES;
    frame->destination = BROADCAST_ADDRESS;
    frame->source = m_port.m_address;
    frame->pfc = PfcFields{};
    frame->pfc.enabledClasses = m_port.m_pfcPending;
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        const uint8_t bit = 1U << priority;
        frame->pfc.quanta[priority] = (m_port.m_pfcPending & m_paused & bit) ? m_quanta : 0;
    }
    if (m_port.GetFlowControl() == Port::PAUSE)
    {
        frame->pfc.wholeLink = true;
        frame->pfc.enabledClasses = UINT8_MAX;
        frame->pfc.quanta.fill(m_paused ? m_quanta : 0);
    }
    if (m_port.m_pfcPending & m_paused)
    {
        ++m_nXoff;
    }
    else
    {
        ++m_nXon;
    }
    m_port.m_pfcPending = 0;
    return frame;
}

void
PauseGenerator::Arm()
{
    if (m_armed)
    {
        return;
    }
    m_armed = true;
    ScheduleAgain(m_port.m_nodeId, PauseTicks(m_quanta, m_port.m_bitRate) / 2, m_event);
}

void
PauseGenerator::Refresh()
{
    m_armed = false;
    if (m_paused)
    {
        m_port.m_pfcPending |= m_paused;
        Arm();
        m_port.Kick();
    }
}

} // namespace ns3::fabric
