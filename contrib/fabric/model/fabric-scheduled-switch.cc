/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-scheduled-switch.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(ScheduledSwitch);

namespace
{

/** Bytes of a request or credit: the shortest Ethernet frame. */
constexpr uint32_t MESSAGE_BYTES = 64;

/** @return name of a VoQ in the whole network */
uint64_t
KeyOf(uint32_t sourceLeaf, FabricAddress destination, uint8_t priority)
{
    return uint64_t{sourceLeaf} << 40 | uint64_t{destination} << 3 | priority;
}

} // namespace

TypeId
ScheduledSwitch::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::ScheduledSwitch")
            .SetParent<Switch>()
            .SetGroupName("Fabric")
            .AddAttribute("CreditBytes",
                          "Most bytes of a credit.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&ScheduledSwitch::m_creditBytes),
                          MakeUintegerChecker<uint32_t>(64))
            .AddAttribute("RequestBytes",
                          "A virtual output queue that waits for credit for as many bytes or more "
                          "asks for more only when as many have come to it.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&ScheduledSwitch::m_requestBytes),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("CreditSpeedup",
                          "Rate of the credits for a port over the rate of the port. Slightly more "
                          "than 1 keeps the port busy; EgressQueue takes the difference.",
                          DoubleValue(1.02),
                          MakeDoubleAccessor(&ScheduledSwitch::m_creditSpeedup),
                          MakeDoubleChecker<double>(0.01, 10))
            .AddAttribute("EgressQueue",
                          "Bytes in the queue of a host's port beyond which no credit is granted. "
                          "Must hold what comes at once when a late piece lets those behind it go, "
                          "or credits stop for no reason and the port runs dry a round trip later. "
                          "Default: a container of 16 KB for each of 16 paths.",
                          UintegerValue(262144),
                          MakeUintegerAccessor(&ScheduledSwitch::m_egressQueue),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("RetryTime",
                          "Time without credit after which a virtual output queue asks again.",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&ScheduledSwitch::m_retryTime),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("ReassemblyTime",
                          "How long later pieces wait for one that is missing, at most twice.",
                          TimeValue(MicroSeconds(50)),
                          MakeTimeAccessor(&ScheduledSwitch::m_reassemblyTime),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Weighted",
                          "Whether pieces are divided in proportion to the capacity of the paths "
                          "rather than evenly, as with a load balancer.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&ScheduledSwitch::m_weighted),
                          MakeBooleanChecker())
            .AddAttribute("ControlClass",
                          "Class of requests and credits.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&ScheduledSwitch::m_controlClass),
                          MakeUintegerChecker<uint8_t>(0, N_CLASSES - 1));
    return tid;
}

ScheduledSwitch::ScheduledSwitch()
    : m_spray(CreateObject<RoundRobinSpray>())
{
}

ScheduledSwitch::~ScheduledSwitch() = default;

void
ScheduledSwitch::DoInitialize()
{
    m_spray->Setup(*this);
    m_schedulers.resize(GetNPorts());
    Switch::DoInitialize();
}

void
ScheduledSwitch::DoDispose()
{
    m_retry.Cancel();
    m_streams.ForEach([](auto& stream) { stream->timer.Cancel(); });
    m_streams.Clear();
    m_voqs.Clear();
    m_schedulers.clear();
    Switch::DoDispose();
}

int64_t
ScheduledSwitch::AssignStreams(int64_t stream)
{
    const int64_t used = Switch::AssignStreams(stream);
    return used + m_spray->AssignStreams(stream + used);
}

const ScheduledSwitch::ScheduleCounters&
ScheduledSwitch::GetScheduleCounters() const
{
    return m_scheduleCounters;
}

bool
ScheduledSwitch::IsWeighted() const
{
    return m_weighted;
}

uint64_t
ScheduledSwitch::GetVoqBytes() const
{
    return m_voqBytes;
}

uint16_t
ScheduledSwitch::Spray(const Frame& frame, const PortGroup& ports)
{
    return ports.sole != PortGroup::NO_PORT ? ports.sole : m_spray->Select(frame, ports);
}

void
ScheduledSwitch::ReceiveFrame(Port& port, Frame* frame)
{
    const RoutingTable& routes = GetRoutingTable();
    const FabricDirectory& directory = routes.GetDirectory();
    if (frame->kind != FrameKind::FABRIC)
    {
        const bool own = routes.IsLeaf() && frame->destination != BROADCAST_ADDRESS &&
                         directory.Find(frame->source).leaf == routes.GetLeaf();
        if (!own || !routes.Find(frame->destination))
        {
            Switch::ReceiveFrame(port, frame);
            return;
        }
        frame->ingressPort = port.GetOwnerIndex();
        ++frame->hops;
        Queue(frame);
        return;
    }
    frame->ingressPort = port.GetOwnerIndex();
    ++frame->hops;
    if (directory.Find(frame->destination).leaf == routes.GetLeaf())
    {
        Hear(port, frame);
        return;
    }
    const PortGroup* group = routes.Find(frame->destination);
    if (!group || group->live.empty())
    {
        port.Drop(frame, "NO_ROUTE");
        return;
    }
    uint16_t egress = group->sole;
    if (egress == PortGroup::NO_PORT)
    {
        egress = frame->fabric.type == PIECE ? ForwardPiece(*frame, *group) : Spray(*frame, *group);
    }
    Forward(port, frame, egress);
}

