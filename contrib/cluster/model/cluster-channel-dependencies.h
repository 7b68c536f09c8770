/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_CHANNEL_DEPENDENCIES_H
#define CLUSTER_CHANNEL_DEPENDENCIES_H

#include "cluster-shortest-paths.h"
#include "cluster-topology-graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Whether routes can deadlock a lossless class (Dally and Seitz, IEEE Transactions on Computers
 * C-36(5), 1987): a channel, that is one direction of a link between switches, depends on another
 * if frames come in by the first and leave by the second. Without a cycle of dependencies frames
 * can always move on; with one, pauses may wait for each other for ever.
 *
 * Only dependencies that traffic between leaves really makes are counted: a switch that no frame
 * for a destination reaches depends on nothing for it.
 */
class ChannelDependencies
{
  public:
    /**
     * @param graph a valid graph
     * @param paths its routes; the destination is changed
     */
    ChannelDependencies(const TopologyGraph& graph, ShortestPaths& paths);

    /** @return number of different dependencies */
    std::size_t GetN() const;

    /**
     * @return vertices of a cycle of channels, each the sender of a channel to the next and the
     * last to the first; empty if there is none
     */
    std::vector<uint32_t> FindCycle() const;

    /** @return a cycle for people to read: "a -> b -> c -> a"; empty if there is none */
    std::string DescribeCycle() const;

  private:
    /** Note the dependencies that the frames for one destination make. */
    void AddDestination(ShortestPaths& paths, uint32_t leaf);

    /** @param vertex a switch @param port one of its ports @return the channel that it sends to */
    uint32_t ChannelOf(uint32_t vertex, uint16_t port) const;

    /** @return the vertex that sends to a channel */
    uint32_t SenderOf(uint32_t channel) const;

    const TopologyGraph& m_graph;                 ///< the graph
    std::vector<std::vector<uint32_t>> m_depends; ///< by channel: those it depends on, ascending
};

} // namespace ns3::cluster

#endif /* CLUSTER_CHANNEL_DEPENDENCIES_H */
