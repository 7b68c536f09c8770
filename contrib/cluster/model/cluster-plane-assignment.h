/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_PLANE_ASSIGNMENT_H
#define CLUSTER_PLANE_ASSIGNMENT_H

#include "cluster-topology-graph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Paths for flows of one rate through a network of planes: leaf-spine networks, fat-trees and their
 * like. Links of one tier get the same numbers of flows, to within one, so that a network that is
 * wide enough carries any permutation without two flows on a link (D. Slepian and A. Duguid; V.
 * Benes, Mathematical Theory of Connecting Networks and Telephone Traffic, 1965).
 *
 * Without its lowest tier of switches a network falls into planes: in a leaf-spine network the
 * single spines, in a fat-tree of k the k / 2 sets of the aggregation switches of one number and
 * the cores above them. A flow between two switches of the lowest tier uses one plane; a colouring
 * of the bipartite graph of flows, from the switches where they enter to those where they leave,
 * with planes as colours (EdgeColoring), divides them evenly over the links of each switch in both
 * directions. Each plane is divided in the same way, its flows going between the switches that
 * they come to. Parallel links are colours of their own.
 *
 * That needs one switch of a plane for each switch below, which is checked; flows for which it is
 * not so get no path here. Links that are down, or slower than the fastest of their tier, are not
 * used; if that leaves too little, flows get no path here either.
 */
class PlaneAssignment
{
  public:
    /**
     * @param graph the network; must outlive the object
     * @param down by edge: whether it is down
     */
    PlaneAssignment(const TopologyGraph& graph, const std::vector<bool>& down);

    /** First and last switch of a flow. */
    using Ends = std::pair<uint32_t, uint32_t>;

    /**
     * @param flows vertices of their first and last switch
     * @return by flow: edges from the first to the last switch, in order; none if this method knows
     *         no path, or the two are one
     */
    std::vector<std::vector<uint32_t>> Assign(const std::vector<Ends>& flows) const;

  private:
    /** A flow on its way. */
    struct Flow
    {
        uint32_t number;            ///< index of the flow
        uint32_t from;              ///< switch that it has come to, upwards
        uint32_t to;                ///< switch that it leaves downwards
        std::vector<uint32_t> up;   ///< edges so far
        std::vector<uint32_t> down; ///< edges so far, the last one first
    };

    /** One tier of a plane: what the flows may choose. */
    struct Tier
    {
        std::vector<uint32_t> switches;            ///< those of the lowest tier
        std::vector<std::vector<uint32_t>> planes; ///< the switches of each plane above
        std::vector<uint32_t> firstColor;          ///< by plane; one more at the end
        std::vector<std::vector<uint32_t>> links;  ///< by switch and colour: edge or NONE
        uint64_t rate{0};                          ///< of the fastest link
    };

    /** Find paths within a part of the network. @param inside its switches */
    void Solve(const std::vector<uint32_t>& inside,
               std::vector<Flow> flows,
               std::vector<std::vector<uint32_t>>& paths) const;

    /** @param inside switches @param [out] tier the lowest tier of them @return whether it is so */
    bool FindTier(const std::vector<uint32_t>& inside, Tier& tier) const;

    /** Find the planes above the lowest tier. @param [out] planeOf by vertex: plane, or NONE */
    void FindPlanes(const std::vector<uint32_t>& inside,
                    Tier& tier,
                    std::vector<uint32_t>& planeOf) const;

    /** @return by flow: colour */
    std::vector<uint32_t> Divide(const Tier& tier, const std::vector<Flow>& flows) const;

    const TopologyGraph& m_graph; ///< the network
    std::vector<bool> m_down;     ///< by edge
};

} // namespace ns3::cluster

#endif /* CLUSTER_PLANE_ASSIGNMENT_H */
