/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_IDEAL_TIMES_H
#define CLUSTER_IDEAL_TIMES_H

#include "cluster-cluster.h"
#include "cluster-ideal-transfer.h"
#include "cluster-message-network.h"
#include "cluster-shortest-paths.h"

#include "ns3/ptr.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ns3::cluster
{

/** @param cluster a cluster @return how its NICs cut messages into frames, and the gaps of its
 * links */
TransferFrames GetTransferFrames(const Cluster& cluster);

/**
 * @param cluster a cluster
 * @param edges cables of a path, in order
 * @param vertex where it begins
 * @return the links of the path
 */
std::vector<TransferHop> GetTransferHops(const Cluster& cluster,
                                         const std::vector<uint32_t>& edges,
                                         uint32_t vertex);

/**
 * @ingroup cluster
 * How long messages take that have a whole cluster for themselves: what slowdown is measured
 * against. Rates, delays, processing times, frame sizes and MTU are those of the objects of the
 * cluster.
 *
 * Between servers the message takes a shortest path (see GetIdealTransfer); where there are several
 * of different rates or delays, the one of the lowest port numbers. Within a server it has its
 * accelerators' scale-up ports for itself.
 */
class IdealTimes
{
  public:
    /** @param cluster the cluster; must outlive the object */
    explicit IdealTimes(const Cluster& cluster);

    /**
     * @param message a message; its bytes and its way count
     * @return the times after it was handed to the network, or nothing if there is no way
     */
    std::optional<TransferTimes> Get(const Message& message);

  private:
    /** @return time within a server */
    std::optional<TransferTimes> GetScaleUp(const Message& message) const;

    /** @return edges from NIC to NIC, none if there is no path */
    std::vector<uint32_t> FindPath(fabric::FabricAddress from, fabric::FabricAddress to);

    const Cluster& m_cluster;                                    ///< the cluster
    ShortestPaths m_paths;                                       ///< paths between leaves
    TransferFrames m_frames;                                     ///< how messages are cut
    std::unordered_map<uint64_t, std::vector<uint32_t>> m_inner; ///< by leaves: edges between them
};

} // namespace ns3::cluster

#endif /* CLUSTER_IDEAL_TIMES_H */
