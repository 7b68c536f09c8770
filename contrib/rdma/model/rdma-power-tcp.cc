/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-power-tcp.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PowerTcp);

TypeId
PowerTcp::GetTypeId()
{
    static TypeId tid = AddIntHops(TypeId("ns3::rdma::PowerTcp")
                                       .SetParent<PowerTcpLaw>()
                                       .SetGroupName("Rdma")
                                       .AddConstructor<PowerTcp>());
    return tid;
}

PowerTcp::PowerTcp() = default;

PowerTcp::~PowerTcp() = default;

void
PowerTcp::Measure(const fabric::FrameSignals& signals)
{
    const double baseRtt = static_cast<double>(GetBaseRtt());
    double highest = 0;
    double time = 0;
    for (uint8_t i = 0; i < signals.nHops; ++i)
    {
        const fabric::IntHop& hop = signals.hops[i];
        const IntHistory::Hop& before = GetBefore(i);
        const double rate = hop.bitRate * 0.125e-12; // bytes per tick
        const double since = static_cast<double>(hop.timestamp - before.timestamp);
        const double grown =
            static_cast<double>(hop.queueBytes) - static_cast<double>(before.queueBytes);
        const double current =
            std::max(grown + static_cast<double>(hop.txBytes - before.txBytes), 0.0) / since;
        const double voltage = hop.queueBytes + rate * baseRtt;
        const double power = current * voltage / (rate * rate * baseRtt);
        if (power > highest || i == 0)
        {
            highest = power;
            time = since;
        }
    }
    Control(highest, time, GetBaseRtt());
}

} // namespace ns3::rdma
