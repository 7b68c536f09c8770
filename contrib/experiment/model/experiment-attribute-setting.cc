/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-attribute-setting.h"

#include "ns3/config.h"
#include "ns3/string.h"

namespace ns3::experiment
{

void
ApplySettings(const std::vector<AttributeSetting>& settings)
{
    for (const auto& setting : settings)
    {
        Config::SetDefault(setting.name, StringValue(setting.value));
    }
}

} // namespace ns3::experiment
