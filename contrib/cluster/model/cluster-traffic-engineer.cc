/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-traffic-engineer.h"

#include "cluster-path-optimizer.h"
#include "cluster-path-probe.h"
#include "cluster-plane-assignment.h"
#include "cluster-shortest-paths.h"

#include "ns3/double.h"
#include "ns3/fabric-pinned-paths.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <functional>
#include <map>

namespace ns3::cluster
{

NS_OBJECT_ENSURE_REGISTERED(TrafficEngineer);

TypeId
TrafficEngineer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::cluster::TrafficEngineer")
            .SetParent<Object>()
            .SetGroupName("Cluster")
            .AddConstructor<TrafficEngineer>()
            .AddAttribute("SetupDelay",
                          "From a new connection to its pinned path. Default 0: the library "
                          "announces connections before it uses them.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&TrafficEngineer::m_setupDelay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("ReactionTime",
                          "From the failure or repair of a link to new paths.",
                          TimeValue(MilliSeconds(100)),
                          MakeTimeAccessor(&TrafficEngineer::m_reactionTime),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Interval",
                          "Between periodic computations, which do nothing if nothing has changed; "
                          "0: none. Default: Meta's control loop (SIGCOMM 2024).",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&TrafficEngineer::m_interval),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Gap",
                          "Relative error of the bound that the search for paths aims at.",
                          DoubleValue(0.02),
                          MakeDoubleAccessor(&TrafficEngineer::m_gap),
                          MakeDoubleChecker<double>(0.001, 1))
            .AddAttribute("MaxPaths",
                          "Shortest paths that are looked at for a connection.",
                          UintegerValue(256),
                          MakeUintegerAccessor(&TrafficEngineer::m_maxPaths),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("SearchSteps",
                          "Paths that the search looks at before it takes the best that it has "
                          "seen.",
                          UintegerValue(200'000),
                          MakeUintegerAccessor(&TrafficEngineer::m_searchSteps),
                          MakeUintegerChecker<uint64_t>())
            .AddTraceSource("Computed",
                            "Paths were computed: what it came to.",
                            MakeTraceSourceAccessor(&TrafficEngineer::m_computed),
                            "ns3::cluster::TrafficEngineer::ComputedTracedCallback");
    return tid;
}

TrafficEngineer::TrafficEngineer()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

TrafficEngineer::~TrafficEngineer() = default;

void
TrafficEngineer::DoDispose()
{
    m_event.Cancel();
    m_periodic.Cancel();
    m_flows.clear();
    m_cluster = nullptr;
    Object::DoDispose();
}

int64_t
TrafficEngineer::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

void
TrafficEngineer::Setup(const Cluster& cluster, Method method)
{
    m_cluster = &cluster;
    m_method = method;
    const TopologyGraph& graph = cluster.GetGraph();
    for (uint32_t edge = 0; edge < graph.GetEdges().size(); ++edge)
    {
        const auto& link = graph.GetEdge(edge);
        if (cluster.GetSwitch(link.a.vertex) && cluster.GetSwitch(link.b.vertex))
        {
            m_edges.push_back(edge);
            cluster.GetLink(edge)->GetPort(0)->AddLinkChangeCallback(
                MakeCallback(&TrafficEngineer::LinkChanged, this));
        }
    }
}

void
TrafficEngineer::AddFlow(fabric::FabricAddress source,
                         fabric::FabricAddress destination,
                         uint32_t queuePair,
                         Ptr<rdma::QueuePair> sender)
{
    m_flows.push_back({source, destination, queuePair, sender, {}, {}});
    m_stale = true;
    ComputeIn(m_setupDelay);
    if (!m_interval.IsZero() && m_periodic.IsExpired())
    {
        m_periodic = Simulator::Schedule(m_interval, &TrafficEngineer::ComputePeriodically, this);
    }
}

const TrafficEngineer::Outcome&
TrafficEngineer::GetOutcome() const
{
    return m_outcome;
}

const std::vector<uint32_t>&
TrafficEngineer::GetPath(uint32_t flow) const
{
    return m_flows[flow].path;
}

void
TrafficEngineer::LinkChanged()
{
    if (m_cluster && !m_flows.empty())
    {
        m_stale = true;
        ComputeIn(m_reactionTime);
    }
}

void
TrafficEngineer::RoutesComputed(uint32_t down)
{
    if (m_method == SOURCE_PORTS && m_cluster && !m_flows.empty())
    {
        for (Flow& flow : m_flows)
        {
            flow.path.clear(); // its source port may lead elsewhere from now on
        }
        ComputeIn(Time(0));
    }
}

void
TrafficEngineer::ComputeIn(Time delay)
{
    if (m_event.IsExpired() || Simulator::GetDelayLeft(m_event) > delay)
    {
        m_event.Cancel();
        m_event = Simulator::Schedule(delay, &TrafficEngineer::Compute, this);
    }
}

void
TrafficEngineer::ComputePeriodically()
{
    if (m_stale)
    {
        Compute();
        m_periodic = Simulator::Schedule(m_interval, &TrafficEngineer::ComputePeriodically, this);
    }
}

void
TrafficEngineer::Extend(ShortestPaths& paths,
                        uint32_t vertex,
                        Path& path,
                        std::vector<Path>& found) const
{
    if (paths.GetDistance(vertex) == 0)
    {
        found.push_back(path);
        return;
    }
    std::vector<uint16_t> ports;
    paths.GetNextHops(vertex, ports);
    const TopologyGraph& graph = m_cluster->GetGraph();
    for (const uint16_t port : ports)
    {
        if (found.size() >= m_maxPaths)
        {
            return;
        }
        const uint32_t edge = graph.GetVertex(vertex).edges[port];
        path.edges.push_back(edge);
        path.vertices.push_back(vertex);
        Extend(paths, graph.GetFarEnd(edge, vertex).vertex, path, found);
        path.edges.pop_back();
        path.vertices.pop_back();
    }
}

std::vector<bool>
TrafficEngineer::FindDown() const
{
    std::vector<bool> down(m_cluster->GetGraph().GetEdges().size(), false);
    for (const uint32_t edge : m_edges)
    {
        down[edge] = !m_cluster->GetLink(edge)->GetPort(0)->IsLinkUp();
    }
    return down;
}

std::vector<std::vector<TrafficEngineer::Path>>
TrafficEngineer::FindPaths(const std::vector<bool>& down) const
{
    ShortestPaths paths(m_cluster->GetGraph(), down, m_cluster->GetPathRule());
    // By destination leaf, so that each is searched from once; an ordered map, for one order.
    std::map<uint32_t, std::vector<uint32_t>> byLeaf;
    for (uint32_t f = 0; f < m_flows.size(); ++f)
    {
        byLeaf[paths.GetLeafOfAttachment(m_flows[f].destination)].push_back(f);
    }
    std::vector<std::vector<Path>> found(m_flows.size());
    for (const auto& [leaf, flows] : byLeaf)
    {
        if (leaf == ShortestPaths::NONE)
        {
            continue;
        }
        paths.SetDestination(leaf);
        for (const uint32_t f : flows)
        {
            const uint32_t from = paths.GetLeafOfAttachment(m_flows[f].source);
            if (from != ShortestPaths::NONE &&
                paths.GetDistance(paths.GetLeafVertex(from)) != ShortestPaths::NONE)
            {
                Path path;
                Extend(paths, paths.GetLeafVertex(from), path, found[f]);
            }
        }
    }
    return found;
}

std::vector<double>
TrafficEngineer::EstimateDemands() const
{
    std::vector<uint32_t> sent(m_cluster->GetNAttachments(), 0);
    std::vector<uint32_t> received(m_cluster->GetNAttachments(), 0);
    for (const Flow& flow : m_flows)
    {
        ++sent[flow.source];
        ++received[flow.destination];
    }
    const auto rate = [this](fabric::FabricAddress address)
    {
        const auto& place = m_cluster->GetAttachment(address);
        return static_cast<double>(m_cluster->GetPort(place.server, place.port)->GetBitRate());
    };
    std::vector<double> demands;
    for (const Flow& flow : m_flows)
    {
        demands.push_back(std::min(rate(flow.source) / sent[flow.source],
                                   rate(flow.destination) / received[flow.destination]));
    }
    return demands;
}

std::vector<uint32_t>
TrafficEngineer::GetLinks(const Path& path) const
{
    std::vector<uint32_t> links;
    for (std::size_t i = 0; i < path.edges.size(); ++i)
    {
        const auto& edge = m_cluster->GetGraph().GetEdge(path.edges[i]);
        links.push_back(2 * path.edges[i] + (edge.a.vertex == path.vertices[i] ? 0 : 1));
    }
    return links;
}

std::vector<uint32_t>
TrafficEngineer::ChooseByPlanes(const std::vector<bool>& down,
                                const std::vector<uint32_t>& flows,
                                const std::vector<double>& demands,
                                std::vector<std::vector<Path>>& found) const
{
    const TopologyGraph& graph = m_cluster->GetGraph();
    const PlaneAssignment planes(graph, down);
    std::map<double, std::vector<uint32_t>, std::greater<>> byDemand; // indices of `flows`
    for (uint32_t i = 0; i < flows.size(); ++i)
    {
        byDemand[demands[flows[i]]].push_back(i);
    }
    std::vector<uint32_t> chosen(flows.size(), PathOptimizer::NONE);
    for (const auto& [demand, members] : byDemand)
    {
        std::vector<PlaneAssignment::Ends> ends;
        for (const uint32_t i : members)
        {
            // Any path tells the leaves at its ends.
            const Path& path = found[flows[i]].front();
            ends.emplace_back(path.vertices.front(),
                              graph.GetFarEnd(path.edges.back(), path.vertices.back()).vertex);
        }
        const auto paths = planes.Assign(ends);
        for (std::size_t m = 0; m < members.size(); ++m)
        {
            auto& known = found[flows[members[m]]];
            if (paths[m].size() != known.front().edges.size())
            {
                continue; // none, or one that is not a shortest path
            }
            const auto at = std::find_if(known.begin(),
                                         known.end(),
                                         [&](const Path& path) { return path.edges == paths[m]; });
            chosen[members[m]] = at - known.begin();
            if (at == known.end()) // more than MaxPaths
            {
                Path path{paths[m], {ends[m].first}};
                for (std::size_t i = 0; i + 1 < paths[m].size(); ++i)
                {
                    path.vertices.push_back(
                        graph.GetFarEnd(paths[m][i], path.vertices.back()).vertex);
                }
                known.push_back(path);
            }
        }
    }
    return chosen;
}

void
TrafficEngineer::Compute()
{
    m_event.Cancel();
    m_stale = false;
    const auto down = FindDown();
    auto found = FindPaths(down);
    const auto demands = EstimateDemands();
    std::vector<uint32_t> flows; // by demand of the optimizer
    for (uint32_t f = 0; f < m_flows.size(); ++f)
    {
        if (!found[f].empty() && !found[f].front().edges.empty())
        {
            flows.push_back(f); // the others have no path, or both ends at one leaf
        }
    }
    const auto start = ChooseByPlanes(down, flows, demands, found);
    std::vector<double> capacities;
    for (const auto& edge : m_cluster->GetGraph().GetEdges())
    {
        capacities.insert(capacities.end(), 2, static_cast<double>(edge.link.bitRate));
    }
    PathOptimizer optimizer(capacities);
    for (const uint32_t f : flows)
    {
        std::vector<std::vector<uint32_t>> links;
        for (const Path& path : found[f])
        {
            links.push_back(GetLinks(path));
        }
        optimizer.AddDemand(std::move(links), demands[f]);
    }
    optimizer.SetStart(start);
    m_outcome.unreachable = 0;
    m_outcome.flows = static_cast<uint32_t>(flows.size());
    m_outcome.bound = optimizer.SolveFractional(m_gap);
    // Below a full link there is nothing to gain for the demands.
    m_outcome.maxUtilization =
        optimizer.Assign(std::max(1.0, m_outcome.bound), m_searchSteps, m_random);
    ++m_outcome.computations;
    for (std::size_t d = 0; d < flows.size(); ++d)
    {
        Install(m_flows[flows[d]], found[flows[d]][optimizer.GetAssignment()[d]]);
    }
    m_computed(m_outcome);
}

void
TrafficEngineer::Install(Flow& flow, const Path& path)
{
    if (flow.path == path.edges)
    {
        return;
    }
    if (m_method == SOURCE_PORTS)
    {
        if (!ChooseSourcePort(flow, path))
        {
            ++m_outcome.unreachable;
            return; // it stays where it is
        }
    }
    else
    {
        Pin(flow, path);
    }
    flow.path = path.edges;
    flow.vertices = path.vertices;
}

bool
TrafficEngineer::ChooseSourcePort(const Flow& flow, const Path& path) const
{
    const TopologyGraph& graph = m_cluster->GetGraph();
    const auto& from = m_cluster->GetAttachment(flow.source);
    const auto& to = m_cluster->GetAttachment(flow.destination);
    std::vector<uint32_t> edges{graph.GetVertex(from.server).edges[from.port]};
    edges.insert(edges.end(), path.edges.begin(), path.edges.end());
    edges.push_back(graph.GetVertex(to.server).edges[to.port]);
    const auto entropy =
        PathProbe(*m_cluster).FindEntropy(flow.source, flow.destination, edges, flow.queuePair);
    if (!entropy || !flow.sender)
    {
        return false;
    }
    const auto sender = flow.sender;
    Simulator::ScheduleWithContext(m_cluster->GetNode(from.server)->GetId(),
                                   Time(0),
                                   [sender, port = *entropy]() { sender->PinPath(port); });
    return true;
}

void
TrafficEngineer::Pin(const Flow& flow, const Path& path) const
{
    const auto change = [this, &flow](uint32_t vertex, int32_t port)
    {
        const auto device = m_cluster->GetSwitch(vertex);
        const auto pins = DynamicCast<fabric::PinnedPaths>(device->GetLoadBalancer());
        if (!pins)
        {
            return;
        }
        const auto from = flow.source;
        const auto to = flow.destination;
        const auto queuePair = flow.queuePair;
        Simulator::ScheduleWithContext(device->GetNodeId(),
                                       Time(0),
                                       [pins, from, to, queuePair, port]()
                                       {
                                           if (port < 0)
                                           {
                                               pins->Unpin(from, to, queuePair);
                                           }
                                           else
                                           {
                                               pins->Pin(from, to, queuePair, port);
                                           }
                                       });
    };
    for (const uint32_t vertex : flow.vertices)
    {
        change(vertex, -1);
    }
    const TopologyGraph& graph = m_cluster->GetGraph();
    for (std::size_t i = 0; i < path.edges.size(); ++i)
    {
        const auto& edge = graph.GetEdge(path.edges[i]);
        const bool first = edge.a.vertex == path.vertices[i];
        change(path.vertices[i], static_cast<int32_t>(first ? edge.a.port : edge.b.port));
    }
}

} // namespace ns3::cluster
