/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-link.h"

#include "fabric-frame-error-model.h"
#include "fabric-frame-pool.h"
#include "fabric-link-direction.h"
#include "fabric-port.h"

#include "ns3/abort.h"
#include "ns3/event-impl.h"
#include "ns3/pointer.h"
#include "ns3/trace-source-accessor.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Link);

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
    void Notify() override
    {
        if (m_link->IsUp())
        {
            m_receiver->FrameArrived(m_frame, NowTicks());
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
                          MakeTimeAccessor(&Link::SetDelay, &Link::GetDelay),
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
        direction->SetErrorModel(nullptr);
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
    port->LinkAttached(this, end, *m_directions[end]);
    m_directions[1 - end]->SetReceiver(PeekPointer(port));
    if (end == 1)
    {
        NS_ABORT_MSG_IF(m_ports[0]->GetBitRate() != m_ports[1]->GetBitRate(),
                        "both ends of a link must have the same rate");
        m_ports[0]->PeerCutsThrough(m_ports[1]->GetCutThrough());
        m_ports[1]->PeerCutsThrough(m_ports[0]->GetCutThrough());
        m_ports[0]->LinkStateChanged(m_up);
        m_ports[1]->LinkStateChanged(m_up);
    }
}

void
Link::SetErrorModel(std::size_t end, Ptr<FrameErrorModel> model)
{
    m_errors[end] = model;
    m_directions[end]->SetErrorModel(PeekPointer(model));
}

void
Link::SetErrorModels(Ptr<FrameErrorModel> model)
{
    SetErrorModel(0, model);
    SetErrorModel(1, model);
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

void
Link::SetDelay(Time delay)
{
    m_delay = delay;
    m_directions[0]->SetDelay(delay.GetTimeStep());
    m_directions[1]->SetDelay(delay.GetTimeStep());
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
        for (auto& port : m_ports)
        {
            if (port)
            {
                port->LinkGoesDown();
            }
        }
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
Link::TransmitPfc(std::size_t end, Frame* frame, Ticks lastBitAt, Ticks now)
{
    if (m_errors[end] && m_errors[end]->IsLost(*frame))
    {
        Lose(end, frame);
        return;
    }
    Simulator::ScheduleWithContext(m_directions[end]->GetContext(),
                                   TimeStep(lastBitAt + m_delay.GetTimeStep() - now),
                                   new PfcArrival(this, m_directions[end]->GetReceiver(), frame));
}

void
Link::PortChanged(std::size_t end)
{
    m_directions[1 - end]->SetReceiver(PeekPointer(m_ports[end]));
    if (m_ports[1 - end])
    {
        m_ports[1 - end]->PeerCutsThrough(m_ports[end]->GetCutThrough());
    }
}

void
Link::Lose(std::size_t end, Frame* frame)
{
    if (!IsMacControl(frame->kind))
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
