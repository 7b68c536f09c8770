/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-uet-rudi.h"

#include "rdma-opcode.h"
#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

#include "ns3/boolean.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(UetRudi);

TypeId
UetRudi::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::UetRudi")
            .SetParent<UnorderedReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<UetRudi>()
            .AddAttribute("Rto",
                          "Least time after which a request without response is lost. Default: "
                          "that of UetRud.",
                          TimeValue(NanoSeconds(90380)),
                          MakeTimeAccessor(&UetRudi::m_rto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("Adaptive",
                          "Whether it is the smoothed round trip and four mean deviations where "
                          "these are longer, or always Rto. Default: ours, as RFC 6298.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&UetRudi::m_adaptive),
                          MakeBooleanChecker());
    return tid;
}

UetRudi::UetRudi() = default;

UetRudi::~UetRudi() = default;

ResponseStyle
UetRudi::GetResponseStyle() const
{
    return ResponseStyle::OF_REQUEST;
}

ReliabilityAbilities
UetRudi::GetAbilities() const
{
    return {true, true, false, false};
}

bool
UetRudi::SplitsReads() const
{
    return true;
}

bool
UetRudi::Carries(Verb verb) const
{
    return verb == Verb::READ || verb == Verb::WRITE;
}

// ---- target

void
UetRudi::DoReceiveData(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    if (frame.roce.opcode == OP_READ_REQUEST)
    {
        queuePair.Respond(frame, frame.roce.psn, false);
        return;
    }
    // Not put off behind responses, as acknowledgments are that tell of all before them.
    queuePair.SendAnswer(queuePair.NewAcknowledgment(frame.roce.psn, SYNDROME_ACK, Echo(frame)));
}

void
UetRudi::DoReceiveTrimmed(const fabric::Frame& frame)
{
    if (frame.roce.response)
    {
        Repeat(ToSequence(frame.roce.psn, GetUna()), Echo(frame.roce), frame.lastHop);
        return;
    }
    GetQueuePair().SendTrimNak(frame, frame.roce.psn);
}

// ---- initiator

void
UetRudi::DoStart(uint64_t firstExpected)
{
    UnorderedReliability::DoStart(firstExpected);
    SetGate();
}

bool
UetRudi::DoMaySend() const
{
    // The base knows of no payload of a READ; all but its last packet ask for a full one.
    const uint64_t window = GetCongestionControl().GetWindow();
    return GetBytesInFlight() == 0 || window == UNLIMITED_WINDOW ||
           !GetSendQueue().IsDataRequest(GetPosition()) ||
           GetBytesInFlight() + GetSendQueue().GetMtuBytes() <= window;
}

void
UetRudi::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    const fabric::RoceFields& roce = frame.roce;
    NoteLeave(frame, sequence, roce.opcode == OP_READ_REQUEST ? roce.dmaLength : roce.payloadBytes);
}

bool
UetRudi::Awaits(uint64_t sequence) const
{
    return GetPackets().Contains(sequence) &&
           GetPackets().Get(sequence).state != OutstandingPackets::State::ARRIVED;
}

void
UetRudi::DoReceiveAck(const fabric::Frame& frame)
{
    const uint64_t sequence = ToSequence(frame.roce.psn, GetUna());
    if (Awaits(sequence))
    {
        Finish(sequence, Echo(frame.roce));
    }
    else
    {
        GetQueuePair().NotifyDuplicate();
    }
}

void
UetRudi::DoReceiveResponse(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t sequence = ToSequence(frame.roce.psn, GetUna());
    if (!Awaits(sequence))
    {
        queuePair.NotifyDuplicate();
        return;
    }
    Echo echo(frame.roce);
    echo.ce = echo.ce || frame.ecn == fabric::Ecn::CE;
    queuePair.NotifyAnswer(GetSendQueue().GetNumber(sequence));
    Finish(sequence, echo);
    queuePair.NotifyDataArrived();
}

void
UetRudi::Finish(uint64_t sequence, const Echo& echo)
{
    m_rtts.Sample(fabric::NowTicks() - echo.sentAt);
    // As an acknowledgment that tells of this packet alone.
    if (sequence != GetUna())
    {
        GetQueuePair().NotifyOutOfOrder();
    }
    uint64_t una = GetUna();
    while (una < GetPackets().GetEnd() && (una == sequence || !Awaits(una)))
    {
        ++una;
    }
    fabric::RoceFields fields{};
    fields.psn = ToPsn(una - 1);
    if (sequence > una)
    {
        fields.payloadBytes = SACK_BITMAP_BYTES;
        fields.sackPsn = ToPsn(sequence);
        fields.sackBitmap = uint64_t{1} << 63;
    }
    const int64_t bytes = Acknowledge(fields);
    QueuePair& queuePair = GetQueuePair();
    if (GetUna() == GetHighest() && !HasMore())
    {
        queuePair.StopTimer();
    }
    queuePair.NotifyAcknowledged(bytes, echo);
}

void
UetRudi::DoReceiveControl(const fabric::Frame& frame)
{
    Repeat(ToSequence(frame.roce.psn, GetUna()),
           Echo(frame.roce),
           frame.roce.syndrome == SYNDROME_NAK_TRIMMED_LAST_HOP);
}

void
UetRudi::Repeat(uint64_t sequence, const Echo& echo, bool lastHop)
{
    if (!GetPackets().Contains(sequence))
    {
        return; // it is answered since
    }
    const auto& packet = GetPackets().Get(sequence);
    if (packet.state != OutstandingPackets::State::SENT || packet.sentAt != echo.sentAt)
    {
        return; // likewise, or it was sent again since
    }
    const uint32_t bytes = packet.payload;
    Lose(sequence);
    GetQueuePair().NotifyTrimmed(sequence, bytes, echo, lastHop);
}

Ticks
UetRudi::GetTimeout() const
{
    const Ticks least = m_rto.GetTimeStep();
    return m_adaptive ? std::max(least, m_rtts.GetTimeout()) : least;
}

void
UetRudi::DoStartTimer()
{
    GetQueuePair().SetTimer(fabric::NowTicks() + GetTimeout());
}

void
UetRudi::DoTimer()
{
    QueuePair& queuePair = GetQueuePair();
    const Ticks next = Expire(fabric::NowTicks(), GetTimeout());
    if (queuePair.IsReady() && (GetPackets().GetBegin() != GetPackets().GetEnd() || HasMore()))
    {
        queuePair.SetTimer(next);
    }
}

} // namespace ns3::rdma
