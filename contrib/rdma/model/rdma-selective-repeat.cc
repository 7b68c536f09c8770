/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-selective-repeat.h"

#include "rdma-syndrome.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SelectiveRepeat);

TypeId
SelectiveRepeat::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::SelectiveRepeat")
            .SetParent<SelectiveReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<SelectiveRepeat>()
            .AddAttribute("RtoLow",
                          "Timeout while few packets are outstanding. Default: IRN's.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&SelectiveRepeat::m_rtoLow),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RtoHigh",
                          "Timeout otherwise: at least the longest round trip with full queues. "
                          "Default: IRN's.",
                          TimeValue(MicroSeconds(320)),
                          MakeTimeAccessor(&SelectiveRepeat::m_rtoHigh),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RtoLowPackets",
                          "Outstanding packets below which RtoLow is used. Default: IRN's N.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&SelectiveRepeat::m_rtoLowPackets),
                          MakeUintegerChecker<uint32_t>(0, 1U << 22))
            .AddAttribute("ReorderPackets",
                          "By how many packets one must be overtaken to count as lost, 1 to 2^22. "
                          "Default: IRN's, for networks that keep the order.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&SelectiveRepeat::m_reorderPackets),
                          MakeUintegerChecker<uint32_t>(1, 1U << 22))
            .AddAttribute("ReorderTime",
                          "For how long a packet must have been overtaken to count as lost; known "
                          "to a factor of two, and when a later packet comes. Default: IRN's, for "
                          "networks that keep the order.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&SelectiveRepeat::m_reorderTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute(
                "FindLostRepeats",
                "Whether a repeat is lost when a packet that left for the first time "
                "after it has arrived. If not, a repeat that is lost waits for the timer. "
                "Default: what the order of packets proves.",
                BooleanValue(true),
                MakeBooleanAccessor(&SelectiveRepeat::m_findLostRepeats),
                MakeBooleanChecker());
    return tid;
}

SelectiveRepeat::SelectiveRepeat() = default;

SelectiveRepeat::~SelectiveRepeat() = default;

ReliabilityAbilities
SelectiveRepeat::GetAbilities() const
{
    return {m_reorderTime.IsStrictlyPositive() || m_reorderPackets > 1, false, false};
}

std::unique_ptr<SelectiveReliability::Disorder>
SelectiveRepeat::DoMakeDisorder() const
{
    return std::make_unique<Recovery>();
}

uint64_t
SelectiveRepeat::Gauge(ReorderGauge& gauge, uint64_t end) const
{
    return gauge.Update(end, fabric::NowTicks(), m_reorderPackets, m_reorderTime.GetTimeStep());
}

void
SelectiveRepeat::DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival)
{
    QueuePair& queuePair = GetQueuePair();
    const Echo echo(frame);
    const uint64_t expected = GetExpected();
    if (arrival == Arrival::IN_ORDER || sequence < expected)
    {
        queuePair.SendAcknowledgment(expected - 1, SYNDROME_ACK, echo);
        return;
    }
    Sack sack;
    sack.sequence = sequence;
    const uint64_t lostEnd = Gauge(GetRecovery().arrivals, GetArrivedEnd());
    if (expected < lostEnd && !IsWaitingForReceive())
    {
        queuePair.SendSelectiveAcknowledgment(expected, SYNDROME_NAK_SEQUENCE_ERROR, echo, sack);
    }
    else
    {
        queuePair.SendSelectiveAcknowledgment(expected - 1, SYNDROME_ACK, echo, sack);
    }
}

void
SelectiveRepeat::DoJudge(const fabric::Frame& frame, bool nak)
{
    if (!nak && !HasDisorder())
    {
        return;
    }
    Recovery& recovery = GetRecovery();
    const uint64_t una = GetUna();
    if (nak)
    {
        const bool news = una >= recovery.judgedEnd;
        GetQueuePair().NotifyNack(una, Echo(frame.roce), news);
        if (una >= recovery.end)
        {
            recovery.end = GetHighest();
        }
        if (news)
        {
            MarkLost(una, una + 1);
            recovery.judgedEnd = una + 1;
        }
    }
    const uint64_t lostEnd = Gauge(recovery.sacks, GetSackedEnd());
    if (una < recovery.end && lostEnd > recovery.judgedEnd)
    {
        MarkLost(recovery.judgedEnd, lostEnd);
        recovery.judgedEnd = lostEnd;
    }
    JudgeRepeats(lostEnd);
}

void
SelectiveRepeat::JudgeRepeats(uint64_t overtaken)
{
    auto& repeats = GetRecovery().repeats;
    while (!repeats.IsEmpty())
    {
        const Repeat oldest = repeats[0];
        const bool settled =
            oldest.sequence < GetUna() || IsSacked(oldest.sequence) || IsLost(oldest.sequence);
        if (!settled && overtaken < oldest.next)
        {
            return; // nothing that left later has come
        }
        repeats.Pop();
        if (!settled)
        {
            MarkLost(oldest.sequence);
        }
    }
}

void
SelectiveRepeat::DoRepeat(uint64_t sequence)
{
    if (m_findLostRepeats)
    {
        GetRecovery().repeats.Push({sequence, GetHighest()});
    }
}

void
SelectiveRepeat::DoExpire()
{
    Recovery& recovery = GetRecovery();
    recovery.end = GetHighest();
    recovery.judgedEnd = GetHighest();
    recovery.repeats = RingBuffer<Repeat>();
}

Ticks
SelectiveRepeat::DoGetTimeout() const
{
    const bool few = GetPosition() - GetUna() < m_rtoLowPackets;
    return (few ? m_rtoLow : m_rtoHigh).GetTimeStep();
}

} // namespace ns3::rdma
