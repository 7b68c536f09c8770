/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-timely-law.h"

#include "ns3/double.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(TimelyLaw);

TypeId
TimelyLaw::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::TimelyLaw")
            .SetParent<CongestionControl>()
            .SetGroupName("Rdma")
            .AddAttribute("GradientGain",
                          "Weight of a new difference of round-trip times in their average, 0 to "
                          "1. Default: HPCC's simulations and the models of CoNEXT 2016.",
                          DoubleValue(0.875),
                          MakeDoubleAccessor(&TimelyLaw::m_gain),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("LowThreshold",
                          "Round-trip time below which the rate always grows. Default: SIGCOMM "
                          "2015.",
                          TimeValue(MicroSeconds(50)),
                          MakeTimeAccessor(&TimelyLaw::m_low),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("HighThreshold",
                          "Round-trip time above which the rate always falls. Default: SIGCOMM "
                          "2015.",
                          TimeValue(MicroSeconds(500)),
                          MakeTimeAccessor(&TimelyLaw::m_high),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("MinRtt",
                          "Unit of the gradient, and least time of a full step. Default: HPCC's "
                          "simulations and the models of CoNEXT 2016.",
                          TimeValue(MicroSeconds(20)),
                          MakeTimeAccessor(&TimelyLaw::m_minRtt),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("AdditiveIncrease",
                          "Growth of the rate in a step, at ReferenceRate. Default: SIGCOMM 2015.",
                          DataRateValue(DataRate(10'000'000)),
                          MakeDataRateAccessor(&TimelyLaw::m_increase),
                          MakeDataRateChecker())
            .AddAttribute("ReferenceRate",
                          "Line rate that AdditiveIncrease is for; at other line rates it is "
                          "scaled in proportion. 0bps: never scaled. Default: the 10 Gb/s of "
                          "SIGCOMM 2015.",
                          DataRateValue(DataRate(10'000'000'000)),
                          MakeDataRateAccessor(&TimelyLaw::m_referenceRate),
                          MakeDataRateChecker())
            .AddAttribute("MinRate",
                          "Least rate. Default: one step of AdditiveIncrease at 10 Gb/s.",
                          DataRateValue(DataRate(10'000'000)),
                          MakeDataRateAccessor(&TimelyLaw::m_minRate),
                          MakeDataRateChecker())
            .AddAttribute("InitialRate",
                          "Rate of a new queue pair; 0bps for the line rate.",
                          DataRateValue(DataRate(0)),
                          MakeDataRateAccessor(&TimelyLaw::m_initialRate),
                          MakeDataRateChecker());
    return tid;
}

TimelyLaw::TimelyLaw() = default;

TimelyLaw::~TimelyLaw() = default;

void
TimelyLaw::DoStart()
{
    const double lineRate = static_cast<double>(GetContext().lineRate);
    const uint64_t reference = m_referenceRate.GetBitRate();
    m_step = m_increase.GetBitRate() * (reference ? lineRate / reference : 1);
    m_rate = m_initialRate.GetBitRate() > 0
                 ? std::min(static_cast<double>(m_initialRate.GetBitRate()), lineRate)
                 : lineRate;
    m_rttDiff = 0;
    m_gradient = 0;
    m_previousRtt = 0;
    m_ackedBytes = 0;
    SetRate(static_cast<uint64_t>(m_rate));
}

void
TimelyLaw::DoAck(const Ack& ack)
{
    m_ackedBytes += ack.ackedBytes;
    if (m_ackedBytes >= m_segmentBytes && ack.ackedBytes > 0)
    {
        m_ackedBytes = 0;
        Step(ack);
    }
}

void
TimelyLaw::Step(const Ack& ack)
{
    const double minRtt = static_cast<double>(m_minRtt.GetTimeStep());
    double scale = 1;
    double difference = 0;
    if (m_previousRtt > 0)
    {
        scale = std::min((ack.now - m_lastStep) / minRtt, 1.0);
        difference = static_cast<double>(ack.rtt - m_previousRtt);
    }
    m_lastStep = ack.now;
    m_previousRtt = ack.rtt;
    m_rttDiff = (1 - m_gain) * m_rttDiff + m_gain * difference;
    m_gradient = m_rttDiff / minRtt;

    double rate;
    if (ack.rtt < m_low.GetTimeStep())
    {
        rate = m_rate + scale * m_step;
    }
    else if (ack.rtt > m_high.GetTimeStep())
    {
        const double excess =
            1 - static_cast<double>(m_high.GetTimeStep()) / static_cast<double>(ack.rtt);
        rate = m_rate * (1 - scale * m_beta * excess);
    }
    else
    {
        rate = DoSteer(m_rate, ack.rtt, scale);
    }
    const double least = static_cast<double>(m_minRate.GetBitRate());
    const double most = static_cast<double>(GetContext().lineRate);
    m_rate = std::min(std::max({rate, m_rate / 2, least}), most);
    SetRate(static_cast<uint64_t>(m_rate));
}

} // namespace ns3::rdma
