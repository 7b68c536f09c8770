/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PORT_WAKE_EVENT_H
#define FABRIC_PORT_WAKE_EVENT_H

#include "fabric-port.h"

#include "ns3/event-impl.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * The wake-up of a port at the end of a frame, scheduled again and again.
 */
class PortWakeEvent final : public EventImpl
{
  public:
    /** @param port the port to wake */
    explicit PortWakeEvent(Port& port)
        : m_port(&port)
    {
    }

    /** The port is gone. */
    void Detach()
    {
        m_port = nullptr;
    }

    /** Ask for the memory that the wake-up will touch. @param step see LinkDirection::Prefetch */
    void Prefetch(unsigned step) const
    {
        if (m_port)
        {
            m_port->PrefetchForWake(step);
        }
    }

  private:
    void Notify() override
    {
        if (m_port)
        {
            m_port->Wake();
        }
    }

    Port* m_port; ///< the port, null once it is gone
};

} // namespace ns3::fabric

#endif /* FABRIC_PORT_WAKE_EVENT_H */
