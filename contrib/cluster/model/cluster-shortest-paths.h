/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_SHORTEST_PATHS_H
#define CLUSTER_SHORTEST_PATHS_H

#include "cluster-topology-graph.h"

#include <cstdint>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Equally short paths through the switches of a graph, by destination leaf. Every link counts as
 * one hop; servers do not forward. A leaf is a switch with an attachment; leaves are numbered in
 * the order of their vertices.
 *
 * With the rule UP_DOWN (up*\/down* routing, Schroeder et al., IEEE JSAC 9(8), 1991) a path goes up
 * the levels and then down, never up again, so that pauses cannot wait for each other in a cycle: a
 * switch that can reach the destination by going down does so, otherwise it goes up. In a Clos
 * network without failures these are the shortest paths; where failures leave no such path there is
 * none. Levels are the tiers of the graph; if all switches are of one tier, the distance from
 * switch 0, which is on top. Of two switches of one level the one with the lower number is above.
 *
 * For one destination leaf at a time (SetDestination, a breadth-first search over arrays), the next
 * hops of every switch can be read: O(leaves * links) for all routes of a fabric, and no table of
 * pairs is kept.
 */
class ShortestPaths
{
  public:
    /** No leaf, or no path. */
    static constexpr uint32_t NONE = UINT32_MAX;

    /** Which paths count. */
    enum Rule
    {
        SHORTEST, ///< all shortest ones
        UP_DOWN,  ///< the shortest that go up and then down
    };

    /**
     * @param graph a valid graph; need not outlive the object
     * @param down by edge: whether a link between switches is to be left out; none: all are there
     * @param rule which paths count
     */
    explicit ShortestPaths(const TopologyGraph& graph,
                           const std::vector<bool>& down = {},
                           Rule rule = SHORTEST);

    /** @return number of leaves */
    uint32_t GetNLeaves() const;

    /** @return vertex of a leaf */
    uint32_t GetLeafVertex(uint32_t leaf) const;

    /** @return leaf of a vertex, or NONE */
    uint32_t GetLeafOfVertex(uint32_t vertex) const;

    /** @return leaf of an attachment, or NONE if it is cabled to another server */
    uint32_t GetLeafOfAttachment(uint32_t attachment) const;

    /** @return port of the leaf that an attachment is plugged into */
    uint16_t GetLeafPort(uint32_t attachment) const;

    /** @param leaf the destination that GetDistance and GetNextHops speak of from now on */
    void SetDestination(uint32_t leaf);

    /**
     * @param leaves leaves of which the nearest is the destination, for a NIC with ports at all of
     *        them; none: there is no path
     */
    void SetDestinations(const std::vector<uint32_t>& leaves);

    /** @return the switches that have a path to the destination leaf, in the order of distance */
    const std::vector<uint32_t>& GetSwitchesByDistance() const
    {
        return m_queue;
    }

    /** @return links from a switch to the destination leaf, or NONE */
    uint32_t GetDistance(uint32_t vertex) const;

    /**
     * @param vertex a switch
     * @param [out] ports its ports on shortest paths to the destination leaf, ascending; none if it
     *              is the destination or has no path to it
     */
    void GetNextHops(uint32_t vertex, std::vector<uint16_t>& ports) const;

    /**
     * One shortest path, always the lowest port; changes the destination.
     *
     * @param from an attachment
     * @param to another attachment
     * @return its edges from NIC to NIC; none if there is no path
     */
    std::vector<uint32_t> FindPath(uint32_t from, uint32_t to);

    /**
     * Number of different shortest paths, parallel links counted apart; changes the destination.
     *
     * @param from an attachment
     * @param to another attachment
     * @return number of paths
     */
    uint64_t CountPaths(uint32_t from, uint32_t to);

    /**
     * @param graph a valid graph
     * @return by vertex and port: whether the link leads up, from one switch to another
     */
    static std::vector<std::vector<bool>> FindUpPorts(const TopologyGraph& graph);

  private:
    /** A link of a switch to another switch. */
    struct Hop
    {
        uint32_t neighbour; ///< vertex of the other switch
        uint32_t edge;      ///< the edge
        uint16_t port;      ///< port of this switch
        bool up;            ///< the other switch is above
    };

    /** Where a NIC port is plugged in. */
    struct Access
    {
        uint32_t leaf{NONE};   ///< leaf
        uint32_t edge{NONE};   ///< edge
        uint32_t server{NONE}; ///< vertex of the server itself
        uint32_t peer{NONE};   ///< vertex at the other end
        uint16_t port{0};      ///< port at the other end
    };

    /** @return by vertex: level of a switch, for the rule UP_DOWN */
    static std::vector<uint32_t> FindLevels(const TopologyGraph& graph);

    /** @return whether switch a is above switch b */
    static bool IsAbove(const std::vector<uint32_t>& levels, uint32_t a, uint32_t b)
    {
        return levels[a] != levels[b] ? levels[a] > levels[b] : a < b;
    }

    /** Set distances over all links, nearest first, from the destination in the queue. */
    void SearchAll();

    /** Set distances over paths that go up and then down. */
    void SearchUpDown();

    /** @return whether a hop of a switch leads on a path that counts */
    bool IsNext(uint32_t vertex, const Hop& hop) const;

    Rule m_rule;                      ///< which paths count
    std::vector<bool> m_goesDown;     ///< by vertex: UP_DOWN leads down from here
    std::vector<uint32_t> m_first;    ///< by vertex: its first hop; one entry more than vertices
    std::vector<Hop> m_hops;          ///< hops of all switches, by vertex and port
    std::vector<uint32_t> m_leaves;   ///< by leaf: vertex
    std::vector<uint32_t> m_leafOf;   ///< by vertex: leaf, or NONE
    std::vector<Access> m_access;     ///< by attachment
    std::vector<uint32_t> m_distance; ///< by vertex: links to the destination, or NONE
    std::vector<uint32_t> m_queue;    ///< vertices in the order of their distance
};

} // namespace ns3::cluster

#endif /* CLUSTER_SHORTEST_PATHS_H */
