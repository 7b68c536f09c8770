/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_TOPOLOGY_SPEC_H
#define CLUSTER_TOPOLOGY_SPEC_H

#include "cluster-topology-generator.h"

#include "ns3/ptr.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Make a generator from a compact description such as
 * "fat-tree:k=8,rate=400Gbps,delay=1us" or "leaf-spine:leaves=4,spines=2,hosts=8".
 *
 * The name before the colon is that of a TopologyGenerator: "fat-tree" stands for
 * ns3::cluster::FatTree; a full TypeId name is accepted too. Each parameter is an attribute,
 * written in any case and with or without hyphens ("links-per-pair").
 *
 * @param spec the description
 * @param [out] errors what is wrong with it, at line 1 and a column of the description
 * @return the generator, or null if there are errors
 */
Ptr<TopologyGenerator> CreateTopologyGenerator(const std::string& spec,
                                               std::vector<TopologyError>& errors);

/**
 * @ingroup cluster
 * @param spec as for CreateTopologyGenerator
 * @param [out] errors what is wrong with it
 * @return the graph, or nothing if there are errors
 */
std::optional<TopologyGraph> GenerateTopology(const std::string& spec,
                                              std::vector<TopologyError>& errors);

/**
 * @ingroup cluster
 * @param text what a user wrote where a topology is expected
 * @return whether it is meant as a compact description: it begins with the name of a generator,
 *         alone or followed by a colon
 */
bool IsTopologySpec(std::string_view text);

/**
 * @ingroup cluster
 * @return the names by which CreateTopologyGenerator knows the generators, in the order of the
 *         alphabet
 */
std::vector<std::string> GetTopologyNames();

/** @return the generators and their parameters, for the help of programs */
std::string GetTopologyHelp();

} // namespace ns3::cluster

#endif /* CLUSTER_TOPOLOGY_SPEC_H */
