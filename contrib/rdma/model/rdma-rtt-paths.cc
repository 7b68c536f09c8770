/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-rtt-paths.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(RttPaths);

TypeId
RttPaths::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::RttPaths")
            .SetParent<EntropySet>()
            .SetGroupName("Rdma")
            .AddConstructor<RttPaths>()
            .AddAttribute("Choices",
                          "Paths drawn for each packet, of which the best is taken; 1 is random "
                          "spraying. Default: ours, two choices as in load balancing at large.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&RttPaths::m_choices),
                          MakeUintegerChecker<uint32_t>(1, 64))
            .AddAttribute("Gain",
                          "Weight of a new sample in the smoothed RTT of a path. Default: that of "
                          "TCP (RFC 6298).",
                          DoubleValue(0.125),
                          MakeDoubleAccessor(&RttPaths::m_gain),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("ForgetAfter",
                          "A path that was not measured for so long is tried again. Default: ours.",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&RttPaths::m_forgetAfter),
                          MakeTimeChecker(Time(0)));
    return tid;
}

RttPaths::RttPaths() = default;

RttPaths::~RttPaths() = default;

void
RttPaths::DoStart(uint32_t localQpn, uint32_t remoteQpn)
{
    EntropySet::DoStart(localQpn, remoteQpn);
    m_estimates.assign(GetNPaths(), Estimate());
}

uint16_t
RttPaths::DoSelect(uint64_t, bool)
{
    const Ticks oldest = fabric::NowTicks() - m_forgetAfter.GetTimeStep();
    uint32_t best = 0;
    Ticks bestRtt = fabric::NEVER;
    for (uint32_t i = 0; i < m_choices; ++i)
    {
        const uint32_t path = DrawPath();
        const Ticks rtt = m_estimates[path].at < oldest ? 0 : m_estimates[path].rtt;
        if (rtt < bestRtt)
        {
            best = path;
            bestRtt = rtt;
        }
    }
    return ToEntropy(best);
}

void
RttPaths::DoAck(const Feedback& feedback)
{
    const uint32_t path = ToPath(feedback.entropy);
    if (path >= GetNPaths())
    {
        return;
    }
    Estimate& estimate = m_estimates[path];
    estimate.rtt +=
        estimate.rtt == 0
            ? feedback.rtt
            : static_cast<Ticks>(m_gain * static_cast<double>(feedback.rtt - estimate.rtt));
    estimate.at = feedback.now;
    m_latestRtt = estimate.rtt;
}

void
RttPaths::DoLoss(Ticks now, uint16_t entropy)
{
    const uint32_t path = ToPath(entropy);
    if (path < GetNPaths())
    {
        Estimate& estimate = m_estimates[path];
        estimate.rtt = 2 * (estimate.rtt > 0 ? estimate.rtt : m_latestRtt);
        estimate.at = now;
    }
}

} // namespace ns3::rdma
