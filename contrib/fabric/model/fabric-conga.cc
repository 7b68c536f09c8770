/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-conga.h"

#include "fabric-switch.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(Conga);

TypeId
Conga::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::fabric::Conga")
            .SetParent<LoadBalancer>()
            .SetGroupName("Fabric")
            .AddConstructor<Conga>()
            .AddAttribute("Gap",
                          "Silence of a flow after which it may take another port. Default, as of "
                          "the next three: ConWeave's simulations of CONGA at 100 Gb/s (SIGCOMM "
                          "2023); the paper has 500 us at 10 Gb/s.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&Conga::m_gap),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Period",
                          "Period T in which an estimator of a link's rate loses Alpha.",
                          TimeValue(MicroSeconds(50)),
                          MakeTimeAccessor(&Conga::m_period),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Alpha",
                          "Share that an estimator loses in a period, 0 to 1.",
                          DoubleValue(0.2),
                          MakeDoubleAccessor(&Conga::m_alpha),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("Aging",
                          "Age at which a value that another leaf has told counts as 0.",
                          TimeValue(MicroSeconds(500)),
                          MakeTimeAccessor(&Conga::m_aging),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Bits",
                          "Bits Q of a value: congestion has 2^Q steps (3 in the paper).",
                          UintegerValue(3),
                          MakeUintegerAccessor(&Conga::m_bits),
                          MakeUintegerChecker<uint8_t>(1, 7))
            .AddAttribute("TableSize",
                          "Entries of the flowlet table; flows that share one are taken for one.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&Conga::m_tableSize),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

Conga::Conga()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

Conga::~Conga() = default;

bool
Conga::SeesAllFrames() const
{
    return true;
}

int64_t
Conga::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
Conga::DoSetup(Switch& owner)
{
    m_owner = &owner;
    m_salt = MixBits(owner.GetNodeId() + GOLDEN_GAMMA);
    m_estimators.assign(owner.GetNPorts(), {});
    for (uint16_t port = 0; port < owner.GetNPorts(); ++port)
    {
        m_estimators[port].Setup(owner.GetPort(port).GetBitRate(), m_period.GetTimeStep(), m_alpha);
    }
    if (owner.GetRoutingTable().IsLeaf())
    {
        m_table.Resize(m_tableSize);
        Peer peer;
        peer.to.resize(owner.GetNPorts());
        m_peers.assign(owner.GetRoutingTable().GetDirectory().GetNLeaves(), peer);
    }
}

uint16_t
Conga::DoSelect(const Frame& frame, const PortGroup& ports)
{
    return ports.At(((FlowHash(frame, m_salt) >> 32) * ports.total) >> 32);
}

uint16_t
Conga::DoRoute(Port& ingress, Frame* frame, const PortGroup& ports)
{
    const Ticks now = ingress.GetArrivalTime();
    const RoutingTable& routes = m_owner->GetRoutingTable();
    const uint32_t from = routes.GetDirectory().Find(frame->source).leaf;
    const uint32_t to = routes.GetDirectory().Find(frame->destination).leaf;
    if (to == routes.GetLeaf())
    {
        if (from < m_peers.size() && from != to)
        {
            Learn(*frame, m_peers[from]);
        }
        frame->overlay = {};
        return ports.live.front();
    }
    uint16_t egress;
    if (from == routes.GetLeaf())
    {
        egress = ChooseUplink(*frame, ports, to);
        frame->overlay.conga = {static_cast<uint8_t>(egress), 0, 0, 0};
        FeedBack(*frame, m_peers[to]);
        m_estimators[egress].Add(frame->bytes, now);
        return egress;
    }
    egress = ports.live.size() == 1 ? ports.live.front() : DoSelect(*frame, ports);
    m_estimators[egress].Add(frame->bytes, now);
    const uint8_t metric = m_estimators[egress].GetMetric(now, m_bits);
    frame->overlay.conga.congestion = std::max(frame->overlay.conga.congestion, metric);
    return egress;
}

uint16_t
Conga::ChooseUplink(const Frame& frame, const PortGroup& ports, uint32_t leaf)
{
    FlowTable::Entry& entry = m_table.At(FlowHash(frame, m_salt));
    const Ticks now = NowTicks();
    const auto& live = ports.live;
    const bool known = entry.last >= 0;
    if (!known || now - entry.last > m_gap.GetTimeStep() ||
        std::find(live.begin(), live.end(), entry.port) == live.end())
    {
        entry.port = ChooseBest(ports, m_peers[leaf], known ? entry.port : UINT16_MAX);
    }
    entry.last = now;
    return entry.port;
}

uint16_t
Conga::ChooseBest(const PortGroup& ports, const Peer& peer, uint16_t last)
{
    const Ticks now = NowTicks();
    uint8_t least = UINT8_MAX;
    uint32_t total = 0;
    m_best.clear();
    for (std::size_t i = 0; i < ports.live.size(); ++i)
    {
        const uint16_t port = ports.live[i];
        const uint8_t metric =
            std::max(m_estimators[port].GetMetric(now, m_bits), ValueOf(peer.to[port], now));
        if (metric < least)
        {
            least = metric;
            total = 0;
            m_best.clear();
        }
        if (metric == least)
        {
            total += ports.GetWeight(i);
            m_best.push_back({port, total});
        }
    }
    const auto is = [last](const Candidate& best) { return best.port == last; };
    if (std::any_of(m_best.begin(), m_best.end(), is))
    {
        return last;
    }
    const uint32_t drawn = m_random->GetInteger(0, total - 1);
    return std::find_if(m_best.begin(),
                        m_best.end(),
                        [drawn](const Candidate& best) { return drawn < best.end; })
        ->port;
}

void
Conga::Learn(const Frame& frame, Peer& peer)
{
    const auto& fields = frame.overlay.conga;
    const Ticks now = NowTicks();
    if (fields.uplink >= peer.from.size())
    {
        peer.from.resize(fields.uplink + 1); // up to 256, once
    }
    Metric& from = peer.from[fields.uplink];
    from.changed |= !from.known || from.value != fields.congestion;
    from.known = true;
    from.value = fields.congestion;
    from.at = now;
    if (fields.feedback > 0)
    {
        // Up-links are numbered by port; those that share a number share the value.
        for (std::size_t port = fields.feedbackUplink; port < peer.to.size(); port += UINT8_MAX + 1)
        {
            peer.to[port].value = fields.feedback - 1;
            peer.to[port].known = true;
            peer.to[port].at = now;
        }
    }
}

void
Conga::FeedBack(Frame& frame, Peer& peer)
{
    // The next one that has changed, or else the next one that is known.
    std::size_t chosen = peer.from.size();
    for (std::size_t i = 0; i < peer.from.size(); ++i)
    {
        const std::size_t uplink = (peer.next + i) % peer.from.size();
        if (peer.from[uplink].changed)
        {
            chosen = uplink;
            break;
        }
        if (peer.from[uplink].known && chosen == peer.from.size())
        {
            chosen = uplink;
        }
    }
    if (chosen < peer.from.size())
    {
        peer.from[chosen].changed = false;
        frame.overlay.conga.feedbackUplink = static_cast<uint8_t>(chosen);
        frame.overlay.conga.feedback = peer.from[chosen].value + 1;
        peer.next = static_cast<uint8_t>(chosen + 1);
    }
}

uint8_t
Conga::ValueOf(const Metric& metric, Ticks now) const
{
    return metric.known && now - metric.at <= m_aging.GetTimeStep() ? metric.value : 0;
}

uint8_t
Conga::GetRemoteMetric(uint32_t leaf, uint16_t port) const
{
    return ValueOf(m_peers[leaf].to[port], NowTicks());
}

uint8_t
Conga::GetLocalMetric(uint16_t port)
{
    return m_estimators[port].GetMetric(NowTicks(), m_bits);
}

} // namespace ns3::fabric
