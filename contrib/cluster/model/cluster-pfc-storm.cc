/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-pfc-storm.h"

#include "cluster-cluster.h"

#include "ns3/uinteger.h"

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(PfcStorm);

TypeId
PfcStorm::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::PfcStorm")
                            .SetParent<Fault>()
                            .SetGroupName("Cluster")
                            .AddConstructor<PfcStorm>()
                            .AddAttribute("Accelerator",
                                          "Number of the accelerator whose NIC is stuck.",
                                          UintegerValue(0),
                                          MakeUintegerAccessor(&PfcStorm::m_accelerator),
                                          MakeUintegerChecker<uint32_t>())
                            .AddAttribute("Class",
                                          "Class that it pauses, 0 to 7.",
                                          UintegerValue(3),
                                          MakeUintegerAccessor(&PfcStorm::m_class),
                                          MakeUintegerChecker<uint8_t>(0, fabric::N_CLASSES - 1));
    return tid;
}

std::string
PfcStorm::DoCheck(const TopologyGraph& graph) const
{
    const uint32_t n = graph.GetNAccelerators();
    return m_accelerator < n ? std::string()
                             : "Accelerator is " + std::to_string(m_accelerator) +
                                   ", expected one of 0 to " + std::to_string(n - 1);
}

uint32_t
PfcStorm::DoGetNode(const Cluster& cluster) const
{
    return cluster.GetNode(cluster.GetAccelerators()[m_accelerator].server)->GetId();
}

void
PfcStorm::DoBegin(Cluster& cluster)
{
    const auto& place = cluster.GetAccelerators()[m_accelerator];
    for (const uint32_t port :
         cluster.GetGraph().GetVertex(place.server).accelerators[place.index].ports)
    {
        cluster.GetPort(place.server, port)->PausePeer(m_class);
    }
}

void
PfcStorm::DoEnd(Cluster& cluster)
{
    const auto& place = cluster.GetAccelerators()[m_accelerator];
    for (const uint32_t port :
         cluster.GetGraph().GetVertex(place.server).accelerators[place.index].ports)
    {
        cluster.GetPort(place.server, port)->ResumePeer(m_class);
    }
}

} // namespace ns3::cluster
