/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-flow-plan-reader.h"

#include "experiment-program-options.h"

#include "ns3/cluster-flow-reader.h"
#include "ns3/cluster-flow-spec.h"
#include "ns3/cluster-topology-reader.h"
#include "ns3/cluster-topology-spec.h"

#include <utility>
#include <vector>

namespace ns3::experiment
{

namespace
{

/** Print what is wrong with a text of the user. @return exit code */
int
Complain(const std::string& source,
         const std::vector<cluster::TopologyError>& errors,
         std::ostream& err)
{
    for (const auto& error : errors)
    {
        err << error.Format(source) << "\n";
    }
    return EXIT_BAD_INPUT;
}

} // namespace

int
ReadFlowPlan(FlowPlan& plan, int64_t& stream, std::ostream& err)
{
    std::vector<cluster::TopologyError> errors;
    const bool isSpec = cluster::IsTopologySpec(plan.topology);
    auto graph = isSpec ? cluster::GenerateTopology(plan.topology, errors)
                        : cluster::TopologyReader::ReadFile(plan.topology, errors);
    if (!graph)
    {
        return Complain(isSpec ? "--topology" : plan.topology, errors, err);
    }
    plan.graph = std::move(*graph);
    const bool isPattern = cluster::IsFlowSpec(plan.flowSource);
    auto flows = isPattern ? cluster::GenerateFlows(
                                 plan.flowSource, cluster::GetFlowSites(plan.graph), stream, errors)
                           : cluster::FlowReader::ReadFile(plan.flowSource, plan.graph, errors);
    if (!flows)
    {
        return Complain(isPattern ? "--flows" : plan.flowSource, errors, err);
    }
    plan.flows = std::move(*flows);
    return EXIT_OK;
}

} // namespace ns3::experiment
