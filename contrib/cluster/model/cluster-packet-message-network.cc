/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-packet-message-network.h"

#include "cluster-ideal-times.h"
#include "cluster-path-probe.h"
#include "cluster-traffic-engineer.h"

#include "ns3/assert.h"
#include "ns3/boolean.h"
#include "ns3/fabric-compat.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-nic.h"
#include "ns3/rdma-opcode.h"
#include "ns3/rdma-path-selector.h"
#include "ns3/rdma-pinned-path.h"
#include "ns3/rdma-reliability.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <iterator>
#include <map>

namespace ns3::cluster
{

namespace
{

constexpr uint32_t LANE_BITS = 8; ///< of a queue pair's cookie, number of its lane
constexpr uint32_t LANE_MASK = (1 << LANE_BITS) - 1; ///< the same, as mask

/** By MessageVerb: what queue pairs call it. */
constexpr rdma::Verb VERBS[] = {rdma::Verb::WRITE,
                                rdma::Verb::READ,
                                rdma::Verb::FETCH_ADD,
                                rdma::Verb::COMPARE_SWAP};

/** @param verb one of VERBS @return what messages call it */
MessageVerb::Value
MessageVerbOf(rdma::Verb verb)
{
    return static_cast<MessageVerb::Value>(std::find(std::begin(VERBS), std::end(VERBS), verb) -
                                           std::begin(VERBS));
}

} // namespace

NS_OBJECT_ENSURE_REGISTERED(PacketMessageNetwork);

TypeId
PacketMessageNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::PacketMessageNetwork")
            .SetParent<ClusterNetwork>()
            .SetGroupName("Cluster")
            .AddConstructor<PacketMessageNetwork>()
            .AddAttribute("QueuePairs",
                          "Queue pairs of a connection, 1 to 256. Default: one, as NCCL; Meta "
                          "(SIGCOMM 2024) uses 16 for LLM training.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&PacketMessageNetwork::m_queuePairs),
                          MakeUintegerChecker<uint32_t>(1, 256))
            .AddAttribute("QueuePairUse",
                          "How messages use the queue pairs of their connection: whole, in turn "
                          "(RoundRobin, default: what Meta found to be better); split over all "
                          "of them in multiples of 128 bytes (Split, as NCCL with "
                          "NCCL_IB_SPLIT_DATA_ON_QPS=1); whole, over the one with the fewest "
                          "bytes outstanding (LeastBytes, as Alibaba's HPN).",
                          EnumValue(PacketMessageNetwork::ROUND_ROBIN),
                          fabric::compat::MakeEnumAccessorFor<PacketMessageNetwork::QueuePairUse>(
                              &PacketMessageNetwork::m_queuePairUse),
                          MakeEnumChecker(PacketMessageNetwork::ROUND_ROBIN,
                                          "RoundRobin",
                                          PacketMessageNetwork::SPLIT,
                                          "Split",
                                          PacketMessageNetwork::LEAST_BYTES,
                                          "LeastBytes"))
            .AddAttribute("DisjointPaths",
                          "Whether the UDP source ports of a connection's queue pairs are chosen "
                          "such that their paths share as few links as possible (Alibaba's HPN), "
                          "instead of by the path selector. Needs switches that hash (EcmpHash).",
                          BooleanValue(false),
                          MakeBooleanAccessor(&PacketMessageNetwork::m_disjointPaths),
                          MakeBooleanChecker());
    return tid;
}

PacketMessageNetwork::PacketMessageNetwork() = default;

PacketMessageNetwork::~PacketMessageNetwork() = default;

void
PacketMessageNetwork::DoDispose()
{
    m_connections.clear();
    m_connectionsOf.clear();
    ClusterNetwork::DoDispose();
}

void
PacketMessageNetwork::DoSetup()
{
    m_connectionsOf.resize(GetNAccelerators());
    if (GetCluster()->GetNAttachments() > 0)
    {
        m_efficiency = GetTransferFrames(*GetCluster()).GetEfficiency();
    }
}

