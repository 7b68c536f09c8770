/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-packet-message-network.h"

#include "ns3/assert.h"
#include "ns3/rdma-nic.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-path-selector.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(PacketMessageNetwork);

TypeId
PacketMessageNetwork::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::PacketMessageNetwork")
                            .SetParent<MessageNetwork>()
                            .SetGroupName("Cluster")
                            .AddConstructor<PacketMessageNetwork>();
    return tid;
}

PacketMessageNetwork::~PacketMessageNetwork() = default;

void
PacketMessageNetwork::DoDispose()
{
    m_connections.clear();
    m_endpoints.clear();
    m_cluster = nullptr;
    MessageNetwork::DoDispose();
}

void
PacketMessageNetwork::Setup(Ptr<Cluster> cluster)
{
    NS_ASSERT_MSG(m_endpoints.empty(), "Setup is for once");
    m_cluster = cluster;
    const TopologyGraph& graph = cluster->GetGraph();
    const auto& vertices = graph.GetVertices();
    std::vector<uint32_t> domainOf(vertices.size(), 0);
    std::vector<std::vector<uint32_t>> users(vertices.size()); // by port: accelerators that use it
    uint32_t domains = 0;
    uint32_t accelerators = 0;
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
        const auto here = static_cast<uint32_t>(vertices[v].accelerators.size());
        if (cluster->GetScaleUp(v))
        {
            cluster->GetScaleUp(v)->Setup(cluster->GetNode(v)->GetId(), here, this);
        }
        accelerators += here;
    }
    m_endpoints.reserve(accelerators);
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
            endpoint.scaleOutRate +=
                cluster->GetPort(place.server, port)->GetBitRate() / users[place.server][port];
        }
        m_endpoints.push_back(std::move(endpoint));
    }
    if (!m_endpoints.empty() && !m_endpoints.front().ports.empty())
    {
        const Endpoint& first = m_endpoints.front();
        const uint32_t mtu = CreateObject<rdma::QueuePair>()->GetPathMtu();
        UintegerValue interframe;
        cluster->GetPort(first.server, first.ports[0])->GetAttribute("InterframeBytes", interframe);
        const rdma::FrameSizes& sizes = cluster->GetNic(first.server)->GetFrameSizes();
        m_efficiency =
            mtu / static_cast<double>(sizes.GetData(rdma::OP_WRITE_MIDDLE, mtu) + interframe.Get());
    }
}

int64_t
PacketMessageNetwork::AssignStreams(int64_t stream)
{
    m_streamsAssigned = true;
    m_nextStream = stream;
    return 0;
}

uint32_t
PacketMessageNetwork::GetNConnections() const
{
    return static_cast<uint32_t>(m_connections.size());
}

uint32_t
PacketMessageNetwork::GetNAccelerators() const
{
    return static_cast<uint32_t>(m_endpoints.size());
}

uint32_t
PacketMessageNetwork::GetNodeId(uint32_t accelerator) const
{
    return m_endpoints[accelerator].nodeId;
}

uint32_t
PacketMessageNetwork::GetDomain(uint32_t accelerator) const
{
    return m_endpoints[accelerator].domain;
}

DataRate
PacketMessageNetwork::GetScaleOutRate(uint32_t accelerator) const
{
    return DataRate(m_endpoints[accelerator].scaleOutRate);
}

DataRate
PacketMessageNetwork::GetScaleUpRate(uint32_t accelerator) const
{
    const Endpoint& endpoint = m_endpoints[accelerator];
    return endpoint.scaleUp ? endpoint.scaleUp->GetRate() : DataRate(0);
}

double
PacketMessageNetwork::GetScaleOutEfficiency() const
{
    return m_efficiency;
}

void
PacketMessageNetwork::DoSend(const Message& message)
{
    const Endpoint& source = m_endpoints[message.source];
    const Endpoint& destination = m_endpoints[message.destination];
    if (source.server == destination.server)
    {
        NS_ASSERT_MSG(source.scaleUp, "accelerators of one server without a scale-up domain");
        source.scaleUp->Send(source.index, destination.index, message);
        return;
    }
    const Connection& connection = FindConnection(message);
    if (!connection.queuePair)
    {
        FailLater(message, "there is no path between the NICs");
        return;
    }
    rdma::WorkRequest request;
    request.verb = rdma::Verb::WRITE;
    request.bytes = message.bytes;
    request.remoteAddress = message.tag;
    request.wrId = message.tag;
    if (!connection.queuePair->PostSend(request))
    {
        FailLater(message, "the queue pair has failed before");
    }
}

