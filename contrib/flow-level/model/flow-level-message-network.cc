/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "flow-level-message-network.h"

#include "ns3/cluster-ideal-times.h"
#include "ns3/fabric-compat.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3::flowlevel
{

using cluster::FluidLinks;
using cluster::Message;
using fabric::Ticks;

NS_OBJECT_ENSURE_REGISTERED(FlowMessageNetwork);

TypeId
FlowMessageNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::flowlevel::FlowMessageNetwork")
            .SetParent<ClusterNetwork>()
            .SetGroupName("FlowLevel")
            .AddConstructor<FlowMessageNetwork>()
            .AddAttribute("Paths",
                          "Which ways flows take: the one that the hashes of the switches choose "
                          "(Hashed), all of them evenly (Even), or Hashed if all switches have a "
                          "load balancer that hashes and Even otherwise (AsSwitches, default).",
                          EnumValue(FlowMessageNetwork::AS_SWITCHES),
                          fabric::compat::MakeEnumAccessorFor<FlowMessageNetwork::PathUse>(
                              &FlowMessageNetwork::m_pathUse),
                          MakeEnumChecker(FlowMessageNetwork::AS_SWITCHES,
                                          "AsSwitches",
                                          FlowMessageNetwork::HASHED,
                                          "Hashed",
                                          FlowMessageNetwork::EVEN,
                                          "Even"));
    return tid;
}

FlowMessageNetwork::FlowMessageNetwork()
    : m_entropy(CreateObject<UniformRandomVariable>()),
      m_links(*this)
{
    m_links.SetContext(Simulator::NO_CONTEXT);
}

FlowMessageNetwork::~FlowMessageNetwork() = default;

void
FlowMessageNetwork::DoDispose()
{
    m_links.Stop();
    m_paths.reset();
    m_flows.clear();
    m_flowOf.clear();
    ClusterNetwork::DoDispose();
}

uint32_t
FlowMessageNetwork::GetNFlows() const
{
    return static_cast<uint32_t>(m_flows.size());
}

uint64_t
FlowMessageNetwork::GetNComputations() const
{
    return m_links.GetNComputations();
}

int64_t
FlowMessageNetwork::AssignStreams(int64_t stream)
{
    m_entropy->SetStream(stream);
    return 1;
}

double
FlowMessageNetwork::GetScaleOutEfficiency() const
{
    return m_frames.GetEfficiency();
}

bool
FlowMessageNetwork::MovesPackets() const
{
    return false;
}

void
FlowMessageNetwork::DoSetup()
{
    const auto& cluster = *GetCluster();
    m_flowOf.resize(GetNAccelerators());
    m_paths = std::make_unique<FlowPaths>(cluster);
    m_frames = cluster::GetTransferFrames(cluster);
    const auto& edges = cluster.GetGraph().GetEdges();
    for (const auto& edge : edges)
    {
        for (const auto& end : {edge.a, edge.b})
        {
            const auto rate = cluster.GetPort(end.vertex, end.port)->GetBitRate();
            m_links.AddLink(static_cast<uint64_t>(rate * m_frames.GetEfficiency()));
        }
    }
}

void
FlowMessageNetwork::DoSendOut(const Message& message)
{
    const uint32_t flow = FindFlow(message);
    if (flow == NO_FLOW)
    {
        FailLater(message, "there is no path between the NICs");
        return;
    }
    m_links.Send(flow, message);
}

uint32_t
FlowMessageNetwork::FindFlow(const Message& message)
{
    const uint64_t key = static_cast<uint64_t>(message.destination) << 40 |
                         static_cast<uint64_t>(message.channel) << 8 | message.priority;
    const auto [entry, isNew] = m_flowOf[message.source].emplace(key, NO_FLOW);
    if (isNew)
    {
        entry->second = MakeFlow(message);
    }
    return entry->second;
}

bool
FlowMessageNetwork::UsesHashes() const
{
    return m_pathUse == HASHED || (m_pathUse == AS_SWITCHES && m_paths->AreHashed());
}

uint32_t
FlowMessageNetwork::MakeFlow(const Message& message)
{
    const auto& cluster = *GetCluster();
    const uint32_t relay = GetRelay(message.source, message.destination, message.channel);
    if (GetEndpoint(relay).ports.empty() || GetEndpoint(message.destination).ports.empty())
    {
        return NO_FLOW;
    }
    const auto from = GetAttachment(relay, message.channel);
    const auto to = GetAttachment(message.destination, message.channel);
    const auto source = cluster.GetAddress(from.server, from.port);
    const auto destination = cluster.GetAddress(to.server, to.port);
    const auto entropy = static_cast<uint16_t>(m_entropy->GetInteger(0xc000, 0xffff));
    const auto path = UsesHashes() ? m_paths->FindHashed(source, destination, entropy)
                                   : m_paths->FindEven(source, destination);
    if (!path)
    {
        return NO_FLOW;
    }
    Flow flow;
    flow.hops = cluster::GetTransferHops(cluster, path->edges, from.server);
    const auto slowest =
        std::min_element(flow.hops.begin(),
                         flow.hops.end(),
                         [](const auto& a, const auto& b) { return a.bitRate < b.bitRate; });
    flow.peak = static_cast<uint64_t>(slowest->bitRate * m_frames.GetEfficiency());
    const auto alone = cluster::GetIdealTransfer(flow.hops, m_frames.mtuBytes, m_frames);
    flow.latency = GetLatency(flow, 2 * m_frames.mtuBytes);
    flow.backLatency = alone.acknowledged - alone.arrival;
    m_flows.push_back(std::move(flow));
    return m_links.AddStream(path->uses);
}

void
FlowMessageNetwork::MessageLeft(uint32_t stream, const Message& message)
{
    Flow& flow = m_flows[stream];
    const Ticks now = fabric::NowTicks();
    const Ticks latency =
        message.bytes <= m_frames.mtuBytes ? GetLatency(flow, message.bytes) : flow.latency;
    flow.arrivedAt = std::max(flow.arrivedAt, now + latency); // in order
    Simulator::ScheduleWithContext(GetNodeId(message.destination),
                                   Time(flow.arrivedAt - now),
                                   &FlowMessageNetwork::Arrive,
                                   Ptr<FlowMessageNetwork>(this),
                                   message);
    Simulator::ScheduleWithContext(GetNodeId(message.source),
                                   Time(flow.arrivedAt + flow.backLatency - now),
                                   &FlowMessageNetwork::Confirm,
                                   Ptr<FlowMessageNetwork>(this),
                                   message);
}

Ticks
FlowMessageNetwork::GetLatency(const Flow& flow, uint64_t bytes) const
{
    const Ticks fluid =
        static_cast<Ticks>((__uint128_t{bytes} * 8'000'000'000'000ULL + flow.peak - 1) / flow.peak);
    return cluster::GetIdealTransfer(flow.hops, bytes, m_frames).arrival - fluid;
}

void
FlowMessageNetwork::Arrive(Message message)
{
    NotifyReceived(message);
}

void
FlowMessageNetwork::Confirm(Message message)
{
    NotifySent(message);
}

} // namespace ns3::flowlevel
