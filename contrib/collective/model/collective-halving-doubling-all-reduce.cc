/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-halving-doubling-all-reduce.h"

#include "collective-power-of-two.h"

#include <utility>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(HalvingDoublingAllReduce);

TypeId
HalvingDoublingAllReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::HalvingDoublingAllReduce")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<HalvingDoublingAllReduce>();
    return tid;
}

bool
HalvingDoublingAllReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_REDUCE;
}

std::unique_ptr<Schedule>
HalvingDoublingAllReduce::DoBuild(const Communicator& communicator,
                                  const Operation& operation,
                                  uint32_t rank) const
{
    const PowerOfTwo power(communicator.GetSize());
    const uint32_t nRounds = 2 * power.GetLog();
    std::vector<Exchange> rounds;
    if (power.IsMember(rank))
    {
        // Parts [first, first + count) of as many as the power are ours.
        uint32_t first = 0;
        uint32_t count = power.GetSize();
        for (uint32_t k = 0; k < power.GetLog(); ++k)
        {
            const uint32_t peer = rank ^ (1U << k);
            count /= 2;
            const uint32_t kept = first + ((rank >> k) & 1) * count;
            const uint32_t given = first + ((peer >> k) & 1) * count;
            rounds.push_back({peer,
                              GetCyclicParts(operation.bytes, power.GetSize(), given, count),
                              peer,
                              GetCyclicParts(operation.bytes, power.GetSize(), kept, count),
                              true,
                              false});
            first = kept;
        }
        for (uint32_t k = power.GetLog(); k-- > 0;)
        {
            // What was given away comes back complete for what was kept and completed.
            const auto& halving = rounds[k];
            rounds.push_back(
                {halving.sendTo, halving.received, halving.sendTo, halving.sent, false, false});
        }
    }
    return std::make_unique<ExchangeSchedule>(
        power.Wrap(operation.bytes, rank, std::move(rounds), nRounds));
}

} // namespace ns3::collective
