/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-in-network.h"

#include "ns3/boolean.h"
#include "ns3/cluster-scale-up-reduction.h"
#include "ns3/object-factory.h"
#include "ns3/rdma-sharp-reduction.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(InNetwork);

namespace
{

using fabric::ReductionUse;

/** One rank's schedule with all ranks in one group: a lane to the network, and one from it. */
class FlatSchedule : public Schedule
{
  public:
    FlatSchedule(uint32_t nRanks, const Operation& operation, uint32_t rank, std::string scheme)
        : m_nRanks(nRanks),
          m_rank(rank),
          m_operation(operation),
          m_scheme(std::move(scheme)),
          m_divides(operation.type == CollectiveType::REDUCE_SCATTER ||
                    operation.type == CollectiveType::ALL_GATHER)
    {
    }

    uint32_t GetNLanes() const override
    {
        return 2;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        return m_divides ? m_nRanks : 1;
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        const bool sends = lane == 0;
        step.Reset(sends ? StepAction::SEND : StepAction::RECEIVE, Step::NETWORK, 0, index);
        const bool gathers = m_operation.type == CollectiveType::ALL_GATHER ||
                             m_operation.type == CollectiveType::BROADCAST;
        const bool scatters = m_operation.type == CollectiveType::REDUCE_SCATTER ||
                              m_operation.type == CollectiveType::REDUCE;
        step.use = gathers    ? ReductionUse::COPY_FROM_ROOT
                   : scatters ? ReductionUse::SUM_TO_ROOT
                              : ReductionUse::SUM_TO_ALL;
        step.root = m_divides ? index : m_operation.root;
        Part part{0, m_operation.type == CollectiveType::BARRIER ? 0 : m_operation.bytes};
        part = m_divides ? part.Divide(index, m_nRanks) : part;
        const bool isRoot = step.root == m_rank;
        const bool hasData = sends ? !gathers || isRoot : gathers ? !isRoot : !scatters || isRoot;
        if (hasData)
        {
            step.Add(Buffer::MAIN, part.offset, part.bytes);
        }
        step.bytes = part.bytes;
    }

    std::vector<std::vector<uint32_t>> GetGroups() const override
    {
        std::vector<uint32_t> all(m_nRanks);
        std::iota(all.begin(), all.end(), 0);
        return {all};
    }

    std::string GetScheme() const override
    {
        return m_scheme;
    }

  private:
    const uint32_t m_nRanks;     ///< number of ranks
    const uint32_t m_rank;       ///< whose schedule it is
    const Operation m_operation; ///< what is done
    const std::string m_scheme;  ///< how the network does it
    const bool m_divides;        ///< the buffer has a part for each rank
};

/** Lanes of a rank of an all-reduce through the scale-up domain. */
enum ServerLane
{
    SCATTER_SEND,    ///< to the ranks of the server, their slices
    SCATTER_RECEIVE, ///< from the ranks of the server, the own slice
    NETWORK_SEND,    ///< the own slice
    NETWORK_RECEIVE, ///< its sum over the servers
    GATHER_SEND,     ///< to the ranks of the server, the complete own slice
    GATHER_RECEIVE,  ///< from the ranks of the server, their complete slices
    N_SERVER_LANES,
};

/** One rank's schedule of an all-reduce through the scale-up domain. */
class ServerSchedule : public Schedule
{
  public:
    ServerSchedule(const Communicator& communicator,
                   uint32_t rank,
                   uint64_t bytes,
                   uint64_t nChunks,
                   std::string scheme)
        : m_communicator(communicator),
          m_server(communicator.GetPlace(rank).first),
          m_place(communicator.GetPlace(rank).second),
          m_nPlaces(communicator.GetServers()[0].size()),
          m_bytes(bytes),
          m_nChunks(nChunks),
          m_scheme(std::move(scheme))
    {
    }

    uint32_t GetNLanes() const override
    {
        return N_SERVER_LANES;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        const bool isNetwork = lane == NETWORK_SEND || lane == NETWORK_RECEIVE;
        return isNetwork ? m_nChunks : m_nChunks * (m_nPlaces - 1);
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        const bool sends = lane == SCATTER_SEND || lane == NETWORK_SEND || lane == GATHER_SEND;
        if (lane == NETWORK_SEND || lane == NETWORK_RECEIVE)
        {
            step.Reset(sends ? StepAction::SEND : StepAction::RECEIVE, Step::NETWORK, 1, index);
            step.group = m_place;
            if (sends)
            {
                step.after[0] = {SCATTER_RECEIVE, (index + 1) * (m_nPlaces - 1)};
            }
            AddChunk(m_place, index, step);
            return;
        }
        // Everybody begins with the next one, so that nobody is sent to by all at once.
        const uint64_t chunk = index / (m_nPlaces - 1);
        const uint32_t distance = index % (m_nPlaces - 1) + 1;
        const uint32_t other = (m_place + (sends ? distance : m_nPlaces - distance)) % m_nPlaces;
        const bool gathers = lane == GATHER_SEND || lane == GATHER_RECEIVE;
        const auto receive = gathers ? StepAction::RECEIVE : StepAction::REDUCE;
        step.Reset(sends ? StepAction::SEND : receive,
                   m_communicator.GetServers()[m_server][other],
                   gathers ? 2 : 0,
                   index);
        if (lane == GATHER_SEND)
        {
            step.after[0] = {NETWORK_RECEIVE, chunk + 1};
        }
        AddChunk(gathers == sends ? m_place : other, chunk, step);
    }

