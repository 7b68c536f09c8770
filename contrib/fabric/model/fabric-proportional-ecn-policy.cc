/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-proportional-ecn-policy.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(ProportionalEcnPolicy);

TypeId
ProportionalEcnPolicy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::ProportionalEcnPolicy")
            .SetParent<EcnPolicy>()
            .SetGroupName("Fabric")
            .AddConstructor<ProportionalEcnPolicy>()
            .AddAttribute("TargetDelay",
                          "Time in which the port would send the queue that is aimed at, greater "
                          "than 0. Default: about one RTT of a three-tier fabric.",
                          TimeValue(MicroSeconds(10)),
                          MakeTimeAccessor(&ProportionalEcnPolicy::m_targetDelay),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("TargetUtilization",
                          "Share of the link that is aimed at, above 0, at most 1.",
                          DoubleValue(0.95),
                          MakeDoubleAccessor(&ProportionalEcnPolicy::m_targetUtilization),
                          MakeDoubleChecker<double>(0.01, 1.0))
            .AddAttribute("Gain",
                          "How much of a deviation is answered per interval, above 0, below 1.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&ProportionalEcnPolicy::m_gain),
                          MakeDoubleChecker<double>(0.001, 0.999))
            .AddAttribute("KmaxLow",
                          "Least Kmax, bytes. Default: the least of ACC's actions.",
                          UintegerValue(20'000),
                          MakeUintegerAccessor(&ProportionalEcnPolicy::m_kmaxLow),
                          MakeUintegerChecker<uint64_t>(1))
            .AddAttribute("KmaxHigh",
                          "Largest Kmax, bytes. Default: the largest of ACC's actions.",
                          UintegerValue(10'240'000),
                          MakeUintegerAccessor(&ProportionalEcnPolicy::m_kmaxHigh),
                          MakeUintegerChecker<uint64_t>(1))
            .AddAttribute("KminShare",
                          "Kmin as a share of Kmax, 0 to 1. Default: that of HPCC's simulations.",
                          DoubleValue(0.25),
                          MakeDoubleAccessor(&ProportionalEcnPolicy::m_kminShare),
                          MakeDoubleChecker<double>(0.0, 1.0))
            .AddAttribute("PmaxLow",
                          "Least Pmax, above 0, at most 1. Default: the least of ACC's actions.",
                          DoubleValue(0.01),
                          MakeDoubleAccessor(&ProportionalEcnPolicy::m_pmaxLow),
                          MakeDoubleChecker<double>(1e-6, 1.0));
    return tid;
}

EcnThresholds
ProportionalEcnPolicy::DoDecide(const EcnObservation& seen)
{
    // a time step is 1 ps
    const double target = static_cast<double>(seen.bitRate) / 8 *
                          static_cast<double>(m_targetDelay.GetTimeStep()) * 1e-12;
    double factor = 1;
    if (seen.utilization >= m_targetUtilization && seen.meanQueueBytes > target)
    {
        factor = 1 - m_gain * (seen.meanQueueBytes - target) / seen.meanQueueBytes;
    }
    else if (seen.utilization < m_targetUtilization && seen.marks > 0)
    {
        factor = 1 + m_gain * (m_targetUtilization - seen.utilization) / m_targetUtilization;
    }
    else
    {
        return seen.current;
    }
    const double kmax = std::clamp(static_cast<double>(seen.current.kmax) * factor,
                                   static_cast<double>(m_kmaxLow),
                                   static_cast<double>(std::max(m_kmaxLow, m_kmaxHigh)));
    return {static_cast<uint64_t>(kmax * m_kminShare),
            static_cast<uint64_t>(kmax),
            std::clamp(seen.current.pmax / factor, m_pmaxLow, 1.0)};
}

} // namespace ns3::fabric
