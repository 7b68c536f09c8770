/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-theta-power-tcp.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(ThetaPowerTcp);

TypeId
ThetaPowerTcp::GetTypeId()
{
    static TypeId tid = TypeId("ns3::rdma::ThetaPowerTcp")
                            .SetParent<PowerTcpLaw>()
                            .SetGroupName("Rdma")
                            .AddConstructor<ThetaPowerTcp>();
    return tid;
}

ThetaPowerTcp::ThetaPowerTcp() = default;

ThetaPowerTcp::~ThetaPowerTcp() = default;

void
ThetaPowerTcp::DoStart()
{
    PowerTcpLaw::DoStart();
    m_leastRtt = GetBaseRtt();
    m_lastRtt = 0;
    m_stepAfter = 0;
}

void
ThetaPowerTcp::DoAck(const Ack& ack)
{
    AckClock& clock = GetAckClock();
    clock.Acked(ack.ackedBytes);
    m_leastRtt = std::min(m_leastRtt, ack.rtt);
    if (!clock.IsPast(m_stepAfter))
    {
        return;
    }
    if (m_lastRtt > 0 && ack.now > m_lastStep)
    {
        const double since = static_cast<double>(ack.now - m_lastStep);
        const double change = static_cast<double>(ack.rtt - m_lastRtt) / since;
        const double power = std::max(1 + change, 0.0) * static_cast<double>(ack.rtt) /
                             static_cast<double>(m_leastRtt);
        Control(power, since, m_leastRtt);
    }
    m_stepAfter = clock.GetMark();
    m_lastRtt = ack.rtt;
    m_lastStep = ack.now;
}

} // namespace ns3::rdma
