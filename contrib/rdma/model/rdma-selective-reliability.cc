/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-selective-reliability.h"

#include "rdma-opcode.h"
#include "rdma-syndrome.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SelectiveReliability);

TypeId
SelectiveReliability::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::SelectiveReliability")
            .SetParent<Reliability>()
            .SetGroupName("Rdma")
            .AddAttribute("BitmapPackets",
                          "Packets that the receiver tracks from the one expected on; the sender "
                          "has no more outstanding. 1 to 2^22. Default: four times the packets of "
                          "4 KB that 400 Gb/s sends in 12 us, so that a repeat need not stop the "
                          "sender.",
                          UintegerValue(1024),
                          MakeUintegerAccessor(&SelectiveReliability::m_bitmapPackets),
                          MakeUintegerChecker<uint32_t>(1, 1U << 22))
            .AddAttribute("TransmitWindow",
                          "Packets that the sender may have outstanding, up to 2^22, where that is "
                          "not BitmapPackets, 0. Above it packets may come that the receiver does "
                          "not track, and drops.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SelectiveReliability::m_transmitWindow),
                          MakeUintegerChecker<uint32_t>(0, 1U << 22))
            .AddAttribute("BdpTime",
                          "Flow control by bandwidth-delay product (IRN, SIGCOMM 2018, 3.2): the "
                          "sender has no more outstanding than the line rate sends in this time, "
                          "which is the round trip of the longest path without queues. 0: only "
                          "BitmapPackets is the limit.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&SelectiveReliability::m_bdpTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("RetryCount",
                          "Timeouts without any progress in between before the queue pair fails, "
                          "0 to 65535. Default: that of NCCL.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&SelectiveReliability::m_retryCount),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("MaxBackoff",
                          "Doublings of the timeout while there is no progress, 0 to 30; 0 for "
                          "timeouts that are always the same, as in IRN. The default lets a "
                          "queue pair outlive a link that is down for tens of milliseconds.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&SelectiveReliability::m_maxBackoff),
                          MakeUintegerChecker<uint8_t>(0, 30))
            .AddAttribute("RnrRetryCount",
                          "Attempts to send again after an RNR NAK; 7 for no end. Default: that "
                          "of NCCL.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&SelectiveReliability::m_rnrRetryCount),
                          MakeUintegerChecker<uint8_t>(0, 7))
            .AddAttribute("RnrTimer",
                          "Code of the time that our RNR NAKs ask the sender to wait: 1 is 0.01 "
                          "ms, 12 is 0.64 ms, 31 is 491.52 ms, 0 is 655.36 ms. Default: that of "
                          "NCCL.",
                          UintegerValue(12),
                          MakeUintegerAccessor(&SelectiveReliability::m_rnrTimer),
                          MakeUintegerChecker<uint8_t>(0, 31));
    return tid;
}

SelectiveReliability::SelectiveReliability()
    : m_rnrRetries(0),
      m_ownWindows(false)
{
}

SelectiveReliability::~SelectiveReliability() = default;

void
SelectiveReliability::DoStart(uint64_t firstExpected)
{
    m_expected = firstExpected;
    SetMaxOutstanding(GetTransmitPackets());
}

uint32_t
SelectiveReliability::GetTransmitPackets() const
{
    uint64_t packets = m_transmitWindow > 0 ? m_transmitWindow : m_bitmapPackets;
    if (!m_bdpTime.IsZero())
    {
        const auto& context = GetQueuePair().GetCongestionControl()->GetContext();
        const Ticks frame = fabric::SerializationTicks(context.frameBytes, context.lineRate);
        const uint64_t bdp = (m_bdpTime.GetTimeStep() + frame - 1) / frame;
        packets = std::min(packets, std::max<uint64_t>(1, bdp));
    }
    return static_cast<uint32_t>(packets);
}

void
SelectiveReliability::DoStop()
{
}

SelectiveReliability::Disorder&
SelectiveReliability::GetDisorder()
{
    if (!m_disorder)
    {
        m_disorder = DoMakeDisorder();
        m_disorder->early.Start(m_expected);
        m_disorder->sacked.Start(GetUna());
        m_disorder->lost.Start(GetUna());
    }
    return *m_disorder;
}

