/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-direct-all-reduce.h"

#include "collective-direct-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(DirectAllReduce);

TypeId
DirectAllReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::DirectAllReduce")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<DirectAllReduce>();
    return tid;
}

bool
DirectAllReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_REDUCE;
}

std::unique_ptr<Schedule>
DirectAllReduce::DoBuild(const Communicator& communicator,
                         const Operation& operation,
                         uint32_t rank) const
{
    return std::make_unique<DirectSchedule>(
        communicator.GetSize(), rank, operation.bytes, true, true);
}

} // namespace ns3::collective
