/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-srd-control.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(SrdControl);

TypeId
SrdControl::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::SrdControl")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<SrdControl>()
            .AddAttribute("BaseLinks",
                          "Links of the path that BaseRtt is for, 1 to 255. Default: three tiers.",
                          UintegerValue(6),
                          MakeUintegerAccessor(&SrdControl::m_baseLinks),
                          MakeUintegerChecker<uint32_t>(1, 255))
            .AddAttribute("Gain",
                          "Round trip that is good, over that without queues. Default: ours; half "
                          "a round trip of queue at most.",
                          DoubleValue(1.5),
                          MakeDoubleAccessor(&SrdControl::m_gain),
                          MakeDoubleChecker<double>(0.1, 10))
            .AddAttribute("ProbePackets",
                          "Packets in flight beyond that, which ask for more rate. Default: ours.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&SrdControl::m_probePackets),
                          MakeDoubleChecker<double>(0, 1e6))
            .AddAttribute("Smoothing",
                          "Part of the way to the target that the window goes in a round trip, 0 "
                          "to 1. Default: FAST TCP's.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&SrdControl::m_smoothing),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("MinWindow",
                          "Least window, packets; may be below one. Default: a packet in a "
                          "thousand round trips, as Swift here.",
                          DoubleValue(0.001),
                          MakeDoubleAccessor(&SrdControl::m_minPackets),
                          MakeDoubleChecker<double>(1e-6));
    return tid;
}

SrdControl::SrdControl() = default;

SrdControl::~SrdControl() = default;

void
SrdControl::DoStart()
{
    WindowLaw::DoStart();
    m_deliveryRate = 0;
    m_roundEnd = 0;
    m_roundBytes = 0;
    m_roundBegin = 0;
    m_roundGood = 0;
    m_roundRtt = 0;
    m_roundAcks = 0;
    m_limiting = false;
    m_good = GetBaseRtt();
    m_rtt = GetBaseRtt();
    m_lastCut = 0;
}

Ticks
SrdControl::GetGoodRtt(uint8_t hops) const
{
    return static_cast<Ticks>(m_gain * static_cast<double>(GetBaseRtt()) * (hops + 1) /
                              m_baseLinks);
}

void
SrdControl::DoAck(const Ack& ack)
{
    m_roundGood += GetGoodRtt(ack.hops);
    m_roundRtt += ack.rtt;
    ++m_roundAcks;
    m_roundBytes += ack.ackedBytes;
    m_limiting = m_limiting || IsLimiting(ack);
    AckClock& clock = GetAckClock();
    clock.Acked(ack.ackedBytes);
    if (clock.IsPast(m_roundEnd))
    {
        EndRound(ack.now);
    }
}

void
SrdControl::EndRound(Ticks now)
{
    if (m_roundBegin > 0 && now > m_roundBegin)
    {
        m_deliveryRate =
            static_cast<double>(m_roundBytes) / static_cast<double>(now - m_roundBegin);
        m_good = m_roundGood / m_roundAcks;
        m_rtt = m_roundRtt / m_roundAcks;
        const double window = GetWindowBytes();
        const double target =
            m_deliveryRate * static_cast<double>(m_good) + m_probePackets * GetContext().mtuBytes;
        Publish(m_limiting ? window + m_smoothing * (target - window) : window);
    }
    m_roundBegin = now;
    m_roundBytes = 0;
    m_roundGood = 0;
    m_roundRtt = 0;
    m_roundAcks = 0;
    m_limiting = false;
    m_roundEnd = GetAckClock().GetMark();
}

void
SrdControl::Publish(double window)
{
    SetPacedWindowBytes(window, m_rtt, GetContext().mtuBytes);
}

void
SrdControl::DoTimeout(Ticks now)
{
    if (now - m_lastCut >= m_good)
    {
        m_lastCut = now;
        Publish(GetWindowBytes() / 2);
    }
}

} // namespace ns3::rdma
