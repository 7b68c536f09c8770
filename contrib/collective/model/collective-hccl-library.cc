/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-hccl-library.h"

#include "ns3/uinteger.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(HcclLibrary);

TypeId
HcclLibrary::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::HcclLibrary")
            .SetParent<RingLibrary>()
            .SetGroupName("Collective")
            .AddConstructor<HcclLibrary>()
            .AddAttribute(
                "PipelineThreshold",
                "Size of the buffer from which on an all-reduce uses the links inside and between "
                "servers at once, bytes (default: a guess, HCCL does not say).",
                UintegerValue(1048576),
                MakeUintegerAccessor(&HcclLibrary::m_pipelineThreshold),
                MakeUintegerChecker<uint64_t>());
    return tid;
}

Library::Choice
HcclLibrary::DoChoose(const Communicator& communicator, const Operation& operation) const
{
    auto choice = RingLibrary::DoChoose(communicator, operation);
    const uint32_t nServers = communicator.GetServers().size();
    const bool isPower = (nServers & (nServers - 1)) == 0;
    switch (operation.type)
    {
    case CollectiveType::ALL_REDUCE:
        if (nServers == 1)
        {
            choice.algorithm = "DirectAllReduce";
        }
        else if (communicator.GetServerSize() > 1 && operation.bytes >= m_pipelineThreshold)
        {
            choice.algorithm = "HierarchicalAllReduce";
        }
        else if (isPower)
        {
            choice.algorithm = "HalvingDoublingAllReduce";
        }
        break;
    case CollectiveType::REDUCE_SCATTER:
        if (nServers == 1)
        {
            choice.algorithm = "DirectReduceScatter";
        }
        else if (isPower)
        {
            choice.algorithm = "BruckReduceScatter";
        }
        break;
    case CollectiveType::ALL_GATHER:
        if (nServers == 1)
        {
            choice.algorithm = "DirectAllGather";
        }
        else if (isPower)
        {
            choice.algorithm = "BruckAllGather";
        }
        break;
    default:
        break;
    }
    return choice;
}

} // namespace ns3::collective
