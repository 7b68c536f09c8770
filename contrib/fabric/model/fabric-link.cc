/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-link.h"

#include "fabric-frame-error-model.h"
#include "fabric-frame-pool.h"
#include "fabric-port.h"

#include "ns3/abort.h"
#include "ns3/event-impl.h"
#include "ns3/pointer.h"
#include "ns3/trace-source-accessor.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Link);

/**
 * One direction of a link: the frames in flight, in order of arrival, and the one event that
 * delivers the first of them.
 */
class LinkDirection : public EventImpl
{
  public:
    /** @param link the link @param end the sending end */
    LinkDirection(Link& link, std::size_t end)
        : m_link(&link),
          m_end(end),
          m_ring(INITIAL_FRAMES)
    {
    }

    /** @param receiver the port at the receiving end */
    void
    SetReceiver(Port* receiver)
    {
        m_receiver = receiver;
        m_context = receiver->GetNode()->GetId();
    }

    /** @param frame a frame @param at when it is delivered; not before those already in flight */
    void
    Push(Frame* frame, Ticks at)
    {
        if (m_count == m_ring.size())
        {
            Grow();
        }
        if (m_count > 0)
        {
            // A delay that was shortened meanwhile must not let frames overtake each other.
            at = std::max(at, m_ring[(m_head + m_count - 1) & (m_ring.size() - 1)].at);
        }
        m_ring[(m_head + m_count) & (m_ring.size() - 1)] = {frame, at};
        ++m_count;
        m_bytes += frame->bytes;
        if (!m_pending)
        {
            Schedule(at);
        }
    }

    /** Lose everything in flight. */
    void
    Flush()
    {
        while (m_count > 0)
        {
            m_link->Lose(m_end, Pop());
        }
    }

    /** The link is gone; an event still scheduled does nothing. */
    void
    Detach()
    {
        m_link = nullptr;
    }

    /** @return frames in flight */
    std::size_t
    GetCount() const
    {
        return m_count;
    }

    /** @return bytes in flight */
    uint64_t
    GetBytes() const
    {
        return m_bytes;
    }

    /** @return the port at the receiving end */
    Port*
    GetReceiver() const
    {
        return m_receiver;
    }

    /** @return context of the receiving node */
    uint32_t
    GetContext() const
    {
        return m_context;
    }

  private:
    /** A frame in flight. */
    struct InFlight
    {
        Frame* frame; ///< the frame
        Ticks at;     ///< when it is delivered
    };

    static constexpr std::size_t INITIAL_FRAMES = 8; ///< a power of two

    void
    Notify() override
    {
        m_pending = false;
        if (!m_link || m_count == 0)
        {
            return; // flushed meanwhile
        }
        const Ticks now = NowTicks();
        if (m_ring[m_head].at > now)
        {
            Schedule(m_ring[m_head].at); // flushed, then filled again
            return;
        }
        Frame* frame = Pop();
        if (m_count > 0)
        {
            Schedule(m_ring[m_head].at);
        }
        auto& errors = m_link->m_errors[m_end];
        if (errors && errors->IsLost(*frame))
        {
            m_link->Lose(m_end, frame);
            return;
        }
        m_receiver->FrameArrived(frame);
    }

    /** @param at when to deliver the first frame */
    void
    Schedule(Ticks at)
    {
        m_pending = true;
        Ref(); // the simulator drops one reference after the event
        Simulator::ScheduleWithContext(m_context, TimeStep(at - NowTicks()), this);
    }

    /** @return the first frame in flight, taken out */
    Frame*
    Pop()
    {
        Frame* frame = m_ring[m_head].frame;
        m_head = (m_head + 1) & (m_ring.size() - 1);
        --m_count;
        m_bytes -= frame->bytes;
        return frame;
    }

    /** Double the ring. */
    void
    Grow()
    {
        std::vector<InFlight> ring(m_ring.size() * 2);
        for (std::size_t i = 0; i < m_count; ++i)
        {
            ring[i] = m_ring[(m_head + i) & (m_ring.size() - 1)];
        }
        m_ring = std::move(ring);
        m_head = 0;
    }

    Link* m_link;                 ///< the link, null once it is gone
    Port* m_receiver{nullptr};    ///< receiving end
    std::size_t m_end;            ///< sending end
    uint32_t m_context{0};        ///< node of the receiving end
    bool m_pending{false};        ///< the event is scheduled
    std::size_t m_head{0};        ///< first frame
    std::size_t m_count{0};       ///< frames in flight
    uint64_t m_bytes{0};          ///< bytes in flight
    std::vector<InFlight> m_ring; ///< size is a power of two
};

/** A PFC frame on its way: acted upon by the MAC, ahead of the receiver's processing latency. */
class PfcArrival : public EventImpl
{
  public:
    /** @param link the link @param receiver the receiving port @param frame the frame */
    PfcArrival(Ptr<Link> link, Ptr<Port> receiver, Frame* frame)
        : m_link(link),
          m_receiver(receiver),
          m_frame(frame)
    {
    }

