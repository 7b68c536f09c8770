/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-reduction-engine.h"

#include "fabric-frame-pool.h"
#include "fabric-port.h"
#include "fabric-switch.h"

#include "ns3/abort.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(ReductionEngine);

TypeId
ReductionEngine::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::ReductionEngine")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddAttribute("Slots",
                          "Chunks that the engine can have in the making at a time, all trees "
                          "together. The default times SlotBytes is 4 MiB, of the memory of a "
                          "switch ASIC of 50 to 150 MB.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&ReductionEngine::m_slots),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("SlotBytes",
                          "Room for data in a slot, bytes: a group whose frames carry more is "
                          "refused. The default is the payload of a RoCEv2 frame.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&ReductionEngine::m_slotBytes),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Rate",
                          "Data of contributions that the engine adds per second, all ports "
                          "together; 0, the default, for as much as the ports deliver, as switch "
                          "ASICs with engines do (64 B a cycle and port of NVIDIA's Quantum).",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&ReductionEngine::m_rate),
                          MakeDataRateChecker())
            .AddAttribute("Latency",
                          "Time from the last contribution of a chunk, added, until the sum leaves "
                          "the engine. The default of 0 leaves only the pipeline of the switch.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&ReductionEngine::m_latency),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource("Aggregate",
                            "A chunk is complete at this switch: what it sends on.",
                            MakeTraceSourceAccessor(&ReductionEngine::m_aggregateTrace),
                            "ns3::fabric::ReductionEngine::AggregateTracedCallback");
    return tid;
}

ReductionEngine::Envelope::Envelope(const Frame& frame)
    : sentAt(frame.sentAt),
      source(frame.source),
      entropy(frame.entropy),
      ingressPort(frame.ingressPort),
      priority(frame.priority),
      dscp(frame.dscp),
      hops(frame.hops)
{
}

ReductionEngine::ReductionEngine()
    : m_addAlarm(new AddAlarm(this)),
      m_leaveAlarm(new LeaveAlarm(this))
{
}

ReductionEngine::~ReductionEngine()
{
    m_addAlarm->Detach();
    m_addAlarm->Unref();
    m_leaveAlarm->Detach();
    m_leaveAlarm->Unref();
}

void
ReductionEngine::DoDispose()
{
    m_addAlarm->Detach();
    m_leaveAlarm->Detach();
    while (!m_waiting.IsEmpty())
    {
        FramePool::Release(m_waiting.Pop().frame);
    }
    while (!m_leaving.IsEmpty())
    {
        FramePool::Release(m_leaving.Pop().frame);
    }
    m_trees.clear();
    m_switch = nullptr;
    Object::DoDispose();
}

void
ReductionEngine::Setup(Switch& device)
{
    m_switch = &device;
    m_addAlarm->SetContext(device.GetNodeId());
    m_leaveAlarm->SetContext(device.GetNodeId());
}

uint32_t
ReductionEngine::GetNodeId() const
{
    return m_switch->GetNodeId();
}

uint32_t
ReductionEngine::GetFreeSlots() const
{
    return m_slots - m_reserved;
}

uint32_t
ReductionEngine::GetReservation(const ReductionNode& node) const
{
    return node.relays ? 0 : node.slots;
}

std::string
ReductionEngine::DoCheck(const ReductionNode& node) const
{
    return "";
}

std::string
ReductionEngine::Install(const ReductionNode& node)
{
    const uint32_t reservation = GetReservation(node);
    if (reservation > GetFreeSlots())
    {
        return "a switch has " + std::to_string(GetFreeSlots()) + " free slots, the group needs " +
               std::to_string(reservation);
    }
    if (node.payloadBytes > m_slotBytes)
    {
        return "a slot has room for " + std::to_string(m_slotBytes) + " bytes, a frame carries " +
               std::to_string(node.payloadBytes);
    }
    if (const std::string reason = DoCheck(node); !reason.empty())
    {
        return reason;
    }
    if (node.tree >= m_trees.size())
    {
        m_trees.resize(node.tree + 1);
    }
    NS_ABORT_MSG_IF(m_trees[node.tree], "tree " << node.tree << " installed twice");
    auto tree = MakeTree(node);
    tree->node = node;
    tree->placeOf.resize(node.nMembers, UINT16_MAX);
    for (uint16_t place = 0; place < node.children.size(); ++place)
    {
        for (const uint32_t member : node.children[place].members)
        {
            tree->placeOf[member] = place;
        }
    }
    m_trees[node.tree] = std::move(tree);
    m_reserved += reservation;
    UseSlots(reservation);
    return "";
}

void
ReductionEngine::Remove(uint32_t number)
{
    const uint32_t reservation = GetReservation(m_trees[number]->node);
    m_reserved -= reservation;
    UseSlots(-static_cast<int32_t>(reservation));
    DoRemove(*m_trees[number]);
    m_trees[number] = nullptr;
}

void
ReductionEngine::UseSlots(int32_t change)
{
    m_counters.slotsInUse += change;
    m_counters.peakSlotsInUse = std::max(m_counters.peakSlotsInUse, m_counters.slotsInUse);
}

void
ReductionEngine::NotifyAggregate(const ReductionFields& fields)
{
    ++m_counters.aggregates;
    m_aggregateTrace(fields);
}

