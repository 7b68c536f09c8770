/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-falcon-swift.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(FalconSwift);

TypeId
FalconSwift::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::FalconSwift")
            .SetParent<Swift>()
            .SetGroupName("Rdma")
            .AddConstructor<FalconSwift>()
            .AddAttribute("TargetLevel",
                          "Level of the receiver's buffers, of 32, below which the window of the "
                          "NIC grows; 1 to 31. Default: ours, half full.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&FalconSwift::m_targetLevel),
                          MakeUintegerChecker<uint32_t>(1, N_LEVELS - 1))
            .AddAttribute("NicIncrease",
                          "Growth of the window of the NIC per round trip, packets. Default: that "
                          "of the fabric's.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&FalconSwift::m_nicIncrease),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("NicMaxDecrease",
                          "Most that one decrease takes of the window of the NIC, 0 to 1. Default: "
                          "that of the fabric's.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&FalconSwift::m_nicMaxDecrease),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("NicMaxWindow",
                          "Greatest window of the NIC, packets; it starts there. Default: the data "
                          "window of Falcon.",
                          UintegerValue(128),
                          MakeUintegerAccessor(&FalconSwift::m_nicMaxWindow),
                          MakeUintegerChecker<uint32_t>(1, 1U << 22));
    return tid;
}

FalconSwift::FalconSwift() = default;

FalconSwift::~FalconSwift() = default;

void
FalconSwift::DoStart()
{
    Swift::DoStart();
    m_level = 0;
    m_timeouts = 1;
    m_nicChange = 0;
    m_nicIncreasing = true;
    SetEndpointWindow(m_nicMaxWindow);
}

void
FalconSwift::DoTimeout(Ticks now)
{
    const bool least = m_timeouts >= GetRetransmitLimit();
    if (least || m_timeouts == 1)
    {
        CutForTimeout(now, least);
    }
}

void
FalconSwift::DoSteerEndpoint(const Ack& ack)
{
    const double before = GetEndpointWindow();
    const bool rttElapsed = ack.now - m_nicChange >= ack.rtt;
    double window = before;
    if (m_level < m_targetLevel)
    {
        if (!m_nicIncreasing || rttElapsed)
        {
            window += m_nicIncrease;
        }
    }
    else if (rttElapsed)
    {
        const double excess = static_cast<double>(m_level - m_targetLevel) / m_level;
        window *= std::max(1 - excess, 1 - m_nicMaxDecrease);
    }
    window = std::clamp<double>(window, 1, m_nicMaxWindow);
    if (window != before)
    {
        m_nicIncreasing = window > before;
        m_nicChange = ack.now;
        SetEndpointWindow(window);
    }
}

} // namespace ns3::rdma