  private:
    void
    Notify() override
    {
        if (m_link->IsUp())
        {
            m_receiver->FrameArrived(m_frame);
        }
        else
        {
            FramePool::Release(m_frame);
        }
    }

    Ptr<Link> m_link;     ///< the link
    Ptr<Port> m_receiver; ///< the receiving port
    Frame* m_frame;       ///< the frame
};

TypeId
Link::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Link")
            .SetParent<Channel>()
            .SetGroupName("Fabric")
            .AddConstructor<Link>()
            .AddAttribute("Delay",
                          "One-way propagation delay (5 ns per metre of fibre or copper).",
                          TimeValue(NanoSeconds(500)),
                          MakeTimeAccessor(&Link::m_delay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ErrorModel",
                          "Which frames are lost on the cable, in both directions.",
                          PointerValue(),
                          MakePointerAccessor(&Link::SetErrorModels),
                          MakePointerChecker<FrameErrorModel>())
            .AddTraceSource("FrameLost",
                            "A frame was lost on the cable, by its error model or because the link "
                            "went down; with the end that sent it.",
                            MakeTraceSourceAccessor(&Link::m_lost),
                            "ns3::fabric::Link::LostTracedCallback");
    return tid;
}

Link::Link()
{
    for (std::size_t end = 0; end < 2; ++end)
    {
        m_directions[end] = new LinkDirection(*this, end);
    }
}

Link::~Link()
{
    for (auto* direction : m_directions)
    {
        direction->Detach();
        direction->Unref();
    }
}

void
Link::DoDispose()
{
    for (auto* direction : m_directions)
    {
        direction->Detach();
    }
    m_ports = {};
    m_errors = {};
    Channel::DoDispose();
}

void
Link::Attach(Ptr<Port> port)
{
    const std::size_t end = m_ports[0] ? 1 : 0;
    NS_ABORT_MSG_IF(m_ports[end], "a link has two ends, both are taken");
    m_ports[end] = port;
    port->LinkAttached(this, end);
    m_directions[1 - end]->SetReceiver(PeekPointer(port));
    if (end == 1)
    {
        NS_ABORT_MSG_IF(m_ports[0]->GetBitRate() != m_ports[1]->GetBitRate(),
                        "both ends of a link must have the same rate");
        m_ports[0]->LinkStateChanged(m_up);
        m_ports[1]->LinkStateChanged(m_up);
    }
}

void
Link::SetErrorModel(std::size_t end, Ptr<FrameErrorModel> model)
{
    m_errors[end] = model;
}

void
Link::SetErrorModels(Ptr<FrameErrorModel> model)
{
    m_errors = {model, model};
}

std::size_t
Link::GetNDevices() const
{
    return (m_ports[0] ? 1 : 0) + (m_ports[1] ? 1 : 0);
}

Ptr<NetDevice>
Link::GetDevice(std::size_t i) const
{
    return m_ports[i];
}

Ptr<Port>
Link::GetPort(std::size_t i) const
{
    return m_ports[i];
}

Time
Link::GetDelay() const
{
    return m_delay;
}

bool
Link::IsUp() const
{
    return m_up;
}

void
Link::SetUp(bool up)
{
    if (up == m_up)
    {
        return;
    }
    m_up = up;
    if (!up)
    {
        m_directions[0]->Flush();
        m_directions[1]->Flush();
    }
    for (auto& port : m_ports)
    {
        if (port)
        {
            port->LinkStateChanged(up);
        }
    }
}

void
Link::Transmit(std::size_t end, Frame* frame, Ticks lastBitAt)
{
    LinkDirection& direction = *m_directions[end];
    const Ticks arrival = lastBitAt + m_delay.GetTimeStep();
    if (frame->kind == FrameKind::PFC)
    {
        if (m_errors[end] && m_errors[end]->IsLost(*frame))
        {
            Lose(end, frame);
            return;
        }
        Simulator::ScheduleWithContext(direction.GetContext(),
                                       TimeStep(arrival - NowTicks()),
                                       new PfcArrival(this, direction.GetReceiver(), frame));
        return;
    }
    direction.Push(frame, arrival + direction.GetReceiver()->GetReceiveLatency());
}

void
Link::Lose(std::size_t end, Frame* frame)
{
    if (frame->kind != FrameKind::PFC)
    {
        ++m_nLost;
        m_bytesLost += frame->bytes;
    }
    m_lost(*frame, end);
    FramePool::Release(frame);
}

std::size_t
Link::GetNInFlight() const
{
    return m_directions[0]->GetCount() + m_directions[1]->GetCount();
}

std::size_t
Link::GetNBusyDirections() const
{
    return (m_directions[0]->GetCount() > 0) + (m_directions[1]->GetCount() > 0);
}

uint64_t
Link::GetBytesInFlight() const
{
    return m_directions[0]->GetBytes() + m_directions[1]->GetBytes();
}

uint64_t
Link::GetNLost() const
{
    return m_nLost;
}

uint64_t
Link::GetBytesLost() const
{
    return m_bytesLost;
}

} // namespace ns3::fabric
