/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-all-gather.h"

#include "collective-ring-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RingAllGather);

TypeId
RingAllGather::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RingAllGather")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<RingAllGather>();
    return tid;
}

bool
RingAllGather::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_GATHER;
}

std::unique_ptr<Schedule>
RingAllGather::DoBuild(const Communicator& communicator,
                       const Operation& operation,
                       uint32_t rank) const
{
    const uint32_t n = communicator.GetSize();
    const uint32_t nChannels = GetNChannels(communicator);
    RingSchedule::Law law;
    law.nSteps = n - 1;
    const uint64_t nChunks =
        GetNChunks(RingSchedule::GetLargestShare(operation.bytes, n, nChannels), law.nSteps);
    return std::make_unique<RingSchedule>(
        communicator, rank, operation.bytes, nChannels, nChunks, law);
}

} // namespace ns3::collective
