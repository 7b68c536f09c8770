/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-falcon.h"

#include "rdma-falcon-format.h"
#include "rdma-falcon-swift.h"
#include "rdma-opcode.h"
#include "rdma-psn.h"
#include "rdma-syndrome.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Falcon);

// Where a Falcon acknowledgment has what: `psn` is the base of the window of data, `msn` that of
// requests; the credit count of the syndrome is the level of the buffers. In EACKs `hasImmediate`
// tells a bitmap of requests (`sackBitmap`) from one of data (`sackBitmap`, then `sackPsn` and
// `outOfOrder`); `again` and `syn` are the notifications of the windows of data and requests. In
// NACKs `psn` is that of the packet, `hasImmediate` tells its window, requests or data, and
// `sackPsn` is the base of that of data.

TypeId
Falcon::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Falcon")
            .SetParent<SelectiveReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<Falcon>()
            .AddAttribute("RequestPackets",
                          "Window of pull requests, packets, at both ends. Default: the "
                          "specification's.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&Falcon::m_requestPackets),
                          MakeUintegerChecker<uint32_t>(1, 64))
            .AddAttribute("BitmapBytes",
                          "Bytes that an extended acknowledgment has more than a base one. "
                          "Default: the specification's bitmaps of 128, 128 and 64 bits.",
                          UintegerValue(FALCON_BITMAPS_BYTES),
                          MakeUintegerAccessor(&Falcon::m_bitmapBytes),
                          MakeUintegerChecker<uint32_t>(0, 1024))
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
                          "of the level that acknowledgments tell; and packets of pull data that "
                          "may be awaited. Default: the data window.",
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
    SetGate();
    SetWatches();
    SetOwnWindows();
}

Falcon::~Falcon() = default;

bool
Falcon::SplitsReads() const
{
    return true;
}

void
Falcon::DoStart(uint64_t firstExpected)
{
    SelectiveReliability::DoStart(firstExpected);
    // By windows, not by transactions: these are bounded by what the two may hold, and by pull
    // requests that are acknowledged before push data in front of them.
    SetMaxOutstanding(GetTransmitPackets() + m_requestPackets + m_bufferPackets);
    UintegerValue bitmap;
    GetAttribute("BitmapPackets", bitmap);
    m_dataIn.Start(firstExpected, static_cast<uint32_t>(bitmap.Get()));
    m_requestsIn.Start(firstExpected, m_requestPackets);
    m_data.Start(GetUna());
    m_requests.Start(GetUna());
    m_oldestData = GetUna();
    m_sentEnd = GetUna();
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
    return static_cast<uint32_t>(std::min<uint64_t>(FalconSwift::N_LEVELS * held / m_bufferPackets,
                                                    FalconSwift::N_LEVELS - 1));
}

FalconReceiveWindow&
Falcon::GetWindow(const fabric::RoceFields& fields)
{
    return IsDataRequest(fields.opcode) ? m_requestsIn : m_dataIn;
}

void
Falcon::DoTaken(const fabric::RoceFields& fields, AcceptResult result)
{
    FalconReceiveWindow& window = GetWindow(fields);
    const uint64_t packet = window.Find(fields.msn);
    if (result == AcceptResult::NOT_READY)
    {
        window.Refuse(packet);
    }
    else if (&window == &m_requestsIn)
    {
        window.Acknowledge(packet);
    }
    else
    {
        window.AcknowledgeUpTo(packet + 1);
    }
}

void
Falcon::DoAnswer(const fabric::Frame& frame, uint64_t, Arrival arrival)
{
    if (arrival == Arrival::EARLY)
    {
        FalconReceiveWindow& window = GetWindow(frame.roce);
        const uint64_t packet = window.Find(frame.roce.msn);
        &window == &m_requestsIn ? window.Acknowledge(packet) : window.Receive(packet);
    }
    Answer(frame);
}

