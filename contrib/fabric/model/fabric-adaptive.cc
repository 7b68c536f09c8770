/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-adaptive.h"

#include "fabric-compat.h"
#include "fabric-switch.h"

#include "ns3/double.h"
#include "ns3/enum.h"
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
                          "0 looks at the queue alone. Default: what is known of adaptive routing "
                          "for NICs that place data directly, which compares queues.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&Adaptive::m_useWeight),
                          MakeDoubleChecker<double>(0.0, 1000.0))
            .AddAttribute("Band",
                          "Bytes of load that count as one: ports of one band are equals. "
                          "Default: four frames of 4 KB.",
                          UintegerValue(16384),
                          MakeUintegerAccessor(&Adaptive::m_band),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute(
                "Ties",
                "Which of the ports of the best band a frame takes: a Random one, or the "
                "one that has taken the least to the leaf of the destination (LeastSent).",
                EnumValue(Adaptive::LEAST_SENT),
                compat::MakeEnumAccessorFor<Adaptive::Ties>(&Adaptive::m_ties),
                MakeEnumChecker(Adaptive::RANDOM, "Random", Adaptive::LEAST_SENT, "LeastSent"))
            .AddAttribute("Memory",
                          "Bytes that a port may be behind the others to a leaf, for LeastSent: "
                          "what it has missed beyond, being full or down, is not made up for.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&Adaptive::m_memory),
                          MakeUintegerChecker<uint32_t>())
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

bool
Adaptive::KeepsOrder() const
{
    return m_gap.IsStrictlyPositive();
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
    const auto& live = ports.live;
    const uint32_t heaviest = Heaviest(ports);
    double* sent = m_ties == LEAST_SENT ? GetSent(frame) : nullptr;
    std::size_t i = live.size();
    if (m_gap.IsZero())
    {
        i = Choose(frame, ports, heaviest, sent);
    }
    else
    {
        const Ticks now = NowTicks();
        FlowTable::Entry& entry = m_table.At(FlowHash(frame, m_salt));
        if (entry.last >= 0 && now - entry.last <= m_gap.GetTimeStep())
        {
            i = std::find(live.begin(), live.end(), entry.port) - live.begin();
        }
        if (i == live.size())
        {
            i = Choose(frame, ports, heaviest, sent);
            entry.port = live[i];
        }
        entry.last = now;
    }
    const uint16_t port = live[i];
    m_use[port].bytes += frame.bytes; // decayed by Quality, at the latest when it is asked next
    if (sent)
    {
        sent[port] += frame.bytes * GetShare(ports, i, heaviest);
    }
    return port;
}

double*
Adaptive::GetSent(const Frame& frame)
{
    const FabricDirectory& directory = m_owner->GetRoutingTable().GetDirectory();
    const uint32_t leaf = std::min(directory.Find(frame.destination).leaf, directory.GetNLeaves());
    const std::size_t row = leaf * m_use.size();
    if (row >= m_sent.size())
    {
        m_sent.resize(row + m_use.size(), 0);
    }
    return &m_sent[row];
}

std::size_t
Adaptive::Choose(const Frame& frame, const PortGroup& ports, uint32_t heaviest, double* sent)
{
    const Ticks now = NowTicks();
    double most = 0;
    double least = 0;
    uint64_t best = UINT64_MAX;
    std::size_t chosen = 0;
    uint32_t equals = 0;
    for (std::size_t i = 0; i < ports.live.size(); ++i)
    {
        const uint16_t port = ports.live[i];
        const uint64_t quality = Quality(port, frame.priority, GetShare(ports, i, heaviest), now);
        const double taken = sent ? sent[port] : 0;
        most = std::max(most, taken);
        if (quality < best || (quality == best && taken < least))
        {
            best = quality;
            least = taken;
            chosen = i;
            equals = 1;
        }
        else if (quality == best && taken == least && m_random->GetInteger(0, equals++) == 0)
        {
            chosen = i; // each of the equals with the same probability
        }
    }
    if (sent)
    {
        sent[ports.live[chosen]] = std::max(least, most - m_memory);
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

double
Adaptive::GetShare(const PortGroup& ports, std::size_t i, uint32_t heaviest) const
{
    return heaviest > 0 ? static_cast<double>(heaviest) / ports.GetWeight(i)
                        : m_slowness[ports.live[i]];
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
