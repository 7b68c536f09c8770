/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_BUILDER_H
#define CLUSTER_BUILDER_H

#include "cluster-cluster-network.h"
#include "cluster-cluster.h"
#include "cluster-topology-graph.h"

#include "ns3/object-factory.h"
#include "ns3/ptr.h"

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * What the devices of a cluster are made of: type and attributes of each kind of object. A factory
 * without a type leaves the choice to the device.
 *
 * The stack of queue pairs is attributes of the NIC: Reliability, CongestionControl, PathSelector.
 */
struct NetworkStack
{
    NetworkStack();

    ObjectFactory hostPort;   ///< ports of servers, fabric::Port; rate and pool come from the graph
    ObjectFactory switchPort; ///< ports of switches, fabric::Port
    ObjectFactory scheduler;  ///< fabric::PortScheduler of each port; none: strict priority
    ObjectFactory link;       ///< cables, fabric::Link; delay and losses come from the graph
    ObjectFactory fabricSwitch; ///< switches, fabric::Switch
    ObjectFactory pfcWatchdog;  ///< fabric::PfcWatchdog of each switch; none: storms spread
    ObjectFactory bufferPolicy; ///< fabric::BufferPolicy of each switch
    ObjectFactory loadBalancer; ///< fabric::LoadBalancer of each switch; fabric::PinnedPaths comes
                                ///< with a TrafficEngineer
    ObjectFactory routeController; ///< RouteController; none: routes stay those of the start
    ObjectFactory trafficEngineer; ///< TrafficEngineer; none: only fabric::PinnedPaths has one
    ShortestPaths::Rule pathRule{ShortestPaths::SHORTEST}; ///< which paths routes take
    ObjectFactory marker;         ///< fabric::Marker of each switch port; none: no ECN
    ObjectFactory nic;            ///< NICs, rdma::Nic: one for each server, with all its ports
    ObjectFactory scaleUp;        ///< ScaleUpDomain of each server; rate and latency from the graph
    ObjectFactory messageNetwork; ///< how messages cross the cluster, ClusterNetwork
};

/**
 * @ingroup cluster
 * Makes nodes, devices, links and routes of a topology graph.
 *
 * Vertices become nodes in their order, so that node ids are consecutive. Device i of a node is
 * port i of the vertex. All devices share one FramePool. Attachment i has FabricAddress i, from
 * which its MAC and IPv4 address follow. Routes are all shortest paths; broadcast frames follow a
 * spanning tree.
 */
class ClusterBuilder
{
  public:
    /** @param stack what to make the devices of */
    explicit ClusterBuilder(const NetworkStack& stack = NetworkStack());

    /**
     * @param graph a valid graph
     * @return the objects
     */
    Ptr<Cluster> Build(const TopologyGraph& graph) const;

    /**
     * @param cluster what Build made
     * @param stream first random stream that the network is to use
     * @return the network of messages among the accelerators
     */
    Ptr<ClusterNetwork> BuildNetwork(const Ptr<Cluster>& cluster, int64_t stream) const;

  private:
    /** Make nodes and ports. */
    void BuildNodes(Cluster& cluster) const;
    /** Make what looks after routes while the network runs. */
    void BuildControllers(Cluster& cluster) const;
    /** Make and plug in the cables. */
    void BuildLinks(Cluster& cluster) const;
    /** Make switches and routes. */
    void BuildSwitches(Cluster& cluster) const;
    /** Make NICs and scale-up domains. */
    void BuildServers(Cluster& cluster) const;

    NetworkStack m_stack; ///< what to make
};

} // namespace ns3::cluster

#endif /* CLUSTER_BUILDER_H */
