/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-conweave.h"

#include "fabric-switch.h"

#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(ConWeave);

namespace
{

/** Bytes of a message: the shortest Ethernet frame. */
constexpr uint32_t MESSAGE_BYTES = 64;

/** @return a place of a vector, which is made long enough */
Ticks&
At(std::vector<Ticks>& times, std::size_t i)
{
    if (i >= times.size())
    {
        times.resize(i + 1, -1);
    }
    return times[i];
}

} // namespace

TypeId
ConWeave::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::ConWeave")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<ConWeave>()
            .AddAttribute("ReplyTimeout",
                          "Time after which a request without reply means that the path is "
                          "congested. Default: 4 us, the round trip of two tiers with links of "
                          "1 us, and 4 us more, as of the authors' simulations (and the next "
                          "three).",
                          TimeValue(MicroSeconds(8)),
                          MakeTimeAccessor(&ConWeave::m_replyTimeout),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("ResumeWait",
                          "How long rerouted frames wait for the end of the old path after the "
                          "last frame that came by it.",
                          TimeValue(MicroSeconds(200)),
                          MakeTimeAccessor(&ConWeave::m_resumeWait),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("PathPause",
                          "How long no flow is moved to a path that is congested.",
                          TimeValue(MicroSeconds(16)),
                          MakeTimeAccessor(&ConWeave::m_pathPause),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Inactivity",
                          "Silence of a flow after which it takes any path without care for its "
                          "order.",
                          TimeValue(MicroSeconds(300)),
                          MakeTimeAccessor(&ConWeave::m_inactivity),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Samples",
                          "Random paths that are tried for one that is not busy (4 in the authors' "
                          "simulations).",
                          UintegerValue(4),
                          MakeUintegerAccessor(&ConWeave::m_samples),
                          MakeUintegerChecker<uint32_t>(1, 64))
            .AddAttribute("ControlClass",
                          "Class of messages between leaves.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&ConWeave::m_controlClass),
                          MakeUintegerChecker<uint8_t>(0, N_CLASSES - 1));
    return tid;
}

ConWeave::ConWeave()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

ConWeave::~ConWeave() = default;

void
ConWeave::DoDispose()
{
    m_sinks.ForEach([](Sink& sink) { sink.timer.Cancel(); });
    m_sinks.Clear();
    LoadBalancer::DoDispose();
}

bool
ConWeave::SeesAllFrames() const
{
    return true;
}

int64_t
ConWeave::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

const ConWeave::Counters&
ConWeave::GetCounters() const
{
    return m_counters;
}

void
ConWeave::DoSetup(Switch& owner)
{
    m_owner = &owner;
    m_salt = MixBits(owner.GetNodeId() + GOLDEN_GAMMA);
    HashFields fields;
    fields.qp = true;
    m_key = FieldHash(fields, 0);
    if (owner.GetRoutingTable().IsLeaf())
    {
        const uint32_t leaves = owner.GetRoutingTable().GetDirectory().GetNLeaves();
        m_busy.assign(leaves, {});
        m_notified.assign(leaves, {});
    }
}

uint16_t
ConWeave::DoSelect(const Frame& frame, const PortGroup& ports)
{
    const uint64_t key = frame.kind == FrameKind::FABRIC ? MixBits(frame.fabric.key) : m_key(frame);
    const uint64_t hash = MixBits(key + m_salt + frame.overlay.conweave.epoch);
    return ports.At(((hash >> 32) * ports.total) >> 32);
}

uint16_t
ConWeave::DoRoute(Port& ingress, Frame* frame, const PortGroup& ports)
{
    const RoutingTable& routes = m_owner->GetRoutingTable();
    const uint32_t from = routes.GetDirectory().Find(frame->source).leaf;
    const uint32_t to = routes.GetDirectory().Find(frame->destination).leaf;
    if (to == routes.GetLeaf() && from != to)
    {
        if (frame->kind == FrameKind::FABRIC)
        {
            Hear(*frame, from);
            m_owner->Consume(*frame);
            FramePool::Release(frame);
            return HELD;
        }
        return Arrive(frame, ports.live.front(), from);
    }
    if (from == routes.GetLeaf() && from != to)
    {
        return Depart(*frame, ports, to);
    }
    return ports.live.size() == 1 ? ports.live.front() : DoSelect(*frame, ports);
}

uint16_t
ConWeave::Depart(Frame& frame, const PortGroup& ports, uint32_t leaf)
{
    const Ticks now = NowTicks();
    Source& flow = m_sources.Get(m_key(frame));
    const auto& live = ports.live;
    const bool isDead = std::find(live.begin(), live.end(), flow.port) == live.end();
    const bool isNew = flow.lastSeen < 0 || now - flow.lastSeen > m_inactivity.GetTimeStep();
    flow.lastSeen = now;
    flow.moving &= now - flow.reroutedAt <= m_inactivity.GetTimeStep();
    auto& fields = frame.overlay.conweave;
    fields.flags = 0;
    if (isNew || isDead)
    {
        flow.port = FindPath(ports, leaf, live[m_random->GetInteger(0, live.size() - 1)]);
        ++flow.epoch;
        flow.outstanding = false;
        flow.moving = !isNew; // behind frames whose TAIL will never come
        flow.reroutedAt = now;
    }
    else if (flow.outstanding && !flow.moving &&
             now - flow.requestedAt > m_replyTimeout.GetTimeStep())
    {
        At(m_busy[leaf], flow.port) = now + m_pathPause.GetTimeStep();
        const uint16_t old = flow.port;
        flow.port = FindPath(ports, leaf, old);
        if (flow.port != old)
        {
            fields = {static_cast<uint8_t>(old), flow.epoch, TAIL};
            ++flow.epoch;
            ++m_counters.reroutes;
            flow.outstanding = false;
            flow.moving = true;
            flow.reroutedAt = now;
            return old;
        }
    }
    fields.path = static_cast<uint8_t>(flow.port);
    fields.epoch = flow.epoch;
    fields.flags |= flow.moving ? REROUTED : 0;
    if (!flow.outstanding)
    {
        fields.flags |= REQUEST;
        flow.outstanding = true;
        flow.requestedAt = now;
    }
    return flow.port;
}

uint16_t
ConWeave::FindPath(const PortGroup& ports, uint32_t leaf, uint16_t except)
{
    const Ticks now = NowTicks();
    for (uint32_t i = 0; i < m_samples; ++i)
    {
        const uint16_t port = ports.At(m_random->GetInteger(0, ports.total - 1));
        if (port != except && At(m_busy[leaf], port) <= now)
        {
            return port;
        }
    }
    return except;
}

uint16_t
ConWeave::Arrive(Frame* frame, uint16_t port, uint32_t leaf)
{
    const auto fields = frame->overlay.conweave;
    frame->overlay = {};
    const Ticks now = NowTicks();
    if (fields.flags & REQUEST)
    {
        Tell(*frame, REPLY, fields.epoch);
    }
    if (frame->ecn == Ecn::CE)
    {
        Ticks& notified = At(m_notified[leaf], fields.path);
        if (notified < 0 || now - notified >= m_pathPause.GetTimeStep())
        {
            notified = now;
            Tell(*frame, NOTIFY, fields.path);
        }
    }
    const uint64_t key = m_key(*frame);
    Sink& sink = m_sinks.Get(key);
    sink.port = port;
    const auto ahead = static_cast<int8_t>(fields.epoch - sink.epoch);
    if (!sink.known || (ahead > 0 && !(fields.flags & REROUTED)))
    {
        Flush(sink); // the flow starts anew
        sink.known = true;
        sink.epoch = fields.epoch;
    }
    else if (ahead > 0)
    {
        Keep(sink, key, fields.epoch, frame);
        return HELD;
    }
    else if (sink.head)
    {
        sink.deadline = now + m_resumeWait.GetTimeStep(); // the old path is still alive
    }
    if ((fields.flags & TAIL) && ahead >= 0)
    {
        sink.epoch = fields.epoch + 1;
        Tell(*frame, CLEAR, sink.epoch);
        if (sink.head)
        {
            // The TAIL goes first: queue it here, then what waits for it.
            if (m_owner->Hold(frame, port))
            {
                m_owner->Resume(frame, port);
            }
            Flush(sink);
            return HELD;
        }
    }
    return port;
}

void
ConWeave::Keep(Sink& sink, uint64_t key, uint8_t epoch, Frame* frame)
{
    const uint32_t bytes = frame->bytes;
    if (!m_owner->Hold(frame, sink.port))
    {
        return;
    }
    frame->next = nullptr;
    (sink.head ? sink.tail->next : sink.head) = frame;
    sink.tail = frame;
    sink.awaited = epoch;
    m_held += bytes;
    ++m_counters.heldFrames;
    m_counters.peakHeld = std::max(m_counters.peakHeld, m_held);
    if (sink.timer.IsExpired())
    {
        sink.deadline = NowTicks() + m_resumeWait.GetTimeStep();
        sink.timer = Simulator::Schedule(m_resumeWait, &ConWeave::CheckDeadline, this, key);
    }
}

void
ConWeave::Flush(Sink& sink)
{
    sink.timer.Cancel();
    while (sink.head)
    {
        Frame* frame = sink.head;
        sink.head = frame->next;
        m_held -= frame->bytes;
        m_owner->Resume(frame, sink.port);
    }
}

void
ConWeave::CheckDeadline(uint64_t key)
{
    Sink& sink = *m_sinks.Find(key);
    const Ticks now = NowTicks();
    if (now < sink.deadline)
    {
        sink.timer =
            Simulator::Schedule(TimeStep(sink.deadline - now), &ConWeave::CheckDeadline, this, key);
        return;
    }
    ++m_counters.flushes;
    sink.epoch = sink.awaited;
    Tell(*sink.head, CLEAR, sink.epoch);
    Flush(sink);
}

void
ConWeave::Tell(const Frame& cause, Message message, uint64_t value)
{
    const PortGroup* group = m_owner->GetRoutingTable().Find(cause.source);
    if (!group || group->live.empty())
    {
        return;
    }
    Frame* frame = m_owner->GetPort(cause.ingressPort).GetFramePool().Allocate();
    frame->kind = FrameKind::FABRIC;
    frame->bytes = MESSAGE_BYTES;
    frame->source = cause.destination;
    frame->destination = cause.source;
    frame->priority = m_controlClass;
    frame->ingressPort = cause.ingressPort;
    frame->fabric.key = m_key(cause);
    frame->fabric.type = message;
    frame->fabric.value = value;
    ++m_counters.controlFrames;
    m_owner->Inject(frame,
                    group->live.size() == 1 ? group->live.front() : DoSelect(*frame, *group));
}

void
ConWeave::Hear(const Frame& frame, uint32_t leaf)
{
    if (frame.fabric.type == NOTIFY)
    {
        At(m_busy[leaf], frame.fabric.value) = NowTicks() + m_pathPause.GetTimeStep();
        return;
    }
    Source* flow = m_sources.Find(frame.fabric.key);
    if (!flow || flow->epoch != frame.fabric.value)
    {
        return; // of an epoch that is over
    }
    if (frame.fabric.type == REPLY)
    {
        flow->outstanding = false;
    }
    else
    {
        flow->moving = false;
    }
}

} // namespace ns3::fabric
