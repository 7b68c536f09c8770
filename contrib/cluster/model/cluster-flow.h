/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FLOW_H
#define CLUSTER_FLOW_H

#include "cluster-message-verb.h"
#include "cluster-topology-graph.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Bytes that one accelerator begins to send to another, or to fetch from it, at a given time: an
 * entry of a flow list.
 */
struct Flow
{
    uint32_t source{0};      ///< accelerator
    uint32_t destination{0}; ///< another accelerator
    uint64_t bytes{0};       ///< size of the message
    int64_t start{0};        ///< when it is handed to the network, ps
    uint8_t priority{3};     ///< class on the wire, 0 to 7

    MessageVerb::Value verb{MessageVerb::WRITE}; ///< which way the bytes go
};

/** Most flows that a list may have. */
constexpr std::size_t MAX_FLOWS = 10'000'000;

/**
 * @ingroup cluster
 * What a flow list is made for: the accelerators of a cluster.
 */
struct FlowSites
{
    std::vector<uint64_t> bitRates; ///< by accelerator: rate of its share of the network, bit/s
};

/**
 * @ingroup cluster
 * @param graph a valid graph
 * @return its accelerators; a NIC port that several of them use counts in equal shares
 */
FlowSites GetFlowSites(const TopologyGraph& graph);

} // namespace ns3::cluster

#endif /* CLUSTER_FLOW_H */