void
ScheduledSwitch::Prefetch(const Port& port, const Frame& frame) const
{
    // Which port a frame will take is known only when it has come.
}

void
ScheduledSwitch::FrameDequeued(Port& port, Frame* frame)
{
    Switch::FrameDequeued(port, frame);
    if (const auto& scheduler = m_schedulers[port.GetOwnerIndex()])
    {
        scheduler->KickSoon();
    }
}

// ---- where frames come in

void
ScheduledSwitch::Queue(Frame* frame)
{
    const RoutingTable& routes = GetRoutingTable();
    const uint64_t key = KeyOf(routes.GetLeaf(), frame->destination, frame->priority);
    auto& entry = m_voqs.Get(key);
    if (!entry)
    {
        entry = std::make_unique<Voq>();
        entry->key = key;
        entry->source = frame->source;
        entry->destination = frame->destination;
        entry->priority = frame->priority;
        entry->account = routes.Find(frame->destination)->all.front();
    }
    Voq& voq = *entry;
    const uint32_t bytes = frame->bytes;
    if (!Hold(frame, voq.account))
    {
        return;
    }
    if (!voq.head)
    {
        voq.heard = NowTicks();
    }
    frame->next = nullptr;
    (voq.head ? voq.tail->next : voq.head) = frame;
    voq.tail = frame;
    voq.came += bytes;
    m_voqBytes += bytes;
    m_scheduleCounters.peakVoqBytes = std::max(m_scheduleCounters.peakVoqBytes, m_voqBytes);
    Ask(voq);
    if (m_retry.IsExpired())
    {
        m_retry = Simulator::Schedule(m_retryTime, &ScheduledSwitch::Retry, this);
    }
}

void
ScheduledSwitch::Ask(Voq& voq)
{
    const uint64_t pending = voq.requested - std::min(voq.requested, voq.granted);
    if (voq.came > voq.requested &&
        (pending < m_requestBytes || voq.came - voq.requested >= m_requestBytes))
    {
        voq.requested = voq.came;
        ++m_scheduleCounters.requests;
        Tell(REQUEST, voq.key, voq.came, voq.source, voq.destination);
    }
}

void
ScheduledSwitch::Drain(Voq& voq)
{
    const PortGroup* group = GetRoutingTable().Find(voq.destination);
    if (!group || group->live.empty())
    {
        return; // until the next credit finds a way
    }
    while (voq.head && voq.sent < voq.granted)
    {
        Frame* frame = voq.head;
        voq.head = frame->next;
        voq.sent += frame->bytes;
        m_voqBytes -= frame->bytes;
        Withdraw(*frame, voq.account);
        Dispatch(voq, frame, *group);
    }
    Ask(voq);
}

void
ScheduledSwitch::Retry()
{
    const Ticks now = NowTicks();
    bool waiting = false;
    std::vector<Voq*> late;
    m_voqs.ForEach(
        [&](auto& voq)
        {
            waiting |= voq->head != nullptr;
            if (voq->head && now - voq->heard >= m_retryTime.GetTimeStep())
            {
                late.push_back(voq.get());
            }
        });
    for (Voq* voq : late)
    {
        voq->requested = voq->came;
        ++m_scheduleCounters.requests;
        Tell(REQUEST, voq->key, voq->came, voq->source, voq->destination);
    }
    if (waiting)
    {
        m_retry = Simulator::Schedule(m_retryTime, &ScheduledSwitch::Retry, this);
    }
}

Frame*
ScheduledSwitch::MakePiece(Voq& voq, const Frame& frame, uint32_t bytes)
{
    Frame* piece = GetPort(frame.ingressPort).GetFramePool().Allocate();
    piece->kind = FrameKind::FABRIC;
    piece->bytes = bytes;
    piece->source = voq.source;
    piece->destination = voq.destination;
    piece->priority = voq.priority;
    piece->ingressPort = frame.ingressPort;
    piece->hops = 1;
    piece->fabric.type = PIECE;
    piece->fabric.key = voq.key;
    piece->fabric.sequence = voq.sequence++;
    return piece;
}

void
ScheduledSwitch::SendPiece(Frame* piece, uint16_t port)
{
    ++m_scheduleCounters.pieces;
    Inject(piece, port);
}

