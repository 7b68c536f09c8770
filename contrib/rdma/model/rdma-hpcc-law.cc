/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-hpcc-law.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(HpccLaw);

TypeId
HpccLaw::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::HpccLaw")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddAttribute("Eta",
                          "Utilization aimed at, above 0 and at most 1. Default: SIGCOMM 2019.",
                          DoubleValue(0.95),
                          MakeDoubleAccessor(&HpccLaw::m_eta),
                          MakeDoubleChecker<double>(0.01, 1))
            .AddAttribute("MaxStage",
                          "Additive steps in succession before a multiplicative one. Default: "
                          "SIGCOMM 2019; its simulator's scripts have 0.",
                          UintegerValue(5),
                          MakeUintegerAccessor(&HpccLaw::m_maxStage),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("AdditiveIncrease",
                          "W_AI, message bytes; 0 for what keeps queues empty with 100 flows on a "
                          "link (CsigControl: 25), the largest window times (1 - Eta) over them. "
                          "Default: SIGCOMM 2019, section 5.1: 80 bytes at 100 Gb/s and 13 us.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&HpccLaw::m_additiveIncrease),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("MinWindow",
                          "Least window, packets; may be below one. Default: near the 100 Mb/s of "
                          "the authors' simulator at 100 Gb/s.",
                          DoubleValue(0.04),
                          MakeDoubleAccessor(&HpccLaw::m_minPackets),
                          MakeDoubleChecker<double>(1e-6));
    return tid;
}

HpccLaw::HpccLaw() = default;

HpccLaw::~HpccLaw() = default;

uint32_t
HpccLaw::DoGetFlows() const
{
    return 100;
}

void
HpccLaw::DoStart()
{
    WindowLaw::DoStart();
    m_most = std::max(GetLineRateBytes(GetBaseRtt()), GetWindowBytes());
    m_step = m_additiveIncrease > 0 ? static_cast<double>(m_additiveIncrease)
                                    : m_most * (1 - m_eta) / DoGetFlows();
    m_reference = GetWindowBytes();
    m_stage = 0;
    m_roundEnd = 0;
    SetPacedWindowBytes(m_reference, GetBaseRtt());
}

void
HpccLaw::Control(double utilization)
{
    const bool multiply = utilization >= m_eta || m_stage >= m_maxStage;
    // A path without traffic would ask for a window without bound.
    const double share = std::max(utilization / m_eta, m_reference / m_most);
    const double window = (multiply ? m_reference / share : m_reference) + m_step;
    SetPacedWindowBytes(std::min(window, m_most), GetBaseRtt());
    if (GetAckClock().IsPast(m_roundEnd))
    {
        m_roundEnd = GetAckClock().GetMark();
        m_reference = GetWindowBytes();
        m_stage = multiply ? 0 : m_stage + 1;
    }
}

} // namespace ns3::rdma
