/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-accl-library.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(AcclLibrary);

TypeId
AcclLibrary::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::AcclLibrary")
                            .SetParent<RingLibrary>()
                            .SetGroupName("Collective")
                            .AddConstructor<AcclLibrary>();
    return tid;
}

Library::Choice
AcclLibrary::DoChoose(const Communicator& communicator, const Operation& operation) const
{
    auto choice = RingLibrary::DoChoose(communicator, operation);
    const uint32_t n = communicator.GetSize();
    switch (operation.type)
    {
    case CollectiveType::ALL_REDUCE:
        choice.algorithm =
            (n & (n - 1)) == 0 ? "HalvingDoublingAllReduce" : "HierarchicalAllReduce";
        break;
    case CollectiveType::REDUCE_SCATTER:
        choice.algorithm = "BruckReduceScatter";
        break;
    case CollectiveType::ALL_GATHER:
        choice.algorithm = "BruckAllGather";
        break;
    default:
        break;
    }
    return choice;
}

} // namespace ns3::collective