const PacketMessageNetwork::Connection&
PacketMessageNetwork::FindConnection(const Message& message)
{
    const uint64_t key = static_cast<uint64_t>(message.destination) << 40 |
                         static_cast<uint64_t>(message.channel) << 8 | message.priority;
    const auto [entry, isNew] = m_endpoints[message.source].connections.emplace(
        key, static_cast<uint32_t>(m_connections.size()));
    if (isNew)
    {
        m_connections.emplace_back();
        Connection& connection = m_connections.back();
        connection.source = message.source;
        connection.destination = message.destination;
        connection.channel = message.channel;
        connection.priority = message.priority;
        Connect(connection, entry->second);
    }
    return m_connections[entry->second];
}

void
PacketMessageNetwork::Connect(Connection& connection, uint32_t index)
{
    const Endpoint& source = m_endpoints[connection.source];
    const Endpoint& destination = m_endpoints[connection.destination];
    if (source.ports.empty() || destination.ports.empty())
    {
        return;
    }
    const uint32_t sourcePort = source.ports[connection.channel % source.ports.size()];
    const uint32_t destinationPort =
        destination.ports[connection.channel % destination.ports.size()];
    const auto sourceAddress = m_cluster->GetAddress(source.server, sourcePort);
    const auto destinationAddress = m_cluster->GetAddress(destination.server, destinationPort);
    if (!HasPath(source.server, sourcePort, destinationAddress))
    {
        return;
    }
    auto here = MakeQueuePair(source.server, sourcePort, connection, index);
    auto there = MakeQueuePair(destination.server, destinationPort, connection, index);
    here->Connect(destinationAddress, there->GetQpn());
    there->Connect(sourceAddress, here->GetQpn());
    connection.queuePair = here;
}

Ptr<rdma::QueuePair>
PacketMessageNetwork::MakeQueuePair(uint32_t server,
                                    uint32_t port,
                                    const Connection& connection,
                                    uint32_t index)
{
    const auto nic = m_cluster->GetNic(server);
    auto queuePair = nic->CreateQueuePair(static_cast<uint16_t>(port));
    queuePair->SetHandler(this);
    queuePair->SetCookie(index);
    if (connection.priority != nic->GetDataClass())
    {
        queuePair->SetTrafficClass(connection.priority, 8 * connection.priority);
    }
    if (m_streamsAssigned)
    {
        m_nextStream += queuePair->GetPathSelector()->AssignStreams(m_nextStream);
    }
    return queuePair;
}

bool
PacketMessageNetwork::HasPath(uint32_t server,
                              uint32_t port,
                              fabric::FabricAddress destination) const
{
    const TopologyGraph& graph = m_cluster->GetGraph();
    const uint32_t edge = graph.GetVertex(server).edges[port];
    const uint32_t peer = graph.GetFarEnd(edge, server).vertex;
    const auto leaf = m_cluster->GetSwitch(peer);
    if (leaf)
    {
        return leaf->GetRoutingTable().Find(destination) != nullptr;
    }
    const auto& place = m_cluster->GetAttachment(destination);
    return graph.GetVertex(place.server).edges[place.port] == edge; // cabled to each other
}

Message
PacketMessageNetwork::MessageOf(const Connection& connection, uint64_t bytes, uint64_t tag)
{
    Message message;
    message.source = connection.source;
    message.destination = connection.destination;
    message.channel = connection.channel;
    message.priority = connection.priority;
    message.bytes = bytes;
    message.tag = tag;
    return message;
}

void
PacketMessageNetwork::TransferArrived(const Message& message)
{
    NotifyReceived(message);
    NotifySent(message);
}

void
PacketMessageNetwork::SendCompleted(rdma::QueuePair& queuePair, const rdma::Completion& completion)
{
    const Message message =
        MessageOf(m_connections[queuePair.GetCookie()], completion.bytes, completion.wrId);
    if (completion.status == rdma::CompletionStatus::SUCCESS)
    {
        NotifySent(message);
    }
    else
    {
        NotifyFailed(message, rdma::ToString(completion.status));
    }
}

void
PacketMessageNetwork::MessagePlaced(rdma::QueuePair& queuePair, const rdma::Placement& placement)
{
    NotifyReceived(
        MessageOf(m_connections[queuePair.GetCookie()], placement.bytes, placement.remoteAddress));
}

void
PacketMessageNetwork::FailLater(const Message& message, const std::string& reason)
{
    Simulator::ScheduleWithContext(m_endpoints[message.source].nodeId,
                                   Time(0),
                                   &PacketMessageNetwork::Fail,
                                   Ptr<PacketMessageNetwork>(this),
                                   message,
                                   reason);
}

void
PacketMessageNetwork::Fail(Message message, std::string reason)
{
    NotifyFailed(message, reason);
}

} // namespace ns3::cluster
