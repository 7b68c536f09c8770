/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-mp-rdma.h"

#include "rdma-ack-clocked-paths.h"
#include "rdma-mp-rdma-control.h"
#include "rdma-syndrome.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(MpRdma);

TypeId
MpRdma::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::MpRdma")
            .SetParent<SelectiveReliability>()
            .SetGroupName("Rdma")
            .AddConstructor<MpRdma>()
            .AddAttribute("Delta",
                          "A path is given up when its packet, acknowledged, is more than this "
                          "behind the highest acknowledged, packets. Default: that of the paper's "
                          "experiments (5).",
                          UintegerValue(32),
                          MakeUintegerAccessor(&MpRdma::m_delta),
                          MakeUintegerChecker<uint32_t>(0, 1U << 22))
            .AddAttribute("MinRto",
                          "Shortest timeout. Default: IRN's RTO_low.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&MpRdma::m_minRto),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("InitialRto",
                          "Timeout while no round trip is known. Default: ours.",
                          TimeValue(MicroSeconds(500)),
                          MakeTimeAccessor(&MpRdma::m_initialRto),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

MpRdma::MpRdma() = default;

MpRdma::~MpRdma() = default;

std::unique_ptr<SelectiveReliability::Disorder>
MpRdma::DoMakeDisorder() const
{
    return std::make_unique<Disorder>();
}

// ---- receiver

void
MpRdma::DoAnswer(const fabric::Frame& frame, uint64_t sequence, Arrival)
{
    QueuePair& queuePair = GetQueuePair();
    const uint64_t expected = GetExpected();
    if (sequence + 1 == expected)
    {
        queuePair.SendAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame));
        return;
    }
    Sack sack;
    sack.sequence = sequence;
    queuePair.SendSelectiveAcknowledgment(expected - 1, SYNDROME_ACK, Echo(frame), sack);
}

void
MpRdma::DoReceiveBeyond(const fabric::Frame& frame, uint64_t)
{
    const uint64_t expected = GetExpected();
    if (m_nakFor != expected)
    {
        m_nakFor = expected;
        GetQueuePair().SendAcknowledgment(expected, SYNDROME_NAK_SEQUENCE_ERROR, Echo(frame));
    }
}

// ---- sender

void
MpRdma::DoJudge(const fabric::Frame& frame, bool nak)
{
    const fabric::RoceFields& fields = frame.roce;
    const Echo echo(fields);
    m_rtts.Sample(fabric::NowTicks() - echo.sentAt);
    if (IsAck(fields.syndrome))
    {
        ClockPaths(ToSequence(fields.payloadBytes > 0 ? fields.sackPsn : fields.psn, GetUna()));
    }
    if (!nak)
    {
        return;
    }
    const bool news = GetUna() >= m_recoveryEnd;
    if (news)
    {
        m_recoveryEnd = GetHighest();
        MarkLost(GetUna(), GetPosition());
    }
    GetQueuePair().NotifyNack(GetUna(), echo, news);
}

void
MpRdma::ClockPaths(uint64_t sequence)
{
    if (sequence >= GetHighest())
    {
        return; // of another time
    }
    m_highestAcked = std::max({m_highestAcked, sequence, GetUna() > 0 ? GetUna() - 1 : 0});
    QueuePair& queuePair = GetQueuePair();
    if (!m_knowsPartners)
    {
        // Not before something was sent: the path selector may be replaced until then.
        m_knowsPartners = true;
        m_paths = PeekPointer(DynamicCast<AckClockedPaths>(queuePair.GetPathSelector()));
        m_law = PeekPointer(DynamicCast<MpRdmaControl>(queuePair.GetCongestionControl()));
    }
    if (m_paths && !queuePair.CanSend())
    {
        m_paths->ForgetUnused();
    }
    // What may have been sent again says nothing of a path: it left later than its number tells.
    const bool behind = sequence >= m_recoveryEnd && m_highestAcked - sequence > m_delta;
    if (m_law && !HasMore())
    {
        if (GetUna() == GetHighest())
        {
            m_law->NoteIdle(fabric::NowTicks());
        }
        if (!behind)
        {
            m_law->DropPath();
        }
    }
    if (behind)
    {
        ++m_nDropped;
        if (m_paths)
        {
            m_paths->DropNext();
        }
        if (m_law)
        {
            m_law->DropPath();
        }
    }
}

// ---- timer

Ticks
MpRdma::DoGetTimeout() const
{
    return m_rtts.GetSmoothed() == 0 ? m_initialRto.GetTimeStep()
                                     : std::max(m_rtts.GetTimeout(), m_minRto.GetTimeStep());
}

void
MpRdma::DoExpire()
{
    m_recoveryEnd = GetHighest();
}

} // namespace ns3::rdma
