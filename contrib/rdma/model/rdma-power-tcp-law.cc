/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-power-tcp-law.h"

#include "ns3/double.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PowerTcpLaw);

namespace
{

/** Power counts as this at least (the authors' Linux implementation). */
constexpr double LEAST_POWER = 0.01;

} // namespace

TypeId
PowerTcpLaw::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::PowerTcpLaw")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddAttribute("Gamma",
                          "Weight of the new window, above 0 and at most 1. Default: NSDI 2022.",
                          DoubleValue(0.9),
                          MakeDoubleAccessor(&PowerTcpLaw::m_gamma),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("ExpectedFlows",
                          "Flows expected to share the port of a host: the additive increase is "
                          "the largest window over it. Default: the authors' Linux implementation.",
                          DoubleValue(10),
                          MakeDoubleAccessor(&PowerTcpLaw::m_expectedFlows),
                          MakeDoubleChecker<double>(1))
            .AddAttribute("MinWindow",
                          "Least window, packets; may be below one. Default: as that of HPCC.",
                          DoubleValue(0.04),
                          MakeDoubleAccessor(&PowerTcpLaw::m_minPackets),
                          MakeDoubleChecker<double>(1e-6));
    return tid;
}

PowerTcpLaw::PowerTcpLaw() = default;

PowerTcpLaw::~PowerTcpLaw() = default;

void
PowerTcpLaw::DoStart()
{
    WindowLaw::DoStart();
    m_most = std::max(GetLineRateBytes(GetBaseRtt()), GetWindowBytes());
    m_step = m_most / m_expectedFlows;
    m_power = 0;
    m_oldWindow = GetWindowBytes();
    m_roundEnd = 0;
    SetPacedWindowBytes(m_oldWindow, GetBaseRtt());
}

void
PowerTcpLaw::Control(double power, double time, Ticks baseRtt)
{
    power = std::max(power, LEAST_POWER);
    const double weight = std::min(time / static_cast<double>(baseRtt), 1.0);
    m_power = m_power > 0 ? m_power + weight * (power - m_power) : power;
    const double window =
        m_gamma * (m_oldWindow / m_power + m_step) + (1 - m_gamma) * GetWindowBytes();
    SetPacedWindowBytes(std::min(window, m_most), GetBaseRtt());
    if (GetAckClock().IsPast(m_roundEnd))
    {
        m_roundEnd = GetAckClock().GetMark();
        m_oldWindow = GetWindowBytes();
    }
}

} // namespace ns3::rdma
