/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-power-tcp.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PowerTcp);

TypeId
PowerTcp::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::PowerTcp")
            .SetParent<PowerTcpLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<PowerTcp>()
            .AddAttribute("IntHops",
                          "Switches whose records a frame has space for, 1 to 8; 8 bytes each. "
                          "Later ones on a longer path are not seen. Default: that of HPCC.",
                          UintegerValue(5),
                          MakeUintegerAccessor(&PowerTcp::m_intHops),
                          MakeUintegerChecker<uint8_t>(1, fabric::SignalRequest::MAX_HOPS));
    return tid;
}

PowerTcp::PowerTcp() = default;

PowerTcp::~PowerTcp() = default;

void
PowerTcp::DoStart()
{
    m_history.Clear();
    fabric::SignalRequest request;
    request.kinds = fabric::SIGNAL_INT;
    request.intHops = m_intHops;
    RequestSignals(request);
    PowerTcpLaw::DoStart();
}

void
PowerTcp::DoAck(const Ack& ack)
{
    GetAckClock().Acked(ack.ackedBytes);
    if (!ack.signals)
    {
        return;
    }
    if (m_history.Matches(*ack.signals))
    {
        Measure(*ack.signals);
    }
    m_history.Keep(*ack.signals);
}

void
PowerTcp::Measure(const fabric::FrameSignals& signals)
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
