/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-ideal-times.h"

#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/rdma-nic.h"
#include "ns3/rdma-queue-pair.h"
#include "ns3/uinteger.h"

#include <cmath>

namespace ns3::cluster
{

TransferFrames
GetTransferFrames(const Cluster& cluster)
{
    TransferFrames frames;
    frames.mtuBytes = CreateObject<rdma::QueuePair>()->GetPathMtu();
    if (cluster.GetNAttachments() > 0)
    {
        const auto& first = cluster.GetAttachment(0);
        UintegerValue interframe;
        cluster.GetPort(first.server, first.port)->GetAttribute("InterframeBytes", interframe);
        frames.interframeBytes = static_cast<uint32_t>(interframe.Get());
        frames.sizes = cluster.GetNic(first.server)->GetFrameSizes();
    }
    return frames;
}

std::vector<TransferHop>
GetTransferHops(const Cluster& cluster, const std::vector<uint32_t>& edges, uint32_t vertex)
{
    std::vector<TransferHop> hops;
    for (uint32_t index : edges)
    {
        const auto& edge = cluster.GetGraph().GetEdge(index);
        const auto& near = edge.a.vertex == vertex ? edge.a : edge.b;
        const auto& far = edge.a.vertex == vertex ? edge.b : edge.a;
        const auto nearPort = cluster.GetPort(near.vertex, near.port);
        const auto farPort = cluster.GetPort(far.vertex, far.port);
        const fabric::Ticks delay = cluster.GetLink(index)->GetDelay().GetTimeStep();
        hops.push_back({nearPort->GetBitRate(),
                        delay + farPort->GetReceiveLatency(),
                        delay + nearPort->GetReceiveLatency(),
                        farPort->GetCutThrough(),
                        nearPort->GetCutThrough()});
        vertex = far.vertex;
    }
    return hops;
}

IdealTimes::IdealTimes(const Cluster& cluster)
    : m_cluster(cluster),
      m_paths(cluster.GetGraph()),
      m_frames(GetTransferFrames(cluster))
{
}

std::optional<TransferTimes>
IdealTimes::Get(const Message& message)
{
    const auto& graph = m_cluster.GetGraph();
    const auto& source = m_cluster.GetAccelerators()[message.source];
    const auto& destination = m_cluster.GetAccelerators()[message.destination];
    if (source.server == destination.server)
    {
        return GetScaleUp(message);
    }
    const auto& from = graph.GetVertex(source.server).accelerators[source.index].ports;
    const auto& to = graph.GetVertex(destination.server).accelerators[destination.index].ports;
    if (from.empty() || to.empty())
    {
        return std::nullopt;
    }
    // the ports that PacketMessageNetwork takes
    const auto edges =
        FindPath(m_cluster.GetAddress(source.server, from[message.channel % from.size()]),
                 m_cluster.GetAddress(destination.server, to[message.channel % to.size()]));
    if (edges.empty())
    {
        return std::nullopt;
    }
    const auto there = GetTransferHops(m_cluster, edges, source.server);
    if (message.verb == MessageVerb::WRITE)
    {
        return GetIdealTransfer(there, message.bytes, m_frames);
    }
    const auto back =
        GetTransferHops(m_cluster, {edges.rbegin(), edges.rend()}, destination.server);
    return GetIdealAnswer(there, back, message.bytes, message.verb, m_frames);
}

std::optional<TransferTimes>
IdealTimes::GetScaleUp(const Message& message) const
{
    const auto& scaleUp =
        m_cluster.GetGraph().GetVertex(m_cluster.GetAccelerators()[message.source].server).scaleUp;
    if (scaleUp.bitRate == 0)
    {
        return std::nullopt;
    }
    const long double bits = 8.0L * static_cast<long double>(message.bytes);
    TransferTimes times;
    times.arrival = scaleUp.latency + static_cast<fabric::Ticks>(
                                          bits * 1e12L / static_cast<long double>(scaleUp.bitRate));
    times.acknowledged = times.arrival;
    return times;
}

std::vector<uint32_t>
IdealTimes::FindPath(fabric::FabricAddress from, fabric::FabricAddress to)
{
    const uint32_t fromLeaf = m_paths.GetLeafOfAttachment(from);
    const uint32_t toLeaf = m_paths.GetLeafOfAttachment(to);
    if (fromLeaf == ShortestPaths::NONE || toLeaf == ShortestPaths::NONE)
    {
        return m_paths.FindPath(from, to);
    }
    const uint64_t key = static_cast<uint64_t>(fromLeaf) << 32 | toLeaf;
    auto inner = m_inner.find(key);
    if (inner == m_inner.end())
    {
        std::vector<uint32_t> edges = m_paths.FindPath(from, to);
        if (edges.empty())
        {
            return edges;
        }
        inner =
            m_inner.emplace(key, std::vector<uint32_t>(edges.begin() + 1, edges.end() - 1)).first;
    }
    const auto edgeOf = [this](fabric::FabricAddress address)
    {
        const auto& place = m_cluster.GetAttachment(address);
        return m_cluster.GetGraph().GetVertex(place.server).edges[place.port];
    };
    std::vector<uint32_t> edges{edgeOf(from)};
    edges.insert(edges.end(), inner->second.begin(), inner->second.end());
    edges.push_back(edgeOf(to));
    return edges;
}

} // namespace ns3::cluster
