/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_VERSION_H
#define EXPERIMENT_VERSION_H

#include <string>

namespace ns3::experiment
{

/** @return version of Weft */
std::string GetWeftVersion();

/** @return version of ns-3, or "unknown" if this build of ns-3 does not say */
std::string GetNs3Version();

/** @return what git describe said of the sources when the build was configured, or "unknown" */
std::string GetSourceVersion();

} // namespace ns3::experiment

#endif /* EXPERIMENT_VERSION_H */
