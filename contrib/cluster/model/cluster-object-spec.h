/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_OBJECT_SPEC_H
#define CLUSTER_OBJECT_SPEC_H

#include "cluster-topology-graph.h"

#include "ns3/object.h"

#include <string>
#include <string_view>
#include <vector>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * A plug-in point whose classes users name in compact descriptions such as
 * "fat-tree:k=8,rate=400Gbps": topologies, traffic patterns.
 */
struct SpecFamily
{
    TypeId base;        ///< the base class
    std::string noun;   ///< what its classes are, for messages
    std::string suffix; ///< end of their names that users leave out
};

/**
 * @ingroup cluster
 * Make an object from a compact description.
 *
 * The name before the colon is that of a class of the family, in small letters with hyphens and
 * without the family's suffix: "fat-tree" stands for ns3::cluster::FatTree; a full TypeId name is
 * accepted too. Each parameter is an attribute, written in any case and with or without hyphens.
 * Whole numbers whose attribute's name ends in "Size" are bytes and may have a unit.
 *
 * @param spec the description
 * @param family what may be described
 * @param [out] errors what is wrong with it, at line 1 and a column of the description
 * @return the object, or null if there are errors
 */
Ptr<Object> CreateFromSpec(const std::string& spec,
                           const SpecFamily& family,
                           std::vector<TopologyError>& errors);

/**
 * @ingroup cluster
 * @param text what a user wrote where a description or a file is expected
 * @param family what may be described
 * @return whether it begins with the name of a class, alone or followed by a colon
 */
bool IsSpec(std::string_view text, const SpecFamily& family);

/**
 * @ingroup cluster
 * @param family what may be described
 * @return the names of its classes as users write them, in the order of the alphabet
 */
std::vector<std::string> ListSpecNames(const SpecFamily& family);

/**
 * @ingroup cluster
 * @param family what may be described
 * @return a text for the help of programs: each class with its parameters, their defaults and what
 *         they are, and those that all classes have
 */
std::string DescribeSpecs(const SpecFamily& family);

} // namespace ns3::cluster

#endif /* CLUSTER_OBJECT_SPEC_H */
