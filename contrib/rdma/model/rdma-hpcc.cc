/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-hpcc.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Hpcc);

TypeId
Hpcc::GetTypeId()
{
    static TypeId tid = AddIntHops(
        TypeId("ns3::rdma::Hpcc").SetParent<HpccLaw>().SetGroupName("Rdma").AddConstructor<Hpcc>());
    return tid;
}

Hpcc::Hpcc() = default;

Hpcc::~Hpcc() = default;

void
Hpcc::DoStart()
{
    m_utilization = 1;
    IntLaw::DoStart();
}

void
Hpcc::Measure(const fabric::FrameSignals& signals)
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
        const double utilization = std::min(hop.queueBytes, before.queueBytes) / (rate * baseRtt) +
                                   (hop.txBytes - before.txBytes) / (since * rate);
        if (utilization > highest || i == 0)
        {
            highest = utilization;
            time = since;
        }
    }
    const double weight = std::min(time / baseRtt, 1.0);
    m_utilization += weight * (highest - m_utilization);
    Control(m_utilization);
}

} // namespace ns3::rdma
