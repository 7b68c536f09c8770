/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-dcqcn-reaction-point.h"

#include "ns3/double.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

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
            .AddAttribute("AlphaGain",
                          "Weight g of a new observation in alpha, 0 to 1. Default: SIGCOMM'15, "
                          "and the HPCC authors' model of NICs, whose dce_tcp_g 1019/1024 is near.",
                          DoubleValue(1.0 / 256),
                          MakeDoubleAccessor(&DcqcnReactionPoint::m_alphaGain),
                          MakeDoubleChecker<double>(0, 1))
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

TypeId
DcqcnReactionPoint::AddSharedAttributes(TypeId tid, const Defaults& defaults)
{
    return tid
        .AddAttribute("IncreaseTimer",
                      "Time between rate increases by time. " + defaults.source,
                      TimeValue(defaults.increaseTimer),
                      MakeTimeAccessor(&DcqcnReactionPoint::m_increaseTimer),
                      MakeTimeChecker(TimeStep(1)))
        .AddAttribute("RecoveryStages",
                      "Stages F of fast recovery before additive increase. " + defaults.source,
                      UintegerValue(defaults.recoveryStages),
                      MakeUintegerAccessor(&DcqcnReactionPoint::m_recoveryStages),
                      MakeUintegerChecker<uint32_t>(defaults.leastRecoveryStages))
        .AddAttribute("AdditiveIncrease",
                      "Growth of the target rate in a stage of additive increase, at "
                      "ReferenceRate. " +
                          defaults.source,
                      DataRateValue(DataRate(defaults.additiveIncrease)),
                      MakeDataRateAccessor(&DcqcnReactionPoint::m_additiveIncrease),
                      MakeDataRateChecker())
        .AddAttribute("HyperIncrease",
                      "Growth of the target rate in a stage of hyper increase, at ReferenceRate. " +
                          defaults.source,
                      DataRateValue(DataRate(defaults.hyperIncrease)),
                      MakeDataRateAccessor(&DcqcnReactionPoint::m_hyperIncrease),
                      MakeDataRateChecker())
        .AddAttribute("ReferenceRate",
                      "Line rate that the increases are for; at other line rates they are scaled "
                      "in proportion. 0bps: never scaled. " +
                          defaults.source,
                      DataRateValue(DataRate(defaults.referenceRate)),
                      MakeDataRateAccessor(&DcqcnReactionPoint::m_referenceRate),
                      MakeDataRateChecker())
        .AddAttribute("MinRate",
                      "Least rate. " + defaults.source,
                      DataRateValue(DataRate(defaults.minRate)),
                      MakeDataRateAccessor(&DcqcnReactionPoint::m_minRate),
                      MakeDataRateChecker());
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
