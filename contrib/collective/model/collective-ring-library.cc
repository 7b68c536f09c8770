/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-ring-library.h"

#include "ns3/abort.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RingLibrary);

TypeId
RingLibrary::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::RingLibrary")
                            .SetParent<Library>()
                            .SetGroupName("Collective")
                            .AddConstructor<RingLibrary>();
    return tid;
}

Library::Choice
RingLibrary::DoChoose(const Communicator& communicator, const Operation& operation) const
{
    Choice choice;
    choice.protocol = GetProtocol();
    switch (operation.type)
    {
    case CollectiveType::ALL_REDUCE:
        choice.algorithm = "RingAllReduce";
        break;
    case CollectiveType::REDUCE_SCATTER:
        choice.algorithm = "RingReduceScatter";
        break;
    case CollectiveType::ALL_GATHER:
        choice.algorithm = "RingAllGather";
        break;
    case CollectiveType::BROADCAST:
        choice.algorithm = "RingBroadcast";
        break;
    case CollectiveType::REDUCE:
        choice.algorithm = "RingReduce";
        break;
    case CollectiveType::ALL_TO_ALL:
    case CollectiveType::ALL_TO_ALL_V:
        choice.algorithm = "PairwiseAllToAll";
        break;
    case CollectiveType::BARRIER:
        choice.algorithm = "DisseminationBarrier";
        break;
    case CollectiveType::SEND:
    case CollectiveType::RECEIVE:
        NS_ABORT_MSG("no algorithm is needed for a " << GetTypeName(operation.type));
    }
    return choice;
}

} // namespace ns3::collective
