/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-falcon.h"

#include "rdma-falcon-swift.h"
#include "rdma-opcode.h"
#include "rdma-syndrome.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Falcon);

namespace
{

// What the field of early packets holds in a Falcon acknowledgment.
constexpr uint32_t LEVEL_MASK = FalconSwift::N_LEVELS - 1; ///< level of the buffers
constexpr uint32_t OWN = FalconSwift::N_LEVELS;            ///< out-of-window notification

} // namespace

TypeId
Falcon::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Falcon")
            .SetParent<SelectiveReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<Falcon>()
            .AddAttribute(
                "ReorderDistance",
                "A missing packet is sent again early when one has come that is higher by "
                "more than this, packets. The specification's ooo_threshold. Default: "
                "that of TCP's duplicate acknowledgments (RFC 5681); the specification "
                "has none.",
                UintegerValue(3),
                MakeUintegerAccessor(&Falcon::m_reorderDistance),
                MakeUintegerChecker<uint32_t>(0, 1U << 22))
            .AddAttribute("BufferPackets",
                          "Packets that the receiver's buffers have for this connection: the unit "
                          "of the level that acknowledgments tell. Default: the data window.",
                          UintegerValue(128),
                          MakeUintegerAccessor(&Falcon::m_bufferPackets),
                          MakeUintegerChecker<uint32_t>(1, 1U << 22))
            .AddAttribute("TimeoutFactor",
                          "Timeout over the smoothed round trip, the specification's "
                          "retransmit_timeout_scalar. Default: ours.",
                          DoubleValue(3),
                          MakeDoubleAccessor(&Falcon::m_timeoutFactor),
                          MakeDoubleChecker<double>(1))
            .AddAttribute("MinRto",
                          "Shortest timeout. Default: htsim's Swift.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&Falcon::m_minRto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("InitialRto",
                          "Timeout while no round trip is known. Default: ours.",
                          TimeValue(MicroSeconds(500)),
                          MakeTimeAccessor(&Falcon::m_initialRto),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

Falcon::Falcon()
{
    NoteSends();
}

Falcon::~Falcon() = default;

void
Falcon::DoStart(uint64_t firstExpected)
{
    SelectiveReliability::DoStart(firstExpected);
    m_law = PeekPointer(DynamicCast<FalconSwift>(GetQueuePair().GetCongestionControl()));
}

std::unique_ptr<SelectiveReliability::Disorder>
Falcon::DoMakeDisorder() const
{
    return std::make_unique<Disorder>();
}

// ---- receiver

uint32_t
Falcon::GetLevel() const
{
    const uint64_t held = CountEarly();
    return static_cast<uint32_t>(
        std::min<uint64_t>(FalconSwift::N_LEVELS * held / m_bufferPackets, LEVEL_MASK));
}

void
Falcon::DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival arrival)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t expected = GetExpected();
    if (CountEarly() == 0 && !m_outOfWindow)
    {
        queuePair.SendAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame));
        return;
    }
    Sack sack;
    sack.hasBitmap = true;
    sack.sequence = sequence > expected && arrival != Arrival::IN_ORDER
                        ? std::min(sequence, GetArrivedEnd())
                        : GetArrivedEnd() - 1;
    sack.bitmap = GetDisorder().early.GetArrived().GetUpTo(sack.sequence);
    sack.outOfOrder = GetLevel() | (m_outOfWindow ? OWN : 0);
    m_outOfWindow = false;
    queuePair.SendSelectiveAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame), sack);
}

void
Falcon::DoReceiveBeyond(const fabric::Frame& frame, uint64_t sequence)
{
    m_outOfWindow = true;
    DoAnswer(frame, GetExpected(), Arrival::EARLY);
}

// ---- sender

