/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-types.h"

#include <array>

namespace ns3::collective
{

std::string
GetTypeName(CollectiveType type)
{
    static constexpr std::array<const char*, N_COLLECTIVE_TYPES + 2> NAMES{"all-reduce",
                                                                           "reduce-scatter",
                                                                           "all-gather",
                                                                           "broadcast",
                                                                           "reduce",
                                                                           "all-to-all",
                                                                           "all-to-all-v",
                                                                           "barrier",
                                                                           "send",
                                                                           "receive"};
    return NAMES[static_cast<size_t>(type)];
}

double
GetBusFactor(CollectiveType type, uint32_t nRanks)
{
    const double n = nRanks;
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
        return 2 * (n - 1) / n;
    case CollectiveType::REDUCE_SCATTER:
    case CollectiveType::ALL_GATHER:
    case CollectiveType::ALL_TO_ALL:
    case CollectiveType::ALL_TO_ALL_V:
        return (n - 1) / n;
    default:
        return 1;
    }
}

} // namespace ns3::collective