// ---- receiver

void
SelectiveReliability::DoReceiveData(const fabric::Frame& frame)
{
    const uint64_t sequence = ToSequence(frame.roce.psn, m_expected);
    if (sequence == m_expected)
    {
        ReceiveExpected(frame);
        return;
    }
    QueuePair& queuePair = GetQueuePair();
    if (sequence < m_expected || (m_disorder && m_disorder->early.Contains(sequence)))
    {
        queuePair.NotifyDuplicate();
        if (frame.roce.ackRequest)
        {
            DoAnswer(frame, sequence, Arrival::DUPLICATE);
        }
        return;
    }
    queuePair.NotifyOutOfOrder();
    if (m_ownWindows ? DoIsBeyond(frame) : sequence - m_expected >= m_bitmapPackets)
    {
        DoReceiveBeyond(frame, sequence);
        return;
    }
    Disorder& disorder = GetDisorder();
    disorder.early.Insert(sequence, frame.roce);
    disorder.arrivedEnd = std::max(disorder.arrivedEnd, sequence + 1);
    DoAnswer(frame, sequence, Arrival::EARLY);
}

bool
SelectiveReliability::DoIsBeyond(const fabric::Frame&)
{
    return false;
}

void
SelectiveReliability::DoTaken(const fabric::RoceFields&, AcceptResult)
{
}

void
SelectiveReliability::DoReceiveBeyond(const fabric::Frame&, uint64_t)
{
}

void
SelectiveReliability::DoRefuse(const fabric::Frame& frame,
                               const fabric::RoceFields&,
                               uint8_t syndrome)
{
    GetQueuePair().SendAcknowledgment(m_expected, syndrome, Echo(frame));
}

void
SelectiveReliability::ReceiveExpected(const fabric::Frame& frame)
{
    const uint64_t sequence = m_expected;
    Placement placement;
    AcceptResult result = Take(frame, frame.roce, placement);
    if (result == AcceptResult::NOT_READY || result == AcceptResult::INVALID)
    {
        return;
    }
    if (m_disorder && !m_disorder->early.IsEmpty())
    {
        TakeEarly(frame, sequence, result, placement);
        return;
    }
    if (m_disorder)
    {
        m_disorder->early.Advance(m_expected);
    }
    if (frame.roce.ackRequest)
    {
        DoAnswer(frame, sequence, Arrival::IN_ORDER);
    }
    if (result == AcceptResult::COMPLETED)
    {
        GetQueuePair().NotifyPlaced(placement);
    }
}

void
SelectiveReliability::TakeEarly(const fabric::Frame& frame,
                                uint64_t sequence,
                                AcceptResult result,
                                Placement& placement)
{
    Disorder& disorder = *m_disorder;
    disorder.placements.clear();
    for (;;)
    {
        if (result == AcceptResult::COMPLETED)
        {
            disorder.placements.push_back(placement);
        }
        if (!disorder.early.Contains(m_expected))
        {
            disorder.early.Advance(m_expected);
            DoAnswer(frame, sequence, Arrival::IN_ORDER);
            break;
        }
        result = Take(frame, disorder.early.Get(m_expected), placement);
        if (result == AcceptResult::INVALID)
        {
            return;
        }
        if (result == AcceptResult::NOT_READY)
        {
            disorder.early.Advance(m_expected);
            disorder.early.Remove(m_expected); // it comes again
            break;
        }
    }
    // The user is told when everything is in place: it may post new work. Nothing arrives
    // meanwhile.
    for (const Placement& done : disorder.placements)
    {
        GetQueuePair().NotifyPlaced(done);
    }
}

AcceptResult
SelectiveReliability::Take(const fabric::Frame& frame,
                           const fabric::RoceFields& fields,
                           Placement& placement)
{
    QueuePair& queuePair = GetQueuePair();
    const AcceptResult result = queuePair.Accept(fields, placement);
    if (m_ownWindows)
    {
        DoTaken(fields, result);
    }
    switch (result)
    {
    case AcceptResult::NOT_READY:
        GetDisorder().refused = true;
        DoRefuse(frame, fields, SYNDROME_RNR | m_rnrTimer);
        break;
    case AcceptResult::INVALID:
        DoRefuse(frame, fields, SYNDROME_NAK_INVALID_REQUEST);
        queuePair.Fail(CompletionStatus::FLUSHED);
        break;
    case AcceptResult::PARTIAL:
    case AcceptResult::COMPLETED:
        ++m_expected;
        if (m_disorder)
        {
            m_disorder->refused = false;
        }
        break;
    }
    return result;
}

