/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-reduce-scatter.h"

#include "collective-ring-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RingReduceScatter);

TypeId
RingReduceScatter::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RingReduceScatter")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<RingReduceScatter>();
    return tid;
}

bool
RingReduceScatter::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::REDUCE_SCATTER;
}

std::unique_ptr<Schedule>
RingReduceScatter::DoBuild(const Communicator& communicator,
                           const Operation& operation,
                           uint32_t rank) const
{
    const uint32_t n = communicator.GetSize();
    const uint32_t nChannels = GetNChannels(communicator);
    RingSchedule::Law law;
    law.nSteps = n - 1;
    law.nReduceSteps = n - 1;
    law.firstSlice = n - 1;
    const uint64_t nChunks =
        GetNChunks(RingSchedule::GetLargestShare(operation.bytes, n, nChannels), law.nSteps);
    return std::make_unique<RingSchedule>(
        communicator, rank, operation.bytes, nChannels, nChunks, law);
}

} // namespace ns3::collective
