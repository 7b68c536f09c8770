/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-nscc.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Nscc);

namespace
{

constexpr double REFERENCE_RTT = 12e6;      ///< of the reference network, ps
constexpr double REFERENCE_BDP = 150'000;   ///< of the reference network: 100 Gb/s and that RTT
constexpr double MARKED_DELAY_SHARE = 0.25; ///< of the least RTT, for long delays without mark

} // namespace

TypeId
Nscc::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Nscc")
            .SetParent<CongestionControl>()
            .SetGroupName("Rdma")
            .AddConstructor<Nscc>()
            .AddAttribute("BaseRtt",
                          "Round-trip time of the longest path without queues, above 0; starting "
                          "value of the least RTT. Default: the reference model's network at 400 "
                          "Gb/s, three tiers at 1 us a link. Defaults of all attributes: those of "
                          "the Ultra Ethernet Consortium's reference model.",
                          TimeValue(NanoSeconds(12507)),
                          MakeTimeAccessor(&Nscc::m_baseRtt),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("TargetFraction",
                          "Target of the queueing delay as a share of BaseRtt. Default: that with "
                          "trimming; 1 without.",
                          DoubleValue(0.75),
                          MakeDoubleAccessor(&Nscc::m_targetFraction),
                          MakeDoubleChecker<double>(0.01, 100))
            .AddAttribute("MaxWindowBdp",
                          "Greatest and first window over what the line rate carries in BaseRtt.",
                          DoubleValue(1.5),
                          MakeDoubleAccessor(&Nscc::m_maxWindowBdp),
                          MakeDoubleChecker<double>(0.1, 100))
            .AddAttribute("ProportionalIncrease",
                          "Factor of the increase that is proportional to the distance from the "
                          "target.",
                          DoubleValue(4),
                          MakeDoubleAccessor(&Nscc::m_alphaScale),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("FairIncrease",
                          "Factor of the increase above the target without mark, full packets.",
                          DoubleValue(5),
                          MakeDoubleAccessor(&Nscc::m_fairScale),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("AdditiveIncrease",
                          "Factor of the increase per round trip, full packets.",
                          DoubleValue(0.15),
                          MakeDoubleAccessor(&Nscc::m_etaScale),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("FastIncrease",
                          "Factor of the increase while there is no delay, share of the bytes "
                          "acknowledged.",
                          DoubleValue(0.25),
                          MakeDoubleAccessor(&Nscc::m_fastScale),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("FastIncreaseDelay",
                          "Queueing delay below which there is none, for the fast increase.",
                          TimeValue(MicroSeconds(1)),
                          MakeTimeAccessor(&Nscc::m_fastDelay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Gamma",
                          "Factor of the decrease, 0 to 1.",
                          DoubleValue(0.8),
                          MakeDoubleAccessor(&Nscc::m_gamma),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("MaxDecrease",
                          "Most that a decrease takes, share of the window, 0 to 1.",
                          DoubleValue(0.5),
                          MakeDoubleAccessor(&Nscc::m_maxDecrease),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("DelayGain",
                          "Weight of a new sample in the average delay, 0 to 1.",
                          DoubleValue(0.0125),
                          MakeDoubleAccessor(&Nscc::m_delayGain),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("AdjustPackets",
                          "Increases enter the window when more full packets than this are "
                          "acknowledged, or BaseRtt is over.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&Nscc::m_adjustPackets),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("QuickAdaptGate",
                          "Quick adapt needs arrivals below the greatest window over 2 to this "
                          "power.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&Nscc::m_quickGate),
                          MakeUintegerChecker<uint32_t>(0, 30))
            .AddAttribute("QuickAdaptDelay",
                          "Queueing delay that allows quick adapt, targets.",
                          DoubleValue(4),
                          MakeDoubleAccessor(&Nscc::m_quickDelay),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("TrustReceiver",
                          "Whether packets trimmed at the last hop leave the window alone: where "
                          "the receiver gives credits, that queue is its business.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&Nscc::m_trustReceiver),
                          MakeBooleanChecker());
    return tid;
}

Nscc::Nscc() = default;

Nscc::~Nscc() = default;

bool
Nscc::DoNeedsEcn() const
{
    return true; // what is not marked opens the window, whatever its delay
}

void
Nscc::DoStart()
{
    m_leastRtt = m_baseRtt.GetTimeStep();
    const auto rtt = static_cast<double>(m_leastRtt);
    m_target = m_targetFraction * rtt;
    m_scale = rtt * 1e-12 * static_cast<double>(GetContext().lineRate) / 8 / REFERENCE_BDP;
    m_maxCwnd = 0;
    UpdateLeastRtt(m_leastRtt);
    SetCwnd(m_maxCwnd);
}

void
Nscc::DoSent(const Sent& sent)
{
    if (!m_started)
    {
        m_started = true;
        m_adjustedAt = sent.now;
        m_addedAt = m_adjustedAt;
    }
}

void
Nscc::UpdateLeastRtt(Ticks rtt)
{
    if (rtt > m_leastRtt || (rtt == m_leastRtt && m_maxCwnd > 0))
    {
        return;
    }
    m_leastRtt = rtt;
    const auto& context = GetContext();
    const double linkBytes =
        static_cast<double>(rtt) * 1e-12 * static_cast<double>(context.lineRate) / 8;
    m_maxCwnd = std::max<double>(
        context.mtuBytes, m_maxWindowBdp * linkBytes * context.mtuBytes / context.frameBytes);
}

void
Nscc::UpdateAverageDelay(double delay, bool marked)
{
    // A long delay without mark is that of a queue which drains: it counts as a short one.
    const double sample =
        !marked && delay > m_target ? MARKED_DELAY_SHARE * static_cast<double>(m_leastRtt) : delay;
    m_averageDelay += m_delayGain * (sample - m_averageDelay);
}

bool
Nscc::QuickAdapt(Ticks now, bool lost, double delay, uint64_t inFlight)
{
    m_lossSeen = m_lossSeen || lost;
    if (now < m_quickEnd)
    {
        return false;
    }
    bool adapted = false;
    if (m_quickEnd > 0 && (m_lossSeen || delay > m_quickDelay * m_target) &&
        static_cast<double>(m_achieved) < m_maxCwnd / static_cast<double>(1U << m_quickGate))
    {
        adapted = true;
        m_toIgnore = inFlight;
        m_ignored = 0;
        m_collected = 0;
        m_lossSeen = false;
        SetCwnd(static_cast<double>(m_achieved));
    }
    m_achieved = 0;
    m_quickEnd = now + m_leastRtt + static_cast<Ticks>(m_target);
    return adapted;
}

void
Nscc::DoAck(const Ack& ack)
{
    UpdateLeastRtt(ack.rtt);
    const auto delay = static_cast<double>(ack.rtt - m_leastRtt);
    UpdateAverageDelay(delay, ack.ecnEcho);
    const auto bytes = static_cast<double>(ack.ackedBytes);
    m_achieved += ack.ackedBytes;
    m_ignored += ack.ackedBytes;
    m_sinceAdjust += ack.ackedBytes;
    if (QuickAdapt(ack.now, false, delay, ack.bytesInFlight) ||
        (ack.ecnEcho && m_ignored < m_toIgnore))
    {
        return;
    }
    if (delay >= static_cast<double>(m_fastDelay.GetTimeStep()))
    {
        m_fastBytes = 0;
        m_fast = false;
    }
    if (!ack.ecnEcho && delay < m_target)
    {
        IncreaseBelowTarget(bytes, delay);
    }
    else if (!ack.ecnEcho)
    {
        m_collected += m_fairScale * GetContext().mtuBytes * m_scale * bytes;
    }
    else if (delay >= m_target)
    {
        Decrease(ack.now);
    }
    if (m_sinceAdjust > uint64_t{m_adjustPackets} * GetContext().mtuBytes ||
        ack.now - m_adjustedAt > m_baseRtt.GetTimeStep())
    {
        Adjust(ack.now);
    }
}

void
Nscc::IncreaseBelowTarget(double bytes, double delay)
{
    if (delay < static_cast<double>(m_fastDelay.GetTimeStep()))
    {
        m_fastBytes += bytes;
        if (m_fast || m_fastBytes > m_cwnd)
        {
            m_fast = true;
            SetCwnd(m_cwnd + m_fastScale * m_scale * bytes);
            return;
        }
    }
    const double alpha = m_alphaScale * GetContext().mtuBytes * m_scale / REFERENCE_RTT;
    m_collected += alpha * bytes * (m_target - delay);
}

void
Nscc::Decrease(Ticks now)
{
    if (m_averageDelay > m_target && now - m_decreasedAt > m_leastRtt)
    {
        m_decreasedAt = now;
        const double cut = m_gamma * (m_averageDelay - m_target) / m_averageDelay;
        SetCwnd(m_cwnd * (1 - std::min(cut, m_maxDecrease)));
    }
}

void
Nscc::Adjust(Ticks now)
{
    double cwnd = m_cwnd + m_collected / m_cwnd;
    if (now - m_addedAt > m_baseRtt.GetTimeStep())
    {
        cwnd += m_etaScale * GetContext().mtuBytes * m_scale;
        m_addedAt = now;
    }
    m_collected = 0;
    m_sinceAdjust = 0;
    m_adjustedAt = now;
    SetCwnd(cwnd);
}

void
Nscc::DoNack(const Nack& nack)
{
    UpdateAverageDelay(static_cast<double>(m_baseRtt.GetTimeStep()), true);
    m_ignored += nack.bytes;
    if (QuickAdapt(nack.now, true, m_averageDelay, nack.bytesInFlight) ||
        (m_trustReceiver && nack.lastHop))
    {
        return;
    }
    SetCwnd(m_cwnd - nack.bytes);
}

void
Nscc::DoLoss(const Loss& loss)
{
    m_lossSeen = true;
    SetCwnd(m_cwnd - static_cast<double>(loss.bytes));
}

void
Nscc::SetCwnd(double bytes)
{
    m_cwnd = std::clamp<double>(bytes, GetContext().mtuBytes, m_maxCwnd);
    SetWindow(static_cast<uint64_t>(m_cwnd));
}

} // namespace ns3::rdma
