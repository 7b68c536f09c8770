/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pint-stamper.h"

#include "ns3/double.h"

#include <algorithm>
#include <cmath>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PintStamper);

TypeId
PintStamper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::PintStamper")
            .SetParent<Stamper>()
            .SetGroupName("Fabric")
            .AddConstructor<PintStamper>()
            .AddAttribute("BaseRtt",
                          "Time over which the utilisation is smoothed: the base RTT of the "
                          "network, greater than 0. Default: that of HPCC's simulations.",
                          TimeValue(MicroSeconds(13)),
                          MakeTimeAccessor(&PintStamper::m_baseRtt),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("LogBase",
                          "Ratio of the utilisations of two neighbouring codes, above 1. Default: "
                          "that of PINT's simulations.",
                          DoubleValue(1.05),
                          MakeDoubleAccessor(&PintStamper::m_logBase),
                          MakeDoubleChecker<double>(1.0001, 2.0))
            .AddAttribute("Smallest",
                          "Utilisation of code 0, greater than 0. Default: 2^-11, so that code 255 "
                          "is 123.6, a queue of 122.6 times the bandwidth-delay product.",
                          DoubleValue(1.0 / 2048),
                          MakeDoubleAccessor(&PintStamper::m_smallest),
                          MakeDoubleChecker<double>(1e-9, 1.0));
    return tid;
}

double
PintStamper::Quantize(double utilization) const
{
    if (utilization <= m_smallest)
    {
        return m_smallest;
    }
    constexpr double codes = 256;
    const double code = std::round(std::log(utilization / m_smallest) / std::log(m_logBase));
    return m_smallest * std::pow(m_logBase, std::min(code, codes - 1));
}

void
PintStamper::DoStamp(Frame& frame, const Departure& departure)
{
    if (m_lastAt >= 0)
    {
        const auto period = static_cast<double>(m_baseRtt.GetTimeStep());
        const double dt = std::min(static_cast<double>(departure.at - m_lastAt), period);
        // bytes that the link can carry in T; a time step is 1 ps
        const double capacity = static_cast<double>(GetPlace().bitRate) / 8 * period * 1e-12;
        m_utilization = m_utilization * (1 - dt / period) +
                        static_cast<double>(departure.queueBytes) / capacity * (dt / period) +
                        m_lastBytes / capacity;
    }
    m_lastAt = departure.at;
    m_lastBytes = frame.bytes;
    if (FrameSignals* signals = GetWritable(frame, SIGNAL_PINT))
    {
        signals->utilization = std::max(signals->utilization, Quantize(m_utilization));
    }
}

} // namespace ns3::fabric
