/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-patched-timely.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(PatchedTimely);

TypeId
PatchedTimely::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::PatchedTimely")
            .SetParent<TimelyLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<PatchedTimely>()
            .AddAttribute("Beta",
                          "Strength of decreases. Default: CoNEXT 2016.",
                          DoubleValue(0.008),
                          MakeDoubleAccessor(&PatchedTimely::m_beta),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("SegmentBytes",
                          "Message bytes acknowledged between two steps. Default: CoNEXT 2016.",
                          UintegerValue(16'000),
                          MakeUintegerAccessor(&PatchedTimely::m_segmentBytes),
                          MakeUintegerChecker<uint64_t>(1));
    return tid;
}

PatchedTimely::PatchedTimely() = default;

PatchedTimely::~PatchedTimely() = default;

double
PatchedTimely::DoSteer(double rate, Ticks rtt, double scale)
{
    const double weight = std::clamp(2 * GetGradient() + 0.5, 0.0, 1.0);
    const double reference = static_cast<double>(GetLowThreshold());
    const double error = (static_cast<double>(rtt) - reference) / reference;
    return rate * (1 - scale * m_beta * weight * error) + scale * GetIncrease() * (1 - weight);
}

} // namespace ns3::rdma
