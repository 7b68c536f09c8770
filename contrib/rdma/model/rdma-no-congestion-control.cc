/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-no-congestion-control.h"

#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(NoCongestionControl);

TypeId
NoCongestionControl::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::NoCongestionControl")
            .SetParent<CongestionControl>()
            .SetGroupName("Rdma")
            .AddConstructor<NoCongestionControl>()
            .AddAttribute("Rate",
                          "Static rate of the queue pair; 0bps for the line rate of the port. A "
                          "rate above the line rate has no effect.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&NoCongestionControl::m_staticRate),
                          MakeDataRateChecker())
            .AddAttribute("Window",
                          "Static window: message bytes (payload) in flight; 0 for no limit. A "
                          "window below one packet lets one packet fly at a time.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&NoCongestionControl::m_staticWindow),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

NoCongestionControl::NoCongestionControl() = default;

NoCongestionControl::~NoCongestionControl() = default;

void
NoCongestionControl::DoStart()
{
    if (m_staticRate.GetBitRate() > 0)
    {
        SetRate(m_staticRate.GetBitRate());
    }
    if (m_staticWindow > 0)
    {
        SetWindow(m_staticWindow);
    }
}

} // namespace ns3::rdma
