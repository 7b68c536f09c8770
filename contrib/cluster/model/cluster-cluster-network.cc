/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-cluster-network.h"

#include "cluster-reduction-groups.h"

#include "ns3/assert.h"
#include "ns3/enum.h"
#include "ns3/fabric-compat.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(ClusterNetwork);

TypeId
ClusterNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::ClusterNetwork")
            .SetParent<MessageNetwork>()
            .SetGroupName("Cluster")
            .AddAttribute("Relay",
                          "Which messages leave by the NIC of another accelerator of the server, "
                          "to which they go through the scale-up domain: none (Never), those that "
                          "have no other path (Unreachable, default: rails without spines), or "
                          "also those to another rail (Rails, as NCCL's PXN).",
                          EnumValue(ClusterNetwork::UNREACHABLE),
                          fabric::compat::MakeEnumAccessorFor<ClusterNetwork::RelayUse>(
                              &ClusterNetwork::m_relayUse),
                          MakeEnumChecker(ClusterNetwork::NEVER,
                                          "Never",
                                          ClusterNetwork::UNREACHABLE,
                                          "Unreachable",
                                          ClusterNetwork::RAILS,
                                          "Rails"));
    return tid;
}

ClusterNetwork::ClusterNetwork() = default;

ClusterNetwork::~ClusterNetwork() = default;

void
ClusterNetwork::DoDispose()
{
    if (m_groups)
    {
        m_groups->Dispose();
        m_groups = nullptr;
    }
    m_endpoints.clear();
    m_cluster = nullptr;
    MessageNetwork::DoDispose();
}

void
ClusterNetwork::Setup(Ptr<Cluster> cluster)
{
    NS_ASSERT_MSG(m_endpoints.empty(), "Setup is for once");
    m_cluster = cluster;
    m_groups = CreateObject<ReductionGroups>();
    m_groups->Setup(cluster, this);
    const auto& vertices = cluster->GetGraph().GetVertices();
    std::vector<uint32_t> domainOf(vertices.size(), 0);
    std::vector<std::vector<uint32_t>> users(vertices.size()); // by port: accelerators that use it
    uint32_t domains = 0;
    for (uint32_t v = 0; v < vertices.size(); ++v)
    {
        if (vertices[v].kind != TopologyGraph::Kind::SERVER)
        {
            continue;
        }
        domainOf[v] = domains++;
        users[v].resize(vertices[v].edges.size(), 0);
        for (const auto& accelerator : vertices[v].accelerators)
        {
            for (const uint32_t port : accelerator.ports)
            {
                ++users[v][port];
            }
        }
        if (cluster->GetScaleUp(v))
        {
            const auto here = static_cast<uint32_t>(vertices[v].accelerators.size());
            cluster->GetScaleUp(v)->Setup(cluster->GetNode(v)->GetId(), here, this);
            cluster->GetScaleUp(v)->GetReduction()->SetUser(this);
        }
    }
    m_endpoints.reserve(cluster->GetAccelerators().size());
    for (const auto& place : cluster->GetAccelerators())
    {
        Endpoint endpoint;
        endpoint.server = place.server;
        endpoint.index = place.index;
        endpoint.domain = domainOf[place.server];
        endpoint.nodeId = cluster->GetNode(place.server)->GetId();
        endpoint.ports = vertices[place.server].accelerators[place.index].ports;
        endpoint.scaleUp = PeekPointer(cluster->GetScaleUp(place.server));
        for (const uint32_t port : endpoint.ports)
        {
            endpoint.scaleOutRate += cluster->GetGraph().GetBond(place.server, port).size() *
                                     cluster->GetPort(place.server, port)->GetBitRate() /
                                     users[place.server][port];
        }
        m_endpoints.push_back(std::move(endpoint));
    }
    m_relays.resize(m_endpoints.size());
    DoSetup();
}

int64_t
ClusterNetwork::AssignStreams(int64_t)
{
    return 0;
}

bool
ClusterNetwork::MovesPackets() const
{
    return true;
}

uint32_t
ClusterNetwork::GetNConnections() const
{
    return 0;
}

const Ptr<Cluster>&
ClusterNetwork::GetCluster() const
{
    return m_cluster;
}

const ClusterNetwork::Endpoint&
ClusterNetwork::GetEndpoint(uint32_t accelerator) const
{
    return m_endpoints[accelerator];
}

uint32_t
ClusterNetwork::GetNAccelerators() const
{
    return static_cast<uint32_t>(m_endpoints.size());
}

uint32_t
ClusterNetwork::GetNodeId(uint32_t accelerator) const
{
    return m_endpoints[accelerator].nodeId;
}

