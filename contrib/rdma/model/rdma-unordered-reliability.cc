/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-unordered-reliability.h"

#include "rdma-queue-pair.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(UnorderedReliability);

TypeId
UnorderedReliability::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::UnorderedReliability")
            .SetParent<Reliability>()
            .SetGroupName("Rdma")
            .AddAttribute("WindowPackets",
                          "Packets that the receiver tracks from the next missing one on; the "
                          "sender has no more outstanding. 1 to 2^20. Default: that of the Ultra "
                          "Ethernet Consortium's reference model.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&UnorderedReliability::m_windowPackets),
                          MakeUintegerChecker<uint32_t>(1, 1U << 20))
            .AddAttribute("RetryCount",
                          "Timeouts without any progress in between before the queue pair fails. "
                          "Default: that of NCCL.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&UnorderedReliability::m_retryCount),
                          MakeUintegerChecker<uint32_t>(0, 1U << 20))
            .AddAttribute("MaxBackoff",
                          "Doublings of the timeout while there is no progress, 0 to 30. Ultra "
                          "Ethernet's reference model has none; its specification doubles.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&UnorderedReliability::m_maxBackoff),
                          MakeUintegerChecker<uint8_t>(0, 30));
    return tid;
}

UnorderedReliability::UnorderedReliability() = default;

UnorderedReliability::~UnorderedReliability() = default;

bool
UnorderedReliability::IsUnordered() const
{
    return true;
}

bool
UnorderedReliability::HasAtomics() const
{
    return false;
}

void
UnorderedReliability::DoStart(uint64_t firstExpected)
{
    m_expected = firstExpected;
    m_early.Start(firstExpected);
    m_packets.Start(GetUna());
    SetMaxOutstanding(m_windowPackets);
    SetWatches();
}

void
UnorderedReliability::DoStop()
{
}

// ---- receiver

bool
UnorderedReliability::IsWithinWindow(uint64_t sequence)
{
    if (sequence == m_expected)
    {
        return true;
    }
    GetQueuePair().NotifyOutOfOrder();
    return sequence - m_expected < m_windowPackets;
}

bool
UnorderedReliability::NoteArrival(uint64_t sequence)
{
    m_arrivedEnd = std::max(m_arrivedEnd, sequence + 1);
    if (sequence != m_expected)
    {
        m_early.Set(sequence);
        return false;
    }
    ++m_expected;
    if (m_early.IsEmpty())
    {
        m_early.Advance(m_expected);
        return false;
    }
    m_expected = m_early.FindClear(m_expected, m_expected + m_windowPackets);
    m_early.Advance(m_expected);
    return m_early.IsEmpty();
}

void
UnorderedReliability::Deliver(Placement& placement)
{
    if (ConsumesReceive(placement.verb) &&
        (!m_unready.empty() || !GetQueuePair().TakeReceive(placement.receiveId)))
    {
        m_unready.push_back(placement);
        return;
    }
    GetQueuePair().NotifyPlaced(placement);
}

void
UnorderedReliability::DoReceivePosted()
{
    if (!m_unready.empty() && GetQueuePair().TakeReceive(m_unready.front().receiveId))
    {
        const Placement placement = m_unready.front();
        m_unready.erase(m_unready.begin());
        GetQueuePair().NotifyPlaced(placement);
    }
}

// ---- sender

void
UnorderedReliability::Publish()
{
    SetRepeats(m_packets.GetNLost() > 0);
    SetBytesInFlight(m_packets.GetBytesInFlight());
}

uint64_t
UnorderedReliability::DoTakeRepeat()
{
    return m_packets.FindLost();
}

void
UnorderedReliability::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    NoteLeave(frame, sequence, frame.roce.payloadBytes);
}

void
UnorderedReliability::NoteLeave(fabric::Frame& frame, uint64_t sequence, uint32_t bytes)
{
    frame.roce.again = sequence < m_packets.GetEnd();
    m_packets.Send(sequence, bytes, frame.entropy, frame.sentAt);
    Publish();
}

int64_t
UnorderedReliability::Acknowledge(const fabric::RoceFields& fields)
{
    const uint64_t una = ToSequence(fields.psn, GetUna()) + 1;
    if (una > GetHighest() || una + MAX_OUTSTANDING_PACKETS < GetUna())
    {
        return -1;
    }
    uint64_t bytes = 0;
    if (una > GetUna())
    {
        bytes = m_packets.ArriveUpTo(una);
        Advance(una);
        m_retries = 0;
    }
    if (fields.payloadBytes > 0)
    {
        bytes += AcknowledgeSelectively(fields);
    }
    Publish();
    return static_cast<int64_t>(bytes);
}

uint64_t
UnorderedReliability::AcknowledgeSelectively(const fabric::RoceFields& fields)
{
    const uint64_t last = ToSequence(fields.sackPsn, GetUna());
    uint64_t bytes = 0;
    uint64_t bitmap = fields.sackBitmap;
    while (bitmap)
    {
        const uint32_t behind = __builtin_clzll(bitmap);
        const uint64_t sequence = last - behind;
        if (m_packets.Contains(sequence))
        {
            bytes += m_packets.Arrive(sequence);
        }
        bitmap &= ~(uint64_t{1} << (63 - behind));
    }
    return bytes;
}

void
UnorderedReliability::Lose(uint64_t sequence)
{
    m_packets.Lose(sequence);
    Publish();
}

void
UnorderedReliability::LoseAndNotify(uint64_t sequence)
{
    const auto packet = m_packets.Get(sequence);
    Lose(sequence);
    GetQueuePair().NotifyLoss(packet.payload, packet.entropy);
}

Ticks
UnorderedReliability::Expire(Ticks now, Ticks timeout)
{
    const Ticks rto = BackOff(timeout, m_retries);
    Ticks next = now + rto;
    bool expired = false;
    bool oldest = false;
    for (uint64_t at = m_packets.GetBegin(); at < m_packets.GetEnd(); ++at)
    {
        const auto& packet = m_packets.Get(at);
        if (packet.state != OutstandingPackets::State::SENT)
        {
            continue;
        }
        if (packet.sentAt + rto <= now)
        {
            oldest = oldest || at == m_packets.GetBegin();
            expired = true;
            LoseAndNotify(at);
        }
        else
        {
            next = std::min(next, packet.sentAt + rto);
        }
    }
    if (!expired)
    {
        return next;
    }
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyTimeout();
    if (oldest && m_retries++ == m_retryCount)
    {
        queuePair.Fail(CompletionStatus::RETRY_EXCEEDED);
    }
    return next;
}

} // namespace ns3::rdma
