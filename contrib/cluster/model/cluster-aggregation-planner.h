/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_AGGREGATION_PLANNER_H
#define CLUSTER_AGGREGATION_PLANNER_H

#include "cluster-topology-graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * A tree of switches that spans NIC ports.
 */
struct AggregationTree
{
    /** A switch of the tree. */
    struct Node
    {
        uint32_t vertex{0};                   ///< the switch
        uint32_t parent{TopologyGraph::NONE}; ///< index of the node above; NONE: the root
        uint16_t parentPort{0};               ///< port that leads there
        uint16_t portOfParent{0};             ///< port of the parent that leads here
        uint32_t distance{0};                 ///< links to the root
        std::vector<uint32_t> children;       ///< indices of the nodes below
        std::vector<uint32_t> members;        ///< whose NIC ports are plugged in here
        std::vector<uint16_t> memberPorts;    ///< the ports that they are plugged into
    };

    std::vector<Node> nodes; ///< the root first, then by distance
    uint32_t depth{0};       ///< most links from a switch to the root
};

/**
 * @ingroup cluster
 * Computes aggregation trees over a topology.
 *
 * A tree consists of shortest paths from the leaf switches of the members to its root, over
 * switches that have an engine and links that are up. The root is one of those switches whose
 * farthest leaf is nearest, so that no tree is deeper than need be; in a Clos network these are the
 * switches of the lowest tier that is above all members. Of them that with the fewest trees is
 * taken, and on the way up a switch that the tree has already, or else that with the fewest trees,
 * by the link with the fewest: so the trees of all groups together are spread evenly. Ties go to
 * the lowest number, so the result depends on nothing but the requests so far.
 */
class AggregationPlanner
{
  public:
    /** What is asked for. */
    struct Request
    {
        std::vector<TopologyGraph::Attachment> members; ///< NIC port of each member
        uint32_t nTrees{1};                             ///< number of trees
        uint32_t root{TopologyGraph::NONE};             ///< member whose leaf is to be the root, or
                                                        ///< NONE for the best switch
    };

    /** @param graph the topology; must outlive the planner */
    explicit AggregationPlanner(const TopologyGraph& graph);

    /** @param hasEngine by vertex: whether trees may lead over the switch; all unless called */
    void SetEngines(std::vector<bool> hasEngine);

    /** @param down by edge: whether the link is down; all are up unless this is called */
    void SetDown(std::vector<bool> down);

    /**
     * @param request what is wanted
     * @param [out] reason why there is no tree, for people to read
     * @return the trees: as many as wanted, or as there are different roots if these are fewer;
     * none if there is no tree
     */
    std::vector<AggregationTree> Plan(const Request& request, std::string& reason);

    /** A tree is used no more. */
    void Release(const AggregationTree& tree);

    /** @return trees that a switch is the root of */
    uint32_t GetNRoots(uint32_t vertex) const
    {
        return m_roots[vertex];
    }

  private:
    /** @return switch that a NIC port is plugged into, or NONE if it leads nowhere */
    uint32_t FindLeaf(const TopologyGraph::Attachment& place) const;

    /** @return links from a switch to all others, NONE where there is no way */
    std::vector<uint32_t> Measure(uint32_t from) const;

    /** @return whether a tree may use an edge to go from a vertex to its neighbour */
    bool IsUsable(uint32_t edge, uint32_t neighbour) const;

    /** @return possible roots, all of the least depth, lowest number first */
    std::vector<uint32_t> FindRoots(const std::vector<uint32_t>& leaves) const;

    /** Make a tree. */
    AggregationTree Grow(uint32_t root, const Request& request) const;

    /** Choose the way up of a vertex. @return edge */
    uint32_t ChooseParent(uint32_t vertex,
                          const std::vector<uint32_t>& distance,
                          const std::vector<bool>& isInTree) const;

    /** Count a tree. @param change 1 or -1 */
    void CountTree(const AggregationTree& tree, int32_t change);

    const TopologyGraph& m_graph;  ///< topology
    std::vector<bool> m_hasEngine; ///< by vertex
    std::vector<bool> m_down;      ///< by edge
    std::vector<uint32_t> m_roots; ///< by vertex: trees with this root
    std::vector<uint32_t> m_trees; ///< by vertex: trees over it
    std::vector<uint32_t> m_links; ///< by edge: trees over it
};

} // namespace ns3::cluster

#endif /* CLUSTER_AGGREGATION_PLANNER_H */