void
Falcon::Answer(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    fabric::Frame* ack = queuePair.NewAcknowledgment(
        m_dataIn.GetBase(), static_cast<uint8_t>(GetLevel()), Echo(frame));
    fabric::RoceFields& fields = ack->roce;
    fields.msn = ToPsn(m_requestsIn.GetBase());
    if (m_dataIn.HasNews() || m_requestsIn.HasNews())
    {
        const FalconReceiveWindow& cause = GetWindow(frame.roce);
        const bool requests = cause.HasNews() ? &cause == &m_requestsIn : m_requestsIn.HasNews();
        const FalconReceiveWindow& shown = requests ? m_requestsIn : m_dataIn;
        fields.sackBitmap = shown.GetBitmap(0);
        fields.hasImmediate = requests && fields.sackBitmap > 0;
        const uint64_t rest = requests ? 0 : shown.GetBitmap(1);
        fields.sackPsn = static_cast<uint32_t>(rest);
        fields.outOfOrder = rest >> 32;
        fields.again = m_dataIn.TakeOutOfWindow();
        fields.syn = m_requestsIn.TakeOutOfWindow();
        fields.payloadBytes = SACK_BITMAP_BYTES; // it is extended
        ack->bytes += m_bitmapBytes;
    }
    queuePair.SendAnswer(ack);
}

void
Falcon::DoRefuse(const fabric::Frame& frame, const fabric::RoceFields& fields, uint8_t syndrome)
{
    QueuePair& queuePair = GetQueuePair();
    fabric::Frame* nack = queuePair.NewAcknowledgment(fields.msn, syndrome, Echo(frame));
    nack->roce.hasImmediate = &GetWindow(fields) == &m_requestsIn;
    nack->roce.sackPsn = ToPsn(m_dataIn.GetBase());
    nack->roce.msn = ToPsn(m_requestsIn.GetBase());
    queuePair.SendAnswer(nack);
}

bool
Falcon::DoIsBeyond(const fabric::Frame& frame)
{
    FalconReceiveWindow& window = GetWindow(frame.roce);
    return window.IsBeyond(window.Find(frame.roce.msn));
}

void
Falcon::DoReceiveBeyond(const fabric::Frame& frame, uint64_t)
{
    Answer(frame);
}

// ---- sender

bool
Falcon::DoMaySend() const
{
    if (!GetSendQueue().IsDataRequest(GetPosition()))
    {
        return m_data.next - m_data.base < GetTransmitPackets();
    }
    const uint64_t window = GetCongestionControl().GetWindow() / GetSendQueue().GetMtuBytes();
    const uint64_t unacknowledged = m_requests.next - m_requests.base;
    const uint64_t awaited = m_requests.next - m_requests.first - GetQueuePair().GetNAnswers();
    return unacknowledged < std::min<uint64_t>(m_requestPackets, std::max<uint64_t>(1, window)) &&
           awaited < m_bufferPackets;
}

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
        sent.pull = GetSendQueue().IsDataRequest(sequence);
        sent.psn = sent.pull ? m_requests.next++ : m_data.next++;
        m_sentEnd = sequence + 1;
    }
    // Packets are chosen while the one before is on the wire.
    sent.at = std::max(fabric::NowTicks(), GetQueuePair().GetPort().GetBusyUntil());
}

void
Falcon::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    frame.roce.msn = ToPsn(GetSent(sequence).psn);
    if (frame.roce.opcode <= OP_WRITE_ONLY_IMM)
    {
        GetSendQueue().DescribePlace(sequence, frame.roce);
    }
}

uint64_t
Falcon::FindSent(bool pull, uint64_t from) const
{
    uint64_t at = from;
    while (at < m_sentEnd && GetSent(at).pull != pull)
    {
        ++at;
    }
    return at;
}

void
Falcon::MoveBases(uint64_t requests)
{
    m_oldestData = FindSent(false, std::max(m_oldestData, GetUna()));
    m_data.base = m_oldestData < m_sentEnd ? GetSent(m_oldestData).psn : m_data.next;
    if (requests <= m_requests.base || requests > m_requests.next)
    {
        return;
    }
    m_requests.base = requests;
    // Those that came before push data in front of them.
    for (uint64_t at = FindSent(true, GetUna() + 1); at < m_sentEnd && GetSent(at).psn < requests;
         at = FindSent(true, at + 1))
    {
        if (!IsSacked(at))
        {
            AcknowledgeOne(at);
        }
    }
}

