/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-all-reduce.h"

#include "collective-ring-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RingAllReduce);

TypeId
RingAllReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RingAllReduce")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<RingAllReduce>();
    return tid;
}

bool
RingAllReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_REDUCE;
}

std::unique_ptr<Schedule>
RingAllReduce::DoBuild(const Communicator& communicator,
                       const Operation& operation,
                       uint32_t rank) const
{
    const uint32_t n = communicator.GetSize();
    const uint32_t nChannels = GetNChannels(communicator);
    RingSchedule::Law law;
    law.nSteps = 2 * (n - 1);
    law.nReduceSteps = n - 1;
    const uint64_t nChunks =
        GetNChunks(RingSchedule::GetLargestShare(operation.bytes, n, nChannels), law.nSteps);
    return std::make_unique<RingSchedule>(
        communicator, rank, operation.bytes, nChannels, nChunks, law);
}

} // namespace ns3::collective
