/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-reduce.h"

#include "collective-chain-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RingReduce);

TypeId
RingReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RingReduce")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<RingReduce>();
    return tid;
}

bool
RingReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::REDUCE;
}

std::unique_ptr<Schedule>
RingReduce::DoBuild(const Communicator& communicator,
                    const Operation& operation,
                    uint32_t rank) const
{
    const uint32_t nChannels = GetNChannels(communicator);
    const uint64_t nChunks = GetNChunks(Part{0, operation.bytes}.Divide(0, nChannels).bytes, 1);
    return std::make_unique<ChainSchedule>(communicator,
                                           rank,
                                           operation.root,
                                           operation.bytes,
                                           nChannels,
                                           nChunks,
                                           ChainSchedule::TO_ROOT);
}

} // namespace ns3::collective
