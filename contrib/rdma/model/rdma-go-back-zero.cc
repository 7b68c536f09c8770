/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-go-back-zero.h"

#include "rdma-opcode.h"
#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(GoBackZero);

TypeId
GoBackZero::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::GoBackZero")
                            .SetParent<GoBackN>()
                            .SetGroupName("Rdma")
                            .AddConstructor<GoBackZero>();
    return tid;
}

GoBackZero::GoBackZero() = default;

GoBackZero::~GoBackZero() = default;

ResponseStyle
GoBackZero::GetResponseStyle() const
{
    return ResponseStyle::OWN_SEQUENCE;
}

void
GoBackZero::DoStart(uint64_t firstExpected)
{
    GoBackN::DoStart(firstExpected);
    m_first = firstExpected;
}

void
GoBackZero::DoReceiveData(const fabric::Frame& frame)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t sequence = ToSequence(frame.roce.psn, GetExpected());
    if (sequence < m_first)
    {
        queuePair.NotifyDuplicate();
        if (frame.roce.ackRequest)
        {
            queuePair.SendAcknowledgment(m_first - 1, SYNDROME_ACK, Echo(frame));
        }
        return;
    }
    if (sequence == m_first)
    {
        Rewind(); // the sender begins anew, or for the first time
    }
    else if (sequence != GetExpected())
    {
        Rewind();
        ReportGap(frame);
        return;
    }
    Placement placement;
    const AcceptResult result = Take(frame, m_first, placement);
    if (result == AcceptResult::NOT_READY)
    {
        Rewind();
    }
    if (result != AcceptResult::PARTIAL && result != AcceptResult::COMPLETED)
    {
        return;
    }
    m_messageBytes += frame.roce.payloadBytes;
    if (IsLast(frame.roce.opcode))
    {
        m_doneBytes = frame.roce.solicited ? 0 : m_doneBytes + m_messageBytes;
        m_messageBytes = 0;
        m_first = GetExpected();
        queuePair.SendAcknowledgment(sequence, SYNDROME_ACK, Echo(frame));
    }
    if (result == AcceptResult::COMPLETED)
    {
        queuePair.NotifyPlaced(placement);
    }
}

void
GoBackZero::Rewind()
{
    SetExpected(m_first);
    GetQueuePair().GetResponder().Rewind(m_doneBytes);
    m_messageBytes = 0;
}

} // namespace ns3::rdma
