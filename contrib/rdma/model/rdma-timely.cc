/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-timely.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Timely);

TypeId
Timely::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Timely")
            .SetParent<TimelyLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Timely>()
            .AddAttribute("Beta",
                          "Strength of decreases. Default: SIGCOMM 2015.",
                          DoubleValue(0.8),
                          MakeDoubleAccessor(&Timely::m_beta),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("SegmentBytes",
                          "Message bytes acknowledged between two steps. Default: the largest of "
                          "SIGCOMM 2015, 16 to 64 KB.",
                          UintegerValue(64'000),
                          MakeUintegerAccessor(&Timely::m_segmentBytes),
                          MakeUintegerChecker<uint64_t>(1))
            .AddAttribute("HyperAfter",
                          "Steps in succession with a gradient up to 0 after which the rate grows "
                          "five times as fast. Default: SIGCOMM 2015.",
                          UintegerValue(5),
                          MakeUintegerAccessor(&Timely::m_hyperAfter),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

Timely::Timely() = default;

Timely::~Timely() = default;

void
Timely::DoStart()
{
    TimelyLaw::DoStart();
    m_falling = 0;
}

double
Timely::DoSteer(double rate, Ticks, double scale)
{
    const double gradient = GetGradient();
    if (gradient > 0)
    {
        m_falling = 0;
        return rate * (1 - scale * m_beta * gradient);
    }
    ++m_falling;
    return rate + scale * GetIncrease() * (m_falling >= m_hyperAfter ? 5 : 1);
}

} // namespace ns3::rdma
