/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_CONFIGURATION_H
#define CLUSTER_CONFIGURATION_H

#include "cluster-cluster-network.h"

#include <string>
#include <vector>

namespace ns3::cluster
{

class Cluster;

/**
 * @ingroup cluster
 * What can run as configured, but hardly as meant, with the reason:
 *   - ECN thresholds that a queue may not reach, because PFC pauses the sender before;
 *   - headroom that is less than what the cable needs: a lossless class may be dropped;
 *   - a class that is lossless at one switch and not at its neighbour;
 *   - routes with a cycle of dependencies: pauses of a lossless class may wait for each other.
 *
 * Devices that are alike are named once. What cannot work at all is told by
 * Cluster::CheckConfiguration.
 *
 * @param cluster a cluster, before the start
 * @return warnings for people to read; empty if all is well
 */
std::vector<std::string> FindDoubts(const Cluster& cluster);

/**
 * @ingroup cluster
 * What does not know of NIC ports that share an address.
 *
 * @param cluster a cluster, before the start
 * @param network the network among its accelerators
 * @return why they cannot work together, for people to read; empty if they can
 */
std::string CheckBonds(const Cluster& cluster, const ClusterNetwork& network);

} // namespace ns3::cluster

#endif /* CLUSTER_CONFIGURATION_H */
