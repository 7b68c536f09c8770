/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-progress-watch.h"

#include "cluster-cluster.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <sstream>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(ProgressWatch);

TypeId
ProgressWatch::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::ProgressWatch")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<ProgressWatch>()
            .AddAttribute("Patience",
                          "Time after which a run is ended if frames wait, but none moves; longer "
                          "than a PFC watchdog takes. 0: never.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&ProgressWatch::m_patience),
                          MakeTimeChecker(Time(0)));
    return tid;
}

void
ProgressWatch::Setup(const Cluster& cluster)
{
    m_cluster = &cluster;
}

void
ProgressWatch::Expect(Time at)
{
    m_expected = std::max(m_expected, at);
}

Time
ProgressWatch::GetInterval() const
{
    return m_patience / 4;
}

uint64_t
ProgressWatch::CountArrivals() const
{
    uint64_t arrivals = 0;
    const auto& vertices = m_cluster->GetGraph().GetVertices();
    for (uint32_t v = 0; v < vertices.size(); ++v)
    {
        for (uint32_t p = 0; p < vertices[v].edges.size(); ++p)
        {
            const auto port = m_cluster->GetPort(v, p);
            for (uint8_t c = 0; c < fabric::N_CLASSES; ++c)
            {
                arrivals += port->GetQueues().GetTraffic(c).rxFrames;
            }
        }
    }
    return arrivals;
}

std::string
ProgressWatch::DescribeWaits() const
{
    constexpr uint32_t MOST = 3;
    std::ostringstream text;
    uint32_t n = 0;
    const auto& graph = m_cluster->GetGraph();
    for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
    {
        const auto& edges = graph.GetVertex(v).edges;
        for (uint32_t p = 0; p < edges.size(); ++p)
        {
            const auto port = m_cluster->GetPort(v, p);
            for (uint8_t c = 0; c < fabric::N_CLASSES; ++c)
            {
                if (!port->GetQueues().Front(c) || !(port->GetPausedClasses() & (1U << c)))
                {
                    continue;
                }
                if (n++ < MOST)
                {
                    text << (n > 1 ? ", " : "") << graph.GetVertex(v).name << " port " << p
                         << " class " << +c << " for "
                         << graph.GetVertex(graph.GetFarEnd(edges[p], v).vertex).name;
                }
            }
        }
    }
    if (n > MOST)
    {
        text << " and " << n - MOST << " more";
    }
    return text.str();
}

void
ProgressWatch::Look()
{
    const Time now = Simulator::Now();
    const uint64_t arrivals = CountArrivals();
    if (arrivals != m_arrivals || now <= m_expected)
    {
        m_arrivals = arrivals;
        m_movedAt = now;
        return;
    }
    if (now - m_movedAt < m_patience || !m_reason.empty())
    {
        return;
    }
    const std::string waits = DescribeWaits();
    if (waits.empty())
    {
        m_movedAt = now; // nobody sends
        return;
    }
    std::ostringstream text;
    text << "nothing has moved for " << (now - m_movedAt).GetSeconds()
         << " s, and frames wait that may not be sent: " << waits;
    m_reason = text.str();
}

} // namespace ns3::cluster
