/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-training-progress.h"

#include "ns3/collective-types.h"

#include <algorithm>
#include <set>

namespace ns3::experiment
{

TrainingProgress::TrainingProgress(Ptr<cluster::Cluster> cluster,
                                   Ptr<cluster::MessageNetwork> network,
                                   Ptr<workload::ReplayEngine> replay)
    : m_cluster(cluster),
      m_network(network),
      m_replay(replay)
{
    for (const auto& group : replay->GetJob().groups)
    {
        m_domains.push_back(CountDomains(group));
    }
    for (uint32_t rank = 0; rank < replay->GetJob().ranks.size(); ++rank)
    {
        m_expectedBytes += EstimateBytes(rank) * replay->GetNSteps();
    }
}

uint32_t
TrainingProgress::CountDomains(const workload::CommunicationGroup& group) const
{
    std::set<uint32_t> domains;
    for (const uint32_t rank : group.ranks)
    {
        domains.insert(m_network->GetDomain(m_replay->GetAccelerator(rank)));
    }
    return static_cast<uint32_t>(domains.size());
}

double
TrainingProgress::EstimateBytes(uint32_t rank) const
{
    const auto& program = m_replay->GetJob().ranks[rank];
    const auto& graph = *program.graph;
    const uint32_t home = m_network->GetDomain(m_replay->GetAccelerator(rank));
    double bytes = 0;
    for (workload::OperationGraph::Index i = 0; i < graph.GetN(); ++i)
    {
        if (graph.GetKind(i) == workload::OperationKind::COLLECTIVE)
        {
            const uint32_t index = program.groups[graph.GetSlot(i)];
            const auto n = static_cast<uint32_t>(m_replay->GetJob().groups[index].ranks.size());
            // In a ring over several servers, one rank of each sends to another server.
            const double crossing =
                m_domains[index] > 1 ? static_cast<double>(m_domains[index]) / n : 0;
            bytes += static_cast<double>(graph.GetBytes(i)) *
                     collective::GetBusFactor(graph.GetCollective(i), n) * crossing;
        }
        else if (graph.GetKind(i) == workload::OperationKind::SEND)
        {
            const uint32_t peer = program.peers[graph.GetSlot(i)];
            const bool crosses = m_network->GetDomain(m_replay->GetAccelerator(peer)) != home;
            bytes += crosses ? static_cast<double>(graph.GetBytes(i)) : 0;
        }
    }
    return bytes;
}

double
TrainingProgress::GetFraction() const
{
    constexpr double SHARE_OF_BYTES = 0.95;
    const double operations =
        static_cast<double>(m_replay->GetNOperationsDone()) /
        static_cast<double>(std::max<uint64_t>(m_replay->GetNOperations(), 1));
    if (m_expectedBytes <= 0)
    {
        return operations;
    }
    uint64_t sent = 0;
    const auto nVertices = static_cast<uint32_t>(m_cluster->GetGraph().GetVertices().size());
    for (uint32_t vertex = 0; vertex < nVertices; ++vertex)
    {
        if (const auto nic = m_cluster->GetNic(vertex))
        {
            const auto& counters = nic->GetCounters();
            sent += counters.payloadBytesSent - counters.payloadBytesRepeated;
        }
    }
    const double bytes = std::min(static_cast<double>(sent) / m_expectedBytes, 1.0);
    return SHARE_OF_BYTES * bytes + (1 - SHARE_OF_BYTES) * operations;
}

std::string
TrainingProgress::GetDetail() const
{
    const uint32_t step = m_replay->GetLedger().GetNFinishedSteps() + 1;
    return "step " + std::to_string(std::min(step, m_replay->GetNSteps())) + "/" +
           std::to_string(m_replay->GetNSteps());
}

uint64_t
TrainingProgress::GetPacketHops() const
{
    return m_cluster->GetHealth().framesHopped;
}

} // namespace ns3::experiment
