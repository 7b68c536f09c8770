/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-bbr.h"

#include "ns3/double.h"

#include <algorithm>
#include <cmath>

namespace ns3::rdma
{

NS_OBJECT_ENSURE_REGISTERED(Bbr);

namespace
{

// constants of Linux's tcp_bbr.c
constexpr double HIGH_GAIN = 2885.0 / 1000 + 1.0 / 256;
constexpr double DRAIN_GAIN = 1000.0 / 2885;
constexpr std::array<double, 8> CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
constexpr double FULL_GROWTH = 1.25;
constexpr uint32_t FULL_ROUNDS = 3;
constexpr double PROBE_RTT_PACKETS = 4;

} // namespace

TypeId
Bbr::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::rdma::Bbr")
            .SetParent<WindowLaw>()
            .SetGroupName("Rdma")
            .AddConstructor<Bbr>()
            .AddAttribute("MinRttWindow",
                          "Time for which the smallest round-trip time is good. Default: that of "
                          "Linux, 10 s, divided by 5000.",
                          TimeValue(MilliSeconds(2)),
                          MakeTimeAccessor(&Bbr::m_minRttWindow),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("ProbeRttTime",
                          "Time with four packets in flight, to see the round-trip time without "
                          "queues. Default: that of Linux, 200 ms, divided by 5000.",
                          TimeValue(MicroSeconds(40)),
                          MakeTimeAccessor(&Bbr::m_probeRttTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("WindowGain",
                          "Window over the product of rate and smallest round-trip time. Default: "
                          "Linux.",
                          DoubleValue(2),
                          MakeDoubleAccessor(&Bbr::m_windowGain),
                          MakeDoubleChecker<double>(1));
    return tid;
}

Bbr::Bbr()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

Bbr::~Bbr() = default;

int64_t
Bbr::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
Bbr::DoStart()
{
    WindowLaw::DoStart();
    m_phase = STARTUP;
    m_bandwidth.fill(0);
    m_bandwidth[0] = GetWindowBytes() / static_cast<double>(GetBaseRtt()) / HIGH_GAIN;
    m_rounds = 1;
    m_roundEnd = 0;
    m_roundBegin = 0;
    m_roundBytes = 0;
    m_minRtt = GetBaseRtt();
    m_minRttAt = 0; // the first acknowledgment sets it
    m_fullBandwidth = 0;
    m_fullRounds = 0;
    m_filled = false;
}

double
Bbr::GetBandwidth() const
{
    return *std::max_element(m_bandwidth.begin(), m_bandwidth.end()) * 1e12;
}

double
Bbr::GetProduct() const
{
    return GetBandwidth() * 1e-12 * static_cast<double>(m_minRtt);
}

void
Bbr::DoAck(const Ack& ack)
{
    AckClock& clock = GetAckClock();
    clock.Acked(ack.ackedBytes);
    m_roundBytes += ack.ackedBytes;
    m_minRttAt = m_minRttAt == 0 ? ack.now : m_minRttAt;
    const bool stale = ack.now - m_minRttAt > m_minRttWindow.GetTimeStep();
    if (ack.rtt <= m_minRtt || stale)
    {
        m_minRtt = ack.rtt;
        m_minRttAt = ack.now;
    }
    const bool rounded = clock.IsPast(m_roundEnd);
    if (rounded)
    {
        EndRound(ack.now);
    }
    if (stale && m_phase != PROBE_RTT)
    {
        m_phase = PROBE_RTT;
        m_phaseBegin = 0;
    }
    Advance(ack, rounded);
    Publish();
}

void
Bbr::EndRound(Ticks now)
{
    // A round that waited for the user, or for a narrow window, says nothing of the path unless it
    // was faster.
    if (m_roundBegin > 0 && now > m_roundBegin)
    {
        const double rate =
            static_cast<double>(m_roundBytes) / static_cast<double>(now - m_roundBegin);
        const bool limited = m_phase == PROBE_RTT;
        if (!limited || rate > GetBandwidth() * 1e-12)
        {
            m_bandwidth[m_rounds++ % m_bandwidth.size()] = rate;
        }
    }
    m_roundBegin = now;
    m_roundBytes = 0;
    m_roundEnd = GetAckClock().GetMark();
}

void
Bbr::Advance(const Ack& ack, bool rounded)
{
    switch (m_phase)
    {
    case STARTUP:
        if (rounded && m_rounds > 1)
        {
            const double bandwidth = GetBandwidth();
            m_fullRounds = bandwidth >= m_fullBandwidth * FULL_GROWTH ? 0 : m_fullRounds + 1;
            m_fullBandwidth = m_fullRounds == 0 ? bandwidth : m_fullBandwidth;
            if (m_fullRounds >= FULL_ROUNDS)
            {
                m_filled = true;
                m_phase = DRAIN;
            }
        }
        break;
    case DRAIN:
        if (static_cast<double>(ack.bytesInFlight) <= GetProduct())
        {
            Cruise(ack.now);
        }
        break;
    case PROBE_BW:
        AdvanceGain(ack);
        break;
    case PROBE_RTT:
        ProbeRtt(ack, rounded);
        break;
    }
}

void
Bbr::AdvanceGain(const Ack& ack)
{
    const double gain = CYCLE[m_cycle];
    const bool full = ack.now - m_phaseBegin > m_minRtt;
    const auto inFlight = static_cast<double>(ack.bytesInFlight);
    // A higher gain has to fill the path by as much, unless the window does not let it; a lower one
    // ends as soon as the queue is gone.
    const bool over = gain > 1 ? full && inFlight >= std::min(gain, m_windowGain) * GetProduct() -
                                                         GetContext().mtuBytes
                      : gain < 1 ? full || inFlight <= GetProduct()
                                 : full;
    if (over)
    {
        m_cycle = (m_cycle + 1) % CYCLE.size();
        m_phaseBegin = ack.now;
    }
}

void
Bbr::ProbeRtt(const Ack& ack, bool rounded)
{
    if (m_phaseBegin == 0)
    {
        if (ack.bytesInFlight <= PROBE_RTT_PACKETS * GetContext().mtuBytes)
        {
            m_phaseBegin = ack.now;
            m_roundOver = false;
            m_roundEnd = GetAckClock().GetMark();
        }
        return;
    }
    m_roundOver = m_roundOver || rounded;
    if (m_roundOver && ack.now - m_phaseBegin > m_probeRttTime.GetTimeStep())
    {
        m_minRttAt = ack.now;
        if (m_filled)
        {
            Cruise(ack.now);
        }
        else
        {
            m_phase = STARTUP;
        }
    }
}

void
Bbr::Cruise(Ticks now)
{
    m_phase = PROBE_BW;
    // any but the gain below 1, which follows the one above
    m_cycle = m_random->GetInteger(0, CYCLE.size() - 2);
    m_cycle += m_cycle >= 1 ? 1 : 0;
    m_phaseBegin = now;
}

void
Bbr::Publish()
{
    const double packet = GetContext().mtuBytes;
    const double gain = m_phase == STARTUP    ? HIGH_GAIN
                        : m_phase == DRAIN    ? DRAIN_GAIN
                        : m_phase == PROBE_BW ? CYCLE[m_cycle]
                                              : 1;
    const double windowGain = m_phase == STARTUP ? HIGH_GAIN : m_windowGain;
    const double window = m_phase == PROBE_RTT
                              ? PROBE_RTT_PACKETS * packet
                              : std::max(windowGain * GetProduct(), PROBE_RTT_PACKETS * packet);
    const double perRtt = std::max(gain * GetProduct(), 1.0);
    // the time in which one window leaves at the pace of the gain
    SetPacedWindowBytes(window, std::llround(window / perRtt * static_cast<double>(m_minRtt)));
}

} // namespace ns3::rdma
