/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-cluster.h"

#include "cluster-route-controller.h"
#include "cluster-traffic-engineer.h"

#include "ns3/assert.h"
#include "ns3/fabric-buffer-policy.h"
#include "ns3/fabric-credit-control.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-frame-pool.h"

#include <algorithm>
#include <numeric>

namespace ns3::cluster
{

using fabric::N_CLASSES;

NS_OBJECT_ENSURE_REGISTERED(Cluster);

TypeId
Cluster::GetTypeId()
{
    static TypeId tid = TypeId("ns3::cluster::Cluster")
                            .SetParent<Object>()
                            .SetGroupName("Cluster")
                            .AddConstructor<Cluster>();
    return tid;
}

Cluster::~Cluster() = default;

void
Cluster::DoDispose()
{
    if (m_engineer)
    {
        m_engineer->Dispose();
        m_engineer = nullptr;
    }
    if (m_controller)
    {
        m_controller->Dispose();
        m_controller = nullptr;
    }
    m_vertices.clear();
    m_links.clear();
    m_errorModels.clear();
    m_directory = nullptr;
    m_deadlocks = nullptr;
    m_progress = nullptr;
    m_pool = nullptr;
    Object::DoDispose();
}

const TopologyGraph&
Cluster::GetGraph() const
{
    return m_graph;
}

Ptr<Node>
Cluster::GetNode(uint32_t vertex) const
{
    return m_vertices[vertex].node;
}

Ptr<fabric::Switch>
Cluster::GetSwitch(uint32_t vertex) const
{
    return m_vertices[vertex].fabricSwitch;
}

Ptr<rdma::Nic>
Cluster::GetNic(uint32_t vertex) const
{
    return m_vertices[vertex].nic;
}

Ptr<ScaleUpDomain>
Cluster::GetScaleUp(uint32_t vertex) const
{
    return m_vertices[vertex].scaleUp;
}

std::vector<Ptr<fabric::Switch>>
Cluster::GetSwitches() const
{
    std::vector<Ptr<fabric::Switch>> switches;
    for (const auto& vertex : m_vertices)
    {
        switches.push_back(vertex.fabricSwitch);
    }
    return switches;
}

Ptr<fabric::Link>
Cluster::GetLink(uint32_t edge) const
{
    return m_links[edge];
}

Ptr<fabric::Port>
Cluster::GetPort(uint32_t vertex, uint32_t port) const
{
    return m_vertices[vertex].ports[port];
}

const TopologyGraph::Attachment&
Cluster::GetAttachment(fabric::FabricAddress address) const
{
    NS_ASSERT_MSG(address < m_attachments.size(), "no attachment " << address);
    return m_attachments[address];
}

fabric::FabricAddress
Cluster::GetAddress(uint32_t server, uint32_t port) const
{
    return m_vertices[server].ports[port]->GetFabricAddress();
}

uint32_t
Cluster::GetNAttachments() const
{
    return static_cast<uint32_t>(m_attachments.size());
}

const std::vector<TopologyGraph::AcceleratorPlace>&
Cluster::GetAccelerators() const
{
    return m_accelerators;
}

ShortestPaths::Rule
Cluster::GetPathRule() const
{
    return m_pathRule;
}

Ptr<DeadlockDetector>
Cluster::GetDeadlockDetector() const
{
    return m_deadlocks;
}

Ptr<RouteController>
Cluster::GetRouteController() const
{
    return m_controller;
}

Ptr<ProgressWatch>
Cluster::GetProgressWatch() const
{
    return m_progress;
}

Ptr<TrafficEngineer>
Cluster::GetTrafficEngineer() const
{
    return m_engineer;
}

Ptr<fabric::FramePool>
Cluster::GetFramePool() const
{
    return m_pool;
}

int64_t
Cluster::AssignStreams(int64_t stream)
{
    const int64_t first = stream;
    for (const VertexObjects& vertex : m_vertices)
    {
        if (vertex.fabricSwitch)
        {
            stream += vertex.fabricSwitch->AssignStreams(stream);
        }
    }
    for (const auto& model : m_errorModels)
    {
        stream += model->AssignStreams(stream);
    }
    if (m_engineer)
    {
        stream += m_engineer->AssignStreams(stream);
    }
    return stream - first;
}

void
Cluster::SetHealthSource(const HealthSource* source)
{
    m_healthSource = source;
}

uint64_t
Cluster::CountStalls(const fabric::Port& port)
{
    uint64_t stalls = 0;
    uint8_t counted = 0; // lanes: several classes may share one
    for (uint8_t c = 0; port.GetCredits() && c < N_CLASSES; ++c)
    {
        const uint8_t lane = 1U << port.GetCredits()->GetLane(c);
        stalls += counted & lane ? 0 : port.GetCredits()->GetNStalls(c);
        counted |= lane;
    }
    return stalls;
}

ClusterHealth
Cluster::GetHealth() const
{
    ClusterHealth health;
    if (m_controller)
    {
        health.routeComputations = m_controller->GetNComputations();
    }
    if (m_engineer)
    {
        const auto& outcome = m_engineer->GetOutcome();
        health.pathComputations = outcome.computations;
        health.pathUtilization = outcome.maxUtilization;
        health.pathBound = outcome.bound;
    }
    for (const VertexObjects& vertex : m_vertices)
    {
        for (const auto& port : vertex.ports)
        {
            const fabric::Port::Counters& counters = port->GetCounters();
            for (uint8_t c = 0; c < N_CLASSES; ++c)
            {
                health.dropFrames[c] += counters.dropFrames[c];
                health.dropBytes[c] += counters.dropBytes[c];
                health.framesHopped += counters.rxFrames[c];
                const Time paused = port->GetPausedTime(c);
                health.pausedTime += paused;
                health.longestPausedTime = std::max(health.longestPausedTime, paused);
            }
            health.creditStalls += CountStalls(*port);
            health.pfcXoffs += counters.pfcTxXoff;
            health.pfcXons += counters.pfcTxXon;
            health.ecnMarks += counters.ecnMarks;
        }
        if (vertex.fabricSwitch)
        {
            const fabric::Switch::Counters& counters = vertex.fabricSwitch->GetCounters();
            health.losslessDrops += vertex.fabricSwitch->GetNLosslessDrops();
            health.noRouteDrops += counters.dropsNoRoute;
            health.framesForwarded += counters.framesForwarded;
            health.framesBounced += counters.framesBounced;
            health.notices += counters.noticesMade;
            health.framesTrimmed += std::accumulate(
                counters.framesTrimmed.begin(), counters.framesTrimmed.end(), uint64_t{0});
            if (const auto watchdog = vertex.fabricSwitch->GetPfcWatchdog())
            {
                health.pfcStorms += watchdog->GetNStorms();
                health.pfcStormsOver += watchdog->GetNRestored();
                health.watchdogDrops += watchdog->GetNDropped();
            }
            if (const auto policy = vertex.fabricSwitch->GetBufferPolicy())
            {
                health.peakBufferBytes =
                    std::max(health.peakBufferBytes, policy->GetPeakOccupancy());
            }
        }
        if (vertex.nic)
        {
            const rdma::Nic::Counters& counters = vertex.nic->GetCounters();
            health.cnpsSent += counters.cnpsSent;
            health.dataReceived += counters.dataReceived;
            health.outOfOrder += counters.outOfOrder;
            health.retransmissions += counters.dataRepeated;
            health.naks += counters.naksSent;
            health.timeouts += counters.timeouts;
            health.queuePairErrors += counters.qpErrors;
        }
    }
    if (m_deadlocks)
    {
        health.deadlock = m_deadlocks->GetCycle();
        health.deadlockAt = m_deadlocks->GetFoundAt();
        health.stuckQueues = m_deadlocks->GetNStuck();
    }
    if (m_progress)
    {
        health.standstill = m_progress->GetReason();
    }
    for (const auto& link : m_links)
    {
        health.cableLosses += link->GetNLost();
    }
    if (m_healthSource)
    {
        m_healthSource->AddHealth(health);
    }
    return health;
}

std::vector<std::string>
Cluster::CheckConfiguration() const
{
    std::vector<std::string> faults;
    for (uint32_t v = 0; v < m_vertices.size(); ++v)
    {
        const auto& device = m_vertices[v].fabricSwitch;
        const std::string why = device ? device->Check() : std::string();
        if (!why.empty())
        {
            faults.push_back("switch " + m_graph.GetVertex(v).name + ": " + why);
        }
    }
    return faults;
}

std::vector<std::string>
Cluster::CheckInvariants() const
{
    std::vector<std::string> violations;
    for (uint32_t edge = 0; edge < m_links.size(); ++edge)
    {
        uint64_t sent = 0;
        uint64_t arrived = 0;
        for (std::size_t end = 0; end < 2; ++end)
        {
            const auto& counters = m_links[edge]->GetPort(end)->GetCounters();
            for (uint8_t c = 0; c < N_CLASSES; ++c)
            {
                sent += counters.txBytes[c];
                arrived += counters.rxBytes[c];
            }
        }
        const uint64_t lost = m_links[edge]->GetBytesLost();
        const uint64_t inFlight = m_links[edge]->GetBytesInFlight();
        if (sent != arrived + lost + inFlight)
        {
            violations.push_back("link " + m_graph.GetVertex(m_graph.GetEdge(edge).a.vertex).name +
                                 " - " + m_graph.GetVertex(m_graph.GetEdge(edge).b.vertex).name +
                                 ": " + std::to_string(sent) + " bytes sent, but " +
                                 std::to_string(arrived) + " arrived, " + std::to_string(lost) +
                                 " lost and " + std::to_string(inFlight) + " in flight");
        }
    }
    for (uint32_t v = 0; v < m_vertices.size(); ++v)
    {
        if (m_vertices[v].fabricSwitch)
        {
            CheckSwitch(v, violations);
        }
    }
    return violations;
}

void
Cluster::CheckSwitch(uint32_t vertex, std::vector<std::string>& violations) const
{
    const VertexObjects& objects = m_vertices[vertex];
    const std::string name = "switch " + m_graph.GetVertex(vertex).name;
    uint64_t allQueued = 0;
    for (uint8_t c = 0; c < N_CLASSES; ++c)
    {
        int64_t in = objects.fabricSwitch->GetCounters().bytesMade[c];
        uint64_t left = 0;
        uint64_t dropped = 0;
        uint64_t queued = objects.fabricSwitch->GetHeldBytes(c);
        uint64_t held = 0;
        for (const auto& port : objects.ports)
        {
            in += static_cast<int64_t>(port->GetCounters().rxBytes[c]);
            left += port->GetCounters().txBytes[c];
            dropped += port->GetCounters().dropBytes[c];
            queued += port->GetQueues().GetBytes(c);
            held += port->GetHeldBytes(c);
        }
        allQueued += queued; // what is held has left the memory
        queued += held;
        if (in != static_cast<int64_t>(left + dropped + queued))
        {
            violations.push_back(name + ", class " + std::to_string(c) + ": " + std::to_string(in) +
                                 " bytes in, but " + std::to_string(left) + " out, " +
                                 std::to_string(dropped) + " dropped and " +
                                 std::to_string(queued) + " queued");
        }
    }
    if (objects.fabricSwitch->GetNLosslessDrops() > 0)
    {
        violations.push_back(name + ": " +
                             std::to_string(objects.fabricSwitch->GetNLosslessDrops()) +
                             " frames of a lossless class dropped for lack of buffer");
    }
    const auto policy = objects.fabricSwitch->GetBufferPolicy();
    if (policy && policy->GetOccupancy() != allQueued)
    {
        violations.push_back(name + ": the packet memory counts " +
                             std::to_string(policy->GetOccupancy()) + " bytes, the queues hold " +
                             std::to_string(allQueued));
    }
    std::string why;
    if (policy && !policy->CheckIdentities(why))
    {
        violations.push_back(name + ": " + why);
    }
}

} // namespace ns3::cluster
