/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-marker.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Marker);
NS_OBJECT_ENSURE_REGISTERED(RedMarker);

TypeId
Marker::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Marker")
            .SetParent<Object>()
            .SetGroupName("Fabric")
            .AddAttribute("AtEnqueue",
                          "Whether a frame is looked at when it joins the queue, instead of when "
                          "it leaves. Default: at dequeue, as DCQCN and HPCC's simulations do.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&Marker::m_atEnqueue),
                          MakeBooleanChecker());
    return tid;
}

int64_t
Marker::AssignStreams(int64_t stream)
{
    return 0;
}

void
Marker::DoSetup(uint64_t bitRate)
{
}

uint64_t
Marker::ScaleToRate(uint64_t bytes, uint64_t referenceRate, uint64_t bitRate)
{
    const double scale = referenceRate == 0 ? 1.0 : static_cast<double>(bitRate) / referenceRate;
    return static_cast<uint64_t>(bytes * scale);
}

TypeId
RedMarker::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::RedMarker")
            .SetParent<Marker>()
            .SetGroupName("Fabric")
            .AddConstructor<RedMarker>()
            .AddAttribute("Kmin",
                          "Queue up to which nothing is marked, bytes, at ReferenceRate. Default: "
                          "HPCC's published simulation settings.",
                          UintegerValue(100'000),
                          MakeUintegerAccessor(&RedMarker::m_kmin),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Kmax",
                          "Queue above which everything is marked, bytes, at ReferenceRate; not "
                          "below Kmin. Default: HPCC's published simulation settings.",
                          UintegerValue(400'000),
                          MakeUintegerAccessor(&RedMarker::m_kmax),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Pmax",
                          "Probability of a mark at Kmax (0..1). Default: HPCC's published "
                          "simulation settings.",
                          DoubleValue(0.2),
                          MakeDoubleAccessor(&RedMarker::m_pmax),
                          MakeDoubleChecker<double>(0.0, 1.0))
            .AddAttribute("ReferenceRate",
                          "Port rate that Kmin and Kmax are meant for; other ports scale them in "
                          "proportion. 0 applies them to every port as they are.",
                          DataRateValue(DataRate("25Gbps")),
                          MakeDataRateAccessor(&RedMarker::m_referenceRate),
                          MakeDataRateChecker());
    return tid;
}

RedMarker::RedMarker()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

int64_t
RedMarker::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
RedMarker::DoSetup(uint64_t bitRate)
{
    const uint64_t reference = m_referenceRate.GetBitRate();
    m_port = {
        ScaleToRate(m_kmin, reference, bitRate), ScaleToRate(m_kmax, reference, bitRate), m_pmax};
}

void
RedMarker::SetThresholds(const EcnThresholds& thresholds)
{
    NS_ABORT_MSG_IF(thresholds.kmin > thresholds.kmax || thresholds.pmax < 0 || thresholds.pmax > 1,
                    "RED needs Kmin <= Kmax and a probability Pmax");
    m_port = thresholds;
}

bool
RedMarker::DoIsMarked(const Frame& frame, uint64_t queueBytes)
{
    if (queueBytes <= m_port.kmin)
    {
        return false;
    }
    if (queueBytes > m_port.kmax)
    {
        return true;
    }
    const double probability =
        m_port.pmax * static_cast<double>(queueBytes - m_port.kmin) / (m_port.kmax - m_port.kmin);
    return m_random->GetValue(0.0, 1.0) < probability;
}

} // namespace ns3::fabric
