/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-sack-rack.h"

#include "rdma-opcode.h"
#include "rdma-syndrome.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SackRack);

TypeId
SackRack::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::SackRack")
            .SetParent<SelectiveReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<SackRack>()
            .AddAttribute("ReorderTime",
                          "Reordering window: how long to wait, beyond a round trip, for a packet "
                          "that later ones have overtaken. 0: a quarter of the shortest round trip "
                          "(RFC 8985).",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&SackRack::m_reorderTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("MinRto",
                          "Shortest timeout; and the timeout while no round trip is known, ten "
                          "times this. Default: IRN's RTO_low.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&SackRack::m_minRto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("ProbeRoundTrips",
                          "Smoothed round trips without any sign before a probe is sent; 0 for no "
                          "probes. Default: RFC 8985.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&SackRack::m_probeRoundTrips),
                          MakeUintegerChecker<uint32_t>(0, 1000));
    return tid;
}

SackRack::SackRack()
{
    NoteSends();
}

SackRack::~SackRack() = default;

uint32_t
SackRack::GetNProbes() const
{
    return m_clock ? m_clock->probes : 0;
}

std::unique_ptr<SelectiveReliability::Disorder>
SackRack::DoMakeDisorder() const
{
    return std::make_unique<Disorder>();
}

SackRack::Clock&
SackRack::GetClock()
{
    if (!m_clock)
    {
        m_clock = std::make_unique<Clock>();
    }
    return *m_clock;
}

// ---- receiver

void
SackRack::DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival)
{
    QueuePair& queuePair = GetQueuePair();
    const Echo echo(frame);
    const uint64_t expected = GetExpected();
    const bool missing = GetArrivedEnd() > expected;
    if (!missing && arrival != Arrival::DUPLICATE)
    {
        queuePair.SendAcknowledgment(expected - 1, SYNDROME_ACK, echo);
        return;
    }
    Sack sack;
    sack.hasBitmap = true;
    sack.sequence = arrival == Arrival::IN_ORDER ? GetArrivedEnd() - 1 : sequence;
    sack.bitmap = GetDisorder().early.GetArrived().GetUpTo(sack.sequence);
    if (arrival == Arrival::DUPLICATE)
    {
        sack.bitmap &= ~(uint64_t{1} << 63); // this is how the sender learns of it
    }
    queuePair.SendSelectiveAcknowledgment(expected - 1, SYNDROME_ACK, echo, sack);
}

// ---- sender

void
SackRack::DoSent(uint64_t sequence)
{
    // Packets are chosen while the one before is on the wire.
    Clock& clock = GetClock();
    clock.lastSign = std::max(fabric::NowTicks(), GetQueuePair().GetPort().GetBusyUntil());
    clock.sent.Push({sequence, clock.lastSign});
}

void
SackRack::DoJudge(const fabric::Frame& frame, bool nak)
{
    Clock& clock = GetClock();
    const Ticks now = fabric::NowTicks();
    const fabric::RoceFields& fields = frame.roce;
    const Echo echo(fields);
    const Ticks rtt = now - echo.sentAt;
    clock.lastSign = std::max(clock.lastSign, now);
    clock.mayProbe = true;
    clock.rtt.Sample(rtt);
    if (echo.sentAt >= clock.newest)
    {
        clock.newest = echo.sentAt;
        clock.newestRtt = rtt;
    }
    const bool duplicate =
        fields.payloadBytes == SACK_BITMAP_BYTES && (fields.sackBitmap >> 63) == 0;
    if (duplicate && now - clock.lastStep >= clock.rtt.GetSmoothed())
    {
        ++clock.reorderSteps;
        clock.lastStep = now;
    }
    Detect(&echo);
}

void
SackRack::Detect(const Echo* echo)
{
    Clock& clock = *m_clock;
    const Ticks now = fabric::NowTicks();
    const Ticks unit =
        m_reorderTime.IsZero() ? clock.rtt.GetShortest() / 4 : m_reorderTime.GetTimeStep();
    const Ticks window =
        std::max(unit, std::min(unit * clock.reorderSteps, clock.rtt.GetSmoothed()));
    clock.judgeAt = NEVER;
    bool news = false;
    while (!clock.sent.IsEmpty())
    {
        const Transmission& oldest = clock.sent[0];
        const bool settled = oldest.sequence < GetUna() || IsSacked(oldest.sequence) ||
                             IsLost(oldest.sequence) ||
                             (oldest.sequence == clock.probed && oldest.at < clock.probedAt);
        if (!settled)
        {
            if (oldest.at >= clock.newest)
            {
                break; // nothing that left later has arrived
            }
            const Ticks at = oldest.at + clock.newestRtt + window;
            if (at > now)
            {
                clock.judgeAt = at;
                break;
            }
            news = news || oldest.sequence >= clock.recoveryEnd;
            MarkLost(oldest.sequence);
        }
        clock.sent.Pop();
    }
    if (news)
    {
        clock.recoveryEnd = GetHighest();
        if (echo)
        {
            GetQueuePair().NotifyLoss(*echo);
        }
    }
    Arm();
}

// ---- timer

Ticks
SackRack::DoGetTimeout() const
{
    if (!m_clock || m_clock->rtt.GetSmoothed() == 0)
    {
        return 10 * m_minRto.GetTimeStep();
    }
    return std::max(m_clock->rtt.GetTimeout(), m_minRto.GetTimeStep());
}

void
SackRack::DoStartTimer()
{
    GetClock().timeoutAt = GetDeadline();
    Arm();
}

Ticks
SackRack::GetProbeTime() const
{
    const Clock& clock = *m_clock;
    if (!clock.mayProbe || m_probeRoundTrips == 0 || clock.rtt.GetSmoothed() == 0 ||
        GetRetries() > 0)
    {
        return NEVER;
    }
    return clock.lastSign + m_probeRoundTrips * clock.rtt.GetSmoothed();
}

void
SackRack::Arm()
{
    if (GetUna() == GetPosition())
    {
        return; // nothing is outstanding; whoever made it so stops the timer
    }
    const Clock& clock = *m_clock;
    const Ticks first = std::min({clock.timeoutAt, clock.judgeAt, GetProbeTime()});
    GetQueuePair().SetTimer(std::max(first, fabric::NowTicks()));
}

void
SackRack::DoTimer()
{
    const Clock& clock = *m_clock;
    const Ticks now = fabric::NowTicks();
    if (now >= clock.timeoutAt)
    {
        Expire();
    }
    else if (now >= clock.judgeAt)
    {
        Detect(nullptr);
    }
    else if (now >= GetProbeTime())
    {
        Probe();
    }
    else
    {
        Arm(); // something left meanwhile
    }
}

void
SackRack::Probe()
{
    Clock& clock = *m_clock;
    clock.mayProbe = false;
    uint64_t last = GetPosition();
    while (last > GetUna() && (IsSacked(last - 1) || IsLost(last - 1)))
    {
        --last;
    }
    if (last > GetUna())
    {
        ++clock.probes;
        clock.probed = last - 1;
        clock.probedAt = fabric::NowTicks();
        MarkLost(last - 1);
    }
    Arm();
}

void
SackRack::DoExpire()
{
    m_clock->sent = RingBuffer<Transmission>();
    m_clock->judgeAt = NEVER;
}

} // namespace ns3::rdma
