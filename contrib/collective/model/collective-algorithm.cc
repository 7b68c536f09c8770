/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-algorithm.h"

#include "ns3/abort.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <sstream>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(Algorithm);
NS_OBJECT_ENSURE_REGISTERED(ChunkedAlgorithm);

TypeId
Algorithm::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::Algorithm").SetParent<Object>().SetGroupName("Collective");
    return tid;
}

Ptr<Algorithm>
Algorithm::Create(const std::string& text, CollectiveType type, std::string& error)
{
    const auto bracket = text.find('[');
    const std::string name = text.substr(0, bracket);
    TypeId tid;
    if (!TypeId::LookupByNameFailSafe(name, &tid) || !tid.IsChildOf(GetTypeId()) ||
        !tid.HasConstructor())
    {
        error = "'" + name + "' is no collective algorithm, expected a TypeId name such as " +
                "ns3::collective::RingAllReduce";
        return nullptr;
    }
    ObjectFactory factory;
    factory.SetTypeId(tid);
    if (bracket != std::string::npos)
    {
        if (text.back() != ']')
        {
            error = "'" + text + "' does not end with ']'";
            return nullptr;
        }
        std::istringstream attributes(text.substr(bracket + 1, text.size() - bracket - 2));
        std::string item;
        while (std::getline(attributes, item, '|'))
        {
            const auto equals = item.find('=');
            TypeId::AttributeInformation info;
            const std::string attribute = item.substr(0, equals);
            if (equals == std::string::npos || !tid.LookupAttributeByName(attribute, &info))
            {
                error = name + " has no attribute '" + attribute + "', expected Attribute=value";
                return nullptr;
            }
            const StringValue value(item.substr(equals + 1));
            if (!info.checker->CreateValidValue(value))
            {
                error = "'" + value.Get() + "' is no value for " + name + "::" + attribute +
                        ", expected " + info.checker->GetValueTypeName() + " " +
                        info.checker->GetUnderlyingTypeInformation();
                return nullptr;
            }
            factory.Set(attribute, value);
        }
    }
    auto algorithm = factory.Create<Algorithm>();
    if (!algorithm->Supports(type))
    {
        error = name + " does no " + GetTypeName(type);
        return nullptr;
    }
    return algorithm;
}

Algorithm::~Algorithm() = default;

bool
Algorithm::Supports(CollectiveType type) const
{
    return DoSupports(type);
}

std::unique_ptr<Schedule>
Algorithm::Build(const Communicator& communicator, const Operation& operation, uint32_t rank) const
{
    NS_ABORT_MSG_UNLESS(DoSupports(operation.type),
                        GetInstanceTypeId().GetName()
                            << " does no " << GetTypeName(operation.type));
    NS_ABORT_MSG_IF(communicator.GetSize() < 2 || rank >= communicator.GetSize() ||
                        operation.root >= communicator.GetSize(),
                    "rank " << rank << ", root " << operation.root << " in a communicator of "
                            << communicator.GetSize());
    return DoBuild(communicator, operation, rank);
}

TypeId
ChunkedAlgorithm::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::ChunkedAlgorithm")
            .SetParent<Algorithm>()
            .SetGroupName("Collective")
            .AddAttribute("Channels",
                          "Number of channels that the buffer is split over, 1 to 64; 0 for one "
                          "per ring of the communicator, which is the number of ranks per server, "
                          "so that each NIC serves one channel.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&ChunkedAlgorithm::m_channels),
                          MakeUintegerChecker<uint32_t>(0, 64))
            .AddAttribute("ChunkSize",
                          "Largest message, bytes: what a step moves on a channel is divided into "
                          "equal chunks of at most this size (the default is one of the 8 slots of "
                          "NCCL's 4 MiB buffer). Larger ones are used where more than 4 million "
                          "messages would be needed.",
                          UintegerValue(524288),
                          MakeUintegerAccessor(&ChunkedAlgorithm::m_chunkSize),
                          MakeUintegerChecker<uint64_t>(1));
    return tid;
}

uint32_t
ChunkedAlgorithm::GetNChannels(const Communicator& communicator) const
{
    return m_channels > 0 ? m_channels : std::min(communicator.GetNRings(), 64U);
}

uint64_t
ChunkedAlgorithm::GetNChunks(uint64_t bytes, uint64_t nSteps) const
{
    const uint64_t wanted = bytes / m_chunkSize + (bytes % m_chunkSize != 0 ? 1 : 0);
    return std::clamp<uint64_t>(wanted, 1, std::max<uint64_t>(MAX_KEYS / nSteps, 1));
}

} // namespace ns3::collective