// ---- sender

uint64_t
SelectiveReliability::DoFindNamed(const fabric::RoceFields& fields) const
{
    return ToSequence(fields.psn, GetUna());
}

void
SelectiveReliability::DoReceiveAck(const fabric::Frame& frame)
{
    const fabric::RoceFields& fields = frame.roce;
    const uint64_t named = DoFindNamed(fields);
    const uint64_t una = named + (IsAck(fields.syndrome) ? 1 : 0);
    if (una > GetHighest() || named + MAX_OUTSTANDING_PACKETS < GetUna())
    {
        return; // of another time; the standard calls it a ghost
    }
    // Where packets overtake each other acknowledgments do too: an old one may tell something new.
    uint64_t bytes = 0;
    const bool progress = una > GetUna();
    if (progress)
    {
        bytes = AcknowledgeUpTo(una);
        m_retries = 0;
        m_rnrRetries = 0;
    }
    if (fields.payloadBytes > 0)
    {
        bytes += DoAcknowledgeSelectively(fields);
    }
    const bool nak =
        fields.syndrome == SYNDROME_NAK_SEQUENCE_ERROR && una == GetUna() && una < GetHighest();
    DoJudge(frame, nak);
    if (progress)
    {
        RestartTimer();
    }
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyAcknowledged(bytes, Echo(fields));
    if (IsAck(fields.syndrome) || fields.syndrome == SYNDROME_NAK_SEQUENCE_ERROR)
    {
        return;
    }
    if (IsRnr(fields.syndrome))
    {
        if (una == GetUna())
        {
            ReceiveNotReady(una, fields.syndrome);
        }
        return;
    }
    queuePair.Fail(fields.syndrome == SYNDROME_NAK_INVALID_REQUEST
                       ? CompletionStatus::REMOTE_INVALID_REQUEST
                       : CompletionStatus::REMOTE_ERROR);
}

uint64_t
SelectiveReliability::AcknowledgeUpTo(uint64_t una)
{
    uint64_t known = 0;     // bytes that were known to have arrived
    uint64_t uncounted = 0; // bytes that did not count as in flight
    if (m_disorder)
    {
        known = CountBytes(m_disorder->sacked, una);
        uncounted = CountBytes(m_disorder->lost, una);
        m_disorder->sacked.Advance(una);
        m_disorder->lost.Advance(una);
        SetRepeats(!m_disorder->lost.IsEmpty());
    }
    const uint64_t news = Advance(una) - known;
    SetBytesInFlight(GetBytesInFlight() - (news - uncounted));
    if (IsSacked(una))
    {
        // All before it have come, and it was not taken with them: it had come early, found no
        // receive when its turn came, and was forgotten. The RNR NAK or the timer brings it again.
        m_disorder->sacked.Clear(una);
        SetBytesInFlight(GetBytesInFlight() + GetSendQueue().GetPayload(una));
    }
    return news;
}

uint64_t
SelectiveReliability::CountBytes(const SequenceBitmap& bitmap, uint64_t end) const
{
    uint64_t bytes = 0;
    for (uint64_t at = bitmap.FindSet(GetUna(), end); at < end; at = bitmap.FindSet(at + 1, end))
    {
        bytes += GetSendQueue().GetPayload(at);
    }
    return bytes;
}

uint64_t
SelectiveReliability::AcknowledgeOne(uint64_t sequence)
{
    Disorder& disorder = GetDisorder();
    disorder.sacked.Set(sequence);
    disorder.sackedEnd = std::max(disorder.sackedEnd, sequence + 1);
    const uint32_t bytes = GetSendQueue().GetPayload(sequence);
    if (disorder.lost.Test(sequence))
    {
        disorder.lost.Clear(sequence);
        SetRepeats(!disorder.lost.IsEmpty());
    }
    else
    {
        SetBytesInFlight(GetBytesInFlight() - bytes);
    }
    return bytes;
}

