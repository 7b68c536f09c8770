/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-recursive-doubling-all-reduce.h"

#include "collective-power-of-two.h"

#include <utility>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RecursiveDoublingAllReduce);

TypeId
RecursiveDoublingAllReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RecursiveDoublingAllReduce")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<RecursiveDoublingAllReduce>();
    return tid;
}

bool
RecursiveDoublingAllReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_REDUCE;
}

std::unique_ptr<Schedule>
RecursiveDoublingAllReduce::DoBuild(const Communicator& communicator,
                                    const Operation& operation,
                                    uint32_t rank) const
{
    const PowerOfTwo power(communicator.GetSize());
    const std::vector<Range> whole{{Buffer::MAIN, 0, operation.bytes}};
    std::vector<Exchange> rounds;
    for (uint32_t k = 0; k < power.GetLog() && power.IsMember(rank); ++k)
    {
        const uint32_t peer = rank ^ (1U << k);
        rounds.push_back({peer, whole, peer, whole, true, true});
    }
    return std::make_unique<ExchangeSchedule>(
        power.Wrap(operation.bytes, rank, std::move(rounds), power.GetLog()));
}

} // namespace ns3::collective
