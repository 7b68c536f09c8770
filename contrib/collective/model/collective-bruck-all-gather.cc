/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-bruck-all-gather.h"

#include "collective-exchange-schedule.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(BruckAllGather);

TypeId
BruckAllGather::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::BruckAllGather")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<BruckAllGather>();
    return tid;
}

bool
BruckAllGather::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_GATHER;
}

std::unique_ptr<Schedule>
BruckAllGather::DoBuild(const Communicator& communicator,
                        const Operation& operation,
                        uint32_t rank) const
{
    const uint32_t n = communicator.GetSize();
    std::vector<Exchange> rounds;
    for (uint32_t distance = 1; distance < n; distance *= 2)
    {
        const uint32_t count = std::min(distance, n - distance);
        const uint32_t from = (rank + distance) % n;
        rounds.push_back({(rank + n - distance) % n,
                          GetCyclicParts(operation.bytes, n, rank, count),
                          from,
                          GetCyclicParts(operation.bytes, n, from, count),
                          false,
                          false});
    }
    return std::make_unique<ExchangeSchedule>(std::move(rounds));
}

} // namespace ns3::collective
