/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-plb.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Plb);

TypeId
Plb::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Plb")
            .SetParent<PathSelector>()
            .SetGroupName("Rdma")
            .AddConstructor<Plb>()
            .AddAttribute("CongestedFraction",
                          "Share of the acknowledgments of a round that makes it congested, 0 to "
                          "1. Default here and below: Linux's tcp_plb (cong_thresh 128 of 256).",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&Plb::m_congestedFraction),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("CongestedRounds",
                          "Congested rounds in a row after which the path changes.",
                          UintegerValue(12),
                          MakeUintegerAccessor(&Plb::m_congestedRounds),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("IdleRounds",
                          "The same while nothing is in flight; 0 for never.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&Plb::m_idleRounds),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("DelayLimit",
                          "RTT above which an acknowledgment is a sign of congestion; 0: only ECN "
                          "marks are.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&Plb::m_delayLimit),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ChangeAtTimeout",
                          "Whether each timeout changes the path, since it may be dead. Default: "
                          "Linux, whose TCP takes a new hash at each retransmission timeout.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Plb::m_changeAtTimeout),
                          MakeBooleanChecker())
            .AddAttribute(
                "SuspendTime",
                "After a timeout congestion changes no path for a time drawn between this "
                "and twice this.",
                TimeValue(Seconds(60)),
                MakeTimeAccessor(&Plb::m_suspendTime),
                MakeTimeChecker(Time(0)));
    return tid;
}

Plb::Plb()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

Plb::~Plb() = default;

bool
Plb::NeedsEcn() const
{
    return m_delayLimit.IsZero();
}

int64_t
Plb::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
Plb::DoStart(uint32_t localQpn, uint32_t remoteQpn)
{
    m_entropy = ConnectionEntropy(localQpn, remoteQpn);
    m_roundStart = fabric::NowTicks();
}

uint16_t
Plb::DoSelect(uint64_t, bool)
{
    return m_entropy;
}

void
Plb::DoAck(const Feedback& feedback)
{
    ++m_acks;
    const Ticks limit = m_delayLimit.GetTimeStep();
    m_congested += feedback.ecnEcho || (limit > 0 && feedback.rtt > limit) ? 1 : 0;
    if (feedback.now - feedback.rtt >= m_roundStart)
    {
        EndRound(feedback);
    }
}

void
Plb::EndRound(const Feedback& feedback)
{
    const bool congested = m_congested > 0 && m_congested >= m_congestedFraction * m_acks;
    m_rounds = congested ? std::min(m_rounds + 1, m_congestedRounds) : 0;
    m_acks = 0;
    m_congested = 0;
    m_roundStart = feedback.now;
    const bool idle = feedback.bytesInFlight == 0 && m_idleRounds > 0 && m_rounds >= m_idleRounds;
    if ((m_rounds >= m_congestedRounds || idle) && feedback.now >= m_suspendedTo)
    {
        ChangePath();
        m_rounds = 0;
    }
}

void
Plb::ChangePath()
{
    m_entropy = 0xc000 | m_random->GetInteger(0, 0x3fff);
}

void
Plb::DoTimeout(Ticks now)
{
    m_rounds = 0;
    if (m_changeAtTimeout)
    {
        ChangePath();
    }
    m_suspendedTo = now + static_cast<Ticks>(m_random->GetValue(1, 2) *
                                             static_cast<double>(m_suspendTime.GetTimeStep()));
}

} // namespace ns3::rdma
