/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_ATTRIBUTE_CHECK_H
#define EXPERIMENT_ATTRIBUTE_CHECK_H

#include "ns3/attribute.h"
#include "ns3/type-id.h"

#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Whether a text may become the value of an attribute. Stricter than ns-3, which aborts or takes
 * part of the text for some types. Attribute types whose text form cannot be checked are refused.
 *
 * @param checker the attribute's checker
 * @param value the text
 * @return an empty string, or what is wrong and what was expected
 */
std::string CheckAttributeValue(const Ptr<const AttributeChecker>& checker,
                                const std::string& value);

/**
 * @ingroup experiment
 * Whether the default of an attribute can be set.
 *
 * @param fullName ns3::Type::Attribute
 * @param value the text
 * @return an empty string, or what is wrong and what was expected
 */
std::string CheckAttributeDefault(const std::string& fullName, const std::string& value);

/**
 * @ingroup experiment
 * Whether a global value of ns-3 (RngRun, SchedulerType, ...) can be set.
 *
 * @param name its name
 * @param value the text
 * @return an empty string, or what is wrong and what was expected
 */
std::string CheckGlobalValue(const std::string& name, const std::string& value);

/** @return the names of ns-3's global values */
std::vector<std::string> ListGlobalValues();

/**
 * @ingroup experiment
 * Whether a name is that of a class that can be made and is derived from a base.
 *
 * @param name the name, ns3::module::Class
 * @param base name of the base class
 * @return an empty string, or what is wrong and what was expected
 */
std::string CheckTypeName(const std::string& name, const std::string& base);

/**
 * @ingroup experiment
 * Attributes may name a class, as text, object factory or pointer, without saying what kind of
 * class. Their defaults do: what replaces one must have the same ancestor right below ns3::Object.
 * A pointer that has no default says itself.
 *
 * @param info an attribute
 * @return name of the base class, or empty if the attribute names no class
 */
std::string GetAttributeFamily(const TypeId::AttributeInformation& info);

/**
 * @param info an attribute that names a class
 * @return name of the class that it names by default; empty if there is none
 */
std::string GetAttributeClass(const TypeId::AttributeInformation& info);

/** @return the name of a class without namespace, in kebab case: dcqcn-vendor */
std::string GetShortTypeName(const std::string& name);

/** @return the classes that are derived from a base and can be made, in registration order */
std::vector<std::string> ListTypes(const std::string& base);

} // namespace ns3::experiment

#endif /* EXPERIMENT_ATTRIBUTE_CHECK_H */
