/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-grant-stamper.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(GrantStamper);

TypeId
GrantStamper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::GrantStamper")
            .SetParent<Stamper>()
            .SetGroupName("Fabric")
            .AddConstructor<GrantStamper>()
            .AddAttribute("Period",
                          "Time over which arrivals are counted and for which grants are given, "
                          "greater than 0. Default: about the RTT of a three-tier fabric.",
                          TimeValue(MicroSeconds(10)),
                          MakeTimeAccessor(&GrantStamper::m_period),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("TargetUtilization",
                          "Share of the rate that is granted, above 0, at most 1.",
                          DoubleValue(0.95),
                          MakeDoubleAccessor(&GrantStamper::m_targetUtilization),
                          MakeDoubleChecker<double>(0.01, 1.0))
            .AddAttribute("Unit",
                          "Bytes that a hint of 1 stands for, 1 or more.",
                          UintegerValue(256),
                          MakeUintegerAccessor(&GrantStamper::m_unit),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Threshold",
                          "Queue behind a frame above which senders are told to shrink their "
                          "windows, bytes. Default: two frames of 4 KiB.",
                          UintegerValue(8400),
                          MakeUintegerAccessor(&GrantStamper::m_threshold),
                          MakeUintegerChecker<uint64_t>());
    return tid;
}

void
GrantStamper::DoSetup()
{
    Begin(0, 0);
}

double
GrantStamper::GetTargetBytes() const
{
    const double capacity = static_cast<double>(GetPlace().bitRate) / 8 *
                            static_cast<double>(m_period.GetTimeStep()) * 1e-12; // steps of 1 ps
    return m_targetUtilization * capacity;
}

void
GrantStamper::Begin(uint64_t queueBytes, int64_t index)
{
    // What arrived is what left, and what the queue grew by; in periods without a frame, nothing.
    const double arrived = index == m_index + 1
                               ? static_cast<double>(m_departed) + static_cast<double>(queueBytes) -
                                     static_cast<double>(m_queueBytes)
                               : 0.0;
    m_available = GetTargetBytes() - arrived - static_cast<double>(queueBytes);
    m_index = index;
    m_departed = 0;
    m_queueBytes = queueBytes;
}

void
GrantStamper::DoStamp(Frame& frame, const Departure& departure)
{
    const int64_t index = GetPeriodIndex(departure.at);
    if (index > m_index)
    {
        Begin(departure.queueBytes + frame.bytes, index);
    }
    m_departed += frame.bytes + GetPlace().interframeBytes;
    FrameSignals* signals = GetWritable(frame, SIGNAL_GRANT);
    if (!signals)
    {
        return;
    }
    GrantTag& grant = signals->grant;
    if (grant.increase)
    {
        const double bytes = static_cast<double>(grant.hint) * m_unit;
        if (bytes <= m_available)
        {
            m_available -= bytes;
        }
        else
        {
            grant.increase = false;
        }
    }
    grant.congested |= departure.queueBytes > m_threshold;
}

} // namespace ns3::fabric
