/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nic.h"
#include "rdma-one-sided.h"
#include "rdma-opcode.h"
#include "rdma-queue-pair.h"

#include <memory>

// READs and atomics of a queue pair.

namespace ns3::rdma
{

using fabric::Frame;

OneSided&
QueuePair::GetOneSided()
{
    if (!m_oneSided)
    {
        m_oneSided = std::make_unique<OneSided>(*this, m_maxRdAtomic);
    }
    return *m_oneSided;
}

QueuePair&
QueuePair::GetResponses()
{
    return GetOneSided().MakeChannel();
}

uint32_t
QueuePair::GetNPending() const
{
    return m_sendQueue.GetNMessages() + (m_oneSided ? m_oneSided->GetRequests().GetNPending() : 0);
}

bool
QueuePair::HasWork() const
{
    return GetNPending() > 0 ||
           (m_oneSided && m_oneSided->GetChannel() && m_oneSided->GetChannel()->GetNPending() > 0);
}

uint32_t
QueuePair::GetNOutstandingReads() const
{
    return m_oneSided ? m_oneSided->GetRequests().GetNOutstanding() : 0;
}

uint64_t
QueuePair::GetNAnswers() const
{
    return m_oneSided ? m_oneSided->GetRequests().GetNAnswers() : 0;
}

void
QueuePair::NotifyDataArrived()
{
    CompleteInOrder();
    ReleaseHeld();
}

void
QueuePair::ReleaseHeld()
{
    DataRequests& requests = m_oneSided->GetRequests();
    while (m_state == READY && requests.HasReleased())
    {
        Post(requests.TakeHeld());
    }
    UpdateReadiness();
}

void
QueuePair::ReceiveResponse(Frame& frame)
{
    if (m_reliability->GetResponseStyle() == ResponseStyle::OWN_SEQUENCE)
    {
        GetResponses().ReceiveFrame(frame);
        m_oneSided->NoteSign();
        return;
    }
    m_inCall = true;
    if (frame.roce.opcode == OP_NOTICE)
    {
        ReceiveNotice(frame);
        m_inCall = false;
        UpdateReadiness();
        return;
    }
    NoteData(frame);
    if (frame.trimmed)
    {
        ++GetNic().m_counters.trimmedReceived;
        m_reliability->ReceiveTrimmed(frame);
    }
    else
    {
        m_reliability->ReceiveResponse(frame);
    }
    m_inCall = false;
    UpdateReadiness();
}

uint32_t
QueuePair::Respond(const Frame& frame, uint64_t sequence, bool again)
{
    ResponseQueue& responses = GetOneSided().GetResponseQueue();
    responses.Push(frame, sequence, again, GetNic().GetAtomicMemory());
    m_hasResponses = !responses.IsEmpty();
    if (!IsAtomic(frame.roce.opcode))
    {
        GetNic().CountRead();
        return responses.CountPackets(frame.roce.dmaLength);
    }
    if (!again)
    {
        GetNic().CountAtomic();
    }
    return 1;
}

Frame*
QueuePair::MakeResponse(Ticks now)
{
    m_responseTurn = false;
    ResponseQueue& responses = m_oneSided->GetResponseQueue();
    if (responses.IsEmpty())
    {
        m_hasResponses = false;
        const ResponseQueue::Acknowledgment late = responses.TakeDeferred();
        Frame* frame = m_frames.NewAcknowledgment(
            late.sequence, late.syndrome, late.echo, m_transmit.priority, m_responder.GetMsn());
        frame->priority = m_transmit.priority; // it is the class that may send now
        frame->dscp = m_frames.GetDscp();
        CountAnswer(*frame);
        return frame;
    }
    Frame* frame = m_frames.NewFrame();
    responses.TakeNext(frame->roce, now);
    frame->roce.msn = m_responder.GetMsn();
    frame->entropy = m_pathSelector->Select(frame->roce.psn, false);
    Dress(*frame, now);
    ++GetNic().m_counters.responsesSent;
    m_hasResponses = !responses.IsEmpty() || responses.HasDeferred();
    responses.SetBusyUntil(now + GetPort().GetSerialization(frame->bytes));
    Leave(*frame, now, false);
    return frame;
}

bool
QueuePair::DeferAnswer(uint64_t sequence, uint8_t syndrome, const Echo& echo)
{
    // The port has taken the last response when it begins the frame before.
    ResponseQueue& responses = m_oneSided->GetResponseQueue();
    if (!m_hasResponses && fabric::NowTicks() >= responses.GetBusyUntil())
    {
        return false;
    }
    responses.Defer({sequence, syndrome, echo});
    m_hasResponses = true;
    UpdateReadiness();
    return true;
}

uint64_t
QueuePair::GetNextResponse() const
{
    return GetNOutstandingReads() > 0 ? m_sendQueue.FindDataRequest(m_reliability->GetUna())
                                      : UINT64_MAX;
}

void
QueuePair::NotifyResponse(const Frame& frame)
{
    m_oneSided->GetRequests().NoteAnswer(
        frame.roce.opcode == OP_ATOMIC_ACKNOWLEDGE ? frame.roce.original : 0);
}

void
QueuePair::NotifyAnswer(uint64_t number)
{
    m_oneSided->GetRequests().NoteAnswer(static_cast<uint32_t>(number), 0);
}

bool
QueuePair::NotifyResponseGap(uint64_t sequence)
{
    return m_oneSided->GetRequests().NoteGap(sequence);
}

void
QueuePair::ForgetResponseGap()
{
    if (m_oneSided)
    {
        m_oneSided->GetRequests().ForgetGap();
    }
}

} // namespace ns3::rdma
