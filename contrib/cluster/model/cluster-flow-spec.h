/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FLOW_SPEC_H
#define CLUSTER_FLOW_SPEC_H

#include "cluster-flow-generator.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * Make flows from a compact description such as "incast:n=64,size=1MiB" (see CreateFromSpec):
 * one, permutation, incast, all-to-all, poisson.
 *
 * @param spec the description
 * @param sites the accelerators
 * @param [in,out] stream first random stream to use; advanced by those used
 * @param [out] errors what is wrong with it, at line 1 and a column of the description
 * @return the flows by start time, or nothing if there are errors
 */
std::optional<std::vector<Flow>> GenerateFlows(const std::string& spec,
                                               const FlowSites& sites,
                                               int64_t& stream,
                                               std::vector<TopologyError>& errors);

/**
 * @ingroup cluster
 * @param text what a user wrote where flows are expected
 * @return whether it is meant as a compact description: it begins with the name of a pattern, alone
 *         or followed by a colon
 */
bool IsFlowSpec(std::string_view text);

/** @return names of the patterns, in the order of the alphabet */
std::vector<std::string> GetFlowPatternNames();

/** @return the patterns and their parameters, for the help of programs */
std::string GetFlowPatternHelp();

} // namespace ns3::cluster

#endif /* CLUSTER_FLOW_SPEC_H */
