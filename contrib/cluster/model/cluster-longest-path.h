/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_LONGEST_PATH_H
#define CLUSTER_LONGEST_PATH_H

#include "cluster-shortest-paths.h"
#include "cluster-topology-graph.h"

#include "ns3/fabric-time.h"

#include <cstdint>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * The longest round trip between two NIC ports of a network without queues: of the paths that
 * routes take, the slowest one of the two that are farthest apart. On each cable propagation counts
 * twice, and the serialization of a frame there and of its acknowledgment back, since switches
 * store and forward.
 *
 * @param graph a valid graph
 * @param rule which paths routes take
 * @param frameBytes a full frame, preamble and gap included
 * @param ackBytes an acknowledgment, likewise
 * @param latency of a switch or NIC from the arrival of a frame on, ps
 * @return the time, ps; 0 if no two ports can reach each other
 */
fabric::Ticks GetLongestRoundTrip(const TopologyGraph& graph,
                                  ShortestPaths::Rule rule,
                                  uint32_t frameBytes,
                                  uint32_t ackBytes,
                                  fabric::Ticks latency);

/** @param graph a valid graph @return lowest rate of a cable, bit/s; 0 if there is none */
uint64_t GetLowestRate(const TopologyGraph& graph);

} // namespace ns3::cluster

#endif /* CLUSTER_LONGEST_PATH_H */