ReductionEngine::Tree*
ReductionEngine::Find(const Frame& frame)
{
    const uint32_t number = frame.reduction.tree;
    return number < m_trees.size() ? m_trees[number].get() : nullptr;
}

void
ReductionEngine::Receive(Port& ingress, Frame* frame)
{
    const Tree* tree = Find(*frame);
    if (!tree)
    {
        ++m_counters.unknown;
        ingress.FreeCredits(frame->priority, frame->bytes);
        ingress.Drop(frame, "NO_TREE");
        return;
    }
    const bool adds = frame->reduction.type == ReductionFields::CONTRIBUTION;
    if (!adds || m_rate.GetBitRate() == 0 || tree->node.relays)
    {
        m_switch->Consume(*frame);
        Process(frame);
        return;
    }
    // Contributions without data take no time but keep their place in the order.
    const uint16_t egress = IsRoot(*tree) ? frame->ingressPort : tree->node.parentPort;
    if (!m_switch->Hold(frame, egress))
    {
        return;
    }
    const Ticks start = std::max(NowTicks(), m_busyUntil);
    m_busyUntil = start + SerializationTicks(frame->reduction.payloadBytes, m_rate.GetBitRate());
    m_waiting.Push({frame, egress, m_busyUntil});
    m_addAlarm->SetNoLater(m_waiting[0].at);
}

void
ReductionEngine::Added()
{
    const Ticks now = NowTicks();
    while (!m_waiting.IsEmpty() && m_waiting[0].at <= now)
    {
        const Waiting waiting = m_waiting.Pop();
        m_switch->Withdraw(*waiting.frame, waiting.egress);
        Process(waiting.frame);
    }
    if (!m_waiting.IsEmpty())
    {
        m_addAlarm->Set(m_waiting[0].at);
    }
}

void
ReductionEngine::Process(Frame* frame)
{
    // The tree may have been removed while the frame waited.
    if (Tree* tree = Find(*frame))
    {
        switch (frame->reduction.type)
        {
        case ReductionFields::CONTRIBUTION:
            ++m_counters.contributions;
            DoContribution(*tree, *frame);
            break;
        case ReductionFields::RESULT:
            ++m_counters.results;
            DoResult(*tree, *frame);
            break;
        case ReductionFields::CONTROL:
            DoControl(*tree, *frame);
            break;
        }
    }
    FramePool::Release(frame);
}

void
ReductionEngine::DoControl(Tree& tree, const Frame& frame)
{
}

void
ReductionEngine::DoRemove(Tree& tree)
{
}

void
ReductionEngine::SendUp(const Tree& tree,
                        const ReductionFields& fields,
                        const Envelope& like,
                        bool delayed)
{
    ReductionFields up = fields;
    up.place = tree.node.place;
    Send(tree, up, like, tree.node.parentPort, delayed);
}

void
ReductionEngine::PassUp(const Tree& tree, const Frame& frame)
{
    Send(tree, frame.reduction, Envelope(frame), tree.node.parentPort, false);
}

void
ReductionEngine::SendDown(const Tree& tree,
                          uint16_t place,
                          ReductionFields fields,
                          const Envelope& like,
                          bool delayed)
{
    fields.place = place;
    Send(tree, fields, like, tree.node.children[place].port, delayed);
}

ReductionFields
ReductionEngine::ForChild(const Tree& tree, uint16_t place, ReductionFields fields)
{
    const auto& members = tree.node.children[place].members;
    const bool needs = fields.use == ReductionUse::SUM_TO_ROOT ? tree.placeOf[fields.root] == place
                       : fields.use == ReductionUse::COPY_FROM_ROOT
                           ? members.size() > 1 || members[0] != fields.root
                           : true;
    if (!needs)
    {
        fields.payloadBytes = 0;
        fields.sum = 0;
    }
    return fields;
}

void
ReductionEngine::Send(const Tree& tree,
                      const ReductionFields& fields,
                      const Envelope& like,
                      uint16_t egress,
                      bool delayed)
{
    Frame* frame = m_switch->GetPort(egress).GetFramePool().Allocate();
    frame->kind = FrameKind::REDUCTION;
    frame->bytes = std::max(MIN_FRAME_BYTES, fields.payloadBytes + tree.node.headerBytes);
    frame->source = like.source;
    frame->destination = REDUCTION_ADDRESS;
    frame->entropy = like.entropy;
    frame->ingressPort = like.ingressPort;
    frame->priority = like.priority;
    frame->ecn = Ecn::ECT0;
    frame->dscp = like.dscp;
    frame->hops = like.hops;
    frame->sentAt = like.sentAt;
    frame->reduction = fields;
    if (!delayed || m_latency.IsZero())
    {
        m_switch->Inject(frame, egress);
        return;
    }
    m_leaving.Push({frame, egress, NowTicks() + m_latency.GetTimeStep()});
    m_leaveAlarm->SetNoLater(m_leaving[0].at);
}

void
ReductionEngine::Leave()
{
    const Ticks now = NowTicks();
    while (!m_leaving.IsEmpty() && m_leaving[0].at <= now)
    {
        const Leaving leaving = m_leaving.Pop();
        m_switch->Inject(leaving.frame, leaving.egress);
    }
    if (!m_leaving.IsEmpty())
    {
        m_leaveAlarm->Set(m_leaving[0].at);
    }
}

} // namespace ns3::fabric
