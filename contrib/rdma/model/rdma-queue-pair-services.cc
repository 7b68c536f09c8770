/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-cnp-generator.h"
#include "rdma-nic.h"
#include "rdma-one-sided.h"
#include "rdma-opcode.h"
#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

#include <algorithm>

// What a queue pair does for its reliability scheme and its congestion control.

namespace ns3::rdma
{

using fabric::Frame;

void
QueuePair::SetTimer(Ticks at)
{
    GetNic().GetTimers().Set(*this, at);
}

void
QueuePair::UpdateReadiness()
{
    if (m_inCall || m_transmit.inRing)
    {
        return;
    }
    const bool waiting = m_transmit.place != UINT32_MAX;
    if (waiting ? m_transmit.notBefore <= fabric::NowTicks() : CanSend())
    {
        m_scheduler->Update(*this);
    }
}

void
QueuePair::BlockUntil(Ticks at)
{
    m_pacer.Block(at);
    PaceAnew();
}

void
QueuePair::Fail(CompletionStatus status)
{
    if (m_state != READY)
    {
        return;
    }
    if (!IsOfResponses())
    {
        ++GetNic().m_counters.qpErrors;
        GetNic().m_qpErrorTrace(*this, status);
    }
    Shut(status);
}

void
QueuePair::Shut(CompletionStatus status)
{
    m_state = ERROR;
    m_reliability->Stop();
    if (m_oneSided && m_oneSided->GetChannel())
    {
        m_oneSided->GetChannel()->Fail(status);
    }
    if (IsOfResponses())
    {
        static_cast<OneSided*>(m_handler)->GetOwner().Fail(status);
    }
    Flush(status);
    if (m_active)
    {
        m_active = false;
        m_congestionControl->NotifyIdle();
    }
}

void
QueuePair::Flush(CompletionStatus status)
{
    const auto give = [this, &status](const SendMessage& message)
    {
        if (message.last)
        {
            Complete(message, status);
            status = CompletionStatus::FLUSHED;
        }
    };
    DataRequests* requests = m_oneSided ? &m_oneSided->GetRequests() : nullptr;
    uint64_t original;
    while (requests && requests->HasAcknowledged())
    {
        give(requests->TakeAcknowledged(original));
    }
    while (!m_sendQueue.IsEmpty())
    {
        give(m_sendQueue.Pop());
    }
    while (requests && requests->HasHeld())
    {
        const WorkRequest request = requests->TakeHeld();
        SendMessage message{};
        message.wrId = request.wrId;
        message.requestBytes = request.bytes;
        message.verb = request.verb;
        message.last = true;
        give(message);
    }
    uint64_t receiveId;
    while (m_handler && !m_responder.SharesReceives() && m_responder.TakeReceive(receiveId))
    {
        m_handler->ReceiveFlushed(*this, receiveId);
    }
}

void
QueuePair::NotifyAcknowledged(uint64_t bytes, const Echo& echo)
{
    const Ticks now = fabric::NowTicks();
    const Ticks rtt = now - echo.sentAt;
    if (!GetNic().m_rttTrace.IsEmpty())
    {
        GetNic().m_rttTrace(*this, TimeStep(rtt));
    }
    m_congestionControl->NotifyAck({now,
                                    rtt,
                                    echo.hold,
                                    bytes,
                                    m_reliability->GetBytesInFlight(),
                                    echo.entropy,
                                    echo.hops,
                                    echo.ce,
                                    GetNic().m_ackSignals});
    m_pathSelector->NotifyAck({now, rtt, m_reliability->GetBytesInFlight(), echo.entropy, echo.ce});

    CompleteAcknowledged();
}

void
QueuePair::CompleteAcknowledged()
{
    const uint64_t una = m_reliability->GetUna();
    while (!m_sendQueue.IsEmpty() && m_sendQueue.GetFront().GetEnd() <= una)
    {
        const SendMessage message = m_sendQueue.Pop();
        if (message.last)
        {
            Finish(message);
        }
    }
    if (m_active && m_sendQueue.IsEmpty())
    {
        m_active = false;
        m_congestionControl->NotifyIdle();
    }
}

void
QueuePair::Finish(const SendMessage& message)
{
    if (!m_oneSided)
    {
        Complete(message, CompletionStatus::SUCCESS);
        return;
    }
    m_oneSided->GetRequests().NoteAcknowledged(message);
    CompleteInOrder();
}

void
QueuePair::CompleteInOrder()
{
    DataRequests& requests = m_oneSided->GetRequests();
    while (requests.HasCompleted())
    {
        uint64_t original;
        const SendMessage message = requests.TakeAcknowledged(original);
        Complete(message, CompletionStatus::SUCCESS, original);
    }
}

void
QueuePair::NotifyNack(uint64_t sequence, const Echo& echo, bool news)
{
    ++GetNic().m_counters.naksReceived;
    if (!GetNic().m_nakRxTrace.IsEmpty())
    {
        GetNic().m_nakRxTrace(*this, ToPsn(sequence), SYNDROME_NAK_SEQUENCE_ERROR);
    }
    if (news)
    {
        NotifyLoss(echo);
    }
}

void
QueuePair::NotifyLoss(const Echo& echo)
{
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyNack({now, m_reliability->GetBytesInFlight()});
    m_pathSelector->NotifyNack(
        {now, now - echo.sentAt, m_reliability->GetBytesInFlight(), echo.entropy, echo.ce});
}

void
QueuePair::NotifyTrimmed(uint64_t sequence, uint32_t bytes, const Echo& echo, bool lastHop)
{
    ++GetNic().m_counters.naksReceived;
    if (!GetNic().m_nakRxTrace.IsEmpty())
    {
        GetNic().m_nakRxTrace(
            *this, ToPsn(sequence), lastHop ? SYNDROME_NAK_TRIMMED_LAST_HOP : SYNDROME_NAK_TRIMMED);
    }
    const Ticks now = fabric::NowTicks();
    const uint64_t inFlight = m_reliability->GetBytesInFlight();
    m_congestionControl->NotifyNack({now, inFlight, bytes, true, lastHop});
    const PathSelector::Feedback feedback{now, now - echo.sentAt, inFlight, echo.entropy, echo.ce};
    if (lastHop)
    {
        m_pathSelector->NotifyAck(feedback);
    }
    else
    {
        m_pathSelector->NotifyNack(feedback);
    }
}

void
QueuePair::NotifyLoss(uint32_t bytes, uint16_t entropy)
{
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyLoss({now, bytes});
    m_pathSelector->NotifyLoss(now, entropy);
}

void
QueuePair::ReceiveNotice(const fabric::Frame& frame)
{
    constexpr Ticks TICKS_PER_NS = 1000;
    constexpr uint64_t BITS_PER_MBIT = 1'000'000;
    ++GetNic().m_counters.noticesReceived;
    if (!GetNic().m_noticeRxTrace.IsEmpty())
    {
        GetNic().m_noticeRxTrace(*this);
    }
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyNotice({now,
                                       now - frame.roce.echoedSentAt,
                                       static_cast<Ticks>(frame.roce.drainTime) * TICKS_PER_NS,
                                       frame.roce.rateMbps * BITS_PER_MBIT});
}

void
QueuePair::NotifyNotReady(uint64_t sequence)
{
    ++GetNic().m_counters.rnrNaksReceived;
    if (!GetNic().m_nakRxTrace.IsEmpty())
    {
        GetNic().m_nakRxTrace(*this, ToPsn(sequence), SYNDROME_RNR);
    }
}

void
QueuePair::NotifyTimeout()
{
    ++GetNic().m_counters.timeouts;
    GetNic().m_timeoutTrace(*this);
    const Ticks now = fabric::NowTicks();
    m_congestionControl->NotifyTimeout(now);
    m_pathSelector->NotifyTimeout(now);
}

void
QueuePair::NotifyPlaced(const Placement& placement)
{
    if (AsksForData(placement.verb))
    {
        GetOneSided().Serve(placement);
        return;
    }
    if (IsOfResponses())
    {
        m_handler->MessagePlaced(*this, placement);
        return;
    }
    ++GetNic().m_counters.messagesReceived;
    if (!GetNic().m_messageReceivedTrace.IsEmpty())
    {
        GetNic().m_messageReceivedTrace(*this, placement);
    }
    if (m_handler)
    {
        m_handler->MessagePlaced(*this, placement);
    }
}

void
QueuePair::NotifyDuplicate()
{
    ++GetNic().m_counters.duplicates;
}

void
QueuePair::NotifyOutOfOrder()
{
    ++GetNic().m_counters.outOfOrder;
}

void
QueuePair::SendAcknowledgment(uint64_t sequence, uint8_t syndrome, Echo echo)
{
    if (m_oneSided && DeferAnswer(sequence, syndrome, echo))
    {
        return;
    }
    SendAnswer(NewAcknowledgment(sequence, syndrome, echo));
}

Frame*
QueuePair::NewAcknowledgment(uint64_t sequence, uint8_t syndrome, const Echo& echo)
{
    return m_frames.NewAcknowledgment(
        sequence, syndrome, echo, m_transmit.priority, m_responder.GetMsn());
}

void
QueuePair::SendSelectiveAcknowledgment(uint64_t sequence,
                                       uint8_t syndrome,
                                       Echo echo,
                                       const Sack& sack)
{
    Frame* frame = NewAcknowledgment(sequence, syndrome, echo);
    m_frames.AddSack(*frame, sack);
    SendAnswer(frame);
}

void
QueuePair::SendControl(uint8_t opcode, uint64_t sequence, uint8_t syndrome, uint32_t credit)
{
    Frame* frame = m_frames.NewControl(opcode, m_transmit.priority);
    if (opcode == OP_PROBE)
    {
        frame->entropy = m_pathSelector->Select(sequence, true);
    }
    frame->roce.psn = ToPsn(sequence);
    frame->roce.syndrome = syndrome;
    frame->roce.credit = credit;
    GetPort().Enqueue(frame);
}

void
QueuePair::SendTrimNak(const Frame& frame, uint64_t sequence)
{
    Frame* nak = m_frames.NewAcknowledgment(sequence,
                                            frame.lastHop ? SYNDROME_NAK_TRIMMED_LAST_HOP
                                                          : SYNDROME_NAK_TRIMMED,
                                            Echo(frame),
                                            m_transmit.priority,
                                            m_responder.GetMsn());
    nak->roce.opcode = OP_TRIM_NAK;
    nak->bytes = GetNic().GetFrameSizes().GetControl();
    SendAnswer(nak);
}

void
QueuePair::SendAnswer(Frame* frame)
{
    CountAnswer(*frame);
    GetPort().Enqueue(frame);
}

void
QueuePair::CountAnswer(const Frame& frame)
{
    Nic::Counters& counters = GetNic().m_counters;
    const uint8_t syndrome = frame.roce.syndrome;
    if (IsAck(syndrome))
    {
        ++counters.acksSent;
    }
    else
    {
        ++(IsRnr(syndrome) ? counters.rnrNaksSent : counters.naksSent);
        if (!GetNic().m_nakTxTrace.IsEmpty())
        {
            GetNic().m_nakTxTrace(*this, frame.roce.psn, syndrome);
        }
    }
}

void
QueuePair::RateChanged(uint64_t before)
{
    if (!GetNic().m_rateTrace.IsEmpty())
    {
        GetNic().m_rateTrace(*this, before, m_congestionControl->GetRate());
    }
    PaceAnew();
}

void
QueuePair::WindowChanged(uint64_t before)
{
    if (!GetNic().m_windowTrace.IsEmpty())
    {
        GetNic().m_windowTrace(*this, before, m_congestionControl->GetWindow());
    }
    if (!m_inCall && m_transmit.place == UINT32_MAX && CanSend())
    {
        m_scheduler->UpdateLater(*this);
    }
}

void
QueuePair::PaceAnew()
{
    m_transmit.notBefore = m_pacer.GetNext(GetPace(), GetPort().GetBitRate());
    if (m_transmit.place != UINT32_MAX)
    {
        m_scheduler->UpdateLater(*this);
    }
}

void
QueuePair::ReceiveMark(const Frame& frame)
{
    ++GetNic().m_counters.marksReceived;
    m_frames.NoteMark();
    CnpGenerator& generator = GetNic().GetCnpGenerator(m_portIndex);
    if (!m_usesCnp || !generator.Request(m_qpn - Nic::FIRST_QPN, frame.source, fabric::NowTicks()))
    {
        return;
    }
    ++GetNic().m_counters.cnpsSent;
    if (!GetNic().m_cnpTxTrace.IsEmpty())
    {
        GetNic().m_cnpTxTrace(*this);
    }
    GetPort().Enqueue(m_frames.NewCnp());
}

void
QueuePair::Complete(const SendMessage& message, CompletionStatus status, uint64_t original)
{
    if (IsOfResponses())
    {
        m_handler->SendCompleted(*this, {message.wrId, message.requestBytes, message.verb, status});
        return;
    }
    const Completion completion{message.wrId, message.requestBytes, message.verb, status, original};
    if (status == CompletionStatus::SUCCESS)
    {
        ++GetNic().m_counters.messagesSent;
    }
    else
    {
        ++GetNic().m_counters.messagesFailed;
    }
    if (!GetNic().m_messageSentTrace.IsEmpty())
    {
        GetNic().m_messageSentTrace(*this, completion);
    }
    if (m_handler)
    {
        m_handler->SendCompleted(*this, completion);
    }
}

} // namespace ns3::rdma