uint64_t
Falcon::DoFindNamed(const fabric::RoceFields& fields) const
{
    uint64_t at = GetUna();
    if (!IsAck(fields.syndrome))
    {
        const FalconSendWindow& window = fields.hasImmediate ? m_requests : m_data;
        const uint64_t psn = ToSequence(fields.psn, window.base);
        while (at < m_sentEnd && (GetSent(at).pull != fields.hasImmediate || GetSent(at).psn < psn))
        {
            ++at;
        }
        return psn < window.base || at == m_sentEnd ? GetHighest() + 1 : at;
    }
    const uint64_t data = ToSequence(fields.psn, m_data.base);
    const uint64_t requests = ToSequence(fields.msn, m_requests.base);
    if (data > m_data.next || requests > m_requests.next)
    {
        return GetHighest() + 1;
    }
    while (at < m_sentEnd && GetSent(at).psn < (GetSent(at).pull ? requests : data))
    {
        ++at;
    }
    return at - 1;
}

uint64_t
Falcon::DoAcknowledgeSelectively(const fabric::RoceFields& fields)
{
    const bool pull = fields.hasImmediate;
    MoveBases(ToSequence(fields.msn, m_requests.base));
    const FalconSendWindow& window = pull ? m_requests : m_data;
    const uint64_t base = ToSequence(pull ? fields.msn : fields.psn, window.base);
    if (base < window.base)
    {
        return 0; // of another time, when the base was another
    }
    const uint64_t words[2] = {fields.sackBitmap,
                               pull ? 0 : uint64_t{fields.outOfOrder} << 32 | fields.sackPsn};
    uint64_t bytes = 0;
    uint64_t highest = 0;
    for (uint64_t at = FindSent(pull, GetUna() + 1); at < m_sentEnd; at = FindSent(pull, at + 1))
    {
        const uint64_t bit = GetSent(at).psn - base; // vast for what is before the base
        if (bit < 128 && (words[bit / 64] >> (bit % 64) & 1))
        {
            highest = GetSent(at).psn;
            bytes += IsSacked(at) ? 0 : AcknowledgeOne(at);
        }
    }
    if (highest > m_reorderDistance)
    {
        m_earlyEnd = highest - m_reorderDistance;
    }
    return bytes;
}

void
Falcon::DoJudge(const fabric::Frame& frame, bool)
{
    const fabric::RoceFields& fields = frame.roce;
    const Echo echo(fields);
    m_rtts.Sample(fabric::NowTicks() - echo.sentAt);
    if (!IsAck(fields.syndrome))
    {
        MoveBases(m_requests.base);
        return; // a NAK, of the base class
    }
    if (m_law)
    {
        m_law->SetBufferLevel(fields.syndrome & (FalconSwift::N_LEVELS - 1));
    }
    if (fields.payloadBytes == 0)
    {
        MoveBases(ToSequence(fields.msn, m_requests.base));
        return;
    }
    uint32_t repeated = 0;
    if (!fields.again && !fields.syn)
    {
        repeated = Repeat(fields.hasImmediate, m_earlyEnd);
        m_nEarly += repeated;
    }
    else
    {
        repeated = (fields.again ? Repeat(false, m_data.next) : 0) +
                   (fields.syn ? Repeat(true, m_requests.next) : 0);
        m_nOutOfWindow += repeated;
    }
    m_earlyEnd = 0;
    if (repeated > 0)
    {
        GetQueuePair().NotifyLoss(echo);
    }
}

uint32_t
Falcon::Repeat(bool pull, uint64_t end)
{
    const Ticks limit = fabric::NowTicks() - m_rtts.GetSmoothed();
    uint32_t n = 0;
    for (uint64_t at = FindSent(pull, GetUna()); at < m_sentEnd && GetSent(at).psn < end;
         at = FindSent(pull, at + 1))
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
    uint32_t timeouts = 0;
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
        timeouts = std::max(timeouts, ++sent.timeouts);
        MarkLost(at);
    }
    if (timeouts > 0)
    {
        if (m_law)
        {
            m_law->SetTimeouts(timeouts);
        }
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
