/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-bruck-reduce-scatter.h"

#include "collective-exchange-schedule.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(BruckReduceScatter);

TypeId
BruckReduceScatter::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::BruckReduceScatter")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<BruckReduceScatter>();
    return tid;
}

bool
BruckReduceScatter::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::REDUCE_SCATTER;
}

std::unique_ptr<Schedule>
BruckReduceScatter::DoBuild(const Communicator& communicator,
                            const Operation& operation,
                            uint32_t rank) const
{
    const uint32_t n = communicator.GetSize();
    std::vector<Exchange> rounds;
    for (uint32_t distance = 1; distance < n; distance *= 2)
    {
        const uint32_t count = std::min(distance, n - distance);
        const uint32_t to = (rank + distance) % n;
        rounds.push_back({to,
                          GetCyclicParts(operation.bytes, n, to, count),
                          (rank + n - distance) % n,
                          GetCyclicParts(operation.bytes, n, rank, count),
                          true,
                          false});
    }
    std::reverse(rounds.begin(), rounds.end());
    return std::make_unique<ExchangeSchedule>(std::move(rounds));
}

} // namespace ns3::collective
