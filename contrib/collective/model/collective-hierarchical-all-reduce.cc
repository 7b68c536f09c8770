/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-hierarchical-all-reduce.h"

#include "collective-ring-schedule.h"

#include <algorithm>

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(HierarchicalAllReduce);

namespace
{

/** Lanes of a rank. */
enum HierarchicalLane
{
    SCATTER_SEND,    ///< to the ranks of the server, their slices
    SCATTER_RECEIVE, ///< from the ranks of the server, the own slice
    RING_SEND,       ///< to the next server
    RING_RECEIVE,    ///< from the server before
    GATHER_SEND,     ///< to the ranks of the server, the complete own slice
    GATHER_RECEIVE,  ///< from the ranks of the server, their complete slices
    N_HIERARCHICAL_LANES,
};

/**
 * One rank's schedule. The buffer has a slice for each place in a server, a slice has a piece for
 * each server, and a piece has chunks. All phases take the pieces in the order in which the ring
 * uses them, so that each begins when the first chunk of the one before it is done.
 */
class HierarchicalSchedule : public Schedule
{
  public:
    HierarchicalSchedule(const Communicator& communicator,
                         uint32_t rank,
                         uint64_t bytes,
                         uint64_t nChunks)
        : m_communicator(communicator),
          m_server(communicator.GetPlace(rank).first),
          m_place(communicator.GetPlace(rank).second),
          m_nServers(communicator.GetServers().size()),
          m_nPlaces(communicator.GetServers()[0].size()),
          m_bytes(bytes),
          m_nChunks(nChunks)
    {
    }

    uint32_t GetNLanes() const override
    {
        return N_HIERARCHICAL_LANES;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        const bool isRing = lane == RING_SEND || lane == RING_RECEIVE;
        return isRing ? 2 * (m_nServers - 1) * m_nChunks : m_nServers * m_nChunks * (m_nPlaces - 1);
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        if (lane == RING_SEND || lane == RING_RECEIVE)
        {
            GetRingStep(lane, index, step);
        }
        else
        {
            GetServerStep(lane, index, step);
        }
    }

  private:
    /** A step on the ring of servers: as RingAllReduce on the own slice. */
    void GetRingStep(uint32_t lane, uint64_t index, Step& step) const
    {
        const uint64_t ringStep = index / m_nChunks;
        const uint64_t chunk = index % m_nChunks;
        const auto& servers = m_communicator.GetServers();
        if (lane == RING_SEND)
        {
            step.Reset(StepAction::SEND, servers[(m_server + 1) % m_nServers][m_place], 1, index);
            step.after[0] = {RING_RECEIVE, ringStep == 0 ? 0 : index - m_nChunks + 1};
            // The piece has been reduced in the server, too.
            const uint64_t nPieces = std::min<uint64_t>(ringStep, m_nServers - 1);
            step.after[1] = {SCATTER_RECEIVE, CountServerSteps(nPieces, chunk)};
            AddChunk(m_place, m_server + 2 * m_nServers - ringStep, chunk, step);
            return;
        }
        step.Reset(ringStep < m_nServers - 1 ? StepAction::REDUCE : StepAction::RECEIVE,
                   servers[(m_server + m_nServers - 1) % m_nServers][m_place],
                   1,
                   index);
        AddChunk(m_place, m_server + 2 * m_nServers - ringStep - 1, chunk, step);
    }

    /** A step between two ranks of the server. */
    void GetServerStep(uint32_t lane, uint64_t index, Step& step) const
    {
        const uint64_t distance = index % (m_nPlaces - 1) + 1;
        const uint64_t number = index / (m_nPlaces - 1);
        const uint64_t piece = number / m_nChunks;
        const uint64_t chunk = number % m_nChunks;
        const bool sends = lane == SCATTER_SEND || lane == GATHER_SEND;
        const bool gathers = lane == GATHER_SEND || lane == GATHER_RECEIVE;
        const uint64_t peer = (m_place + (sends ? distance : m_nPlaces - distance)) % m_nPlaces;
        const auto receive = gathers ? StepAction::RECEIVE : StepAction::REDUCE;
        step.Reset(sends ? StepAction::SEND : receive,
                   m_communicator.GetServers()[m_server][peer],
                   gathers ? 2 : 0,
                   number);
        if (lane == GATHER_SEND)
        {
            // The ring completes the pieces from its step m-2 on; the first of them is the last
            // that is reduced in the server.
            if (m_nServers > 1)
            {
                step.after[0] = {RING_RECEIVE, (m_nServers - 2 + piece) * m_nChunks + chunk + 1};
            }
            if (piece == 0)
            {
                step.after[1] = {SCATTER_RECEIVE, CountServerSteps(m_nServers - 1, chunk)};
            }
        }
        const uint64_t slice = sends == gathers ? m_place : peer;
        AddChunk(slice, m_server + m_nServers + (gathers ? 1 : 0) - piece, chunk, step);
    }

    /** @return steps of a lane in the server until a chunk of the piece with this number is done */
    uint64_t CountServerSteps(uint64_t piece, uint64_t chunk) const
    {
        return (piece * m_nChunks + chunk + 1) * (m_nPlaces - 1);
    }

    /** Add a chunk of a piece (modulo their number) of a slice to a step. */
    void AddChunk(uint64_t slice, uint64_t piece, uint64_t chunk, Step& step) const
    {
        const auto part = Part{0, m_bytes}
                              .Divide(slice, m_nPlaces)
                              .Divide(piece % m_nServers, m_nServers)
                              .Divide(chunk, m_nChunks);
        step.Add(Buffer::MAIN, part.offset, part.bytes);
    }

    const Communicator& m_communicator; ///< who takes part
    const uint64_t m_server;            ///< own server
    const uint64_t m_place;             ///< own place in it
    const uint64_t m_nServers;          ///< number of servers
    const uint64_t m_nPlaces;           ///< number of ranks of each
    const uint64_t m_bytes;             ///< size of the buffer
    const uint64_t m_nChunks;           ///< number of chunks of a piece
};

} // namespace

TypeId
HierarchicalAllReduce::GetTypeId()
{
    static TypeId tid = TypeId("ns3::collective::HierarchicalAllReduce")
                            .SetParent<ChunkedAlgorithm>()
                            .SetGroupName("Collective")
                            .AddConstructor<HierarchicalAllReduce>();
    return tid;
}

bool
HierarchicalAllReduce::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_REDUCE;
}

std::unique_ptr<Schedule>
HierarchicalAllReduce::DoBuild(const Communicator& communicator,
                               const Operation& operation,
                               uint32_t rank) const
{
    const auto& servers = communicator.GetServers();
    const uint32_t n = communicator.GetSize();
    const uint32_t m = servers.size();
    const uint32_t g = servers[0].size();
    for (const auto& server : servers)
    {
        if (server.size() != g)
        {
            const uint32_t nChannels = GetNChannels(communicator);
            const uint64_t share = RingSchedule::GetLargestShare(operation.bytes, n, nChannels);
            return std::make_unique<RingSchedule>(communicator,
                                                  rank,
                                                  operation.bytes,
                                                  nChannels,
                                                  GetNChunks(share, 2 * (n - 1)),
                                                  RingSchedule::Law{2 * (n - 1), n - 1, 0});
        }
    }
    const uint64_t largest = Part{0, operation.bytes}.Divide(0, g).Divide(0, m).bytes;
    return std::make_unique<HierarchicalSchedule>(
        communicator, rank, operation.bytes, GetNChunks(largest, 2 * m));
}

} // namespace ns3::collective
