/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-window-law.h"

#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(WindowLaw);

namespace
{

/** Windows are held below this, far above any use, so that they fit into integers. */
constexpr double MOST_BYTES = 1e15;

} // namespace

TypeId
WindowLaw::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::WindowLaw")
            .SetParent<CongestionControl>()
            .SetGroupName("Rdma")
            .AddAttribute("BaseRtt",
                          "Round-trip time of the longest path without queues, above 0. Default: "
                          "HPCC's simulations (SIGCOMM 2019), three tiers at 1 us a link.",
                          TimeValue(MicroSeconds(13)),
                          MakeTimeAccessor(&WindowLaw::m_baseRtt),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("InitialWindow",
                          "Window of a new queue pair, message bytes; 0 for what the line rate "
                          "carries in BaseRtt: RDMA starts at line rate.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&WindowLaw::m_initialWindow),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

WindowLaw::WindowLaw() = default;

WindowLaw::~WindowLaw() = default;

void
WindowLaw::DoStart()
{
    m_clock = AckClock();
    SetWindowBytes(m_initialWindow > 0 ? static_cast<double>(m_initialWindow)
                                       : GetLineRateBytes(GetBaseRtt()),
                   GetBaseRtt());
}

void
WindowLaw::DoSent(const Sent& sent)
{
    if (!sent.retransmission)
    {
        m_clock.Sent(sent.payloadBytes);
    }
}

double
WindowLaw::GetLineRateBytes(Ticks time) const
{
    return GetContext().lineRate * 0.125e-12 * time * GetPayloadShare();
}

double
WindowLaw::GetPayloadShare() const
{
    const Context& context = GetContext();
    return static_cast<double>(context.mtuBytes) /
           (context.frameBytes + GetSignalRequest().GetWireBytes());
}

double
WindowLaw::Hold(double bytes) const
{
    return std::clamp(bytes, m_minPackets * GetContext().mtuBytes, MOST_BYTES);
}

uint64_t
WindowLaw::GetPace(double bytes, Ticks time) const
{
    const double rate = bytes / GetPayloadShare() * 8e12 / std::max<Ticks>(time, 1);
    return std::llround(std::min(rate, static_cast<double>(GetContext().lineRate)));
}

void
WindowLaw::SetWindowBytes(double bytes, Ticks rtt)
{
    m_bytes = Hold(bytes);
    const uint32_t packet = GetContext().mtuBytes;
    SetRate(m_bytes < packet ? GetPace(m_bytes, rtt) : GetContext().lineRate);
    SetWindow(std::max<uint64_t>(std::llround(m_bytes), packet));
}

void
WindowLaw::SetPacedWindowBytes(double bytes, Ticks time, uint32_t slack)
{
    m_bytes = Hold(bytes);
    SetRate(GetPace(m_bytes, time));
    SetWindow(std::max<uint64_t>(std::llround(m_bytes) + slack, GetContext().mtuBytes));
}

} // namespace ns3::rdma