uint32_t
ClusterNetwork::GetDomain(uint32_t accelerator) const
{
    return m_endpoints[accelerator].domain;
}

DataRate
ClusterNetwork::GetScaleOutRate(uint32_t accelerator) const
{
    return DataRate(m_endpoints[accelerator].scaleOutRate);
}

DataRate
ClusterNetwork::GetScaleUpRate(uint32_t accelerator) const
{
    const Endpoint& endpoint = m_endpoints[accelerator];
    return endpoint.scaleUp ? endpoint.scaleUp->GetRate() : DataRate(0);
}

TopologyGraph::Attachment
ClusterNetwork::GetAttachment(uint32_t accelerator, uint32_t choice) const
{
    const Endpoint& endpoint = m_endpoints[accelerator];
    return {endpoint.server, endpoint.ports[choice % endpoint.ports.size()]};
}

uint32_t
ClusterNetwork::GetPeer(const TopologyGraph::Attachment& port) const
{
    const TopologyGraph& graph = m_cluster->GetGraph();
    return graph.GetFarEnd(graph.GetVertex(port.server).edges[port.port], port.server).vertex;
}

uint64_t
ClusterNetwork::GetConnectionKey(const Message& message)
{
    return uint64_t{message.destination} << 40 | uint64_t{message.channel} << 8 |
           static_cast<uint64_t>(message.verb) << 4 | message.priority;
}

std::string
ClusterNetwork::CheckVerb(const Message& message) const
{
    if (message.verb == MessageVerb::WRITE)
    {
        return "";
    }
    if (m_endpoints[message.source].server == m_endpoints[message.destination].server)
    {
        return "both accelerators are in one server, whose scale-up domain only writes; expected "
               "accelerators of two servers, or write";
    }
    if (const std::string reason = DoCheckVerb(message.verb); !reason.empty())
    {
        return reason;
    }
    return GetRelay(message.source, message.destination, message.channel) != message.source
               ? "it would leave by the NIC of another accelerator, which only writes are relayed "
                 "by; expected accelerators of one rail, or write"
               : "";
}

std::string
ClusterNetwork::DoCheckVerb(MessageVerb::Value) const
{
    return "the network only writes; expected a stack of RDMA queue pairs, or write";
}

bool
ClusterNetwork::HasPath(const TopologyGraph::Attachment& source,
                        const TopologyGraph::Attachment& destination) const
{
    if (const auto leaf = m_cluster->GetSwitch(GetPeer(source)))
    {
        const auto address = m_cluster->GetAddress(destination.server, destination.port);
        return leaf->GetRoutingTable().Find(address) != nullptr;
    }
    return ShareRail(source, destination);
}

bool
ClusterNetwork::ShareRail(const TopologyGraph::Attachment& a,
                          const TopologyGraph::Attachment& b) const
{
    if (m_cluster->GetSwitch(GetPeer(a)))
    {
        return GetPeer(a) == GetPeer(b);
    }
    const TopologyGraph& graph = m_cluster->GetGraph();
    return graph.GetVertex(a.server).edges[a.port] == graph.GetVertex(b.server).edges[b.port];
}

uint32_t
ClusterNetwork::GetRelay(uint32_t source, uint32_t destination, uint32_t channel) const
{
    if (m_relayUse == NEVER || !m_endpoints[source].scaleUp)
    {
        return source;
    }
    const auto [entry, isNew] =
        m_relays[source].emplace(static_cast<uint64_t>(destination) << 32 | channel, source);
    if (isNew)
    {
        entry->second = FindRelay(source, destination, channel);
    }
    return entry->second;
}

uint32_t
ClusterNetwork::FindRelay(uint32_t source, uint32_t destination, uint32_t channel) const
{
    const Endpoint& own = m_endpoints[source];
    if (m_endpoints[destination].ports.empty())
    {
        return source;
    }
    const auto to = GetAttachment(destination, channel);
    const bool reaches = !own.ports.empty() && HasPath(GetAttachment(source, channel), to);
    if (reaches && (m_relayUse == UNREACHABLE || ShareRail(GetAttachment(source, channel), to)))
    {
        return source;
    }
    // Accelerators are numbered server by server.
    uint32_t found = source;
    for (uint32_t relay = source - own.index;
         relay < m_endpoints.size() && m_endpoints[relay].server == own.server;
         ++relay)
    {
        if (m_endpoints[relay].ports.empty())
        {
            continue;
        }
        const auto exit = GetAttachment(relay, channel);
        if (ShareRail(exit, to))
        {
            return relay;
        }
        if (!reaches && found == source && HasPath(exit, to))
        {
            found = relay;
        }
    }
    return found;
}