uint64_t
SelectiveReliability::DoAcknowledgeSelectively(const fabric::RoceFields& fields)
{
    const uint64_t una = GetUna();
    const uint64_t last = ToSequence(fields.sackPsn, una);
    if (last >= GetHighest())
    {
        return 0; // of another time
    }
    uint64_t bitmap = fields.sackBitmap | uint64_t{1} << 63;
    uint64_t bytes = 0;
    while (bitmap)
    {
        const uint32_t behind = __builtin_clzll(bitmap);
        if (last - behind <= una || last < behind) // of una itself: see AcknowledgeUpTo
        {
            break;
        }
        if (!IsSacked(last - behind))
        {
            bytes += AcknowledgeOne(last - behind);
        }
        bitmap &= ~(uint64_t{1} << (63 - behind));
    }
    return bytes;
}

void
SelectiveReliability::MarkLost(uint64_t sequence)
{
    GetDisorder().lost.Set(sequence);
    SetBytesInFlight(GetBytesInFlight() - GetSendQueue().GetPayload(sequence));
    SetRepeats(true);
}

void
SelectiveReliability::MarkLost(uint64_t from, uint64_t to)
{
    const SequenceBitmap& sacked = GetDisorder().sacked;
    for (uint64_t at = sacked.FindClear(std::max(from, GetUna()), to); at < to;
         at = sacked.FindClear(at + 1, to))
    {
        if (!IsLost(at))
        {
            MarkLost(at);
        }
    }
}

uint64_t
SelectiveReliability::DoTakeRepeat()
{
    SequenceBitmap& lost = m_disorder->lost;
    const uint64_t sequence = lost.FindSet(GetUna(), GetHighest());
    lost.Clear(sequence);
    SetRepeats(!lost.IsEmpty());
    if (sequence == GetUna())
    {
        DoStartTimer(); // what is waited for leaves now
    }
    DoRepeat(sequence);
    return sequence;
}

void
SelectiveReliability::DoRepeat(uint64_t sequence)
{
}

void
SelectiveReliability::ReceiveNotReady(uint64_t sequence, uint8_t syndrome)
{
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyNotReady(sequence);
    if (sequence >= GetHighest() || IsLost(sequence))
    {
        return; // it waits already
    }
    if (m_rnrRetryCount < 7 && m_rnrRetries++ == m_rnrRetryCount)
    {
        queuePair.Fail(CompletionStatus::RNR_RETRY_EXCEEDED);
        return;
    }
    MarkLost(sequence);
    const Ticks end = fabric::NowTicks() + RnrDelay(syndrome);
    queuePair.BlockUntil(end);
    queuePair.SetTimer(end + DoGetTimeout()); // for the case that it finds the window closed
}

// ---- timer

Ticks
SelectiveReliability::GetDeadline() const
{
    return fabric::NowTicks() + (DoGetTimeout() << std::min<uint32_t>(m_retries, m_maxBackoff));
}

void
SelectiveReliability::DoStartTimer()
{
    GetQueuePair().SetTimer(GetDeadline());
}

void
SelectiveReliability::RestartTimer()
{
    if (GetUna() < GetPosition())
    {
        DoStartTimer();
    }
    else
    {
        GetQueuePair().StopTimer();
    }
}

void
SelectiveReliability::DoTimer()
{
    Expire();
}

void
SelectiveReliability::Expire()
{
    if (IsLost(GetUna()) && (WindowHasRoom() || CanSend()))
    {
        DoStartTimer(); // it waits to leave: for its turn, its pace, or the end of a pause
        return;
    }
    // If it waits for the window, what fills that is lost, too.
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyTimeout();
    if (m_retries == m_retryCount)
    {
        queuePair.Fail(CompletionStatus::RETRY_EXCEEDED);
        return;
    }
    ++m_retries;
    MarkLost(GetUna(), GetPosition());
    DoExpire();
    DoStartTimer();
}

} // namespace ns3::rdma
