/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-dcqcn-reaction-point.h"

#include "ns3/trace-source-accessor.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(DcqcnReactionPoint);

TypeId
DcqcnReactionPoint::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::DcqcnReactionPoint")
            .SetParent<CongestionControl>()
            .SetGroupName("Rdma")
            .AddTraceSource("RateCut",
                            "The rate was cut: before, after (bit/s), alpha.",
                            MakeTraceSourceAccessor(&DcqcnReactionPoint::m_cutTrace),
                            "ns3::rdma::DcqcnReactionPoint::CutTracedCallback")
            .AddTraceSource("RateIncrease",
                            "The rate was increased: before, after (bit/s). An increase that was "
                            "due while the queue pair was idle is told when it is active again.",
                            MakeTraceSourceAccessor(&DcqcnReactionPoint::m_increaseTrace),
                            "ns3::rdma::DcqcnReactionPoint::IncreaseTracedCallback");
    return tid;
}

DcqcnReactionPoint::DcqcnReactionPoint()
    : m_alarm(new WakeAlarm(this))
{
}

DcqcnReactionPoint::~DcqcnReactionPoint()
{
    m_alarm->Detach();
    m_alarm->Unref();
}

void
DcqcnReactionPoint::DoDispose()
{
    m_alarm->Set(NEVER);
    CongestionControl::DoDispose();
}

void
DcqcnReactionPoint::DoStart()
{
    const uint64_t lineRate = GetContext().lineRate;
    const uint64_t reference = m_referenceRate.GetBitRate();
    const double scale = reference ? static_cast<double>(lineRate) / reference : 1;
    m_additiveStep = static_cast<uint64_t>(m_additiveIncrease.GetBitRate() * scale);
    m_hyperStep = static_cast<uint64_t>(m_hyperIncrease.GetBitRate() * scale);
    m_current = lineRate;
    m_target = lineRate;
    m_alpha = 1;
    m_alarm->SetContext(GetContext().nodeId);
}

bool
DcqcnReactionPoint::DoUsesCnp() const
{
    return true;
}

void
DcqcnReactionPoint::DoActive()
{
    CatchUp(fabric::NowTicks());
    Publish();
}

void
DcqcnReactionPoint::DoIdle()
{
    m_alarm->Set(NEVER);
}

void
DcqcnReactionPoint::DoCnp(const Cnp& cnp)
{
    CatchUp(cnp.now);
    DoNotified(cnp.now);
    Publish();
}

void
DcqcnReactionPoint::Wake()
{
    CatchUp(fabric::NowTicks());
    Publish();
}

void
DcqcnReactionPoint::CatchUp(Ticks now)
{
    for (Ticks at = GetNextStep(); at <= now; at = GetNextStep())
    {
        DoStep(at);
    }
}

void
DcqcnReactionPoint::Publish()
{
    SetRate(m_current);
    if (IsActive())
    {
        m_alarm->Set(GetNextStep());
    }
}

double
DcqcnReactionPoint::GetDecay(uint64_t periods) const
{
    double factor = 1;
    for (double power = 1 - m_alphaGain; periods > 0; periods >>= 1, power *= power)
    {
        if (periods & 1)
        {
            factor *= power;
        }
    }
    return factor;
}

void
DcqcnReactionPoint::Cut(double factor)
{
    const uint64_t before = m_current;
    const uint64_t least = std::min(m_minRate.GetBitRate(), before);
    m_current = std::max(static_cast<uint64_t>(before * factor), least);
    m_cutTrace(before, m_current, m_alpha);
}

void
DcqcnReactionPoint::Raise(uint64_t targetIncrease)
{
    const uint64_t before = m_current;
    m_target = std::min(m_target + targetIncrease, GetContext().lineRate);
    m_current = (m_current + m_target + 1) / 2;
    m_increaseTrace(before, m_current);
}

} // namespace ns3::rdma