uint32_t
ClusterNetwork::FindGroup(const std::vector<uint32_t>& members,
                          const std::string& scheme,
                          std::string& reason)
{
    if (scheme == ScaleUpReduction::GetTypeId().GetName())
    {
        return FindScaleUpGroup(members, reason);
    }
    const Endpoint& first = m_endpoints[members[0]];
    if (first.scaleUp && std::all_of(members.begin(),
                                     members.end(),
                                     [&](uint32_t accelerator)
                                     { return m_endpoints[accelerator].server == first.server; }))
    {
        reason = "all " + std::to_string(members.size()) +
                 " accelerators are in one scale-up domain: nothing of it leaves the server";
        return NO_GROUP;
    }
    std::vector<ReductionGroups::Member> places;
    for (const uint32_t accelerator : members)
    {
        const Endpoint& endpoint = m_endpoints[accelerator];
        ReductionGroups::Member member;
        member.accelerator = accelerator;
        for (const uint32_t port : endpoint.ports)
        {
            member.ports.push_back({endpoint.server, port});
        }
        places.push_back(std::move(member));
    }
    return m_groups->Find(places, scheme, reason);
}

uint32_t
ClusterNetwork::FindScaleUpGroup(const std::vector<uint32_t>& members, std::string& reason)
{
    const Endpoint& first = m_endpoints[members[0]];
    if (!first.scaleUp)
    {
        reason = "accelerator " + std::to_string(members[0]) + " is in no scale-up domain";
        return NO_GROUP;
    }
    std::vector<uint32_t> places;
    for (const uint32_t accelerator : members)
    {
        if (m_endpoints[accelerator].server != first.server)
        {
            reason = "accelerators " + std::to_string(members[0]) + " and " +
                     std::to_string(accelerator) +
                     " are in different servers: no scale-up switch has both";
            return NO_GROUP;
        }
        places.push_back(m_endpoints[accelerator].index);
    }
    const auto number = static_cast<uint32_t>(FIRST_SCALE_UP_GROUP + m_scaleUpGroups.size());
    const auto [entry, isNew] = m_scaleUpGroups.emplace(members, number);
    if (isNew)
    {
        first.scaleUp->GetReduction()->AddGroup(number, places);
    }
    return entry->second;
}

Ptr<ReductionGroups>
ClusterNetwork::GetGroups() const
{
    return m_groups;
}

void
ClusterNetwork::GroupCompleted(const Message& message)
{
    NotifySent(message);
    Message result = message;
    std::swap(result.source, result.destination);
    NotifyReceived(result);
}

void
ClusterNetwork::GroupFailed(const Message& message, const std::string& reason)
{
    FailLater(message, reason);
}

void
ClusterNetwork::DoSend(const Message& message)
{
    if (message.destination >= FIRST_GROUP)
    {
        const std::string reason =
            message.destination >= FIRST_SCALE_UP_GROUP
                ? m_endpoints[message.source].scaleUp->GetReduction()->Post(message)
                : m_groups->Post(message);
        if (!reason.empty())
        {
            FailLater(message, reason);
        }
        return;
    }
    if (const std::string reason = CheckVerb(message); !reason.empty())
    {
        FailLater(message, reason);
        return;
    }
    const Endpoint& source = m_endpoints[message.source];
    const Endpoint& destination = m_endpoints[message.destination];
    if (source.server != destination.server)
    {
        const uint32_t relay = GetRelay(message.source, message.destination, message.channel);
        if (relay != message.source)
        {
            source.scaleUp->Send(source.index, m_endpoints[relay].index, message);
            return;
        }
        DoSendOut(message);
        return;
    }
    NS_ASSERT_MSG(source.scaleUp, "accelerators of one server without a scale-up domain");
    source.scaleUp->Send(source.index, destination.index, message);
}

void
ClusterNetwork::TransferArrived(const Message& message)
{
    if (m_endpoints[message.source].server != m_endpoints[message.destination].server)
    {
        DoSendOut(message); // it is at its relay now
        return;
    }
    NotifyReceived(message);
    NotifySent(message);
}

void
ClusterNetwork::FailLater(const Message& message, const std::string& reason)
{
    Simulator::ScheduleWithContext(m_endpoints[message.source].nodeId,
                                   Time(0),
                                   &ClusterNetwork::Fail,
                                   Ptr<ClusterNetwork>(this),
                                   message,
                                   reason);
}

void
ClusterNetwork::Fail(Message message, std::string reason)
{
    NotifyFailed(message, reason);
}

} // namespace ns3::cluster
