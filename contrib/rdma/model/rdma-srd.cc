/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-srd.h"

#include "rdma-queue-pair.h"
#include "rdma-syndrome.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Srd);

namespace
{

/** Times that another path is asked for, for a packet that is sent again. */
constexpr uint32_t MOST_DRAWS = 8;

} // namespace

TypeId
Srd::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Srd")
            .SetParent<UnorderedReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<Srd>()
            .AddAttribute("MinRto",
                          "Shortest timeout of a packet. Default: IRN's RTO_low; of SRD no more "
                          "is known than that it is some microseconds.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&Srd::m_minRto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("InitialRto",
                          "Timeout while no round trip is known. Default: ours.",
                          TimeValue(MicroSeconds(500)),
                          MakeTimeAccessor(&Srd::m_initialRto),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

Srd::Srd() = default;

Srd::~Srd() = default;

// ---- receiver

void
Srd::DoReceiveData(const fabric::Frame& frame)
{
    const uint64_t sequence = ToSequence(frame.roce.psn, GetExpected());
    if (HasArrived(sequence))
    {
        GetQueuePair().NotifyDuplicate();
        Answer(frame, sequence);
        return;
    }
    if (!IsWithinWindow(sequence))
    {
        return;
    }
    NoteArrival(sequence);
    Placement placement;
    const bool complete = Assemble(frame.roce, placement);
    Answer(frame, sequence);
    if (complete)
    {
        Deliver(placement);
    }
}

void
Srd::Answer(const fabric::Frame& frame, uint64_t sequence)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t expected = GetExpected();
    if (GetEarly().IsEmpty())
    {
        queuePair.SendAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame));
        return;
    }
    Sack sack;
    sack.hasBitmap = true;
    sack.sequence = sequence > expected ? sequence : GetArrivedEnd() - 1;
    sack.bitmap = GetEarly().GetUpTo(sack.sequence);
    queuePair.SendSelectiveAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame), sack);
}

// ---- sender

void
Srd::DoLeave(fabric::Frame& frame, uint64_t sequence)
{
    if (GetPackets().Contains(sequence))
    {
        const uint16_t before = GetPackets().Get(sequence).entropy;
        PathSelector& selector = *GetQueuePair().GetPathSelector();
        for (uint32_t i = 0; i < MOST_DRAWS && frame.entropy == before; ++i)
        {
            frame.entropy = selector.Select(sequence, true);
        }
    }
    UnorderedReliability::DoLeave(frame, sequence);
}

void
Srd::DoReceiveAck(const fabric::Frame& frame)
{
    const int64_t bytes = Acknowledge(frame.roce);
    if (bytes < 0)
    {
        return;
    }
    QueuePair& queuePair = GetQueuePair();
    const Echo echo(frame.roce);
    const Ticks now = fabric::NowTicks();
    m_rtts.Sample(now - echo.sentAt);
    if (GetUna() == GetHighest() && !HasMore())
    {
        queuePair.StopTimer();
    }
    else if (GetPackets().Contains(GetUna()) && queuePair.IsTimerRunning())
    {
        // It may have been set when the timeout was longer.
        const Ticks due = std::max(now, GetPackets().Get(GetUna()).sentAt + GetTimeout());
        if (due < queuePair.GetTimerState().at)
        {
            queuePair.SetTimer(due);
        }
    }
    queuePair.NotifyAcknowledged(bytes, echo);
}

// ---- timer

Ticks
Srd::GetTimeout() const
{
    return m_rtts.GetSmoothed() == 0 ? m_initialRto.GetTimeStep()
                                     : std::max(m_rtts.GetTimeout(), m_minRto.GetTimeStep());
}

void
Srd::DoStartTimer()
{
    GetQueuePair().SetTimer(fabric::NowTicks() + GetTimeout());
}

void
Srd::DoTimer()
{
    const Ticks next = Expire(fabric::NowTicks(), GetTimeout());
    if (GetQueuePair().IsReady() && (GetUna() < GetHighest() || HasMore()))
    {
        GetQueuePair().SetTimer(next);
    }
}

} // namespace ns3::rdma
