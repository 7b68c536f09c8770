/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "cluster-topology-spec.h"

#include "cluster-object-spec.h"

namespace ns3::cluster
{

namespace
{

/** @return what a description of a topology may name */
SpecFamily
TopologyFamily()
{
    return {TopologyGenerator::GetTypeId(), "topology", ""};
}

} // namespace

Ptr<TopologyGenerator>
CreateTopologyGenerator(const std::string& spec, std::vector<TopologyError>& errors)
{
    return DynamicCast<TopologyGenerator>(CreateFromSpec(spec, TopologyFamily(), errors));
}

std::optional<TopologyGraph>
GenerateTopology(const std::string& spec, std::vector<TopologyError>& errors)
{
    const Ptr<TopologyGenerator> generator = CreateTopologyGenerator(spec, errors);
    if (!generator)
    {
        return std::nullopt;
    }
    const std::size_t before = errors.size();
    std::optional<TopologyGraph> graph = generator->Generate(errors);
    for (std::size_t i = before; i < errors.size(); ++i)
    {
        errors[i].position = {1, 1}; // parameters that do not fit together
    }
    return graph;
}

bool
IsTopologySpec(std::string_view text)
{
    return IsSpec(text, TopologyFamily());
}

std::vector<std::string>
GetTopologyNames()
{
    return ListSpecNames(TopologyFamily());
}

std::string
GetTopologyHelp()
{
    return DescribeSpecs(TopologyFamily());
}

} // namespace ns3::cluster
