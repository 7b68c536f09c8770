/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-builder.h"

#include "cluster-packet-message-network.h"
#include "cluster-route-controller.h"
#include "cluster-routes.h"
#include "cluster-traffic-engineer.h"

#include "ns3/abort.h"
#include "ns3/double.h"
#include "ns3/fabric-dynamic-threshold.h"
#include "ns3/fabric-ecmp-hash.h"
#include "ns3/fabric-frame-error-model.h"
#include "ns3/fabric-frame-pool.h"
#include "ns3/fabric-pinned-paths.h"
#include "ns3/fabric-port-scheduler.h"

namespace ns3::cluster
{

namespace
{

/** @return a factory of a type with its default attributes */
template <typename T>
ObjectFactory
FactoryOf()
{
    ObjectFactory factory;
    factory.SetTypeId(T::GetTypeId());
    return factory;
}

} // namespace

NetworkStack::NetworkStack()
    : hostPort(FactoryOf<fabric::Port>()),
      switchPort(FactoryOf<fabric::Port>()),
      link(FactoryOf<fabric::Link>()),
      fabricSwitch(FactoryOf<fabric::Switch>()),
      bufferPolicy(FactoryOf<fabric::DynamicThreshold>()),
      loadBalancer(FactoryOf<fabric::EcmpHash>()),
      nic(FactoryOf<rdma::Nic>()),
      scaleUp(FactoryOf<ScaleUpDomain>()),
      messageNetwork(FactoryOf<PacketMessageNetwork>())
{
}

ClusterBuilder::ClusterBuilder(const NetworkStack& stack)
    : m_stack(stack)
{
}

Ptr<Cluster>
ClusterBuilder::Build(const TopologyGraph& graph) const
{
    fabric::RequirePicoseconds();
    const auto errors = graph.Validate();
    NS_ABORT_MSG_IF(!errors.empty(), "invalid topology: " << errors.front().message);
    auto cluster = CreateObject<Cluster>();
    cluster->m_graph = graph;
    cluster->m_attachments = graph.GetAttachments();
    cluster->m_accelerators = graph.GetAccelerators();
    cluster->m_pool = CreateObject<fabric::FramePool>();
    BuildNodes(*cluster);
    BuildLinks(*cluster);
    BuildSwitches(*cluster);
    BuildServers(*cluster);
    BuildControllers(*cluster);
    cluster->m_pathRule = m_stack.pathRule;
    cluster->m_deadlocks = CreateObject<DeadlockDetector>();
    cluster->m_deadlocks->Setup(*cluster);
    cluster->m_progress = CreateObject<ProgressWatch>();
    cluster->m_progress->Setup(*cluster);
    return cluster;
}

Ptr<ClusterNetwork>
ClusterBuilder::BuildNetwork(const Ptr<Cluster>& cluster, int64_t stream) const
{
    auto network = m_stack.messageNetwork.Create<ClusterNetwork>();
    network->Setup(cluster);
    network->AssignStreams(stream);
    return network;
}

void
ClusterBuilder::BuildNodes(Cluster& cluster) const
{
    const TopologyGraph& graph = cluster.m_graph;
    uint32_t nextAddress = 0;
    cluster.m_vertices.reserve(graph.GetVertices().size());
    for (const auto& vertex : graph.GetVertices())
    {
        const bool server = vertex.kind == TopologyGraph::Kind::SERVER;
        Cluster::VertexObjects objects;
        objects.node = CreateObject<Node>();
        objects.firstAddress = nextAddress;
        for (const uint32_t edge : vertex.edges)
        {
            auto port = (server ? m_stack.hostPort : m_stack.switchPort).Create<fabric::Port>();
            port->SetDataRate(DataRate(graph.GetEdge(edge).link.bitRate));
            objects.node->AddDevice(port);
            port->SetFramePool(cluster.m_pool);
            if (server)
            {
                const auto place = static_cast<uint32_t>(objects.ports.size());
                const uint32_t first = vertex.nicPorts[place].bond;
                port->SetFabricAddress(objects.firstAddress +
                                       (first == TopologyGraph::NONE ? place : first));
                ++nextAddress;
            }
            if (m_stack.scheduler.IsTypeIdSet())
            {
                port->SetScheduler(m_stack.scheduler.Create<fabric::PortScheduler>());
            }
            objects.ports.push_back(port);
        }
        cluster.m_vertices.push_back(objects);
    }
}

void
ClusterBuilder::BuildLinks(Cluster& cluster) const
{
    for (const auto& edge : cluster.m_graph.GetEdges())
    {
        auto link = m_stack.link.Create<fabric::Link>();
        link->SetAttribute("Delay", TimeValue(TimeStep(edge.link.delay)));
        if (edge.link.lossRate > 0)
        {
            // one for each direction, so that what one loses does not depend on the other
            for (std::size_t end = 0; end < 2; ++end)
            {
                auto model = CreateObject<fabric::RandomFrameErrorModel>();
                model->SetAttribute("FrameLossRate", DoubleValue(edge.link.lossRate));
                link->SetErrorModel(end, model);
                cluster.m_errorModels.push_back(model);
            }
        }
        link->Attach(cluster.m_vertices[edge.a.vertex].ports[edge.a.port]);
        link->Attach(cluster.m_vertices[edge.b.vertex].ports[edge.b.port]);
        cluster.m_links.push_back(link);
    }
}

void
ClusterBuilder::BuildSwitches(Cluster& cluster) const
{
    const TopologyGraph& graph = cluster.m_graph;
    const auto floodPorts = FindFloodPorts(graph);
    const auto upPorts = ShortestPaths::FindUpPorts(graph);
    std::vector<Ptr<fabric::Switch>> switches(cluster.m_vertices.size());
    for (uint32_t v = 0; v < cluster.m_vertices.size(); ++v)
    {
        if (graph.GetVertex(v).kind != TopologyGraph::Kind::SWITCH)
        {
            continue;
        }
        Cluster::VertexObjects& objects = cluster.m_vertices[v];
        auto device = m_stack.fabricSwitch.Create<fabric::Switch>();
        if (m_stack.bufferPolicy.IsTypeIdSet())
        {
            device->SetBufferPolicy(m_stack.bufferPolicy.Create<fabric::BufferPolicy>());
        }
        if (m_stack.loadBalancer.IsTypeIdSet())
        {
            device->SetLoadBalancer(m_stack.loadBalancer.Create<fabric::LoadBalancer>());
        }
        if (m_stack.pfcWatchdog.IsTypeIdSet())
        {
            device->SetPfcWatchdog(m_stack.pfcWatchdog.Create<fabric::PfcWatchdog>());
        }
        if (m_stack.marker.IsTypeIdSet())
        {
            device->SetMarkerFactory(m_stack.marker);
        }
        objects.node->AggregateObject(device);
        for (const auto& port : objects.ports)
        {
            device->AddPort(port);
        }
        device->SetFloodPorts(floodPorts[v]);
        device->SetUpPorts(upPorts[v]);
        objects.fabricSwitch = device;
        switches[v] = device;
    }
    cluster.m_directory = InstallRoutes(graph, switches, m_stack.pathRule);
}

void
ClusterBuilder::BuildControllers(Cluster& cluster) const
{
    const auto pins = fabric::PinnedPaths::GetTypeId();
    const bool pinned =
        m_stack.loadBalancer.IsTypeIdSet() && (m_stack.loadBalancer.GetTypeId() == pins ||
                                               m_stack.loadBalancer.GetTypeId().IsChildOf(pins));
    if (m_stack.routeController.IsTypeIdSet())
    {
        cluster.m_controller = m_stack.routeController.Create<RouteController>();
        cluster.m_controller->Setup(cluster);
    }
    else if (cluster.m_graph.HasBonds())
    {
        // Somebody must tell the switches by which leaf a NIC can still be reached.
        cluster.m_controller = CreateObject<RouteController>();
        cluster.m_controller->Setup(cluster);
    }
    if (m_stack.trafficEngineer.IsTypeIdSet())
    {
        cluster.m_engineer = m_stack.trafficEngineer.Create<TrafficEngineer>();
    }
    else if (pinned)
    {
        cluster.m_engineer = CreateObject<TrafficEngineer>();
    }
    if (cluster.m_engineer)
    {
        cluster.m_engineer->Setup(cluster,
                                  pinned ? TrafficEngineer::PINS : TrafficEngineer::SOURCE_PORTS);
        if (cluster.m_controller)
        {
            cluster.m_controller->TraceConnectWithoutContext(
                "Computed", MakeCallback(&TrafficEngineer::RoutesComputed, cluster.m_engineer));
        }
    }
}

void
ClusterBuilder::BuildServers(Cluster& cluster) const
{
    for (uint32_t v = 0; v < cluster.m_vertices.size(); ++v)
    {
        const auto& vertex = cluster.m_graph.GetVertex(v);
        Cluster::VertexObjects& objects = cluster.m_vertices[v];
        if (vertex.kind != TopologyGraph::Kind::SERVER)
        {
            continue;
        }
        objects.nic = m_stack.nic.Create<rdma::Nic>();
        objects.node->AggregateObject(objects.nic);
        for (const auto& port : objects.ports)
        {
            objects.nic->AddPort(port);
        }
        for (uint32_t port = 0; port < vertex.nicPorts.size(); ++port)
        {
            if (vertex.nicPorts[port].bond == port)
            {
                const auto ports = cluster.m_graph.GetBond(v, port);
                objects.nic->AddBond({ports.begin(), ports.end()});
            }
        }
        if (vertex.scaleUp.bitRate > 0)
        {
            objects.scaleUp = m_stack.scaleUp.Create<ScaleUpDomain>();
            objects.scaleUp->SetAttribute("Rate", DataRateValue(DataRate(vertex.scaleUp.bitRate)));
            objects.scaleUp->SetAttribute("Latency", TimeValue(TimeStep(vertex.scaleUp.latency)));
            objects.node->AggregateObject(objects.scaleUp);
        }
    }
}

} // namespace ns3::cluster
