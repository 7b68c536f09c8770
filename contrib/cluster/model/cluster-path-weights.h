/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PATH_WEIGHTS_H
#define CLUSTER_PATH_WEIGHTS_H

#include "cluster-shortest-paths.h"
#include "cluster-topology-graph.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * How a switch should divide the traffic to a leaf among its next hops when links differ in rate or
 * are missing: weights of unequal-cost multi-path (UCMP; weighted cost multi-path of Zhou et al.,
 * WCMP, EuroSys 2014).
 *
 * They follow from uniform traffic, every leaf to every other: a link gives each of the leaves that
 * it is on a shortest path to the same part of its rate, and a switch gives each of its upstream
 * neighbours a part of what it can send on, in proportion to their links. The weight of a next hop
 * is the smaller of the two. On a network without asymmetry all weights are equal; behind a link at
 * a quarter of its rate, near or far, they are a quarter.
 *
 * Weights are whole numbers of at most SCALE, at least 1.
 */
class PathWeights
{
  public:
    /** The largest weight. */
    static constexpr uint32_t SCALE = 64;

    /**
     * Looks at every leaf once, which changes the destination of `paths`.
     *
     * @param graph the graph; must outlive the object
     * @param paths its shortest paths; must outlive the object
     */
    PathWeights(const TopologyGraph& graph, ShortestPaths& paths);

    /** @param leaf the destination that GetWeights speaks of, also set in the paths */
    void SetDestination(uint32_t leaf);

    /**
     * @param vertex a switch
     * @return weights of its next hops, in the order of ShortestPaths::GetNextHops
     */
    std::vector<uint32_t> GetWeights(uint32_t vertex) const;

  private:
    /** @return bit/s that a hop has for each leaf behind it @param vertex from @param port by */
    double GetPart(uint32_t vertex, uint16_t port) const;

    /** @return the switch at the far end of a port */
    uint32_t GetNeighbour(uint32_t vertex, uint16_t port) const;

    /** @return bit/s that a next hop can carry to the destination for this switch */
    double GetCapacity(uint32_t vertex, uint16_t port) const;

    const TopologyGraph& m_graph;                  ///< the graph
    ShortestPaths& m_paths;                        ///< its paths
    std::vector<std::array<uint32_t, 2>> m_leaves; ///< by edge and sending end: leaves behind it
    std::vector<double> m_incoming;                ///< by vertex: parts of all hops that lead to it
    std::vector<double> m_capacity;                ///< by vertex: bit/s to the destination
};

} // namespace ns3::cluster

#endif /* CLUSTER_PATH_WEIGHTS_H */
