/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-schedule.h"

namespace ns3::collective
{

void
Step::Reset(StepAction newAction, uint32_t newPeer, uint8_t newChannel, uint32_t newKey)
{
    action = newAction;
    peer = newPeer;
    channel = newChannel;
    key = newKey;
    bytes = 0;
    group = 0;
    root = 0;
    use = fabric::ReductionUse::SUM_TO_ALL;
    after = {};
    ranges.clear();
    sources.clear();
}

void
Step::Add(Buffer buffer, uint64_t offset, uint64_t size)
{
    ranges.push_back({buffer, offset, size});
    bytes += size;
}

std::vector<std::vector<uint32_t>>
Schedule::GetGroups() const
{
    return {};
}

std::string
Schedule::GetScheme() const
{
    return "";
}

} // namespace ns3::collective
