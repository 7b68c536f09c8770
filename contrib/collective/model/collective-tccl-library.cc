/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-tccl-library.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(TcclLibrary);

TypeId
TcclLibrary::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::TcclLibrary")
                            .SetParent<RingLibrary>()
                            .SetGroupName("Collective")
                            .AddConstructor<TcclLibrary>();
    return tid;
}

Library::Choice
TcclLibrary::DoChoose(const Communicator& communicator, const Operation& operation) const
{
    auto choice = RingLibrary::DoChoose(communicator, operation);
    if (operation.type == CollectiveType::ALL_REDUCE)
    {
        choice.algorithm = "HierarchicalAllReduce";
    }
    else if (operation.type == CollectiveType::ALL_TO_ALL)
    {
        choice.algorithm = "RailAllToAll";
    }
    return choice;
}

} // namespace ns3::collective
