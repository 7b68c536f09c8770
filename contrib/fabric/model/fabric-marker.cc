/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-marker.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Marker);
NS_OBJECT_ENSURE_REGISTERED(RedMarker);

TypeId
Marker::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::Marker").SetParent<Object>().SetGroupName("Fabric");
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
    const double scale = reference == 0 ? 1.0 : static_cast<double>(bitRate) / reference;
    m_portKmin = static_cast<uint64_t>(m_kmin * scale);
    m_portKmax = static_cast<uint64_t>(m_kmax * scale);
}

uint64_t
RedMarker::GetEffectiveKmin() const
{
    return m_portKmin;
}

uint64_t
RedMarker::GetEffectiveKmax() const
{
    return m_portKmax;
}

bool
RedMarker::DoIsMarked(const Frame& frame, uint64_t queueBytes)
{
    if (queueBytes <= m_portKmin)
    {
        return false;
    }
    if (queueBytes > m_portKmax)
    {
        return true;
    }
    const double probability =
        m_pmax * static_cast<double>(queueBytes - m_portKmin) / (m_portKmax - m_portKmin);
    return m_random->GetValue(0.0, 1.0) < probability;
}

} // namespace ns3::fabric
