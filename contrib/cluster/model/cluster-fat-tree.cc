/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-fat-tree.h"

#include "ns3/double.h"
#include "ns3/uinteger.h"

#include <cmath>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(FatTree);

TypeId
FatTree::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::FatTree")
            .SetParent<TopologyGenerator>()
            .SetGroupName("Cluster")
            .AddConstructor<FatTree>()
            .AddAttribute("K",
                          "Ports of a switch, even: K^3/4 NICs.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&FatTree::m_k),
                          MakeUintegerChecker<uint32_t>(2, 1024))
            .AddAttribute("Oversubscription",
                          "NIC links over up-links of an edge switch; times K/2 it must be a whole "
                          "number.",
                          DoubleValue(1),
                          MakeDoubleAccessor(&FatTree::m_oversubscription),
                          MakeDoubleChecker<double>(0, 1024));
    return tid;
}

uint32_t
FatTree::GetNicsPerEdge() const
{
    return static_cast<uint32_t>(std::lround(m_oversubscription * m_k / 2));
}

void
FatTree::DoCheck(std::vector<TopologyError>& errors) const
{
    if (m_k % 2 != 0)
    {
        AddError(errors, "K is " + std::to_string(m_k) + ", expected an even number");
        return;
    }
    const double nics = m_oversubscription * m_k / 2;
    if (nics < 1 || std::abs(nics - std::round(nics)) > 1e-9 * nics)
    {
        AddError(errors,
                 "Oversubscription " + std::to_string(m_oversubscription) + " and K " +
                     std::to_string(m_k) + " make " + std::to_string(nics) +
                     " NICs at an edge switch, expected a whole number from 1");
    }
    else if (GetNicsPerEdge() % GetNicsPerServer() != 0)
    {
        AddError(errors,
                 std::to_string(GetNicsPerEdge()) +
                     " NICs at an edge switch are no whole number of servers with " +
                     std::to_string(GetNicsPerServer()) + " Nics");
    }
}

uint64_t
FatTree::DoCountAttachments() const
{
    return SaturatingProduct(uint64_t{m_k} * m_k / 2, GetNicsPerEdge());
}

void
FatTree::DoGenerate(TopologyGraph& graph) const
{
    const uint32_t half = m_k / 2;
    const uint32_t nics = GetNicsPerServer();
    const uint32_t serversPerEdge = GetNicsPerEdge() / nics;
    const uint32_t serversPerPod = serversPerEdge * half;

    for (uint32_t s = 0; s < m_k * serversPerPod; ++s)
    {
        AddServer(graph, s, s / serversPerPod, nics);
    }
    const auto addTier = [&](const std::string& name, uint32_t tier)
    {
        const auto first = static_cast<uint32_t>(graph.GetVertices().size());
        for (uint32_t pod = 0; pod < m_k; ++pod)
        {
            for (uint32_t i = 0; i < half; ++i)
            {
                graph.AddSwitch(name + std::to_string(pod) + "-" + std::to_string(i), tier, pod);
            }
        }
        return first;
    };
    const uint32_t firstEdge = addTier("edge-", 1);
    const uint32_t firstAgg = addTier("agg-", 2);
    const auto firstCore = static_cast<uint32_t>(graph.GetVertices().size());
    for (uint32_t c = 0; c < half * half; ++c)
    {
        graph.AddSwitch("core-" + std::to_string(c), 3);
    }

    for (uint32_t edge = 0; edge < m_k * half; ++edge)
    {
        for (uint32_t i = 0; i < serversPerEdge * nics; ++i)
        {
            const uint32_t server = edge * serversPerEdge + i / nics;
            graph.AddLink(server, firstEdge + edge, GetHostLink());
            graph.SetNicPort(server, i % nics, {0, 0});
        }
        const uint32_t pod = edge / half;
        for (uint32_t a = 0; a < half; ++a)
        {
            graph.AddLink(firstEdge + edge, firstAgg + pod * half + a, GetFabricLink());
        }
    }
    for (uint32_t agg = 0; agg < m_k * half; ++agg)
    {
        for (uint32_t i = 0; i < half; ++i)
        {
            graph.AddLink(firstAgg + agg, firstCore + agg % half * half + i, GetFabricLink());
        }
    }
}

} // namespace ns3::cluster