std::string
PacketMessageNetwork::DoCheckVerb(MessageVerb::Value verb) const
{
    if (!MessageVerb::IsAtomic(verb) || GetCluster()->GetNAttachments() == 0)
    {
        return "";
    }
    ObjectFactoryValue factory;
    GetCluster()
        ->GetNic(GetCluster()->GetAttachment(0).server)
        ->GetAttribute("Reliability", factory);
    const auto reliability = factory.Get().Create<rdma::Reliability>();
    return reliability->HasAtomics() ? ""
                                     : reliability->GetInstanceTypeId().GetName() +
                                           " has no atomic operations; expected another "
                                           "reliability, or read or write";
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

double
PacketMessageNetwork::GetScaleOutEfficiency() const
{
    return m_efficiency;
}

void
PacketMessageNetwork::DoSendOut(const Message& message)
{
    Connection& connection = FindConnection(message);
    if (!connection.failure.empty())
    {
        FailLater(message, connection.failure);
        return;
    }
    if (connection.lanes.size() > 1)
    {
        SendOverLanes(connection, message);
        return;
    }
    rdma::WorkRequest request;
    request.verb = connection.verb;
    request.bytes = message.bytes;
    request.remoteAddress = message.tag;
    request.wrId = message.tag;
    if (!connection.lanes[0].queuePair->PostSend(request))
    {
        FailLater(message, "the queue pair has failed before");
    }
}

void
PacketMessageNetwork::SendOverLanes(Connection& connection, const Message& message)
{
    auto& lanes = connection.lanes;
    const auto n = static_cast<uint32_t>(lanes.size());
    const uint64_t number = connection.nPosted++;
    connection.pending.Push({message.tag, message.bytes, m_queuePairUse == SPLIT ? n : 1});
    bool posted = true;
    switch (m_queuePairUse)
    {
    case ROUND_ROBIN:
        posted = Post(connection.verb, lanes[number % n], number, message.bytes, message.tag);
        break;
    case SPLIT:
    {
        // NCCL: equal parts in multiples of 128 bytes; each queue pair has a part, if only of 0.
        constexpr uint64_t align = 128;
        const uint64_t part = ((message.bytes + n - 1) / n + align - 1) / align * align;
        uint64_t left = message.bytes;
        for (auto& lane : lanes)
        {
            const uint64_t bytes = std::min(part, left);
            left -= bytes;
            posted = Post(connection.verb, lane, number, bytes, message.tag) && posted;
        }
        break;
    }
    case LEAST_BYTES:
        posted = Post(connection.verb,
                      *std::min_element(lanes.begin(),
                                        lanes.end(),
                                        [](const Lane& a, const Lane& b)
                                        { return a.outstanding < b.outstanding; }),
                      number,
                      message.bytes,
                      message.tag);
        break;
    }
    if (!posted)
    {
        FailConnection(connection, "a queue pair has failed before");
    }
}

bool
PacketMessageNetwork::Post(rdma::Verb verb,
                           Lane& lane,
                           uint64_t number,
                           uint64_t bytes,
                           uint64_t tag)
{
    rdma::WorkRequest request;
    request.verb = verb;
    request.bytes = bytes;
    request.remoteAddress = tag;
    request.wrId = number;
    if (m_queuePairUse == LEAST_BYTES && verb == rdma::Verb::WRITE)
    {
        // The far end cannot know which way a message comes: it is told the number.
        request.verb = rdma::Verb::WRITE_WITH_IMMEDIATE;
        request.immediate = static_cast<uint32_t>(number);
    }
    lane.outstanding += bytes;
    return lane.queuePair->PostSend(request);
}

void
PacketMessageNetwork::FailConnection(Connection& connection, const std::string& reason)
{
    connection.failure = "a queue pair has failed before";
    while (!connection.pending.IsEmpty())
    {
        const Pending pending = connection.pending.Pop();
        FailLater(MessageOf(connection, pending.bytes, pending.tag), reason);
    }
}

PacketMessageNetwork::Connection&
PacketMessageNetwork::FindConnection(const Message& message)
{
    const auto [entry, isNew] = m_connectionsOf[message.source].emplace(
        GetConnectionKey(message), static_cast<uint32_t>(m_connections.size()));
    if (isNew)
    {
        m_connections.emplace_back();
        Connection& connection = m_connections.back();
        connection.source = message.source;
        connection.destination = message.destination;
        connection.channel = message.channel;
        connection.priority = message.priority;
        connection.verb = VERBS[message.verb];
        Connect(connection, entry->second);
    }
    return m_connections[entry->second];
}

void
PacketMessageNetwork::Connect(Connection& connection, uint32_t index)
{
    connection.relay = GetRelay(connection.source, connection.destination, connection.channel);
    if (GetEndpoint(connection.relay).ports.empty() ||
        GetEndpoint(connection.destination).ports.empty())
    {
        connection.failure = "there is no path between the NICs";
        return;
    }
    connection.lanes.resize(m_queuePairs);
    for (uint32_t lane = 0; lane < m_queuePairs && connection.failure.empty(); ++lane)
    {
        ConnectLane(connection, uint64_t{index} << LANE_BITS | lane, lane);
    }
    if (m_disjointPaths && connection.failure.empty())
    {
        SpreadLanes(connection);
    }
}

std::pair<TopologyGraph::Attachment, TopologyGraph::Attachment>
PacketMessageNetwork::GetEnds(const Connection& connection, uint32_t lane) const
{
    const uint32_t choice = connection.channel + lane;
    return {GetAttachment(connection.relay, choice), GetAttachment(connection.destination, choice)};
}

void
PacketMessageNetwork::ConnectLane(Connection& connection, uint64_t cookie, uint32_t lane)
{
    const auto [source, destination] = GetEnds(connection, lane);
    const auto sourceAddress = GetCluster()->GetAddress(source.server, source.port);
    const auto destinationAddress = GetCluster()->GetAddress(destination.server, destination.port);
    if (!HasPath(source, destination))
    {
        connection.failure = "there is no path between the NICs";
        return;
    }
    auto here = MakeQueuePair(source.server, source.port, connection, cookie);
    auto there = MakeQueuePair(destination.server, destination.port, connection, cookie);
    if (m_queuePairs > 1 && m_queuePairUse == LEAST_BYTES)
    {
        there->PostReceive(0); // for the immediate data; posted again when it is consumed
    }
    here->Connect(destinationAddress, there->GetQpn());
    there->Connect(sourceAddress, here->GetQpn());
    connection.lanes[lane].queuePair = here;
    if (const auto engineer = GetCluster()->GetTrafficEngineer())
    {
        engineer->AddFlow(sourceAddress, destinationAddress, there->GetQpn(), here);
    }
}

void
PacketMessageNetwork::SpreadLanes(Connection& connection)
{
    const PathProbe probe(*GetCluster());
    std::map<std::pair<fabric::FabricAddress, fabric::FabricAddress>, std::vector<uint32_t>> groups;
    for (uint32_t lane = 0; lane < connection.lanes.size(); ++lane)
    {
        const auto [source, destination] = GetEnds(connection, lane);
        groups[{GetCluster()->GetAddress(source.server, source.port),
                GetCluster()->GetAddress(destination.server, destination.port)}]
            .push_back(lane);
    }
    for (const auto& [ends, lanes] : groups)
    {
        const auto ports =
            probe.FindDisjoint(ends.first, ends.second, static_cast<uint32_t>(lanes.size()));
        if (!ports)
        {
            connection.failure = "DisjointPaths needs switches that hash (ns3::fabric::EcmpHash)";
            return;
        }
        for (std::size_t i = 0; i < lanes.size(); ++i)
        {
            connection.lanes[lanes[i]].queuePair->PinPath((*ports)[i]);
        }
    }
}

Ptr<rdma::QueuePair>
PacketMessageNetwork::MakeQueuePair(uint32_t server,
                                    uint32_t port,
                                    const Connection& connection,
                                    uint64_t cookie)
{
    const auto nic = GetCluster()->GetNic(server);
    auto queuePair = nic->CreateQueuePair(static_cast<uint16_t>(port));
    queuePair->SetHandler(this);
    queuePair->SetCookie(cookie);
    if (connection.priority != nic->GetDataClass())
    {
        queuePair->SetTrafficClass(connection.priority, 8 * connection.priority);
    }
    if (m_streamsAssigned)
    {
        m_nextStream += queuePair->GetPathSelector()->AssignStreams(m_nextStream);
        m_nextStream += queuePair->GetCongestionControl()->AssignStreams(m_nextStream);
    }
    return queuePair;
}

Message
PacketMessageNetwork::MessageOf(const Connection& connection, uint64_t bytes, uint64_t tag)
{
    Message message;
    message.source = connection.source;
    message.destination = connection.destination;
    message.channel = connection.channel;
    message.priority = connection.priority;
    message.verb = MessageVerbOf(connection.verb);
    message.bytes = bytes;
    message.tag = tag;
    return message;
}

void
PacketMessageNetwork::SendCompleted(rdma::QueuePair& queuePair, const rdma::Completion& completion)
{
    const uint64_t cookie = queuePair.GetCookie();
    Connection& connection = m_connections[cookie >> LANE_BITS];
    const bool success = completion.status == rdma::CompletionStatus::SUCCESS;
    if (connection.lanes.size() == 1)
    {
        const Message message = MessageOf(connection, completion.bytes, completion.wrId);
        if (success)
        {
            NotifySent(message);
        }
        else
        {
            NotifyFailed(message, rdma::ToString(completion.status));
        }
        return;
    }
    connection.lanes[cookie & LANE_MASK].outstanding -= completion.bytes;
    if (!connection.failure.empty())
    {
        return; // reported already
    }
    if (!success)
    {
        FailConnection(connection, rdma::ToString(completion.status));
        return;
    }
    const uint64_t first = connection.nPosted - connection.pending.GetSize();
    --connection.pending[static_cast<uint32_t>(completion.wrId - first)].parts;
    // The user may send on a new connection when it hears of a message: look it up each time.
    while (true)
    {
        Connection& again = m_connections[cookie >> LANE_BITS];
        if (again.pending.IsEmpty() || again.pending[0].parts > 0)
        {
            break;
        }
        const Pending pending = again.pending.Pop();
        NotifySent(MessageOf(again, pending.bytes, pending.tag));
    }
}

void
PacketMessageNetwork::MessagePlaced(rdma::QueuePair& queuePair, const rdma::Placement& placement)
{
    const uint64_t cookie = queuePair.GetCookie();
    const uint64_t index = cookie >> LANE_BITS;
    Connection& connection = m_connections[index];
    const auto n = static_cast<uint32_t>(connection.lanes.size());
    if (n == 1 && !queuePair.GetReliability()->IsUnordered())
    {
        NotifyReceived(MessageOf(connection, placement.bytes, placement.remoteAddress));
        return;
    }
    const uint32_t lane = cookie & LANE_MASK;
    uint64_t number = placement.number;
    if (m_queuePairUse == ROUND_ROBIN)
    {
        number = number * n + lane;
    }
    else if (m_queuePairUse == LEAST_BYTES && n > 1)
    {
        const uint64_t next = connection.order.GetNext();
        number = next + static_cast<uint32_t>(placement.immediate - static_cast<uint32_t>(next));
        queuePair.PostReceive(0);
    }
    connection.order.Arrive(number, placement.bytes, placement.remoteAddress);
    // The user may send on a new connection when it hears of a message: look it up each time.
    MessageOrder::Entry entry;
    while (m_connections[index].order.Pop(m_queuePairUse == SPLIT ? n : 1, entry))
    {
        NotifyReceived(MessageOf(m_connections[index], entry.bytes, entry.tag));
    }
}

} // namespace ns3::cluster
