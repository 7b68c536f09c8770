/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-direct-reduce-scatter.h"

#include "collective-direct-schedule.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(DirectReduceScatter);

TypeId
DirectReduceScatter::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::DirectReduceScatter")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<DirectReduceScatter>();
    return tid;
}

bool
DirectReduceScatter::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::REDUCE_SCATTER;
}

std::unique_ptr<Schedule>
DirectReduceScatter::DoBuild(const Communicator& communicator,
                             const Operation& operation,
                             uint32_t rank) const
{
    return std::make_unique<DirectSchedule>(
        communicator.GetSize(), rank, operation.bytes, true, false);
}

} // namespace ns3::collective
