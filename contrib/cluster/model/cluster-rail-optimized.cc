/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-rail-optimized.h"

#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(RailOptimized);

TypeId
RailOptimized::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::RailOptimized")
            .SetParent<TopologyGenerator>()
            .SetGroupName("Cluster")
            .AddConstructor<RailOptimized>()
            .AddAttribute("Servers",
                          "Number of servers.",
                          UintegerValue(4),
                          MakeUintegerAccessor(&RailOptimized::m_servers),
                          MakeUintegerChecker<uint32_t>(1, 1U << 20))
            .AddAttribute("ServersPerGroup",
                          "Servers that share a set of leaves (SuperPOD: 32); 0 means all.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&RailOptimized::m_serversPerGroup),
                          MakeUintegerChecker<uint32_t>(0, 65535))
            .AddAttribute("Rails",
                          "Number of rails: NICs of a server and leaves of a group.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&RailOptimized::m_rails),
                          MakeUintegerChecker<uint32_t>(1, 64))
            .AddAttribute("Spines",
                          "Number of spine switches; 0 leaves the rails apart.",
                          UintegerValue(4),
                          MakeUintegerAccessor(&RailOptimized::m_spines),
                          MakeUintegerChecker<uint32_t>(0, 65535))
            .AddAttribute("LinksPerPair",
                          "Number of parallel links between a leaf and a spine.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&RailOptimized::m_linksPerPair),
                          MakeUintegerChecker<uint32_t>(1, 1024));
    return tid;
}

uint32_t
RailOptimized::GetServersPerGroup() const
{
    return m_serversPerGroup > 0 ? m_serversPerGroup : m_servers;
}

uint32_t
RailOptimized::DoGetNics() const
{
    return m_rails;
}

void
RailOptimized::DoCheck(std::vector<TopologyError>& errors) const
{
    if (GetNicsPerServer() != 1 && GetNicsPerServer() != m_rails)
    {
        AddError(errors,
                 "Nics is " + std::to_string(GetNicsPerServer()) + " but Rails " +
                     std::to_string(m_rails) + ": a server has one NIC for each rail");
    }
    const uint32_t perGroup = GetServersPerGroup();
    if (m_servers % perGroup != 0)
    {
        AddError(errors,
                 std::to_string(m_servers) + " Servers are no whole number of groups of " +
                     std::to_string(perGroup) + " (ServersPerGroup)");
    }
    const uint64_t leaves = uint64_t{m_servers} / perGroup * m_rails;
    const uint64_t leafPorts = perGroup + uint64_t{m_spines} * m_linksPerPair;
    const uint64_t spinePorts = leaves * m_linksPerPair;
    if (leafPorts > UINT16_MAX || (m_spines > 0 && spinePorts > UINT16_MAX))
    {
        AddError(errors,
                 "a leaf has " + std::to_string(leafPorts) + " ports and a spine " +
                     std::to_string(spinePorts) + "; a switch has at most 65535");
    }
}

uint64_t
RailOptimized::DoCountAttachments() const
{
    return SaturatingProduct(m_servers, m_rails);
}

void
RailOptimized::DoGenerate(TopologyGraph& graph) const
{
    const uint32_t perGroup = GetServersPerGroup();
    const uint32_t leaves = m_servers / perGroup * m_rails;
    for (uint32_t s = 0; s < m_servers; ++s)
    {
        AddServer(graph, s, s / perGroup, m_rails);
    }
    const auto firstLeaf = static_cast<uint32_t>(graph.GetVertices().size());
    for (uint32_t leaf = 0; leaf < leaves; ++leaf)
    {
        const uint32_t group = leaf / m_rails;
        graph.AddSwitch(
            "leaf-" + std::to_string(group) + "-" + std::to_string(leaf % m_rails), 1, group);
    }
    const uint32_t firstSpine = firstLeaf + leaves;
    for (uint32_t spine = 0; spine < m_spines; ++spine)
    {
        graph.AddSwitch("spine-" + std::to_string(spine), 2);
    }

    for (uint32_t s = 0; s < m_servers; ++s)
    {
        for (uint32_t rail = 0; rail < m_rails; ++rail)
        {
            graph.AddLink(s, firstLeaf + s / perGroup * m_rails + rail, GetHostLink());
        }
    }
    for (uint32_t leaf = 0; leaf < leaves; ++leaf)
    {
        for (uint32_t i = 0; i < m_spines * m_linksPerPair; ++i)
        {
            graph.AddLink(firstLeaf + leaf, firstSpine + i / m_linksPerPair, GetFabricLink());
        }
    }
}

} // namespace ns3::cluster
