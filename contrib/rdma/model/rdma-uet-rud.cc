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
            .SetParent<UnorderedReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<UetRud>()
            .AddAttribute("Rto",
                          "Time after which a packet that is not acknowledged is lost. Default: "
                          "that of the Ultra Ethernet Consortium's reference model at 400 Gb/s "
                          "with queues of one BDP (15 us and six full queues).",
                          TimeValue(NanoSeconds(90380)),
                          MakeTimeAccessor(&UetRud::m_rto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("AckBytes",
                          "New message bytes after which the receiver acknowledges without being "
                          "asked. Default here and below: that of the reference model.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&UetRud::m_ackBytes),
                          MakeUintegerChecker<uint32_t>(1))
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

ReliabilityAbilities
UetRud::GetAbilities() const
{
    return {true, true, true};
}

void
UetRud::DoStart(uint64_t firstExpected)
{
    UnorderedReliability::DoStart(firstExpected);
    m_newFrom = firstExpected;
    m_newTo = firstExpected;
    m_firstWindow = GetCongestionControl().GetWindow();
}

// ---- receiver

void
UetRud::DoReceiveData(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t sequence = ToSequence(frame.roce.psn, GetExpected());
    if (HasArrived(sequence))
    {
        queuePair.NotifyDuplicate();
        if (sequence > GetExpected())
        {
            // The sender does not know of it, nor perhaps of others near it.
            m_newFrom = std::min(m_newFrom, sequence);
            m_newTo = std::max(m_newTo, std::min(sequence + 63, GetArrivedEnd() - 1));
        }
        Answer(frame);
        return;
    }
    if (!IsWithinWindow(sequence))
    {
        return;
    }
    m_newFrom = std::min(m_newFrom, sequence);
    m_newTo = std::max(m_newTo, sequence);
    const bool closedHole = NoteArrival(sequence);
    m_newBytes += frame.roce.payloadBytes;
    const bool marked = frame.ecn == fabric::Ecn::CE;
    const bool first = !m_anyArrived;
    m_anyArrived = true;
    Placement placement;
    const bool complete = Assemble(frame.roce, placement);
    if (frame.roce.ackRequest || marked || first || m_newBytes >= m_ackBytes ||
        (closedHole && m_askedInHole))
    {
        m_askedInHole = (m_askedInHole || frame.roce.ackRequest) && !GetEarly().IsEmpty();
        Answer(frame);
    }
    if (complete)
    {
        Deliver(placement);
    }
}

void
UetRud::Answer(const fabric::Frame& frame)
{
    const uint64_t expected = GetExpected();
    const SequenceBitmap& early = GetEarly();
    Sack sack;
    if (!early.IsEmpty())
    {
        // What arrived since the last ACK; if that is more than 64 apart, the lower part now.
        uint64_t last = GetArrivedEnd() - 1;
        if (m_newFrom <= m_newTo)
        {
            last = std::min(std::max(m_newTo, expected), std::max(m_newFrom, expected) + 63);
        }
        while (last > expected && !early.Test(last))
        {
            --last;
        }
        if (last > expected)
        {
            sack.sequence = last;
            sack.bitmap = early.GetUpTo(last);
            sack.hasBitmap = true;
            sack.outOfOrder = static_cast<uint32_t>(early.GetCount());
        }
        m_newFrom = last + 1;
    }
    if (m_newFrom > m_newTo || early.IsEmpty())
    {
        m_newFrom = UINT64_MAX;
        m_newTo = expected;
    }
    m_newBytes = 0;
    QueuePair& queuePair = GetQueuePair();
    if (sack.hasBitmap)
    {
        queuePair.SendSelectiveAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame), sack);
    }
    else
    {
        queuePair.SendAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame));
    }
}

void
UetRud::DoReceiveTrimmed(const fabric::Frame& frame)
{
    const uint64_t sequence = ToSequence(frame.roce.psn, GetExpected());
    if (HasArrived(sequence))
    {
        GetQueuePair().NotifyDuplicate();
        Answer(frame);
        return;
    }
    GetQueuePair().SendTrimNak(frame, sequence);
}

// ---- sender

uint64_t
UetRud::GetBacklog() const
{
    // A message without bytes needs credit, too: nothing leaves without.
    const uint64_t unsent = HasMore() ? std::max<uint64_t>(GetUnsentBytes(), 1) : 0;
    return unsent + uint64_t{GetPackets().GetNLost()} * GetSendQueue().GetMtuBytes();
}

void
UetRud::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    fabric::RoceFields& roce = frame.roce;
    const Ticks now = frame.sentAt;
    if (GetPackets().GetBegin() == GetPackets().GetEnd() &&
        now - m_lastSent > m_closeAfter.GetTimeStep())
    {
        m_opening = true;
    }
    UnorderedReliability::DoLeave(frame, sequence);
    m_lastSent = now;
    roce.syn = m_opening;
    roce.ackRequest = roce.again || !HasMore() || !WindowHasRoom() ||
                      GetPosition() - GetUna() >= GetWindowPackets();
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
    const int64_t bytes = Acknowledge(fields);
    if (bytes < 0)
    {
        return;
    }
    const Ticks now = fabric::NowTicks();
    m_lastHeard = now;
    m_opening = false;
    m_unanswered = 0;
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

void
UetRud::DoReceiveControl(const fabric::Frame& frame)
{
    if (frame.roce.opcode == OP_PROBE)
    {
        Answer(frame);
        return;
    }
    const Echo echo(frame.roce);
    const uint64_t sequence = ToSequence(frame.roce.psn, GetUna());
    m_lastHeard = fabric::NowTicks();
    m_opening = false;
    m_unanswered = 0;
    if (!GetPackets().Contains(sequence))
    {
        return; // it has arrived since
    }
    const auto& packet = GetPackets().Get(sequence);
    if (packet.state != OutstandingPackets::State::SENT || packet.sentAt != echo.sentAt)
    {
        return; // likewise, or it was sent again since
    }
    const uint32_t bytes = packet.payload;
    Lose(sequence);
    GetQueuePair().NotifyTrimmed(
        sequence, bytes, echo, frame.roce.syndrome == SYNDROME_NAK_TRIMMED_LAST_HOP);
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
        if (GetPackets().Get(at).state == OutstandingPackets::State::SENT)
        {
            LoseAndNotify(at);
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
    const bool lostBefore = GetPackets().GetNLost() > 0;
    Ticks next = Expire(now, m_rto.GetTimeStep());
    if (!queuePair.IsReady() || (GetPackets().GetBegin() == GetPackets().GetEnd() && !HasMore()))
    {
        return;
    }
    const bool stuck = !queuePair.CanSend() && GetPackets().GetBytesInFlight() == 0;
    if (stuck || (lostBefore && GetPackets().GetNLost() > 0 && !queuePair.CanSend()))
    {
        if (!Ask(now))
        {
            queuePair.Fail(CompletionStatus::RETRY_EXCEEDED);
            return;
        }
        next = std::min(next, m_askAgainAt);
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

bool
UetRud::Ask(Ticks now)
{
    if (m_unanswered > 0 && now < m_askAgainAt)
    {
        return true;
    }
    if (m_unanswered > GetRetryCount())
    {
        return false;
    }
    m_askAgainAt = now + BackOff(m_rto.GetTimeStep(), m_unanswered);
    ++m_unanswered;
    Probe(now);
    return true;
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
