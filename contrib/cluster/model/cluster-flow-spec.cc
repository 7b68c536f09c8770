/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-flow-spec.h"

#include "cluster-object-spec.h"

namespace ns3::cluster
{

namespace
{

/** @return what a description of flows may name */
SpecFamily
FlowFamily()
{
    return {FlowGenerator::GetTypeId(), "flow pattern", "Flows"};
}

} // namespace

std::optional<std::vector<Flow>>
GenerateFlows(const std::string& spec,
              const FlowSites& sites,
              int64_t& stream,
              std::vector<TopologyError>& errors)
{
    const auto generator = DynamicCast<FlowGenerator>(CreateFromSpec(spec, FlowFamily(), errors));
    if (!generator)
    {
        return std::nullopt;
    }
    stream += generator->AssignStreams(stream);
    const std::size_t before = errors.size();
    auto flows = generator->Generate(sites, errors);
    for (std::size_t i = before; i < errors.size(); ++i)
    {
        errors[i].position = {1, 1}; // parameters that do not fit together
    }
    return flows;
}

bool
IsFlowSpec(std::string_view text)
{
    return IsSpec(text, FlowFamily());
}

std::vector<std::string>
GetFlowPatternNames()
{
    return ListSpecNames(FlowFamily());
}

std::string
GetFlowPatternHelp()
{
    return DescribeSpecs(FlowFamily());
}

} // namespace ns3::cluster
