/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-reliability.h"

#include "rdma-opcode.h"
#include "rdma-queue-pair.h"

#include "ns3/assert.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Reliability);

TypeId
Reliability::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Reliability")
            .SetParent<Object>()
            .SetGroupName("Rdma")
            .AddAttribute(
                "AckEvery",
                "Packets per acknowledgment request; the last packet of a message and "
                "the last that the window allows always ask for one, and so do packets sent "
                "again one by one. Default: each "
                "packet, as the HPCC family of simulators; NVIDIA's drivers set 256.",
                UintegerValue(1),
                MakeUintegerAccessor(&Reliability::m_ackEvery),
                MakeUintegerChecker<uint32_t>(1, 1U << 22));
    return tid;
}

Reliability::Reliability() = default;

Reliability::~Reliability() = default;

void
Reliability::DoDispose()
{
    if (m_queuePair)
    {
        DoStop();
    }
    m_queuePair = nullptr;
    m_sendQueue = nullptr;
    m_congestionControl = nullptr;
    Object::DoDispose();
}

void
Reliability::Start(QueuePair& queuePair,
                   const SendQueue& sendQueue,
                   const CongestionControl& congestionControl,
                   uint64_t first,
                   uint64_t firstExpected)
{
    m_queuePair = &queuePair;
    m_sendQueue = &sendQueue;
    m_congestionControl = &congestionControl;
    m_una = first;
    m_position = first;
    m_highest = first;
    DoStart(firstExpected);
}

void
Reliability::Stop()
{
    m_repeats = false;
    m_queuePair->StopTimer();
    DoStop();
}

bool
Reliability::Prepare(fabric::RoceFields& fields, uint64_t& sequence)
{
    const bool repeat = m_repeats;
    sequence = repeat ? DoTakeRepeat() : m_position;
    const uint64_t end = sequence + m_sendQueue->Describe(sequence, fields);
    if (!repeat)
    {
        m_position = end;
    }
    fields.psn = ToPsn(sequence);
    m_bytesInFlight += fields.payloadBytes;
    const bool again = sequence < m_highest;
    if (!again)
    {
        m_highest = end;
    }
    fields.ackRequest = m_ackEvery == 1 || repeat || IsLast(fields.opcode) ||
                        (sequence + 1) % m_ackEvery == 0 ||
                        (m_position < m_sendQueue->GetEnd() &&
                         (!WindowHasRoom() || m_position - m_una >= m_maxOutstanding));
    if (fields.ackRequest)
    {
        m_askedUpTo = std::max(m_askedUpTo, end);
    }
    if (m_notesSends)
    {
        DoSent(sequence);
        // Nothing else asks for the acknowledgment that opens the leaf's gate.
        if (m_position < m_sendQueue->GetEnd() && IsGateClosed() && !fields.ackRequest)
        {
            fields.ackRequest = true;
            m_askedUpTo = std::max(m_askedUpTo, end);
        }
    }
    if (!m_queuePair->IsTimerRunning())
    {
        DoStartTimer();
    }
    return again;
}

uint32_t
Reliability::GetNextPayload() const
{
    return m_repeats ? m_sendQueue->GetMtuBytes() : m_sendQueue->GetPayload(m_position);
}

uint64_t
Reliability::Advance(uint64_t una)
{
    NS_ASSERT_MSG(una > m_una && una <= m_highest, "acknowledged what was never sent");
    const uint64_t offset = m_sendQueue->GetOffset(una);
    const uint64_t bytes = offset - m_unaOffset;
    m_una = una;
    m_unaOffset = offset;
    if (m_position < una)
    {
        m_position = una;
    }
    return bytes;
}

void
Reliability::GoBack()
{
    m_position = m_una;
    m_askedUpTo = m_una;
    m_bytesInFlight = 0;
}

void
Reliability::DoReceiveTrimmed(const fabric::Frame& frame)
{
}

void
Reliability::DoSent(uint64_t sequence)
{
}

bool
Reliability::IsUnordered() const
{
    return false;
}

ResponseStyle
Reliability::GetResponseStyle() const
{
    return ResponseStyle::OWN_SEQUENCE;
}

ReliabilityAbilities
Reliability::GetAbilities() const
{
    return {};
}

bool
Reliability::HasAtomics() const
{
    return true;
}

bool
Reliability::Carries(Verb verb) const
{
    return !IsAtomic(verb) || HasAtomics();
}

bool
Reliability::SplitsReads() const
{
    return false;
}

bool
Reliability::DoMaySend() const
{
    return true;
}

void
Reliability::DoReceiveResponse(const fabric::Frame& frame)
{
    NS_ASSERT_MSG(false, "only for responses with the sequence numbers of requests");
}

void
Reliability::DoReceiveControl(const fabric::Frame& frame)
{
}

void
Reliability::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
}

void
Reliability::DoReceivePosted()
{
}

uint64_t
Reliability::DoTakeRepeat()
{
    NS_ASSERT_MSG(false, "a scheme that sets repeats names them");
    return m_una;
}

} // namespace ns3::rdma
