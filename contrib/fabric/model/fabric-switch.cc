/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-switch.h"

#include "fabric-reduction-engine.h"

#include <algorithm>

namespace ns3::fabric
{

void
Switch::ReceiveFrame(Port& port, Frame* frame)
{
    frame->ingressPort = port.GetOwnerIndex();
    if (frame->signals)
    {
        frame->signals->arrivedAt = port.GetArrivalTime() - port.GetReceiveLatency();
    }
    if (++frame->hops > m_hopLimit)
    {
        ++m_counters.dropsHopLimit;
        port.FreeCredits(frame->priority, frame->bytes);
        port.Drop(frame, "HOP_LIMIT");
        return;
    }
    if (IsGroupAddress(frame->destination))
    {
        if (frame->kind == FrameKind::REDUCTION && m_reduction)
        {
            m_reduction->Receive(port, frame);
            return;
        }
        Replicate(port, frame);
        return;
    }
    const uint16_t sole = m_routes.FindSole(frame->destination);
    if (sole != PortGroup::NO_PORT && !m_asksRoute)
    {
        Forward(port, frame, sole);
        return;
    }
    const PortGroup* group = m_routes.Find(frame->destination);
    if (!group || group->live.empty())
    {
        ++m_counters.dropsNoRoute;
        port.FreeCredits(frame->priority, frame->bytes);
        port.Drop(frame, "NO_ROUTE");
        return;
    }
    if (m_asksRoute)
    {
        const uint16_t egress = m_balancerRaw->Route(port, frame, *group);
        if (egress != LoadBalancer::HELD)
        {
            Forward(port, frame, egress);
        }
        return;
    }
    Forward(port, frame, m_balancerRaw->Select(*frame, *group));
}

void
Switch::Prefetch(const Port& port, const Frame& frame) const
{
    // What finding the next hop takes is shared by many frames, and at hand.
    uint16_t egress = m_routes.FindSole(frame.destination);
    if (egress == PortGroup::NO_PORT)
    {
        const PortGroup* group = m_foresees ? m_routes.Find(frame.destination) : nullptr;
        if (!group || group->live.size() < 2)
        {
            return;
        }
        egress = m_balancerRaw->Select(frame, *group);
    }
    if (egress < m_exits.size())
    {
        m_exits[egress].port->PrefetchForEnqueue(frame.priority);
        __builtin_prefetch(m_exits[egress].direction);
        m_bufferRaw->Prefetch(BufferPolicy::SlotOf(port.GetOwnerIndex(), frame.priority),
                              BufferPolicy::SlotOf(egress, frame.priority));
    }
}

void
Switch::PrefetchDequeue(const Port& port, const Frame& frame) const
{
    if (frame.ingressPort < m_ports.size())
    {
        m_bufferRaw->Prefetch(BufferPolicy::SlotOf(frame.ingressPort, frame.priority),
                              BufferPolicy::SlotOf(port.GetOwnerIndex(), frame.priority));
    }
}

bool
Switch::Take(Port& ingress, Frame* frame, uint16_t egress)
{
    frame->bounced = false;
    if (m_escalates)
    {
        Escalate(*frame, egress);
    }
    if (m_trims &&
        m_trimmer->IsOverThreshold(*frame, m_ports[egress]->GetQueues().GetBytes(frame->priority)))
    {
        Trim(*frame);
    }
    if (!Admit(ingress, *frame, egress))
    {
        const bool trim = m_trims && m_trimmer->IsEligible(*frame);
        if (trim)
        {
            Trim(*frame);
        }
        if (!trim || !Admit(ingress, *frame, egress))
        {
            ++m_counters.dropsBuffer[frame->priority];
            ingress.FreeCredits(frame->GetIngressClass(), frame->bytes);
            ingress.Drop(frame, "BUFFER");
            return false;
        }
    }
    ++m_counters.framesForwarded;
    if (!m_occupancy.IsEmpty())
    {
        m_occupancy(m_bufferRaw->GetOccupancy());
    }
    return true;
}

inline void
Switch::Join(Frame* frame, uint16_t egress, Ticks now)
{
    if (m_inspectsArriving)
    {
        InspectArriving(*frame, egress, now);
    }
    m_exits[egress].port->Enqueue(frame, now);
}

void
Switch::Forward(Port& ingress, Frame* frame, uint16_t egress)
{
    if (Take(ingress, frame, egress))
    {
        Join(frame, egress, ingress.GetArrivalTime());
    }
}

inline bool
Switch::Admit(Port& ingress, const Frame& frame, uint16_t egress)
{
    const auto in = BufferPolicy::SlotOf(frame.ingressPort, frame.GetIngressClass());
    const auto out = BufferPolicy::SlotOf(egress, frame.priority);
    BufferPolicy::Signal signal;
    const bool admitted = m_bufferRaw->Admit(frame.bytes, in, out, signal);
    if (signal == BufferPolicy::Signal::XOFF)
    {
        ingress.PausePeer(frame.GetIngressClass());
    }
    return admitted;
}

void
Switch::Escalate(Frame& frame, uint16_t egress)
{
    const uint8_t next = m_bounceClasses.share[frame.priority];
    if (next == frame.priority || !m_leadsUp[frame.ingressPort] || !m_leadsUp[egress])
    {
        return;
    }
    ++m_counters.framesBounced;
    m_counters.bytesMade[frame.priority] -= frame.bytes;
    m_counters.bytesMade[next] += frame.bytes;
    frame.bounced = true;
    frame.bouncedFrom = frame.priority;
    frame.priority = next;
}

void
Switch::Trim(Frame& frame)
{
    const uint8_t before = frame.priority;
    const uint32_t bytes = frame.bytes;
    Port& ingress = *m_ports[frame.ingressPort];
    ingress.FreeCredits(frame.GetIngressClass(), bytes);
    m_trimmer->Trim(frame, m_routes.IsOwn(frame.destination));
    frame.bounced = false; // both sides of the memory count it in the class of trimmed frames
    ingress.HoldCredits(frame.priority, frame.bytes);
    ++m_counters.framesTrimmed[before];
    m_counters.bytesTrimmed[before] += bytes - frame.bytes;
    m_counters.bytesMade[before] -= bytes;
    m_counters.bytesMade[frame.priority] += frame.bytes;
    if (!m_trimTrace.IsEmpty())
    {
        m_trimTrace(frame, bytes);
    }
}

bool
Switch::Hold(Frame* frame, uint16_t egress)
{
    if (!Take(*m_ports[frame->ingressPort], frame, egress))
    {
        return false;
    }
    m_heldBytes[frame->priority] += frame->bytes;
    return true;
}

void
Switch::Resume(Frame* frame, uint16_t egress)
{
    m_heldBytes[frame->priority] -= frame->bytes;
    Join(frame, egress, NowTicks());
}

void
Switch::Withdraw(const Frame& frame, uint16_t egress)
{
    m_heldBytes[frame.priority] -= frame.bytes;
    Release(*m_ports[egress], frame);
    m_counters.bytesMade[frame.priority] -= frame.bytes;
}

void
Switch::Consume(const Frame& frame)
{
    m_counters.bytesMade[frame.priority] -= frame.bytes;
    m_ports[frame.ingressPort]->FreeCredits(frame.priority, frame.bytes);
}

bool
Switch::Inject(Frame* frame, uint16_t egress)
{
    m_counters.bytesMade[frame->priority] += frame->bytes;
    m_ports[frame->ingressPort]->HoldCredits(frame->priority, frame->bytes);
    if (!Take(*m_ports[frame->ingressPort], frame, egress))
    {
        return false;
    }
    Join(frame, egress, NowTicks());
    return true;
}

void
Switch::Replicate(Port& ingress, Frame* frame)
{
    const uint32_t group = frame->destination - FIRST_MULTICAST_ADDRESS;
    const bool broadcast = frame->destination == BROADCAST_ADDRESS;
    if (!broadcast && (group >= m_groups.size() || m_groups[group].empty()))
    {
        ++m_counters.dropsNoRoute;
        ingress.FreeCredits(frame->priority, frame->bytes);
        ingress.Drop(frame, "NO_ROUTE");
        return;
    }
    m_counters.bytesMade[frame->priority] -= frame->bytes;
    for (const uint16_t egress : broadcast ? m_floodPorts : m_groups[group])
    {
        if (egress == frame->ingressPort || !m_ports[egress]->IsLinkUp())
        {
            continue;
        }
        Frame* copy = ingress.GetFramePool().Allocate();
        FramePool* pool = copy->pool;
        *copy = *frame;
        copy->pool = pool;
        copy->signals = nullptr; // they belong to one frame
        ++m_counters.copiesMade;
        m_counters.bytesMade[frame->priority] += frame->bytes;
        ingress.HoldCredits(frame->priority, frame->bytes);
        Forward(ingress, copy, egress);
    }
    ingress.FreeCredits(frame->priority, frame->bytes);
    FramePool::Release(frame);
}

void
Switch::TellIngress(const Frame& frame, BufferPolicy::Signal signal)
{
    Port& ingress = *m_ports[frame.ingressPort];
    if (signal == BufferPolicy::Signal::XON)
    {
        ingress.ResumePeer(frame.GetIngressClass());
    }
    else if (signal == BufferPolicy::Signal::CREDIT)
    {
        ingress.FreeCredits(frame.GetIngressClass(), frame.bytes);
    }
}

void
Switch::Release(Port& egress, const Frame& frame, bool choosing)
{
    const uint8_t ingressClass = frame.GetIngressClass();
    const auto in = BufferPolicy::SlotOf(frame.ingressPort, ingressClass);
    const auto out = BufferPolicy::SlotOf(egress.GetOwnerIndex(), frame.priority);
    const auto signal = m_bufferRaw->Release(frame.bytes, in, out);
    if (signal != BufferPolicy::Signal::NONE)
    {
        const bool before = egress.BeginChoosing(choosing);
        TellIngress(frame, signal);
        egress.EndChoosing(before);
    }
    if (!m_occupancy.IsEmpty())
    {
        m_occupancy(m_bufferRaw->GetOccupancy());
    }
}

void
Switch::FrameDequeued(Port& port, Frame* frame)
{
    if (m_inspects)
    {
        Inspect(port, *frame);
    }
    Release(port, *frame, true);
}

void
Switch::Inspect(Port& egress, Frame& frame)
{
    const uint64_t behind = egress.GetQueues().GetBytes(frame.priority);
    if (!m_markers.empty())
    {
        Mark(egress, frame, behind + frame.bytes, false);
        if (m_ecnAgent)
        {
            m_ecnAgent->NotifyActivity();
        }
    }
    if (!m_stampers.empty())
    {
        const Stamper::Departure departure{std::max(NowTicks(), egress.GetBusyUntil()), behind};
        const std::size_t each = m_stamperList.types.size();
        for (std::size_t i = egress.GetOwnerIndex() * each, n = i + each; i < n; ++i)
        {
            m_stampers[i]->Stamp(frame, departure);
        }
    }
}

void
Switch::InspectArriving(Frame& frame, uint16_t egress, Ticks now)
{
    Port& port = *m_ports[egress];
    if (!m_markers.empty())
    {
        Mark(port, frame, port.GetQueues().GetBytes(frame.priority) + frame.bytes, true);
    }
    const std::size_t each = m_stamperList.types.size();
    for (std::size_t i = egress * each, n = i + each; i < n; ++i)
    {
        Frame* answer =
            m_stampers[i]->SeesArrivals()
                ? m_stampers[i]->Observe(frame, {now, port.GetQueuedBytes(), port.GetFramePool()})
                : nullptr;
        if (answer)
        {
            SendBack(answer, egress);
        }
    }
}

void
Switch::SendBack(Frame* frame, uint16_t from)
{
    frame->ingressPort = from;
    uint16_t egress = m_routes.FindSole(frame->destination);
    if (egress == PortGroup::NO_PORT)
    {
        const PortGroup* group = m_routes.Find(frame->destination);
        if (!group || group->live.empty())
        {
            ++m_counters.dropsNoRoute;
            m_counters.bytesMade[frame->priority] += frame->bytes;
            m_ports[from]->Drop(frame, "NO_ROUTE");
            return;
        }
        egress = m_balancerRaw->Select(*frame, *group);
    }
    ++m_counters.noticesMade;
    Inject(frame, egress);
}

void
Switch::Mark(Port& egress, Frame& frame, uint64_t queueBytes, bool arriving)
{
    if (frame.ecn == Ecn::NOT_ECT || frame.ecn == Ecn::CE)
    {
        return;
    }
    Marker& marker = *m_markers[egress.GetOwnerIndex()];
    if (marker.IsAtEnqueue() == arriving && marker.IsMarked(frame, queueBytes))
    {
        frame.ecn = Ecn::CE;
        egress.NotifyEcnMark(frame);
    }
}

void
Switch::FrameFlushed(Port& port, Frame* frame)
{
    Release(port, *frame);
}

void
Switch::LinkChanged(Port& port)
{
    m_routes.SetPortState(port.GetOwnerIndex(), port.IsLinkUp());
}

} // namespace ns3::fabric
