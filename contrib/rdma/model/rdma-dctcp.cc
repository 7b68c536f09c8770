/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-dctcp.h"

#include "ns3/double.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Dctcp);

TypeId
Dctcp::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Dctcp")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Dctcp>()
            .AddAttribute("Gain",
                          "Weight g of a new observation in alpha, 0 to 1. Default: RFC 8257.",
                          DoubleValue(1.0 / 16),
                          MakeDoubleAccessor(&Dctcp::m_gain),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("MinWindow",
                          "Least window, packets; may be below one. Default: one packet.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&Dctcp::m_minPackets),
                          MakeDoubleChecker<double>(1e-6));
    return tid;
}

Dctcp::Dctcp() = default;

Dctcp::~Dctcp() = default;

void
Dctcp::DoStart()
{
    WindowLaw::DoStart();
    m_alpha = 1;
    m_ackedBytes = 0;
    m_markedBytes = 0;
    m_windowEnd = 0;
    m_cut = false;
}

bool
Dctcp::DoNeedsEcn() const
{
    return true;
}

void
Dctcp::DoAck(const Ack& ack)
{
    AckClock& clock = GetAckClock();
    clock.Acked(ack.ackedBytes);
    m_ackedBytes += ack.ackedBytes;
    m_markedBytes += ack.ecnEcho ? ack.ackedBytes : 0;
    if (clock.IsPast(m_windowEnd))
    {
        m_alpha = (1 - m_gain) * m_alpha + m_gain * m_markedBytes / m_ackedBytes;
        m_ackedBytes = 0;
        m_markedBytes = 0;
        m_windowEnd = clock.GetMark();
    }
    if (!MayCut())
    {
        return;
    }
    if (ack.ecnEcho)
    {
        Cut(1 - m_alpha / 2);
    }
    else if (IsLimiting(ack))
    {
        const double acked = static_cast<double>(ack.ackedBytes);
        const double window = GetWindowBytes();
        const uint32_t packet = GetContext().mtuBytes;
        SetWindowBytes(window + (window < packet ? acked : packet * acked / window), ack.rtt);
    }
}

bool
Dctcp::MayCut()
{
    m_cut = m_cut && !GetAckClock().IsPast(m_cutEnd);
    return !m_cut;
}

void
Dctcp::Cut(double factor)
{
    m_cut = true;
    m_cutEnd = GetAckClock().GetMark();
    SetWindowBytes(GetWindowBytes() * factor, GetBaseRtt());
}

void
Dctcp::DoNack(const Nack&)
{
    if (MayCut())
    {
        Cut(0.5);
    }
}

void
Dctcp::DoTimeout(Ticks)
{
    Cut(0.5);
}

} // namespace ns3::rdma
