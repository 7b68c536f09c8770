/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-deadlock-detector.h"

#include "cluster-cluster.h"

#include "ns3/fabric-credit-control.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"

#include <algorithm>

namespace ns3::cluster
{

using fabric::N_CLASSES;

NS_OBJECT_ENSURE_REGISTERED(DeadlockDetector);

TypeId
DeadlockDetector::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::DeadlockDetector")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<DeadlockDetector>()
            .AddAttribute("Interval",
                          "Time between two looks for PFC deadlocks; 0: do not look.",
                          TimeValue(MicroSeconds(100)),
                          MakeTimeAccessor(&DeadlockDetector::m_interval),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource("Found",
                            "The first deadlock was found: its cycle, for people to read.",
                            MakeTraceSourceAccessor(&DeadlockDetector::m_found),
                            "ns3::cluster::DeadlockDetector::FoundTracedCallback");
    return tid;
}

void
DeadlockDetector::Setup(const Cluster& cluster)
{
    m_cluster = &cluster;
}

Time
DeadlockDetector::GetInterval() const
{
    return m_interval;
}

Time
DeadlockDetector::GetFoundAt() const
{
    return m_foundAt;
}

uint32_t
DeadlockDetector::GetNStuck() const
{
    return m_nStuck;
}

bool
DeadlockDetector::IsKept(const fabric::Port& port, uint8_t priority)
{
    const auto peer = port.GetPeer();
    if (port.GetCredits() && peer->GetCredits())
    {
        return port.GetCredits()->GetLimit(priority) == peer->GetCredits()->GetAdvertised(priority);
    }
    const uint8_t paused = peer->GetPauseGenerator().GetPaused();
    return peer->GetFlowControl() == fabric::Port::PAUSE ? paused != 0 : paused & (1U << priority);
}

std::vector<DeadlockDetector::Wait>
DeadlockDetector::ListWaits() const
{
    std::vector<Wait> waits;
    const auto& graph = m_cluster->GetGraph();
    for (uint32_t v = 0; v < graph.GetVertices().size(); ++v)
    {
        const auto device = m_cluster->GetSwitch(v);
        for (uint16_t p = 0; device && p < device->GetNPorts(); ++p)
        {
            const fabric::Port& port = device->GetPort(p);
            const uint8_t paused = port.GetPausedClasses();
            if (paused == 0)
            {
                continue;
            }
            const auto& far = graph.GetFarEnd(graph.GetVertex(v).edges[p], v);
            if (!m_cluster->GetSwitch(far.vertex))
            {
                continue; // a host may end its pause any time
            }
            for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
            {
                if ((paused & (1U << priority)) && port.GetQueues().Front(priority) &&
                    IsKept(port, priority))
                {
                    waits.push_back({v, p, priority, true, {}});
                }
            }
        }
    }
    return waits;
}

void
DeadlockDetector::FindHolders(Wait& wait, const std::vector<Wait>& waits) const
{
    const auto& graph = m_cluster->GetGraph();
    const auto& far = graph.GetFarEnd(graph.GetVertex(wait.vertex).edges[wait.port], wait.vertex);
    const auto device = m_cluster->GetSwitch(far.vertex);
    for (uint16_t p = 0; p < device->GetNPorts(); ++p)
    {
        const auto& queues = device->GetPort(p).GetQueues();
        for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
        {
            const fabric::Frame* frame = queues.Front(priority);
            while (frame &&
                   (frame->ingressPort != far.port || frame->GetIngressClass() != wait.priority))
            {
                frame = frame->next;
            }
            if (!frame)
            {
                continue;
            }
            // waits are listed by vertex, port and class
            const auto at = std::find_if(waits.begin(),
                                         waits.end(),
                                         [&far, p, priority](const Wait& other) {
                                             return other.vertex == far.vertex && other.port == p &&
                                                    other.priority == priority;
                                         });
            if (at == waits.end())
            {
                wait.stuck = false; // frames of it can leave
                return;
            }
            wait.waitsOn.push_back(static_cast<uint32_t>(at - waits.begin()));
        }
    }
    wait.stuck = !wait.waitsOn.empty();
}

std::vector<uint32_t>
DeadlockDetector::FindCycle(const std::vector<Wait>& waits)
{
    // Every stuck wait waits on stuck ones only: following the first of each must come back.
    const auto first =
        std::find_if(waits.begin(), waits.end(), [](const Wait& wait) { return wait.stuck; });
    std::vector<uint32_t> way;
    auto at = static_cast<uint32_t>(first - waits.begin());
    auto seen = way.end();
    while ((seen = std::find(way.begin(), way.end(), at)) == way.end())
    {
        way.push_back(at);
        at = waits[at].waitsOn.front();
    }
    way.erase(way.begin(), seen);
    return way;
}

void
DeadlockDetector::Look()
{
    if (IsFound() || !m_cluster)
    {
        return;
    }
    auto waits = ListWaits();
    for (auto& wait : waits)
    {
        FindHolders(wait, waits);
    }
    for (bool changed = true; changed;)
    {
        changed = false;
        for (auto& wait : waits)
        {
            if (wait.stuck && !std::all_of(wait.waitsOn.begin(),
                                           wait.waitsOn.end(),
                                           [&waits](uint32_t on) { return waits[on].stuck; }))
            {
                wait.stuck = false;
                changed = true;
            }
        }
    }
    m_nStuck = static_cast<uint32_t>(
        std::count_if(waits.begin(), waits.end(), [](const Wait& wait) { return wait.stuck; }));
    if (m_nStuck == 0)
    {
        return;
    }
    const auto& graph = m_cluster->GetGraph();
    const auto cycle = FindCycle(waits);
    for (const uint32_t i : cycle)
    {
        const Wait& wait = waits[i];
        m_cycle += graph.GetVertex(wait.vertex).name + " port " + std::to_string(wait.port) +
                   " class " + std::to_string(wait.priority) + " -> ";
    }
    m_cycle += graph.GetVertex(waits[cycle.front()].vertex).name;
    m_foundAt = Simulator::Now();
    m_found(m_cycle);
}

} // namespace ns3::cluster
