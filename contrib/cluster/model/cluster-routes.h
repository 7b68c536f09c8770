/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_ROUTES_H
#define CLUSTER_ROUTES_H

#include "cluster-shortest-paths.h"
#include "cluster-topology-graph.h"

#include "ns3/fabric-routing-table.h"
#include "ns3/fabric-switch.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Give every switch its next hops: all ports on shortest paths to each leaf (equal-cost
 * multi-path), and the port of each attachment of its own if it is a leaf.
 *
 * Attachments get their addresses in the order of the graph. Those that are cabled to another
 * server are placed at a leaf that does not exist, so that switches drop what is sent to them.
 * Bonded ports, which share an address at several leaves, are placed at a leaf of their own that is
 * no switch, whose next hops lead to the nearest of the leaves: the host routes that the leaves
 * announce in reality.
 *
 * @param graph a valid graph
 * @param switches by vertex; null for servers. Port i of a switch is port i of its vertex
 * @param rule which paths count
 * @return where the attachments are, as all switches know it
 */
Ptr<fabric::FabricDirectory> InstallRoutes(const TopologyGraph& graph,
                                           const std::vector<Ptr<fabric::Switch>>& switches,
                                           ShortestPaths::Rule rule = ShortestPaths::SHORTEST);

/** Next hops of one switch. */
struct SwitchRoutes
{
    /** Ports on shortest paths to a leaf. */
    struct NextHops
    {
        std::vector<uint16_t> ports;   ///< ports, ascending; none if there is no path
        std::vector<uint32_t> weights; ///< shares of the traffic by port; none: equal
    };

    /** A bonded NIC that is plugged in here. */
    struct OwnBond
    {
        uint32_t bond; ///< number of the bond
        NextHops hops; ///< its ports that are up
    };

    std::vector<NextHops> byLeaf;  ///< by destination leaf
    std::vector<NextHops> bySet;   ///< by set of leaves that bonded NICs can be reached by
    std::vector<OwnBond> ownBonds; ///< NICs with a port here that is up

    std::shared_ptr<const std::vector<uint32_t>> setOfBond; ///< by bond: set of its leaves
};

/**
 * @ingroup cluster
 * Next hops of all switches: all ports on shortest paths to each leaf.
 *
 * @param graph a valid graph
 * @param switches by vertex; null for servers. Those whose load balancer is weighted get the
 *        weights of PathWeights
 * @param down by edge: whether it is down, of those between switches and to bonded NICs; none: all
 *        are up
 * @param rule which paths count
 * @return by vertex
 */
std::vector<SwitchRoutes> ComputeRoutes(const TopologyGraph& graph,
                                        const std::vector<Ptr<fabric::Switch>>& switches,
                                        const std::vector<bool>& down = {},
                                        ShortestPaths::Rule rule = ShortestPaths::SHORTEST);

/**
 * @ingroup cluster
 * Replace the next hops of a switch.
 *
 * @param device the switch
 * @param routes its next hops
 */
void ApplyRoutes(fabric::Switch& device, const SwitchRoutes& routes);

/**
 * @ingroup cluster
 * Ports by which broadcast frames reach every attachment once: those of a spanning tree over the
 * switches (breadth first from the switch with the lowest number, one tree for each part of the
 * graph), and those with attachments.
 *
 * @param graph a valid graph
 * @return by vertex: ports, ascending; none for servers
 */
std::vector<std::vector<uint16_t>> FindFloodPorts(const TopologyGraph& graph);

} // namespace ns3::cluster

#endif /* CLUSTER_ROUTES_H */
