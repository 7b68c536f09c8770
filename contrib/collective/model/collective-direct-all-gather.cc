/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-direct-all-gather.h"

#include "collective-direct-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(DirectAllGather);

TypeId
DirectAllGather::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::DirectAllGather")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<DirectAllGather>();
    return tid;
}

bool
DirectAllGather::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_GATHER;
}

std::unique_ptr<Schedule>
DirectAllGather::DoBuild(const Communicator& communicator,
                         const Operation& operation,
                         uint32_t rank) const
{
    return std::make_unique<DirectSchedule>(
        communicator.GetSize(), rank, operation.bytes, false, true);
}

} // namespace ns3::collective
