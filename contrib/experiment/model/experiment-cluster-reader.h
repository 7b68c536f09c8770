/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_CLUSTER_READER_H
#define EXPERIMENT_CLUSTER_READER_H

#include "experiment-yaml-section.h"

#include "ns3/cluster-topology-graph.h"

#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The cluster of a scenario.
 */
struct ClusterScenario
{
    std::string description;      ///< how the user described it, in a line
    cluster::TopologyGraph graph; ///< what came out; validated
    Position position;            ///< where it is described
};

/**
 * @ingroup experiment
 * Read the key "cluster" of a scenario, which may be
 * - a mapping with "generator" and the parameters of that generator;
 * - a mapping with lists of "servers", "switches" and "links";
 * - a mapping with "file", or a text: a YAML file with such a mapping, a topology.txt of the HPCC
 *   family (any other extension), both relative to the scenario; or "fat-tree:k=8,rate=400Gbps".
 *
 * @param root the section that has the key
 * @param directory of the scenario file
 * @return the cluster; its graph is empty if there were errors
 */
ClusterScenario ReadCluster(YamlSection& root, const std::string& directory);

} // namespace ns3::experiment

#endif /* EXPERIMENT_CLUSTER_READER_H */
