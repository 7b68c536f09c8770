/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-hpcc.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Hpcc);

TypeId
Hpcc::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Hpcc")
            .SetParent<HpccLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Hpcc>()
            .AddAttribute("IntHops",
                          "Switches whose records a frame has space for, 1 to 8; 8 bytes each. "
                          "Later ones on a longer path are not seen. Default: SIGCOMM 2019.",
                          UintegerValue(5),
                          MakeUintegerAccessor(&Hpcc::m_intHops),
                          MakeUintegerChecker<uint8_t>(1, fabric::SignalRequest::MAX_HOPS));
    return tid;
}

Hpcc::Hpcc() = default;

Hpcc::~Hpcc() = default;

void
Hpcc::DoStart()
{
    m_utilization = 1;
    m_history.Clear();
    fabric::SignalRequest request;
    request.kinds = fabric::SIGNAL_INT;
    request.intHops = m_intHops;
    RequestSignals(request);
    HpccLaw::DoStart();
}

void
Hpcc::DoAck(const Ack& ack)
{
    GetAckClock().Acked(ack.ackedBytes);
    if (!ack.signals)
    {
        return;
    }
    if (m_history.Matches(*ack.signals))
    {
        Measure(*ack.signals);
        Control(m_utilization);
    }
    m_history.Keep(*ack.signals);
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
        const IntHistory::Hop& before = m_history.Get(i);
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
}

} // namespace ns3::rdma
