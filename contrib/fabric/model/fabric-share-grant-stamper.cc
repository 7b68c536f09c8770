/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-share-grant-stamper.h"

#include "ns3/double.h"

#include <algorithm>
#include <cmath>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(ShareGrantStamper);

TypeId
ShareGrantStamper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::ShareGrantStamper")
            .SetParent<GrantStamper>()
            .SetGroupName("Fabric")
            .AddConstructor<ShareGrantStamper>()
            .AddAttribute("SpareGain",
                          "Share of the spare bytes of a period that is given in the next, above "
                          "0. Default: alpha of XCP.",
                          DoubleValue(0.4),
                          MakeDoubleAccessor(&ShareGrantStamper::m_spareGain),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("QueueGain",
                          "Share of the queue that is taken back in a period. Default: beta of "
                          "XCP.",
                          DoubleValue(0.226),
                          MakeDoubleAccessor(&ShareGrantStamper::m_queueGain),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("Shuffle",
                          "Share of the traffic that changes hands in a period at least, 0 to 1. "
                          "Default: gamma of XCP.",
                          DoubleValue(0.1),
                          MakeDoubleAccessor(&ShareGrantStamper::m_shuffle),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("Decrease",
                          "Share of the bytes of a marked frame that its sender takes off its "
                          "window, above 0: that of the law.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&ShareGrantStamper::m_decrease),
                          MakeDoubleChecker<double>(0.001, 1));
    return tid;
}

void
ShareGrantStamper::DoSetup()
{
    BeginPeriod(0, 0);
}

void
ShareGrantStamper::BeginPeriod(uint64_t queueBytes, int64_t index)
{
    const bool next = index == m_period + 1;
    const double arrived =
        next
            ? std::max(static_cast<double>(m_sent + queueBytes) - static_cast<double>(m_queue), 0.0)
            : 0.0;
    const double asked = next ? m_asked : 0.0;
    const double spare = GetTargetBytes() - arrived;
    const double feedback = m_spareGain * spare - m_queueGain * static_cast<double>(queueBytes);
    const double shuffled =
        std::max(std::min(m_shuffle * arrived - std::abs(feedback), asked), 0.0);
    const double left = next ? std::clamp(m_toGive - m_given, 0.0, m_shuffled) : 0.0;
    m_toGive = std::max(feedback, 0.0) + shuffled + left;
    m_shuffled = shuffled;
    m_toTake = std::max(-feedback, 0.0) + shuffled;
    m_grantShare = asked > m_toGive ? m_toGive / asked : 1.0;
    m_markShare = arrived > 0 ? std::min(m_toTake / m_decrease / arrived, 1.0) : 0.0;
    m_period = index;
    m_sent = 0;
    m_queue = queueBytes;
    m_asked = 0;
    m_given = 0;
}

void
ShareGrantStamper::DoStamp(Frame& frame, const Departure& departure)
{
    const int64_t index = GetPeriodIndex(departure.at);
    if (index > m_period)
    {
        BeginPeriod(departure.queueBytes + frame.bytes, index);
    }
    const uint32_t bytes = frame.bytes + GetPlace().interframeBytes;
    m_sent += bytes;
    FrameSignals* signals = GetWritable(frame, SIGNAL_GRANT);
    if (!signals)
    {
        return;
    }
    GrantTag& grant = signals->grant;
    if (grant.increase)
    {
        const double hint = static_cast<double>(grant.hint) * GetUnit();
        m_asked += hint;
        // as long as less was asked for than there is, who comes first is served
        const bool room = m_grantShare < 1 || m_given + hint <= m_toGive;
        m_grantBalance += room ? hint * m_grantShare : 0.0;
        grant.increase = room && m_grantBalance >= hint;
        m_grantBalance -= grant.increase ? hint : 0.0;
        m_given += grant.increase ? hint : 0.0;
    }
    m_markBalance += bytes * m_markShare;
    const bool due = m_markBalance >= bytes;
    m_markBalance -= due ? bytes : 0.0;
    grant.congested |= due || departure.queueBytes > GetThreshold();
}

} // namespace ns3::fabric