    std::vector<std::vector<uint32_t>> GetGroups() const override
    {
        std::vector<std::vector<uint32_t>> groups(m_nPlaces);
        for (const auto& server : m_communicator.GetServers())
        {
            for (uint32_t place = 0; place < m_nPlaces; ++place)
            {
                groups[place].push_back(server[place]);
            }
        }
        return groups;
    }

    std::string GetScheme() const override
    {
        return m_scheme;
    }

  private:
    /** Append a chunk of a slice. */
    void AddChunk(uint32_t place, uint64_t chunk, Step& step) const
    {
        const auto slice = Part{0, m_bytes}.Divide(place, m_nPlaces);
        const auto part = slice.Divide(chunk, m_nChunks);
        step.Add(Buffer::MAIN, part.offset, part.bytes);
    }

    const Communicator& m_communicator; ///< who takes part
    const uint32_t m_server;            ///< ours
    const uint32_t m_place;             ///< in it
    const uint32_t m_nPlaces;           ///< ranks of a server
    const uint64_t m_bytes;             ///< of the buffer
    const uint64_t m_nChunks;           ///< of a slice
    const std::string m_scheme;         ///< how the network reduces
};

} // namespace

TypeId
InNetwork::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::InNetwork")
            .SetParent<Algorithm>()
            .SetGroupName("Collective")
            .AddConstructor<InNetwork>()
            .AddAttribute("Scheme",
                          "How the network adds up: a type derived from rdma::ReductionWorker, "
                          "or cluster::ScaleUpReduction, the scale-up switch (NVLS).",
                          TypeIdValue(rdma::SharpReduction::GetTypeId()),
                          MakeTypeIdAccessor(&InNetwork::m_scheme),
                          MakeTypeIdChecker())
            .AddAttribute("Fallback",
                          "Whether the CollectiveEngine's Library does it among hosts where the "
                          "network has no engines, slots or trees for a group, or all of it are in "
                          "one server; otherwise the operation fails with the reason.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&InNetwork::m_fallback),
                          MakeBooleanChecker())
            .AddAttribute("ChunkSize",
                          "All-reduce with several ranks in a server: largest message, bytes, "
                          "that goes through the phases as a whole. The default is that of the "
                          "other algorithms.",
                          UintegerValue(524288),
                          MakeUintegerAccessor(&InNetwork::m_chunkSize),
                          MakeUintegerChecker<uint64_t>(1));
    return tid;
}

InNetwork::InNetwork() = default;

InNetwork::~InNetwork() = default;

bool
InNetwork::DoSupports(CollectiveType type) const
{
    switch (type)
    {
    case CollectiveType::ALL_REDUCE:
    case CollectiveType::REDUCE_SCATTER:
    case CollectiveType::ALL_GATHER:
    case CollectiveType::BROADCAST:
    case CollectiveType::REDUCE:
    case CollectiveType::BARRIER:
        return true;
    default:
        return false;
    }
}

std::string
InNetwork::DoCheck() const
{
    const bool isWorker =
        m_scheme.IsChildOf(rdma::ReductionWorker::GetTypeId()) && m_scheme.HasConstructor();
    return isWorker || m_scheme == cluster::ScaleUpReduction::GetTypeId()
               ? ""
               : "Scheme of InNetwork: " + m_scheme.GetName() +
                     " is none, expected a type such as ns3::rdma::SharpReduction";
}

Ptr<const Algorithm>
InNetwork::DoGetFallback(CollectiveType type) const
{
    static const std::vector<std::pair<CollectiveType, std::string>> names = {
        {CollectiveType::ALL_REDUCE, "RingAllReduce"},
        {CollectiveType::REDUCE_SCATTER, "RingReduceScatter"},
        {CollectiveType::ALL_GATHER, "RingAllGather"},
        {CollectiveType::BROADCAST, "RingBroadcast"},
        {CollectiveType::REDUCE, "RingReduce"},
        {CollectiveType::BARRIER, "DisseminationBarrier"},
    };
    if (!m_fallback)
    {
        return nullptr;
    }
    const auto it = std::find_if(
        names.begin(), names.end(), [type](const auto& each) { return each.first == type; });
    return ObjectFactory("ns3::collective::" + it->second).Create<Algorithm>();
}

std::unique_ptr<Schedule>
InNetwork::DoBuild(const Communicator& communicator,
                   const Operation& operation,
                   uint32_t rank) const
{
    const auto& servers = communicator.GetServers();
    const std::size_t nPlaces = servers[0].size();
    const bool even =
        std::all_of(servers.begin(),
                    servers.end(),
                    [nPlaces](const auto& server) { return server.size() == nPlaces; });
    const std::string scheme = m_scheme.GetName();
    if (operation.type != CollectiveType::ALL_REDUCE || nPlaces < 2 || servers.size() < 2 || !even)
    {
        return std::make_unique<FlatSchedule>(communicator.GetSize(), operation, rank, scheme);
    }
    const uint64_t slice = operation.bytes / nPlaces + 1;
    const uint64_t nChunks =
        std::clamp<uint64_t>((slice + m_chunkSize - 1) / m_chunkSize, 1, MAX_KEYS / nPlaces);
    return std::make_unique<ServerSchedule>(communicator, rank, operation.bytes, nChunks, scheme);
}

} // namespace ns3::collective
