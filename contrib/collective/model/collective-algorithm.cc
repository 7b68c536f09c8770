/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-algorithm.h"

#include "ns3/abort.h"
#include "ns3/pointer.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(Algorithm);
NS_OBJECT_ENSURE_REGISTERED(ChunkedAlgorithm);

TypeId
Algorithm::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::Algorithm")
            .SetParent<Object>()
            .SetGroupName("Collective")
            .AddAttribute("Protocol",
                          "How messages go between accelerators: a collective::Protocol with its "
                          "overhead on the wire, latencies and largest message. Without one (the "
                          "default) messages are as long as their data and cost nothing but what "
                          "the network and the engine's latencies add.",
                          PointerValue(),
                          MakePointerAccessor(&Algorithm::m_protocol),
                          MakePointerChecker<Protocol>());
    return tid;
}

Algorithm::~Algorithm() = default;

void
Algorithm::DoDispose()
{
    m_protocol = nullptr;
    Object::DoDispose();
}

Ptr<const Protocol>
Algorithm::GetProtocol() const
{
    return m_protocol;
}

uint32_t
Algorithm::GetNChannels(const Communicator& communicator) const
{
    return 1;
}

std::string
Algorithm::Check() const
{
    return DoCheck();
}

std::string
Algorithm::DoCheck() const
{
    return "";
}

Plan
Algorithm::Prepare(const Communicator& communicator,
                   const Operation& operation,
                   uint32_t rank) const
{
    return DoPrepare(communicator, operation, rank);
}

Plan
Algorithm::DoPrepare(const Communicator& communicator,
                     const Operation& operation,
                     uint32_t rank) const
{
    return {Build(communicator, operation, rank),
            m_protocol,
            GetInstanceTypeId().GetName(),
            GetNChannels(communicator),
            DoGetFallback(operation.type)};
}

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

Ptr<const Algorithm>
Algorithm::DoGetFallback(CollectiveType type) const
{
    return nullptr;
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
                          "messages would be needed; a Protocol may set a lower limit.",
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
    const auto protocol = GetProtocol();
    const uint64_t limit =
        protocol ? std::min(m_chunkSize, protocol->GetMessageSize()) : m_chunkSize;
    const uint64_t wanted = bytes / limit + (bytes % limit != 0 ? 1 : 0);
    return std::clamp<uint64_t>(wanted, 1, std::max<uint64_t>(MAX_KEYS / nSteps, 1));
}

} // namespace ns3::collective
