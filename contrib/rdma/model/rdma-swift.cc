/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-swift.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Swift);

TypeId
Swift::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Swift")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Swift>()
            .AddAttribute("BaseTarget",
                          "Target delay of a path without switches. Default: htsim's Swift.",
                          TimeValue(MicroSeconds(20)),
                          MakeTimeAccessor(&Swift::m_baseTarget),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("HopTarget",
                          "What each switch on the way adds to the target. Default: htsim's "
                          "Swift, 20 us / 6.55.",
                          TimeValue(NanoSeconds(3053)),
                          MakeTimeAccessor(&Swift::m_hopTarget),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("EndpointTarget",
                          "Target of the time that the receiving host holds a frame before it "
                          "answers. Default: BaseTarget's, as no source names one.",
                          TimeValue(MicroSeconds(20)),
                          MakeTimeAccessor(&Swift::m_endpointTarget),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("ScalingRange",
                          "Most that flow scaling adds to the target. Default: htsim's Swift, 5 "
                          "times BaseTarget.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&Swift::m_scalingRange),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ScalingMinWindow",
                          "Window, in packets, at and below which flow scaling adds all of "
                          "ScalingRange. Default: htsim's Swift.",
                          DoubleValue(0.1),
                          MakeDoubleAccessor(&Swift::m_scalingMin),
                          MakeDoubleChecker<double>(1e-6))
            .AddAttribute("ScalingMaxWindow",
                          "Window, in packets, at and above which flow scaling adds nothing; above "
                          "ScalingMinWindow. Default: htsim's Swift.",
                          DoubleValue(100),
                          MakeDoubleAccessor(&Swift::m_scalingMax),
                          MakeDoubleChecker<double>(1e-6))
            .AddAttribute("AdditiveIncrease",
                          "Growth of the window per round trip, packets. Default: htsim's Swift.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&Swift::m_increase),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("Beta",
                          "Decrease in proportion to the excess of the delay. Default: htsim's "
                          "Swift.",
                          DoubleValue(0.8),
                          MakeDoubleAccessor(&Swift::m_beta),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("MaxDecrease",
                          "Most that one decrease takes of the window, 0 to 1. Default: htsim's "
                          "Swift.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&Swift::m_maxDecrease),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("RetransmitLimit",
                          "Timeouts without progress after which the window is the least. Default: "
                          "htsim's Swift.",
                          UintegerValue(5),
                          MakeUintegerAccessor(&Swift::m_retryLimit),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MinWindow",
                          "Least window, packets; may be below one. Default: a packet in a "
                          "thousand round trips.",
                          DoubleValue(0.001),
                          MakeDoubleAccessor(&Swift::m_minPackets),
                          MakeDoubleChecker<double>(1e-6));
    return tid;
}

Swift::Swift() = default;

Swift::~Swift() = default;

void
Swift::DoStart()
{
    WindowLaw::DoStart();
    const double range = static_cast<double>(m_scalingRange.GetTimeStep());
    const double slope = 1 / std::sqrt(m_scalingMin) - 1 / std::sqrt(m_scalingMax);
    m_scalingAlpha = slope > 0 ? range / slope : 0;
    m_scalingBeta = -m_scalingAlpha / std::sqrt(m_scalingMax);
    m_rtt = GetBaseRtt();
    m_timeouts = 0;
    const double packets = GetWindowBytes() / GetContext().mtuBytes;
    m_fabric = {packets, 0, false};
    m_endpoint = {packets, 0, false};
}

Ticks
Swift::GetTarget(double packets, uint8_t hops) const
{
    const double scaling = std::clamp(m_scalingAlpha / std::sqrt(packets) + m_scalingBeta,
                                      0.0,
                                      static_cast<double>(m_scalingRange.GetTimeStep()));
    return m_baseTarget.GetTimeStep() + hops * m_hopTarget.GetTimeStep() +
           static_cast<Ticks>(scaling);
}

bool
Swift::MayDecrease(const Window& window, Ticks now) const
{
    return !window.decreased || now - window.lastDecrease >= m_rtt;
}

void
Swift::Decrease(Window& window, double factor, Ticks now)
{
    window.packets = std::max(window.packets * factor, m_minPackets);
    window.lastDecrease = now;
    window.decreased = true;
}

void
Swift::Steer(Window& window, Ticks delay, Ticks target, const Ack& ack)
{
    if (delay < target)
    {
        const double acked = static_cast<double>(ack.ackedBytes) / GetContext().mtuBytes;
        const double inFlight =
            static_cast<double>(ack.bytesInFlight + ack.ackedBytes) / GetContext().mtuBytes;
        if (inFlight + 1 > window.packets)
        {
            window.packets += m_increase * (window.packets < 1 ? acked : acked / window.packets);
        }
    }
    else if (MayDecrease(window, ack.now))
    {
        const double excess = static_cast<double>(delay - target) / static_cast<double>(delay);
        Decrease(window, std::max(1 - m_beta * excess, 1 - m_maxDecrease), ack.now);
    }
}

void
Swift::DoAck(const Ack& ack)
{
    m_rtt = ack.rtt;
    if (ack.ackedBytes > 0)
    {
        m_timeouts = 0;
    }
    Steer(m_fabric, ack.rtt - ack.endpointDelay, GetTarget(m_fabric.packets, ack.hops), ack);
    DoSteerEndpoint(ack);
    Publish();
}

void
Swift::DoSteerEndpoint(const Ack& ack)
{
    Steer(m_endpoint, ack.endpointDelay, m_endpointTarget.GetTimeStep(), ack);
}

void
Swift::SetEndpointWindow(double packets)
{
    m_endpoint.packets = packets;
    Publish();
}

void
Swift::DoNack(const Nack& nack)
{
    if (MayDecrease(m_fabric, nack.now))
    {
        Decrease(m_fabric, 1 - m_maxDecrease, nack.now);
        Publish();
    }
}

void
Swift::DoTimeout(Ticks now)
{
    CutForTimeout(now, ++m_timeouts >= m_retryLimit);
}

void
Swift::CutForTimeout(Ticks now, bool least)
{
    if (least || MayDecrease(m_fabric, now))
    {
        Decrease(m_fabric, least ? 0 : 1 - m_maxDecrease, now);
        Publish();
    }
}

void
Swift::Publish()
{
    SetWindowBytes(std::min(m_fabric.packets, m_endpoint.packets) * GetContext().mtuBytes, m_rtt);
}

} // namespace ns3::rdma
