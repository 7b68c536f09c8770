/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-link-failure.h"

#include "cluster-cluster.h"

#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(LinkFailure);

TypeId
LinkFailure::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::LinkFailure")
            .SetParent<Fault>()
            .SetGroupName("Cluster")
            .AddConstructor<LinkFailure>()
            .AddAttribute("From",
                          "Name of the switch or server at one end, as in a topology file; "
                          "generators name them leaf-0, spine-0, edge-0-0, server-0 and so on.",
                          StringValue(""),
                          MakeStringAccessor(&LinkFailure::m_from),
                          MakeStringChecker())
            .AddAttribute("To",
                          "Name of the one at the other end.",
                          StringValue(""),
                          MakeStringAccessor(&LinkFailure::m_to),
                          MakeStringChecker())
            .AddAttribute("Index",
                          "Which of several cables between the two, from 0.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&LinkFailure::m_index),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

uint32_t
LinkFailure::FindEdge(const TopologyGraph& graph) const
{
    const uint32_t from = graph.Find(m_from);
    const uint32_t to = graph.Find(m_to);
    uint32_t index = m_index;
    if (from != TopologyGraph::NONE && to != TopologyGraph::NONE)
    {
        for (const uint32_t edge : graph.GetVertex(from).edges)
        {
            if (graph.GetFarEnd(edge, from).vertex == to && index-- == 0)
            {
                return edge;
            }
        }
    }
    return TopologyGraph::NONE;
}

std::string
LinkFailure::DoCheck(const TopologyGraph& graph) const
{
    for (const auto& [key, name] : {std::pair{"From", m_from}, std::pair{"To", m_to}})
    {
        if (graph.Find(name) == TopologyGraph::NONE)
        {
            return std::string(key) + " is '" + name + "', expected the name of a switch or server";
        }
    }
    return FindEdge(graph) != TopologyGraph::NONE
               ? std::string()
               : "there is no cable " + std::to_string(m_index) + " between '" + m_from +
                     "' and '" + m_to + "'";
}

uint32_t
LinkFailure::DoGetNode(const Cluster& cluster) const
{
    return cluster.GetNode(cluster.GetGraph().Find(m_from))->GetId();
}

void
LinkFailure::DoBegin(Cluster& cluster)
{
    cluster.GetLink(FindEdge(cluster.GetGraph()))->SetUp(false);
}

void
LinkFailure::DoEnd(Cluster& cluster)
{
    cluster.GetLink(FindEdge(cluster.GetGraph()))->SetUp(true);
}

} // namespace ns3::cluster
