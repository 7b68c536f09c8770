/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TOPOLOGY_READER_H
#define CLUSTER_TOPOLOGY_READER_H

#include "cluster-topology-graph.h"

#include <istream>
#include <optional>
#include <string>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Reads the topology.txt of the HPCC family of simulators and of SimAI:
 *
 * - HPCC, ConWeave, ASTRA-sim's ns-3 front end: "nodes switches links", then the switch ids, then
 * for each link "src dst rate delay error_rate". Nodes that are not listed as switches are hosts. A
 *   host becomes a server with one accelerator that uses all its ports.
 * - SimAI: "nodes gpus_per_server nvswitches switches links gpu_type", then the ids of the
 * NVSwitches and of the switches, then the links. GPUs come first: gpus_per_server of them become
 * one server, each an accelerator that uses the ports of its own links. Links to an NVSwitch make
 * the scale-up domain: their rate is the port's rate (several add up), twice their delay its
 * latency.
 *
 * A header of six words is SimAI's; a seventh (GPUs per node again, as some versions write) is
 * skipped. Rates and delays are ns-3 strings, error rates are per frame. Vertex names are "host-I",
 * "server-S" and "switch-I" with the ids of the file. Tiers count from the hosts: switches with a
 * host are leaves (tier 1).
 *
 * Words may be split over lines in any way, as the simulators read them.
 */
class TopologyReader
{
  public:
    /**
     * @param input the text
     * @param [out] errors what is wrong with it, with positions
     * @return the graph, or nothing if there are errors
     */
    static std::optional<TopologyGraph> Read(std::istream& input,
                                             std::vector<TopologyError>& errors);

    /**
     * @param fileName file to read
     * @param [out] errors what is wrong with it; without a position if it cannot be read at all
     * @return the graph, or nothing if there are errors
     */
    static std::optional<TopologyGraph> ReadFile(const std::string& fileName,
                                                 std::vector<TopologyError>& errors);
};

} // namespace ns3::cluster

#endif /* CLUSTER_TOPOLOGY_READER_H */
