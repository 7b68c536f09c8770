/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-csig-stamper.h"

#include <algorithm>
#include <cmath>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(CsigStamper);

TypeId
CsigStamper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::CsigStamper")
            .SetParent<Stamper>()
            .SetGroupName("Fabric")
            .AddConstructor<CsigStamper>()
            .AddAttribute("Window",
                          "Time over which the use of the link is counted, greater than 0. "
                          "Default: about the RTT of a three-tier fabric, as the draft proposes.",
                          TimeValue(MicroSeconds(10)),
                          MakeTimeAccessor(&CsigStamper::m_window),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("CompactBandwidth",
                          "Largest available bandwidth that a compact tag can say, in 31 steps.",
                          DataRateValue(DataRate("800Gbps")),
                          MakeDataRateAccessor(&CsigStamper::m_compactBandwidth),
                          MakeDataRateChecker())
            .AddAttribute("CompactDelay",
                          "Longest delay of a hop that a compact tag can say, in 31 steps.",
                          TimeValue(MicroSeconds(31)),
                          MakeTimeAccessor(&CsigStamper::m_compactDelay),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

double
CsigStamper::GetUtilization() const
{
    const double seconds = static_cast<double>(m_window.GetTimeStep()) * 1e-12; // steps of 1 ps
    return std::min(1.0, m_lastBytes * 8 / (seconds * GetPlace().bitRate));
}

void
CsigStamper::Count(const Frame& frame, Ticks at)
{
    const int64_t index = at / m_window.GetTimeStep();
    if (index > m_index)
    {
        m_lastBytes = index == m_index + 1 ? m_bytes : 0;
        m_bytes = 0;
        m_index = index;
    }
    m_bytes += frame.bytes + GetPlace().interframeBytes;
}

double
CsigStamper::Measure(CsigType type, Ticks delay) const
{
    switch (type)
    {
    case CsigType::MIN_AVAILABLE_BANDWIDTH:
        return GetPlace().bitRate * (1 - GetUtilization());
    case CsigType::MAX_UTILIZATION:
        return GetUtilization();
    case CsigType::MAX_HOP_DELAY:
        break;
    }
    return static_cast<double>(delay);
}

double
CsigStamper::Round(CsigType type, double value) const
{
    constexpr double steps = 31; // of 5 bits
    if (type == CsigType::MIN_AVAILABLE_BANDWIDTH)
    {
        const double step = m_compactBandwidth.GetBitRate() / steps;
        return step * std::min(std::floor(value / step), steps);
    }
    const double largest =
        type == CsigType::MAX_UTILIZATION ? 1.0 : static_cast<double>(m_compactDelay.GetTimeStep());
    return largest * std::min(std::ceil(value * steps / largest), steps) / steps;
}

void
CsigStamper::DoStamp(Frame& frame, const Departure& departure)
{
    Count(frame, departure.at);
    FrameSignals* signals = GetWritable(frame, SIGNAL_CSIG);
    if (!signals)
    {
        return;
    }
    const CsigType type = signals->request.csigType;
    double value = Measure(type, departure.at - signals->arrivedAt);
    if (!signals->request.csigExpanded)
    {
        value = Round(type, value);
    }
    CsigTag& tag = signals->csig;
    const bool worse =
        type == CsigType::MIN_AVAILABLE_BANDWIDTH ? value < tag.value : value > tag.value;
    if (!tag.isSet || worse)
    {
        tag = {value, GetPlace().node, GetPlace().port, frame.hops, true};
    }
}

} // namespace ns3::fabric
