/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include "cluster-deadlock-detector.h"
#include "cluster-health.h"
#include "cluster-progress-watch.h"
#include "cluster-scale-up-domain.h"
#include "cluster-shortest-paths.h"
#include "cluster-topology-graph.h"

#include "ns3/fabric-link.h"
#include "ns3/fabric-port.h"
#include "ns3/fabric-routing-table.h"
#include "ns3/fabric-switch.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/rdma-nic.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::cluster
{

class RouteController;
class TrafficEngineer;

/**
 * @ingroup cluster
 * The simulation objects of a topology graph, by the numbers of the graph: a node for each vertex,
 * a port for each of its ports, a link for each edge, a switch or a NIC and a scale-up domain. Made
 * by ClusterBuilder.
 */
class Cluster : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ~Cluster() override;

    /** @return the graph it was built from */
    const TopologyGraph& GetGraph() const;

    /** @return node of a vertex */
    Ptr<Node> GetNode(uint32_t vertex) const;

    /** @return switch of a vertex, null for servers */
    Ptr<fabric::Switch> GetSwitch(uint32_t vertex) const;

    /** @return NIC of a vertex with all ports of the server, null for switches */
    Ptr<rdma::Nic> GetNic(uint32_t vertex) const;

    /** @return scale-up domain of a vertex, null if it has none */
    Ptr<ScaleUpDomain> GetScaleUp(uint32_t vertex) const;

    /** @return switches by vertex, null for servers */
    std::vector<Ptr<fabric::Switch>> GetSwitches() const;

    /** @return link of an edge */
    Ptr<fabric::Link> GetLink(uint32_t edge) const;

    /** @param vertex a vertex @param port one of its ports @return the port */
    Ptr<fabric::Port> GetPort(uint32_t vertex, uint32_t port) const;

    /** @return server and port of an attachment */
    const TopologyGraph::Attachment& GetAttachment(fabric::FabricAddress address) const;

    /** @return address of a NIC port */
    fabric::FabricAddress GetAddress(uint32_t server, uint32_t port) const;

    /** @return number of attachments */
    uint32_t GetNAttachments() const;

    /** @return server and index of each accelerator */
    const std::vector<TopologyGraph::AcceleratorPlace>& GetAccelerators() const;

    /** @return which paths its routes take */
    ShortestPaths::Rule GetPathRule() const;

    /** @return who looks for deadlocks, each time it is told to */
    Ptr<DeadlockDetector> GetDeadlockDetector() const;

    /** @return who computes routes anew when links change, or null */
    Ptr<RouteController> GetRouteController() const;

    /** @return who notices that nothing moves any more, each time it is told to look */
    Ptr<ProgressWatch> GetProgressWatch() const;

    /** @return who chooses the paths of connections, or null */
    Ptr<TrafficEngineer> GetTrafficEngineer() const;

    /** @return the pool of all frames */
    Ptr<fabric::FramePool> GetFramePool() const;

    /**
     * Fix the random streams of all switches and cables.
     *
     * @param stream first stream number to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream);

    /** @param source who has more to tell than the devices; must outlive the use; null for none */
    void SetHealthSource(const HealthSource* source);

    /** @return the totals so far */
    ClusterHealth GetHealth() const;

    /**
     * To be asked before the start where the configuration is a user's.
     *
     * @return what cannot work as configured, for people to read; empty if all is well
     */
    std::vector<std::string> CheckConfiguration() const;

    /**
     * Check what must hold at any time between events: every frame sent on a link has arrived, is
     * lost or in flight; the bytes of each class that came into a switch have left, were dropped or
     * are queued; the books of the packet memories agree; no frame of a lossless class was dropped
     * for lack of buffer.
     *
     * @return what does not hold, for people to read; empty if all is well
     */
    std::vector<std::string> CheckInvariants() const;

  protected:
    void DoDispose() override;

  private:
    friend class ClusterBuilder;

    /** @return how often lanes of a port ran out of credit */
    static uint64_t CountStalls(const fabric::Port& port);

    /** The objects of a vertex. */
    struct VertexObjects
    {
        Ptr<Node> node;                       ///< node
        Ptr<fabric::Switch> fabricSwitch;     ///< switches
        Ptr<rdma::Nic> nic;                   ///< servers
        Ptr<ScaleUpDomain> scaleUp;           ///< servers with a domain
        std::vector<Ptr<fabric::Port>> ports; ///< by port
        uint32_t firstAddress{0};             ///< servers: address of port 0
    };

    /** Check one switch. */
    void CheckSwitch(uint32_t vertex, std::vector<std::string>& violations) const;

    TopologyGraph m_graph;                                       ///< graph
    std::vector<VertexObjects> m_vertices;                       ///< by vertex
    std::vector<Ptr<fabric::Link>> m_links;                      ///< by edge
    std::vector<Ptr<fabric::FrameErrorModel>> m_errorModels;     ///< of the cables that have one
    std::vector<TopologyGraph::Attachment> m_attachments;        ///< by address
    std::vector<TopologyGraph::AcceleratorPlace> m_accelerators; ///< by number
    Ptr<fabric::FabricDirectory> m_directory;                    ///< where the attachments are
    ShortestPaths::Rule m_pathRule{ShortestPaths::SHORTEST};     ///< which paths routes take
    Ptr<DeadlockDetector> m_deadlocks;                           ///< looks for deadlocks
    Ptr<ProgressWatch> m_progress;                               ///< looks for progress
    Ptr<fabric::FramePool> m_pool;                               ///< frames
    Ptr<TrafficEngineer> m_engineer;                             ///< chooses paths, or null
    Ptr<RouteController> m_controller;                           ///< computes routes, or null
    const HealthSource* m_healthSource{nullptr};                 ///< see SetHealthSource
};

} // namespace ns3::cluster

#endif /* CLUSTER_CLUSTER_H */
