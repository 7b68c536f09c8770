/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-rail-all-to-all.h"

#include "collective-pairwise-all-to-all.h"

#include "ns3/uinteger.h"

namespace ns3::collective
{

NS_OBJECT_ENSURE_REGISTERED(RailAllToAll);

namespace
{

/** Lanes of a rank. */
enum RailLane
{
    LOCAL_SEND,    ///< to the other ranks of the server
    LOCAL_RECEIVE, ///< from the other ranks of the server
    RAIL_SEND,     ///< to the same place of other servers
    RAIL_RECEIVE,  ///< from the same place of other servers
    N_RAIL_LANES,
};

/**
 * One rank's schedule. Exchange number d, from 1 to m-1, is with the servers at distance d; number
 * m is what stays in the server.
 */
class RailSchedule : public Schedule
{
  public:
    RailSchedule(const Communicator& communicator,
                 uint32_t rank,
                 uint64_t bytes,
                 uint32_t exchanges)
        : m_communicator(communicator),
          m_rank(rank),
          m_server(communicator.GetPlace(rank).first),
          m_place(communicator.GetPlace(rank).second),
          m_nServers(communicator.GetServers().size()),
          m_nPlaces(communicator.GetServerSize()),
          m_whole{0, bytes},
          m_exchanges(exchanges)
    {
    }

    uint32_t GetNLanes() const override
    {
        return N_RAIL_LANES;
    }

    uint64_t GetNSteps(uint32_t lane) const override
    {
        return lane < RAIL_SEND ? m_nServers * (m_nPlaces - 1) : m_nServers - 1;
    }

    void GetStep(uint32_t lane, uint64_t index, Step& step) const override
    {
        if (lane < RAIL_SEND)
        {
            GetLocalStep(lane, index, step);
            return;
        }
        const uint64_t distance = index + 1;
        if (lane == RAIL_RECEIVE)
        {
            const uint64_t server = (m_server + m_nServers - distance) % m_nServers;
            step.Reset(StepAction::RECEIVE, GetRank(server, m_place), 1, index);
            for (uint64_t place = 0; place < m_nPlaces; ++place)
            {
                AddOutput(GetRank(server, place), step);
            }
            return;
        }
        const uint64_t server = (m_server + distance) % m_nServers;
        const uint32_t peer = GetRank(server, m_place);
        step.Reset(StepAction::SEND, peer, 1, index);
        for (uint64_t place = 0; place < m_nPlaces; ++place)
        {
            if (place == m_place)
            {
                AddInput(peer, step);
            }
            else
            {
                step.Add(Buffer::SCRATCH, GetRoom(distance, place), GetPart(peer).bytes);
            }
        }
        step.after[0] = {LOCAL_RECEIVE, distance * (m_nPlaces - 1)};
        if (distance > m_exchanges)
        {
            step.after[1] = {RAIL_SEND, distance - m_exchanges};
            step.after[2] = {RAIL_RECEIVE, distance - m_exchanges};
        }
    }

  private:
    /** A step between two ranks of the server. */
    void GetLocalStep(uint32_t lane, uint64_t index, Step& step) const
    {
        const uint64_t distance = index / (m_nPlaces - 1) + 1;
        const uint64_t turn = index % (m_nPlaces - 1) + 1;
        const uint64_t server = (m_server + distance) % m_nServers;
        if (lane == LOCAL_SEND)
        {
            const uint64_t place = (m_place + turn) % m_nPlaces;
            step.Reset(StepAction::SEND, GetRank(m_server, place), 0, index);
            AddInput(GetRank(server, place), step);
            return;
        }
        const uint64_t place = (m_place + m_nPlaces - turn) % m_nPlaces;
        const uint32_t peer = GetRank(m_server, place);
        step.Reset(StepAction::RECEIVE, peer, 0, index);
        if (server == m_server)
        {
            AddOutput(peer, step);
        }
        else
        {
            step.Add(
                Buffer::SCRATCH, GetRoom(distance, place), GetPart(GetRank(server, m_place)).bytes);
        }
    }

    /** @return the rank at a place of a server */
    uint32_t GetRank(uint64_t server, uint64_t place) const
    {
        return m_communicator.GetServers()[server][place];
    }

    /** @return the part of a buffer that is for a rank */
    Part GetPart(uint32_t rank) const
    {
        return m_whole.Divide(rank, m_communicator.GetSize());
    }

    /** @return where in the scratch buffer the part from a place for a server waits */
    uint64_t GetRoom(uint64_t distance, uint64_t place) const
    {
        return (distance * m_nPlaces + place) * GetPart(0).bytes;
    }

    /** Add what is for a rank to a step. */
    void AddInput(uint32_t rank, Step& step) const
    {
        const auto part = GetPart(rank);
        step.Add(Buffer::MAIN, part.offset, part.bytes);
    }

    /** Add the room for what comes from a rank to a step. */
    void AddOutput(uint32_t rank, Step& step) const
    {
        const uint64_t bytes = GetPart(m_rank).bytes;
        step.Add(Buffer::OUTPUT, rank * bytes, bytes);
    }

    const Communicator& m_communicator; ///< who takes part
    const uint32_t m_rank;              ///< whose schedule it is
    const uint64_t m_server;            ///< own server
    const uint64_t m_place;             ///< own place in it
    const uint64_t m_nServers;          ///< number of servers
    const uint64_t m_nPlaces;           ///< number of ranks of each
    const Part m_whole;                 ///< the buffer
    const uint64_t m_exchanges;         ///< how many exchanges with servers may overlap
};

} // namespace

TypeId
RailAllToAll::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::collective::RailAllToAll")
            .SetParent<Algorithm>()
            .SetGroupName("Collective")
            .AddConstructor<RailAllToAll>()
            .AddAttribute("Exchanges",
                          "Number of exchanges with different servers that may be under way at "
                          "once, at least 1: an exchange begins when all but so many minus one of "
                          "those before it are over at this rank (default: as PairwiseAllToAll).",
                          UintegerValue(1),
                          MakeUintegerAccessor(&RailAllToAll::m_exchanges),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

bool
RailAllToAll::DoSupports(CollectiveType type) const
{
    return type == CollectiveType::ALL_TO_ALL;
}

std::unique_ptr<Schedule>
RailAllToAll::DoBuild(const Communicator& communicator,
                      const Operation& operation,
                      uint32_t rank) const
{
    if (communicator.GetServerSize() == 0)
    {
        auto pairwise = CreateObject<PairwiseAllToAll>();
        pairwise->SetAttribute("Exchanges", UintegerValue(m_exchanges));
        return pairwise->Build(communicator, operation, rank);
    }
    return std::make_unique<RailSchedule>(communicator, rank, operation.bytes, m_exchanges);
}

} // namespace ns3::collective
