/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-dcqcn.h"

#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Dcqcn);

TypeId
Dcqcn::GetTypeId()
{
    static TypeId tid = AddSharedAttributes(
        TypeId("ns3::rdma::Dcqcn")
            .SetParent<DcqcnReactionPoint>()
            .SetGroupName("Rdma")
            .AddConstructor<Dcqcn>()
            .AddAttribute("AlphaTimer",
                          "Time without a CNP after which alpha decays once. Default: SIGCOMM'15.",
                          TimeValue(MicroSeconds(55)),
                          MakeTimeAccessor(&Dcqcn::m_alphaTimer),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("ByteCounter",
                          "Bytes sent, preamble and gap included, between rate increases by "
                          "volume; 0: no such increases. Default: SIGCOMM'15, 10 MB.",
                          UintegerValue(10'000'000),
                          MakeUintegerAccessor(&Dcqcn::m_byteCounter),
                          MakeUintegerChecker<uint64_t>(0, INT64_MAX)),
        {"Default: SIGCOMM'15, where the increases are for 40 Gb/s and the hyper increase "
         "is ten times the additive one; MinRate: QCN, IEEE 802.1Qau.",
         5,
         1,
         40'000'000,
         400'000'000,
         40'000'000'000,
         10'000'000,
         MicroSeconds(55)});
    return tid;
}

Dcqcn::Dcqcn() = default;

Dcqcn::~Dcqcn() = default;

void
Dcqcn::DoStart()
{
    DcqcnReactionPoint::DoStart();
    m_nextIncrease = NEVER;
    m_alphaAt = NEVER;
}

Ticks
Dcqcn::GetNextStep() const
{
    return m_nextIncrease;
}

void
Dcqcn::DoNotified(Ticks now)
{
    if (m_alphaAt != NEVER)
    {
        m_alpha *= GetDecay((now - m_alphaAt) / m_alphaTimer.GetTimeStep());
    }
    m_target = m_current;
    Cut(1 - m_alpha / 2);
    m_alpha = (1 - m_alphaGain) * m_alpha + m_alphaGain;
    m_alphaAt = now;
    m_timerStage = 0;
    m_byteStage = 0;
    m_bytesLeft = static_cast<int64_t>(m_byteCounter);
    m_nextIncrease = IsLimited() ? now + m_increaseTimer.GetTimeStep() : NEVER;
}

void
Dcqcn::DoStep(Ticks at)
{
    m_nextIncrease = at + m_increaseTimer.GetTimeStep();
    ++m_timerStage;
    Increase();
}

void
Dcqcn::DoSent(const Sent& sent)
{
    if (m_nextIncrease == NEVER || m_byteCounter == 0)
    {
        return;
    }
    m_bytesLeft -= sent.frameBytes;
    if (m_bytesLeft <= 0)
    {
        m_bytesLeft += static_cast<int64_t>(m_byteCounter);
        ++m_byteStage;
        Increase();
        Publish();
    }
}

void
Dcqcn::Increase()
{
    const uint32_t least = std::min(m_timerStage, m_byteStage);
    if (std::max(m_timerStage, m_byteStage) < m_recoveryStages)
    {
        Raise(0);
    }
    else if (least > m_recoveryStages)
    {
        Raise((least - m_recoveryStages) * m_hyperStep);
    }
    else
    {
        Raise(m_additiveStep);
    }
    if (!IsLimited())
    {
        m_nextIncrease = NEVER;
    }
}

} // namespace ns3::rdma