void
ScheduledSwitch::Tell(Message message,
                      uint64_t key,
                      uint64_t value,
                      FabricAddress from,
                      FabricAddress to)
{
    const RoutingTable& routes = GetRoutingTable();
    const PortGroup* group = routes.Find(to);
    if (!group || group->live.empty())
    {
        return; // it asks again later
    }
    const uint16_t local = routes.Find(from)->all.front();
    Frame* frame = GetPort(local).GetFramePool().Allocate();
    frame->kind = FrameKind::FABRIC;
    frame->bytes = MESSAGE_BYTES;
    frame->source = from;
    frame->destination = to;
    frame->priority = m_controlClass;
    frame->ingressPort = local;
    frame->hops = 1;
    frame->fabric.type = message;
    frame->fabric.key = key;
    frame->fabric.value = value;
    if (routes.GetDirectory().Find(to).leaf == routes.GetLeaf())
    {
        // Both ends are here: nothing crosses the fabric.
        HearMessage(*frame);
        FramePool::Release(frame);
        return;
    }
    Inject(frame, Spray(*frame, *group));
}

// ---- where frames go out

ScheduledSwitch::Stream&
ScheduledSwitch::GetStream(const Frame& frame)
{
    auto& entry = m_streams.Get(frame.fabric.key);
    if (!entry)
    {
        entry = std::make_unique<Stream>();
        Stream& stream = *entry;
        stream.key = frame.fabric.key;
        stream.source = frame.source;
        stream.destination = frame.destination;
        stream.priority = frame.fabric.key & (N_CLASSES - 1);
        stream.port = GetRoutingTable().Find(frame.destination)->all.front();
        stream.client.owner = &stream;
        stream.client.priority = stream.priority;
        auto& scheduler = m_schedulers[stream.port];
        if (!scheduler)
        {
            Port& port = GetPort(stream.port);
            CreditScheduler::Granter& granter = *this;
            const auto rate = static_cast<uint64_t>(port.GetBitRate() * m_creditSpeedup);
            scheduler =
                std::make_unique<CreditScheduler>(granter, stream.port, rate, m_creditBytes);
        }
    }
    return *entry;
}

void
ScheduledSwitch::Hear(Port& port, Frame* frame)
{
    Consume(*frame);
    if (frame->fabric.type == PIECE)
    {
        Stream& stream = GetStream(*frame);
        Frame* carried = frame->fabric.carried;
        frame->fabric.carried = nullptr;
        if (carried)
        {
            carried->hops += frame->hops - 1;
        }
        stream.reassembly.Add(
            frame->fabric.sequence, static_cast<uint32_t>(frame->fabric.value), carried);
        m_scheduleCounters.peakWaiting =
            std::max<uint64_t>(m_scheduleCounters.peakWaiting, stream.reassembly.GetNWaiting());
        Deliver(stream, port.GetOwnerIndex());
    }
    else
    {
        HearMessage(*frame);
    }
    FramePool::Release(frame);
}

void
ScheduledSwitch::HearMessage(const Frame& frame)
{
    if (frame.fabric.type == REQUEST)
    {
        HearRequest(GetStream(frame), frame.fabric.value);
    }
    else if (const auto* entry = m_voqs.Find(frame.fabric.key))
    {
        Voq& voq = **entry;
        voq.granted = std::max(voq.granted, frame.fabric.value);
        voq.heard = NowTicks();
        Drain(voq);
    }
}

void
ScheduledSwitch::HearRequest(Stream& stream, uint64_t came)
{
    CreditScheduler::Client& client = stream.client;
    if (came <= client.granted)
    {
        Grant(client, client.granted); // what was granted did not arrive
        return;
    }
    m_schedulers[stream.port]->Request(client, came);
}

void
ScheduledSwitch::Grant(CreditScheduler::Client& client, uint64_t granted)
{
    const Stream& stream = *static_cast<Stream*>(client.owner);
    ++m_scheduleCounters.credits;
    Tell(CREDIT, stream.key, granted, stream.destination, stream.source);
}

bool
ScheduledSwitch::IsReady(uint16_t port) const
{
    return GetPort(port).GetQueues().GetBytes() < m_egressQueue;
}

void
ScheduledSwitch::Deliver(Stream& stream, uint16_t ingress)
{
    while (Frame* frame = stream.reassembly.Take())
    {
        ++m_scheduleCounters.reassembled;
        frame->ingressPort = ingress;
        Inject(frame, stream.port);
    }
    if (stream.reassembly.HasBroken())
    {
        for (Frame* frame : stream.reassembly.TakeBroken())
        {
            ++m_scheduleCounters.incomplete;
            FramePool::Release(frame);
        }
    }
    if (stream.reassembly.GetNWaiting() > 0 && stream.timer.IsExpired())
    {
        stream.lateEnd = stream.reassembly.GetEnd();
        stream.timer =
            Simulator::Schedule(m_reassemblyTime, &ScheduledSwitch::GiveUp, this, stream.key);
    }
}

void
ScheduledSwitch::GiveUp(uint64_t key)
{
    Stream& stream = **m_streams.Find(key);
    const uint16_t ingress = GetRoutingTable().Find(stream.source)->all.front();
    // What is missing before pieces that were there when the timer was set will not come.
    const uint32_t end = stream.lateEnd;
    do
    {
        Deliver(stream, ingress);
    } while (stream.reassembly.Skip(end));
}

} // namespace ns3::fabric
