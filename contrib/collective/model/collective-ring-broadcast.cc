/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-broadcast.h"

#include "collective-chain-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RingBroadcast);

TypeId
RingBroadcast::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RingBroadcast")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<RingBroadcast>();
    return tid;
}

bool
RingBroadcast::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::BROADCAST;
}

std::unique_ptr<Schedule>
RingBroadcast::DoBuild(const Communicator& communicator,
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
                                           ChainSchedule::FROM_ROOT);
}

} // namespace ns3::collective
