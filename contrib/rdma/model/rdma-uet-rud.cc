/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-uet-rud.h"

#include "rdma-opcode.h"
#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(UetRud);

TypeId
UetRud::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::UetRud")
            .SetParent<Reliability>()
            .SetGroupName("Rdma")
            .AddConstructor<UetRud>()
            .AddAttribute("Rto",
                          "Time after which a packet that is not acknowledged is lost. Default: "
                          "that of the Ultra Ethernet Consortium's reference model at 400 Gb/s "
                          "with queues of one BDP (15 us and six full queues).",
                          TimeValue(NanoSeconds(90380)),
                          MakeTimeAccessor(&UetRud::m_rto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RetryCount",
                          "Timeouts without any progress in between before the queue pair fails. "
                          "Default: that of NCCL.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&UetRud::m_retryCount),
                          MakeUintegerChecker<uint32_t>(0, 1U << 20))
            .AddAttribute("MaxBackoff",
                          "Doublings of the timeout while there is no progress, 0 to 30. The "
                          "reference model has none; the specification doubles.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&UetRud::m_maxBackoff),
                          MakeUintegerChecker<uint8_t>(0, 30))
            .AddAttribute("AckBytes",
                          "New message bytes after which the receiver acknowledges without being "
                          "asked. Default here and below: that of the reference model.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&UetRud::m_ackBytes),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("WindowPackets",
                          "Packets that the receiver tracks from the next missing one on; the "
                          "sender has no more outstanding. 1 to 2^20.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&UetRud::m_windowPackets),
                          MakeUintegerChecker<uint32_t>(1, 1U << 20))
            .AddAttribute("Sleek",
                          "Whether losses are found by what came early and by probes; for "
                          "networks that do not trim.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&UetRud::m_sleek),
                          MakeBooleanChecker())
            .AddAttribute("BaseRtt",
                          "Round-trip time without queues: unit of the times of probes.",
                          TimeValue(NanoSeconds(12507)),
                          MakeTimeAccessor(&UetRud::m_baseRtt),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("ProbeDelayLimit",
                          "Queueing delay of a probe below which what is missing is lost. "
                          "Default: the target of NSCC without trimming.",
                          TimeValue(NanoSeconds(12507)),
                          MakeTimeAccessor(&UetRud::m_probeDelayLimit),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("CloseAfter",
                          "The packet delivery context closes when it is idle for so long. "
                          "Default: ours.",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&UetRud::m_closeAfter),
                          MakeTimeChecker(Time(0)));
    return tid;
}

UetRud::UetRud() = default;

UetRud::~UetRud() = default;

bool
UetRud::HasAtomics() const
{
    return false;
}

bool
UetRud::IsUnordered() const
{
    return true;
}

void
UetRud::DoStart(uint64_t firstExpected)
{
    m_expected = firstExpected;
    m_newFrom = firstExpected;
    m_newTo = firstExpected;
    m_early.Start(firstExpected);
    m_packets.Start(GetUna());
    m_firstWindow = GetCongestionControl().GetWindow();
    SetMaxOutstanding(m_windowPackets);
    SetWatches();
}

void
UetRud::DoStop()
{
}

// ---- receiver

void
UetRud::DoReceiveData(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t sequence = ToSequence(frame.roce.psn, m_expected);
    if (HasArrived(sequence))
    {
        queuePair.NotifyDuplicate();
        if (sequence > m_expected)
        {
            // The sender does not know of it, nor perhaps of others near it.
            m_newFrom = std::min(m_newFrom, sequence);
            m_newTo = std::max(m_newTo, std::min(sequence + 63, m_arrivedEnd - 1));
        }
        Acknowledge(frame);
        return;
    }
    if (sequence != m_expected)
    {
        queuePair.NotifyOutOfOrder();
        if (sequence - m_expected >= m_windowPackets)
        {
            return; // a peer that is set up as we are sends no such packet
        }
    }
    const bool closedHole = NoteArrival(sequence);
    m_newBytes += frame.roce.payloadBytes;
    const bool marked = frame.ecn == fabric::Ecn::CE;
    const bool first = !m_anyArrived;
    m_anyArrived = true;
    Placement placement;
    const bool complete = m_assembler.Take(frame.roce, placement);
    if (frame.roce.ackRequest || marked || first || m_newBytes >= m_ackBytes ||
        (closedHole && m_askedInHole))
    {
        m_askedInHole = (m_askedInHole || frame.roce.ackRequest) && !m_early.IsEmpty();
        Acknowledge(frame);
    }
    if (complete)
    {
        Deliver(placement);
    }
}

bool
UetRud::NoteArrival(uint64_t sequence)
{
    m_newFrom = std::min(m_newFrom, sequence);
    m_newTo = std::max(m_newTo, sequence);
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
UetRud::Acknowledge(const fabric::Frame& frame)
{
    Sack sack;
    if (!m_early.IsEmpty())
    {
        // What arrived since the last ACK; if that is more than 64 apart, the lower part now.
        uint64_t last = m_arrivedEnd - 1;
        if (m_newFrom <= m_newTo)
        {
            last = std::min(std::max(m_newTo, m_expected), std::max(m_newFrom, m_expected) + 63);
        }
        while (last > m_expected && !m_early.Test(last))
        {
            --last;
        }
        if (last > m_expected)
        {
            sack.sequence = last;
            sack.bitmap = m_early.GetUpTo(last);
            sack.hasBitmap = true;
            sack.outOfOrder = static_cast<uint32_t>(m_early.GetCount());
        }
        m_newFrom = last + 1;
    }
    if (m_newFrom > m_newTo || m_early.IsEmpty())
    {
        m_newFrom = UINT64_MAX;
        m_newTo = m_expected;
    }
    m_newBytes = 0;
    QueuePair& queuePair = GetQueuePair();
    if (sack.hasBitmap)
    {
        queuePair.SendSelectiveAcknowledgment(m_expected - 1, SYNDROME_ACK, Echo(frame), sack);
    }
    else
    {
        queuePair.SendAcknowledgment(m_expected - 1, SYNDROME_ACK, Echo(frame));
    }
}

void
UetRud::DoReceiveTrimmed(const fabric::Frame& frame)
{
    const uint64_t sequence = ToSequence(frame.roce.psn, m_expected);
    if (HasArrived(sequence))
    {
        GetQueuePair().NotifyDuplicate();
        Acknowledge(frame);
        return;
    }
    GetQueuePair().SendTrimNak(frame, sequence);
}

void
UetRud::Deliver(Placement& placement)
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
UetRud::DoReceivePosted()
{
    if (!m_unready.empty() && GetQueuePair().TakeReceive(m_unready.front().receiveId))
    {
        const Placement placement = m_unready.front();
        m_unready.erase(m_unready.begin());
        GetQueuePair().NotifyPlaced(placement);
    }
}

// ---- sender

uint64_t
UetRud::GetBacklog() const
{
    return GetUnsentBytes() + uint64_t{m_packets.GetNLost()} * GetSendQueue().GetMtuBytes();
}

uint64_t
UetRud::DoTakeRepeat()
{
    return m_packets.FindLost();
}

void
UetRud::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    fabric::RoceFields& roce = frame.roce;
    const Ticks now = frame.sentAt;
    roce.again = sequence < m_packets.GetEnd();
    if (m_packets.GetBegin() == m_packets.GetEnd() && now - m_lastSent > m_closeAfter.GetTimeStep())
    {
        m_opening = true;
    }
    m_packets.Send(sequence, roce.payloadBytes, frame.entropy, now);
    SetRepeats(m_packets.GetNLost() > 0);
    SetBytesInFlight(m_packets.GetBytesInFlight());
    m_lastSent = now;
    roce.syn = m_opening;
    roce.ackRequest =
        roce.again || !HasMore() || !WindowHasRoom() || GetPosition() - GetUna() >= m_windowPackets;
    if (GetQueuePair().UsesCredit())
    {
        // The credit of this packet is not taken off yet.
        roce.credit = GetQueuePair().GetCreditTarget(GetBacklog() + roce.payloadBytes);
        roce.ackRequest = roce.ackRequest || !GetCongestionControl().HasCredit();
    }
}

void
UetRud::DoReceiveAck(const fabric::Frame& frame)
{
    const fabric::RoceFields& fields = frame.roce;
    const uint64_t una = ToSequence(fields.psn, GetUna()) + 1;
    if (una > GetHighest() || una + MAX_OUTSTANDING_PACKETS < GetUna())
    {
        return; // of another time
    }
    const Ticks now = fabric::NowTicks();
    m_lastHeard = now;
    m_opening = false;
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
    SetRepeats(m_packets.GetNLost() > 0);
    SetBytesInFlight(m_packets.GetBytesInFlight());
    if (GetUna() == GetHighest() && !HasMore())
    {
        GetQueuePair().StopTimer();
    }
    else if (m_sleek)
    {
        const bool answersProbe = fields.echoedSentAt == m_probedAt && m_probedAt > 0;
        if (answersProbe &&
            now - m_probedAt - m_baseRtt.GetTimeStep() < m_probeDelayLimit.GetTimeStep())
        {
            BeginRecovery();
        }
        Recover(fields.payloadBytes > 0 ? fields.outOfOrder : 0);
    }
    GetQueuePair().NotifyAcknowledged(bytes, Echo(fields));
}

uint64_t
UetRud::AcknowledgeSelectively(const fabric::RoceFields& fields)
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
UetRud::DoReceiveControl(const fabric::Frame& frame)
{
    if (frame.roce.opcode == OP_PROBE)
    {
        Acknowledge(frame);
        return;
    }
    const Echo echo(frame.roce);
    const uint64_t sequence = ToSequence(frame.roce.psn, GetUna());
    m_lastHeard = fabric::NowTicks();
    m_opening = false;
    if (!m_packets.Contains(sequence))
    {
        return; // it has arrived since
    }
    const auto& packet = m_packets.Get(sequence);
    if (packet.state != OutstandingPackets::State::SENT || packet.sentAt != echo.sentAt)
    {
        return; // likewise, or it was sent again since
    }
    const uint32_t bytes = packet.payload;
    m_packets.Lose(sequence);
    SetRepeats(true);
    SetBytesInFlight(m_packets.GetBytesInFlight());
    GetQueuePair().NotifyTrimmed(
        sequence, bytes, echo, frame.roce.syndrome == SYNDROME_NAK_TRIMMED_LAST_HOP);
}

void
UetRud::Lose(uint64_t sequence)
{
    const auto packet = m_packets.Get(sequence);
    m_packets.Lose(sequence);
    SetRepeats(true);
    SetBytesInFlight(m_packets.GetBytesInFlight());
    GetQueuePair().NotifyLoss(packet.payload, packet.entropy);
}

void
UetRud::BeginRecovery()
{
    if (!IsRecovering())
    {
        m_recoveryEnd = GetHighest();
        m_judgedEnd = GetUna();
    }
}

void
UetRud::Recover(uint32_t outOfOrder)
{
    const uint64_t mtu = GetSendQueue().GetMtuBytes();
    const uint64_t window = std::min(GetCongestionControl().GetWindow(), UNLIMITED_WINDOW / 4);
    const uint64_t threshold =
        std::max(std::min(window + window / 2, m_firstWindow), uint64_t{5} * mtu);
    if (outOfOrder * mtu >= threshold)
    {
        BeginRecovery();
    }
    if (!IsRecovering())
    {
        return;
    }
    const uint64_t packets = std::max<uint64_t>(1, window / mtu);
    const uint64_t end = m_recoveryEnd - GetUna() > packets ? GetUna() + packets : m_recoveryEnd;
    for (uint64_t at = std::max(m_judgedEnd, GetUna()); at < end; ++at)
    {
        if (m_packets.Get(at).state == OutstandingPackets::State::SENT)
        {
            Lose(at);
        }
        m_judgedEnd = at + 1;
    }
}

// ---- timer

void
UetRud::DoStartTimer()
{
    const Ticks now = fabric::NowTicks();
    m_lastHeard = now;
    const Ticks wait =
        m_sleek ? std::min(m_rto.GetTimeStep(), 3 * m_baseRtt.GetTimeStep()) : m_rto.GetTimeStep();
    GetQueuePair().SetTimer(now + wait);
}

void
UetRud::DoTimer()
{
    QueuePair& queuePair = GetQueuePair();
    const Ticks now = fabric::NowTicks();
    const bool lostBefore = m_packets.GetNLost() > 0;
    Ticks next = Expire(now);
    if (!queuePair.IsReady() || (m_packets.GetBegin() == m_packets.GetEnd() && !HasMore()))
    {
        return;
    }
    const bool stuck = !queuePair.CanSend() && m_packets.GetBytesInFlight() == 0;
    if (stuck || (lostBefore && m_packets.GetNLost() > 0 && !queuePair.CanSend()))
    {
        Probe(now);
    }
    if (m_sleek)
    {
        const Ticks rtt = m_baseRtt.GetTimeStep();
        const Ticks due = std::max(m_lastHeard + 3 * rtt, m_probedAt + 5 * rtt);
        if (due <= now)
        {
            Probe(now);
        }
        next = std::min(next, std::max(due, now + rtt));
    }
    queuePair.SetTimer(next);
}

Ticks
UetRud::Expire(Ticks now)
{
    const Ticks rto = m_rto.GetTimeStep() << std::min<uint32_t>(m_retries, m_maxBackoff);
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
            Lose(at);
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

void
UetRud::Probe(Ticks now)
{
    m_probedAt = now;
    QueuePair& queuePair = GetQueuePair();
    queuePair.SendControl(OP_PROBE,
                          GetUna(),
                          SYNDROME_ACK,
                          queuePair.UsesCredit() ? queuePair.GetCreditTarget(GetBacklog()) : 0);
}

} // namespace ns3::rdma
