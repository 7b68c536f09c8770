/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-leaf-spine.h"

#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(LeafSpine);

TypeId
LeafSpine::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::LeafSpine")
                            .SetParent<TopologyGenerator>()
                            .SetGroupName("Cluster")
                            .AddConstructor<LeafSpine>()
                            .AddAttribute("Leaves",
                                          "Number of leaf switches.",
                                          UintegerValue(4),
                                          MakeUintegerAccessor(&LeafSpine::m_leaves),
                                          MakeUintegerChecker<uint32_t>(1, 65535))
                            .AddAttribute("Spines",
                                          "Number of spine switches.",
                                          UintegerValue(4),
                                          MakeUintegerAccessor(&LeafSpine::m_spines),
                                          MakeUintegerChecker<uint32_t>(0, 65535))
                            .AddAttribute("Hosts",
                                          "Number of servers at each leaf.",
                                          UintegerValue(4),
                                          MakeUintegerAccessor(&LeafSpine::m_hosts),
                                          MakeUintegerChecker<uint32_t>(1, 65535))
                            .AddAttribute("LinksPerPair",
                                          "Number of parallel links between a leaf and a spine.",
                                          UintegerValue(1),
                                          MakeUintegerAccessor(&LeafSpine::m_linksPerPair),
                                          MakeUintegerChecker<uint32_t>(1, 1024))
                            .AddAttribute("Bond",
                                          "Ports of a NIC, each on a leaf of its own, that share "
                                          "one address (2: dual-ToR, as in Alibaba's HPN, SIGCOMM "
                                          "2024). Leaves come in groups of so many, with the same "
                                          "Hosts.",
                                          UintegerValue(1),
                                          MakeUintegerAccessor(&LeafSpine::m_bond),
                                          MakeUintegerChecker<uint32_t>(1, 8));
    return tid;
}

void
LeafSpine::DoCheck(std::vector<TopologyError>& errors) const
{
    if (m_spines == 0 && m_leaves > 1)
    {
        AddError(errors, "Spines is 0, but " + std::to_string(m_leaves) + " Leaves need one");
    }
    if (m_leaves % m_bond != 0)
    {
        AddError(errors,
                 std::to_string(m_leaves) +
                     " Leaves are no groups of Bond = " + std::to_string(m_bond));
    }
    const uint64_t leafPorts =
        uint64_t{m_hosts} * GetNicsPerServer() + uint64_t{m_spines} * m_linksPerPair;
    const uint64_t spinePorts = uint64_t{m_leaves} * m_linksPerPair;
    if (leafPorts > UINT16_MAX || spinePorts > UINT16_MAX)
    {
        AddError(errors,
                 "a leaf has " + std::to_string(leafPorts) + " ports and a spine " +
                     std::to_string(spinePorts) + "; a switch has at most 65535");
    }
}

uint64_t
LeafSpine::DoCountAttachments() const
{
    return SaturatingProduct(uint64_t{m_leaves} * m_hosts, GetNicsPerServer());
}

void
LeafSpine::DoGenerate(TopologyGraph& graph) const
{
    const uint32_t nics = GetNicsPerServer();
    for (uint32_t s = 0; s < m_leaves / m_bond * m_hosts; ++s)
    {
        AddServer(graph, s, s / m_hosts, nics);
    }
    const auto firstLeaf = static_cast<uint32_t>(graph.GetVertices().size());
    for (uint32_t leaf = 0; leaf < m_leaves; ++leaf)
    {
        graph.AddSwitch("leaf-" + std::to_string(leaf), 1, leaf);
    }
    const uint32_t firstSpine = firstLeaf + m_leaves;
    for (uint32_t spine = 0; spine < m_spines; ++spine)
    {
        graph.AddSwitch("spine-" + std::to_string(spine), 2);
    }

    for (uint32_t leaf = 0; leaf < m_leaves; ++leaf)
    {
        for (uint32_t i = 0; i < m_hosts * nics; ++i)
        {
            const uint32_t server = leaf / m_bond * m_hosts + i / nics;
            const uint32_t nic = i % nics;
            const uint32_t plane = leaf % m_bond;
            graph.AddLink(server, firstLeaf + leaf, GetHostLink());
            // All NICs have their first port at the first leaf of the group, and so on.
            graph.SetNicPort(
                server,
                plane * nics + nic,
                {0, static_cast<uint16_t>(plane), m_bond > 1 ? nic : TopologyGraph::NONE});
        }
        for (uint32_t spine = 0; spine < m_spines; ++spine)
        {
            for (uint32_t i = 0; i < m_linksPerPair; ++i)
            {
                graph.AddLink(firstLeaf + leaf, firstSpine + spine, GetFabricLink());
            }
        }
    }
}

} // namespace ns3::cluster
