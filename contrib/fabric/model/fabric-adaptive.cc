/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-adaptive.h"

#include "fabric-switch.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Adaptive);

TypeId
Adaptive::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Adaptive")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<Adaptive>()
            .AddAttribute("Gap",
                          "Silence of a flow after which it may take another port; 0 chooses for "
                          "each packet.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&Adaptive::m_gap),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Window",
                          "Time over which the use of a port is remembered: it decays by e in that "
                          "time.",
                          TimeValue(MicroSeconds(2)),
                          MakeTimeAccessor(&Adaptive::m_window),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("UseWeight",
                          "Weight of the bytes of recent use against the bytes queued, 0 or more. "
                          "0 looks at the queue alone.",
                          DoubleValue(0.25),
                          MakeDoubleAccessor(&Adaptive::m_useWeight),
                          MakeDoubleChecker<double>(0.0, 1000.0))
            .AddAttribute("Band",
                          "Bytes of load that count as one: ports of one band are equals.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&Adaptive::m_band),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("TableSize",
                          "Entries of the flow table, if Gap is not 0; flows that share one are "
                          "taken for one.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&Adaptive::m_tableSize),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

Adaptive::Adaptive()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

int64_t
Adaptive::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
Adaptive::DoSetup(Switch& owner)
{
    m_owner = &owner;
    m_slowness = SlownessOf(owner);
    m_use.assign(owner.GetNPorts(), {});
    if (!m_gap.IsZero())
    {
        m_table.Resize(m_tableSize);
    }
    m_salt = MixBits(owner.GetNodeId() + GOLDEN_GAMMA);
}

uint16_t
Adaptive::DoSelect(const Frame& frame, const PortGroup& ports)
{
    const Ticks now = NowTicks();
    uint16_t port;
    if (m_gap.IsZero())
    {
        port = Choose(frame, ports);
    }
    else
    {
        FlowTable::Entry& entry = m_table.At(FlowHash(frame, m_salt));
        const auto& live = ports.live;
        if (entry.last < 0 || now - entry.last > m_gap.GetTimeStep() ||
            std::find(live.begin(), live.end(), entry.port) == live.end())
        {
            entry.port = Choose(frame, ports);
        }
        entry.last = now;
        port = entry.port;
    }
    m_use[port].bytes += frame.bytes; // decayed by Quality, at the latest when it is asked next
    return port;
}

uint16_t
Adaptive::Choose(const Frame& frame, const PortGroup& ports)
{
    const Ticks now = NowTicks();
    uint64_t best = UINT64_MAX;
    uint16_t chosen = ports.live.front();
    uint32_t equals = 0;
    const uint32_t heaviest = Heaviest(ports);
    for (std::size_t i = 0; i < ports.live.size(); ++i)
    {
        const uint16_t port = ports.live[i];
        const double share =
            heaviest > 0 ? static_cast<double>(heaviest) / ports.GetWeight(i) : m_slowness[port];
        const uint64_t quality = Quality(port, frame.priority, share, now);
        if (quality < best)
        {
            best = quality;
            chosen = port;
            equals = 1;
        }
        else if (quality == best && m_random->GetInteger(0, equals++) == 0)
        {
            chosen = port; // each of the equals with the same probability
        }
    }
    return chosen;
}

uint32_t
Adaptive::Heaviest(const PortGroup& ports)
{
    uint32_t heaviest = 0;
    for (std::size_t i = 0; i < ports.ends.size(); ++i)
    {
        heaviest = std::max(heaviest, ports.GetWeight(i));
    }
    return heaviest;
}

uint64_t
Adaptive::Quality(uint16_t port, uint8_t priority, double share, Ticks now)
{
    constexpr uint64_t PAUSED = uint64_t{1} << 40;
    const Port& device = m_owner->GetPort(port);
    double load = device.GetQueuedBytes() * m_slowness[port];
    if (m_useWeight > 0)
    {
        Use& use = m_use[port];
        if (now > use.at)
        {
            use.bytes *= std::exp(-static_cast<double>(now - use.at) / m_window.GetTimeStep());
            use.at = now;
        }
        load += m_useWeight * use.bytes * share;
    }
    const bool paused = device.GetPausedClasses() & (1U << priority);
    return static_cast<uint64_t>(load / m_band) + (paused ? PAUSED : 0);
}

} // namespace ns3::fabric
