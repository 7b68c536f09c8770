/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FLOW_LEVEL_PATHS_H
#define FLOW_LEVEL_PATHS_H

#include "ns3/cluster-cluster.h"
#include "ns3/cluster-fluid-links.h"
#include "ns3/fabric-address.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3::flowlevel
{

/**
 * @ingroup flow-level
 * The way of a flow through the cables of a cluster.
 */
struct FlowPath
{
    std::vector<cluster::FluidLinks::Use> uses; ///< directions of cables (see FlowPaths)
    std::vector<uint32_t> edges;                ///< cables of one of the ways, in order
};

/**
 * @ingroup flow-level
 * Finds the ways of flows by the routing tables, weights and hashes of the switches of a cluster,
 * at the time that it is asked. Edge e of the graph has two directions: 2 e from its end a to its
 * end b, 2 e + 1 back.
 */
class FlowPaths
{
  public:
    /** @param cluster whose switches to ask; must outlive the object */
    explicit FlowPaths(const cluster::Cluster& cluster);

    /** @return whether all switches divide traffic by hashing, so that a flow has one way */
    bool AreHashed() const;

    /**
     * @param source attachment of the sender
     * @param destination attachment of the receiver
     * @param entropy UDP source port that the switches hash
     * @return the one way that the hashes choose, or nothing if there is none
     */
    std::optional<FlowPath> FindHashed(fabric::FabricAddress source,
                                       fabric::FabricAddress destination,
                                       uint16_t entropy) const;

    /**
     * @param source attachment of the sender
     * @param destination attachment of the receiver
     * @return all ways, the traffic divided at each switch by the weights of its ports, or nothing
     *         if there is none
     */
    std::optional<FlowPath> FindEven(fabric::FabricAddress source,
                                     fabric::FabricAddress destination) const;

  private:
    /** A switch that part of the traffic has come to. */
    struct Part
    {
        uint32_t vertex; ///< the switch
        uint32_t share;  ///< parts of FluidLinks::WHOLE
    };

    /**
     * Divide the traffic at a switch among its ports.
     *
     * @param part where the traffic is
     * @param destination where it goes
     * @param path to which the hops are added
     * @param next to which the switches behind them are added
     * @return whether there is a way
     */
    bool Divide(const Part& part,
                fabric::FabricAddress destination,
                FlowPath& path,
                std::vector<Part>& next) const;

    /** @return the number of the direction of an edge that leads away from a vertex */
    uint32_t GetDirection(uint32_t edge, uint32_t vertex) const;

    const cluster::Cluster& m_cluster; ///< whose switches to ask
};

} // namespace ns3::flowlevel

#endif /* FLOW_LEVEL_PATHS_H */
