/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_ATTRIBUTE_SETTING_H
#define EXPERIMENT_ATTRIBUTE_SETTING_H

#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The default of one attribute: ns-3's name for it, and its value as text.
 */
struct AttributeSetting
{
    std::string name;  ///< ns3::module::Class::Attribute
    std::string value; ///< the value as ns-3 reads it
};

/**
 * @ingroup experiment
 * Make settings the defaults of all objects made from now on. They must be good: see
 * CheckAttributeDefault.
 *
 * @param settings the settings, later ones winning
 */
void ApplySettings(const std::vector<AttributeSetting>& settings);

} // namespace ns3::experiment

#endif /* EXPERIMENT_ATTRIBUTE_SETTING_H */
