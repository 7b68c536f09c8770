/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-go-back-n.h"

#include "rdma-opcode.h"
#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

#include "ns3/boolean.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(GoBackN);

TypeId
GoBackN::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::GoBackN")
            .SetParent<Reliability>()
            .SetGroupName("Rdma")
            .AddConstructor<GoBackN>()
            .AddAttribute("AckTimeout",
                          "Local ACK timeout, as exponent: 4.096 us times 2 to this power; 0 for "
                          "none. Default: perftest's 14, 67 ms (NCCL: 20, 4.3 s).",
                          UintegerValue(14),
                          MakeUintegerAccessor(&GoBackN::m_ackTimeout),
                          MakeUintegerChecker<uint8_t>(0, 31))
            .AddAttribute("AdaptiveTimeout",
                          "Whether timeouts follow one another as measured on NICs with NVIDIA's "
                          "adaptive retransmission: 0.083, 0.061, 0.125, 0.25, 0.374, 1 and 2 "
                          "times AckTimeout (Lumina, SIGCOMM 2023, 6.2.3). Default: the standard.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&GoBackN::m_adaptive),
                          MakeBooleanChecker())
            .AddAttribute("RetryCount",
                          "Attempts to send again, after a NAK or timeout, without any progress "
                          "in between, before the queue pair fails. Default: that of NCCL.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&GoBackN::m_retryCount),
                          MakeUintegerChecker<uint8_t>(0, 7))
            .AddAttribute("RnrRetryCount",
                          "Attempts to send again after an RNR NAK; 7 for no end. Default: that "
                          "of NCCL.",
                          UintegerValue(7),
                          MakeUintegerAccessor(&GoBackN::m_rnrRetryCount),
                          MakeUintegerChecker<uint8_t>(0, 7))
            .AddAttribute("RnrTimer",
                          "Code of the time that our RNR NAKs ask the sender to wait: 1 is 0.01 "
                          "ms, 12 is 0.64 ms, 31 is 491.52 ms, 0 is 655.36 ms. Default: that of "
                          "NCCL.",
                          UintegerValue(12),
                          MakeUintegerAccessor(&GoBackN::m_rnrTimer),
                          MakeUintegerChecker<uint8_t>(0, 31))
            .AddAttribute("NakGenerationDelay",
                          "Receiver: from the packet that shows a gap to the NAK. Default: "
                          "ConnectX-5 and -6 Dx as measured by Lumina (SIGCOMM 2023).",
                          TimeValue(MicroSeconds(2)),
                          MakeTimeAccessor(&GoBackN::m_nakGenerationDelay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("NakReactionDelay",
                          "Sender: from the arrival of a NAK to the first packet sent again; new "
                          "packets leave meanwhile. Default: the middle of what Lumina (SIGCOMM "
                          "2023) measured on ConnectX-5 and -6 Dx.",
                          TimeValue(MicroSeconds(4)),
                          MakeTimeAccessor(&GoBackN::m_nakReactionDelay),
                          MakeTimeChecker(Time(0)));
    return tid;
}

GoBackN::GoBackN() = default;

GoBackN::~GoBackN() = default;

ReliabilityAbilities
GoBackN::GetAbilities() const
{
    return {false, false, false};
}

ResponseStyle
GoBackN::GetResponseStyle() const
{
    return ResponseStyle::OF_REQUEST;
}

void
GoBackN::DoStart(uint64_t firstExpected)
{
    m_expected = firstExpected;
}

void
GoBackN::DoStop()
{
    m_nakEvent.Cancel();
    m_reactionEvent.Cancel();
}

void
GoBackN::DoReceiveData(const fabric::Frame& frame)
{
    const uint64_t sequence = ToSequence(frame.roce.psn, m_expected);
    if (sequence != m_expected)
    {
        ReceiveOutOfOrder(frame, sequence);
        return;
    }
    Placement placement;
    const AcceptResult result = Take(frame, sequence, placement);
    if (result == AcceptResult::COMPLETED && AsksForData(placement.verb) &&
        GetResponseStyle() == ResponseStyle::OF_REQUEST)
    {
        m_expected = sequence + GetQueuePair().Respond(frame, sequence, false);
        return;
    }
    if (result != AcceptResult::PARTIAL && result != AcceptResult::COMPLETED)
    {
        return;
    }
    QueuePair& queuePair = GetQueuePair();
    if (frame.roce.ackRequest)
    {
        queuePair.SendAcknowledgment(sequence, SYNDROME_ACK, Echo(frame));
    }
    if (result == AcceptResult::COMPLETED)
    {
        queuePair.NotifyPlaced(placement);
    }
}

AcceptResult
GoBackN::Take(const fabric::Frame& frame, uint64_t named, Placement& placement)
{
    QueuePair& queuePair = GetQueuePair();
    const AcceptResult result = queuePair.Accept(frame.roce, placement);
    switch (result)
    {
    case AcceptResult::NOT_READY:
        m_nakSent = true; // what follows is out of order, and known to be
        queuePair.SendAcknowledgment(named, SYNDROME_RNR | m_rnrTimer, Echo(frame));
        break;
    case AcceptResult::INVALID:
        queuePair.SendAcknowledgment(m_expected, SYNDROME_NAK_INVALID_REQUEST, Echo(frame));
        queuePair.Fail(CompletionStatus::FLUSHED);
        break;
    case AcceptResult::PARTIAL:
    case AcceptResult::COMPLETED:
        ++m_expected;
        m_nakSent = false;
        break;
    }
    return result;
}

void
GoBackN::ReceiveOutOfOrder(const fabric::Frame& frame, uint64_t sequence)
{
    QueuePair& queuePair = GetQueuePair();
    if (sequence < m_expected)
    {
        queuePair.NotifyDuplicate();
        if (IsDataRequest(frame.roce.opcode) && GetResponseStyle() == ResponseStyle::OF_REQUEST)
        {
            queuePair.Respond(frame, sequence, true);
        }
        else if (frame.roce.ackRequest)
        {
            queuePair.SendAcknowledgment(m_expected - 1, SYNDROME_ACK, Echo(frame));
        }
        return;
    }
    ReportGap(frame);
}

void
GoBackN::ReportGap(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyOutOfOrder();
    if (m_nakSent)
    {
        return;
    }
    m_nakSent = true;
    if (m_nakGenerationDelay.IsZero())
    {
        queuePair.SendAcknowledgment(m_expected, SYNDROME_NAK_SEQUENCE_ERROR, Echo(frame));
        return;
    }
    m_nakEvent.Cancel();
    m_nakEvent = Simulator::Schedule(m_nakGenerationDelay,
                                     &QueuePair::SendAcknowledgment,
                                     &queuePair,
                                     m_expected,
                                     SYNDROME_NAK_SEQUENCE_ERROR,
                                     Echo(frame));
}

void
GoBackN::DoReceiveAck(const fabric::Frame& frame)
{
    const uint8_t syndrome = frame.roce.syndrome;
    const uint64_t sequence = ToSequence(frame.roce.psn, GetUna());
    const bool ack = IsAck(syndrome);
    if (sequence + (ack ? 1 : 0) > GetHighest() || sequence + 1 < GetUna())
    {
        return; // of another time; the standard calls it a ghost
    }
    const uint64_t response = GetQueuePair().GetNextResponse();
    if (sequence + (ack ? 1 : 0) > response)
    {
        ReceiveResponseGap(response, frame); // what is acknowledged comes behind it
        return;
    }
    if (ack)
    {
        ReceiveProgress(sequence + 1, frame);
        return;
    }
    if (sequence < GetUna())
    {
        return; // what it asks for has arrived meanwhile
    }
    if (sequence > GetUna())
    {
        ReceiveProgress(sequence, frame); // a NAK acknowledges all before it
    }
    if (IsRnr(syndrome))
    {
        ReceiveNotReady(sequence, frame);
    }
    else if (syndrome == SYNDROME_NAK_SEQUENCE_ERROR)
    {
        ReceiveSequenceError(sequence, frame);
    }
    else
    {
        GetQueuePair().Fail(syndrome == SYNDROME_NAK_INVALID_REQUEST
                                ? CompletionStatus::REMOTE_INVALID_REQUEST
                                : CompletionStatus::REMOTE_ERROR);
    }
}

void
GoBackN::ReceiveProgress(uint64_t una, const fabric::Frame& frame)
{
    uint64_t bytes = 0;
    if (una > GetUna())
    {
        const bool overtaken = una > GetPosition(); // we had gone back for what has arrived since
        bytes = Advance(una);
        SetBytesInFlight(overtaken ? 0 : GetBytesInFlight() - bytes);
        m_retries = 0;
        m_rnrRetries = 0;
        RestartTimer();
    }
    if (IsResponse(frame.roce.opcode) && bytes == 0)
    {
        GetQueuePair().CompleteAcknowledged(); // it says nothing of what we sent
        return;
    }
    GetQueuePair().NotifyAcknowledged(bytes, Echo(frame.roce));
}

void
GoBackN::ReceiveSequenceError(uint64_t sequence, const fabric::Frame& frame)
{
    GetQueuePair().NotifyNack(sequence, Echo(frame.roce));
    BeginReaction(sequence, m_nakReactionDelay);
}

void
GoBackN::BeginReaction(uint64_t sequence, Time delay)
{
    if (sequence >= GetPosition() || !m_reactionEvent.IsExpired())
    {
        return; // we have gone back already, or are about to
    }
    if (delay.IsZero())
    {
        React(sequence);
        return;
    }
    RestartTimer();
    m_reactionEvent = Simulator::Schedule(delay, &GoBackN::React, this, sequence);
}

void
GoBackN::DoReceiveResponse(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t sequence = ToSequence(frame.roce.psn, GetUna());
    const uint64_t next = queuePair.GetNextResponse();
    if (sequence < next || sequence >= GetHighest())
    {
        queuePair.NotifyDuplicate();
        return; // of an earlier execution
    }
    if (sequence > next)
    {
        queuePair.NotifyOutOfOrder();
        ReceiveResponseGap(next, frame);
        return;
    }
    const bool ends = GetSendQueue().IsEnd(sequence);
    if (ends)
    {
        queuePair.NotifyResponse(frame);
    }
    ReceiveProgress(sequence + 1, frame);
    if (ends)
    {
        queuePair.NotifyDataArrived();
    }
}

void
GoBackN::ReceiveResponseGap(uint64_t sequence, const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    if (sequence > GetUna())
    {
        ReceiveProgress(sequence, frame); // responses come in the order of the requests
    }
    if (queuePair.NotifyResponseGap(sequence))
    {
        queuePair.NotifyLoss(Echo(frame.roce));
        BeginReaction(sequence, m_nakGenerationDelay + m_nakReactionDelay);
    }
}

void
GoBackN::React(uint64_t sequence)
{
    if (sequence != GetUna() || !CountRetry())
    {
        return;
    }
    GoBack();
    RestartTimer();
    GetQueuePair().UpdateReadiness();
}

void
GoBackN::ReceiveNotReady(uint64_t sequence, const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyNotReady(sequence);
    if (sequence >= GetPosition())
    {
        return; // we have gone back already
    }
    if (m_rnrRetryCount < 7 && m_rnrRetries++ == m_rnrRetryCount)
    {
        queuePair.Fail(CompletionStatus::RNR_RETRY_EXCEEDED);
        return;
    }
    m_reactionEvent.Cancel();
    GoBack();
    RestartTimer();
    queuePair.BlockUntil(fabric::NowTicks() + RnrDelay(frame.roce.syndrome));
}

void
GoBackN::DoTimer()
{
    QueuePair& queuePair = GetQueuePair();
    queuePair.NotifyTimeout();
    if (!CountRetry())
    {
        return;
    }
    m_reactionEvent.Cancel();
    GoBack();
    queuePair.ForgetResponseGap();
    queuePair.UpdateReadiness();
}

bool
GoBackN::CountRetry()
{
    if (m_retries == m_retryCount)
    {
        GetQueuePair().Fail(CompletionStatus::RETRY_EXCEEDED);
        return false;
    }
    ++m_retries;
    return true;
}

void
GoBackN::DoStartTimer()
{
    if (m_ackTimeout > 0)
    {
        constexpr Ticks unit = 4'096'000; // 4.096 us
        Ticks timeout = unit << m_ackTimeout;
        if (m_adaptive)
        {
            // 5.6, 4.1, 8.4, 16.7, 25.1, 67.1 and 134.2 ms for 67.1 ms
            constexpr std::array<Ticks, 7> tenths = {56, 41, 84, 167, 251, 671, 1342};
            timeout = timeout * tenths[std::min<std::size_t>(m_retries, 6)] / 671;
        }
        GetQueuePair().SetTimer(fabric::NowTicks() + timeout);
    }
}

void
GoBackN::RestartTimer()
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

} // namespace ns3::rdma
