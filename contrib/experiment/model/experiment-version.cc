/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-version.h"

// Both are set by CMake for this file alone.
#ifndef WEFT_SOURCE_VERSION
#define WEFT_SOURCE_VERSION "unknown"
#endif
#ifndef WEFT_NS3_VERSION
#define WEFT_NS3_VERSION "unknown"
#endif

namespace ns3::experiment
{

std::string
GetWeftVersion()
{
    return "0.1.0";
}

std::string
GetNs3Version()
{
    return WEFT_NS3_VERSION;
}

std::string
GetSourceVersion()
{
    return WEFT_SOURCE_VERSION;
}

} // namespace ns3::experiment
