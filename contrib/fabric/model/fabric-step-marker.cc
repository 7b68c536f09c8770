/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-step-marker.h"

#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(StepMarker);

TypeId
StepMarker::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::StepMarker")
            .SetParent<Marker>()
            .SetGroupName("Fabric")
            .AddConstructor<StepMarker>()
            .AddAttribute("Threshold",
                          "Queue above which every frame is marked, bytes, at ReferenceRate. "
                          "Default: 65 packets of 1.5 KB at 10 Gb/s, DCTCP's recommendation.",
                          UintegerValue(97'500),
                          MakeUintegerAccessor(&StepMarker::m_threshold),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("ReferenceRate",
                          "Port rate that Threshold is meant for; other ports scale it in "
                          "proportion. 0 applies it to every port as it is.",
                          DataRateValue(DataRate("10Gbps")),
                          MakeDataRateAccessor(&StepMarker::m_referenceRate),
                          MakeDataRateChecker());
    return tid;
}

void
StepMarker::DoSetup(uint64_t bitRate)
{
    m_portThreshold = ScaleToRate(m_threshold, m_referenceRate.GetBitRate(), bitRate);
}

bool
StepMarker::DoIsMarked(const Frame& frame, uint64_t queueBytes)
{
    return queueBytes > m_portThreshold;
}

} // namespace ns3::fabric
