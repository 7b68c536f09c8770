/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-dcqcn-vendor.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/nstime.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(DcqcnVendor);

TypeId
DcqcnVendor::GetTypeId()
{
    static TypeId tid = AddSharedAttributes(
        TypeId("ns3::rdma::DcqcnVendor")
            .SetParent<DcqcnReactionPoint>()
            .SetGroupName("Rdma")
            .AddConstructor<DcqcnVendor>()
            .AddAttribute("AlphaPeriod",
                          "Time between updates of alpha. Default: dce_tcp_rtt.",
                          TimeValue(MicroSeconds(1)),
                          MakeTimeAccessor(&DcqcnVendor::m_alphaPeriod),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("RateReductionPeriod",
                          "Least time between cuts of the rate. Default: "
                          "rate_reduce_monitor_period.",
                          TimeValue(MicroSeconds(4)),
                          MakeTimeAccessor(&DcqcnVendor::m_reductionPeriod),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("MinDecreaseFactor",
                          "Least factor that one cut multiplies the rate by, 0 to 1. Default: "
                          "rpg_min_dec_fac, 50 %.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&DcqcnVendor::m_minDecreaseFactor),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("ClampTargetRate",
                          "Whether each cut sets the target rate to the current rate, even if no "
                          "increase came since the cut before. Default: clamp_tgt_rate.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&DcqcnVendor::m_clampTargetRate),
                          MakeBooleanChecker()),
        {"Default: that of NVIDIA's NICs (rpg_time_reset, rpg_threshold, rpg_ai_rate, "
         "rpg_hai_rate, rpg_min_rate), at the HPCC authors' 25 Gb/s.",
         1,
         0,
         5'000'000,
         50'000'000,
         25'000'000'000,
         1'000'000,
         MicroSeconds(300)});
    return tid;
}

DcqcnVendor::DcqcnVendor() = default;

DcqcnVendor::~DcqcnVendor() = default;

void
DcqcnVendor::DoStart()
{
    DcqcnReactionPoint::DoStart();
    m_firstCnp = NEVER;
    m_nextCut = NEVER;
    m_nextIncrease = NEVER;
    m_stage = 0;
    m_cnpInPeriod = false;
}

Ticks
DcqcnVendor::GetNextStep() const
{
    return std::min(m_nextCut, m_nextIncrease);
}

void
DcqcnVendor::DoNotified(Ticks now)
{
    const Ticks period = m_reductionPeriod.GetTimeStep();
    if (m_firstCnp == NEVER)
    {
        // It starts the clocks with alpha 1, and does not count as an observation for alpha.
        m_firstCnp = now;
        m_alphaAt = now;
        m_nextCut = now + period;
        return;
    }
    AdvanceAlpha(now);
    m_cnpInPeriod = true;
    if (m_nextCut == NEVER)
    {
        m_nextCut = m_firstCnp + ((now - m_firstCnp) / period + 1) * period;
    }
}

void
DcqcnVendor::AdvanceAlpha(Ticks now)
{
    const Ticks period = m_alphaPeriod.GetTimeStep();
    const Ticks ended = (now - m_alphaAt) / period;
    if (ended == 0)
    {
        return;
    }
    m_alpha = m_alpha * GetDecay(1) + (m_cnpInPeriod ? m_alphaGain : 0);
    m_alpha *= GetDecay(ended - 1);
    m_alphaAt += ended * period;
    m_cnpInPeriod = false;
}

void
DcqcnVendor::DoStep(Ticks at)
{
    if (at == m_nextCut)
    {
        AdvanceAlpha(at);
        if (m_clampTargetRate || m_stage > 0)
        {
            m_target = m_current;
        }
        Cut(std::max(1 - m_alpha / 2, m_minDecreaseFactor));
        m_stage = 0;
        m_nextCut = NEVER;
        m_nextIncrease = IsLimited() ? at + m_increaseTimer.GetTimeStep() : NEVER;
        return;
    }
    Raise(m_stage < m_recoveryStages    ? 0
          : m_stage == m_recoveryStages ? m_additiveStep
                                        : m_hyperStep);
    ++m_stage;
    m_nextIncrease = IsLimited() ? at + m_increaseTimer.GetTimeStep() : NEVER;
}

} // namespace ns3::rdma
