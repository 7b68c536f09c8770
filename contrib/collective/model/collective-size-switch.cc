/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-size-switch.h"

#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(SizeSwitch);

TypeId
SizeSwitch::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::SizeSwitch")
                            .SetParent<Algorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<SizeSwitch>()
                            .AddAttribute("Threshold",
                                          "Size of the buffer from which on it is large, bytes.",
                                          UintegerValue(1048576),
                                          MakeUintegerAccessor(&SizeSwitch::m_threshold),
                                          MakeUintegerChecker<uint64_t>())
                            .AddAttribute("Small",
                                          "Algorithm for smaller buffers.",
                                          StringValue("ns3::collective::DoubleTreeAllReduce"),
                                          MakePointerAccessor(&SizeSwitch::m_small),
                                          MakePointerChecker<Algorithm>())
                            .AddAttribute("Large",
                                          "Algorithm for large buffers.",
                                          StringValue("ns3::collective::RingAllReduce"),
                                          MakePointerAccessor(&SizeSwitch::m_large),
                                          MakePointerChecker<Algorithm>());
    return tid;
}

void
SizeSwitch::DoDispose()
{
    m_small = nullptr;
    m_large = nullptr;
    Algorithm::DoDispose();
}

bool
SizeSwitch::DoSupports(CollectiveType type) const
{
    // Sizes of an all-to-all-v differ from rank to rank, and so would the choice.
    return type != CollectiveType::ALL_TO_ALL_V && m_small->Supports(type) &&
           m_large->Supports(type);
}

std::unique_ptr<Schedule>
SizeSwitch::DoBuild(const Communicator& communicator,
                    const Operation& operation,
                    uint32_t rank) const
{
    return Choose(operation)->Build(communicator, operation, rank);
}

Plan
SizeSwitch::DoPrepare(const Communicator& communicator,
                      const Operation& operation,
                      uint32_t rank) const
{
    return Choose(operation)->Prepare(communicator, operation, rank);
}

std::string
SizeSwitch::DoCheck() const
{
    if (GetProtocol())
    {
        return "Protocol of SizeSwitch does nothing, expected one of Small or Large";
    }
    const auto error = m_small->Check();
    return error.empty() ? m_large->Check() : error;
}

const Ptr<Algorithm>&
SizeSwitch::Choose(const Operation& operation) const
{
    return operation.bytes < m_threshold ? m_small : m_large;
}

} // namespace ns3::collective
