/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-time.h"

#include "ns3/abort.h"

namespace ns3::fabric
{

const Ticks* Clock::s_now = nullptr;

void
UsePicoseconds()
{
    if (Time::GetResolution() != Time::PS)
    {
        Time::SetResolution(Time::PS);
    }
}

void
RequirePicoseconds()
{
    NS_ABORT_MSG_IF(Time::GetResolution() != Time::PS,
                    "Weft devices need picosecond resolution: call "
                    "ns3::fabric::UsePicoseconds() at the start of the program");
}

} // namespace ns3::fabric
