/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_ATTRIBUTE_SECTION_H
#define EXPERIMENT_ATTRIBUTE_SECTION_H

#include "experiment-attribute-setting.h"
#include "experiment-yaml-section.h"

#include "ns3/type-id.h"

#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Read attributes of a class as keys of a section: attribute LinksPerPair is key linksPerPair.
 * Where an attribute wants a class, the short name of the class will do (ring-all-reduce), or the
 * full one with attributes in brackets.
 *
 * @param section the section; its other keys are the caller's
 * @param type the class
 * @param base last base class whose attributes count
 * @return what is set, good values only
 */
std::vector<AttributeSetting> ReadAttributeKeys(YamlSection& section,
                                                const TypeId& type,
                                                const TypeId& base);

} // namespace ns3::experiment

#endif /* EXPERIMENT_ATTRIBUTE_SECTION_H */