void
Falcon::DoSent(uint64_t sequence)
{
    if (sequence - GetUna() >= m_capacity)
    {
        uint32_t capacity = std::max<uint32_t>(m_capacity, 32);
        while (sequence - GetUna() >= capacity)
        {
            capacity *= 2;
        }
        std::unique_ptr<Sent[]> sent(new Sent[capacity]);
        for (uint64_t at = GetUna(); m_capacity > 0 && at < sequence; ++at)
        {
            sent[at & (capacity - 1)] = GetSent(at);
        }
        m_sent = std::move(sent);
        m_capacity = capacity;
    }
    Sent& sent = GetSent(sequence);
    if (sequence >= m_sentEnd)
    {
        sent.timeouts = 0;
        m_sentEnd = sequence + 1;
    }
    // Packets are chosen while the one before is on the wire.
    sent.at = std::max(fabric::NowTicks(), GetQueuePair().GetPort().GetBusyUntil());
}

void
Falcon::DoJudge(const fabric::Frame& frame, bool)
{
    const fabric::RoceFields& fields = frame.roce;
    const Echo echo(fields);
    m_rtts.Sample(fabric::NowTicks() - echo.sentAt);
    const bool extended = fields.payloadBytes > 0;
    if (m_law)
    {
        m_law->SetBufferLevel(extended ? fields.outOfOrder & LEVEL_MASK : 0);
    }
    if (!extended)
    {
        return;
    }
    uint32_t repeated = 0;
    if (fields.outOfOrder & OWN)
    {
        repeated = Repeat(GetPosition());
        m_nOutOfWindow += repeated;
    }
    else
    {
        const uint64_t highest = ToSequence(fields.sackPsn, GetUna());
        if (highest < GetHighest() && highest > GetUna() + m_reorderDistance)
        {
            repeated = Repeat(highest - m_reorderDistance);
            m_nEarly += repeated;
        }
    }
    if (repeated > 0)
    {
        GetQueuePair().NotifyLoss(echo);
    }
}

uint32_t
Falcon::Repeat(uint64_t end)
{
    const Ticks limit = fabric::NowTicks() - m_rtts.GetSmoothed();
    uint32_t n = 0;
    for (uint64_t at = GetUna(); at < end; ++at)
    {
        if (!IsSacked(at) && !IsLost(at) && GetSent(at).at < limit)
        {
            MarkLost(at);
            ++n;
        }
    }
    return n;
}

// ---- timer

Ticks
Falcon::DoGetTimeout() const
{
    return m_rtts.GetSmoothed() == 0
               ? m_initialRto.GetTimeStep()
               : std::max(static_cast<Ticks>(m_timeoutFactor *
                                             static_cast<double>(m_rtts.GetSmoothed())),
                          m_minRto.GetTimeStep());
}

Ticks
Falcon::GetDue(uint64_t sequence)
{
    const Sent& sent = GetSent(sequence);
    return sent.at + (DoGetTimeout() << std::min(sent.timeouts, GetMaxBackoff()));
}

void
Falcon::DoStartTimer()
{
    // The oldest packet is likely to be the first whose timeout comes; DoTimer looks at all. What
    // is set already may be that of another.
    QueuePair& queuePair = GetQueuePair();
    const Ticks now = fabric::NowTicks();
    const Ticks at = IsLost(GetUna()) ? now + DoGetTimeout() : std::max(now, GetDue(GetUna()));
    if (!queuePair.IsTimerRunning() || at < queuePair.GetTimerState().at)
    {
        queuePair.SetTimer(at);
    }
}

void
Falcon::DoTimer()
{
    QueuePair& queuePair = GetQueuePair();
    const Ticks now = fabric::NowTicks();
    Ticks next = now + DoGetTimeout();
    bool expired = false;
    for (uint64_t at = GetUna(); at < GetPosition(); ++at)
    {
        if (IsSacked(at) || IsLost(at))
        {
            continue;
        }
        const Ticks due = GetDue(at);
        if (due > now)
        {
            next = std::min(next, due);
            continue;
        }
        Sent& sent = GetSent(at);
        if (sent.timeouts == GetRetryCount())
        {
            queuePair.NotifyTimeout();
            queuePair.Fail(CompletionStatus::RETRY_EXCEEDED);
            return;
        }
        ++sent.timeouts;
        expired = true;
        MarkLost(at);
    }
    if (expired)
    {
        queuePair.NotifyTimeout();
    }
    if (GetUna() < GetPosition())
    {
        queuePair.SetTimer(next);
    }
}

void
Falcon::DoExpire()
{
}

} // namespace ns3::rdma
