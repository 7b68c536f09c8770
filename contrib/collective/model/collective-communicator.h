/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_COMMUNICATOR_H
#define COLLECTIVE_COMMUNICATOR_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * A cyclic order of the ranks of a communicator.
 */
struct Ring
{
    std::vector<uint32_t> ranks;     ///< rank at each position
    std::vector<uint32_t> positions; ///< position of each rank
};

/**
 * @ingroup collective
 * Rates of the slowest member of a communicator, bytes/s.
 */
struct MemberRates
{
    double scaleOut{0}; ///< of data on the scale-out fabric; 0: unknown
    double scaleUp{0};  ///< of its port into the scale-up domain; 0: there is none
};

/**
 * @ingroup collective
 * A group of accelerators that work together, in the order of their ranks. An immutable value.
 *
 * It also knows on which servers its ranks are, and from that derives ring orders in which the
 * ranks of a server follow each other, so that one hop per ring and server crosses the scale-out
 * fabric. There are as many rings as the smallest server has ranks (one if there is only one
 * server), and they leave and enter each server by different accelerators, so that every NIC sends
 * and receives for exactly one ring. A hop leaves by the k-th rank of a server and arrives at the
 * k-th rank of the next, which is the same rail of a rail-optimised fabric. k is c for the even
 * hops of ring c and c+1 for the odd ones, because a server cannot be entered and left by the same
 * accelerator; an odd number of servers needs a third one for the last hop, or has one hop across
 * rails if there are only two.
 */
class Communicator
{
  public:
    /** GetRank of an accelerator that is no member. */
    static constexpr uint32_t NO_RANK = UINT32_MAX;

    /**
     * Say whether a list can be a communicator.
     *
     * @param accelerators the list
     * @param nAccelerators number of accelerators that exist
     * @return what is wrong, for people to read; empty if nothing is
     */
    static std::string Check(const std::vector<uint32_t>& accelerators, uint32_t nAccelerators);

    /**
     * @param id number of the communicator
     * @param accelerators accelerator of each rank; not empty, no accelerator twice
     * @param domains scale-up domain (server) of each rank
     * @param rates rates of the slowest member, for those who choose algorithms
     */
    Communicator(uint32_t id,
                 std::vector<uint32_t> accelerators,
                 const std::vector<uint32_t>& domains,
                 const MemberRates& rates = {});

    /** @return rates of the slowest member */
    const MemberRates& GetRates() const;

    /** @return number of ranks of each server, 0 if they differ */
    uint32_t GetServerSize() const;

    /** @return number of the communicator */
    uint32_t GetId() const;

    /** @return number of ranks */
    uint32_t GetSize() const;

    /** @param rank a rank @return its accelerator */
    uint32_t GetAccelerator(uint32_t rank) const;

    /** @param accelerator an accelerator @return its rank, or NO_RANK */
    uint32_t GetRank(uint32_t accelerator) const;

    /** @return ranks of each server, servers in the order of their lowest rank */
    const std::vector<std::vector<uint32_t>>& GetServers() const;

    /** @param rank a rank @return index in GetServers of its server, index of the rank in there */
    std::pair<uint32_t, uint32_t> GetPlace(uint32_t rank) const;

    /** @return number of different rings, at least 1 */
    uint32_t GetNRings() const;

    /** @param channel any number @return ring number channel modulo GetNRings */
    const Ring& GetRing(uint32_t channel) const;

  private:
    /** @param channel number of the ring @return its order */
    Ring BuildRing(uint32_t channel) const;

    uint32_t m_id;                                       ///< number
    MemberRates m_rates;                                 ///< of the slowest member
    std::vector<uint32_t> m_accelerators;                ///< by rank
    std::vector<std::pair<uint32_t, uint32_t>> m_ranks;  ///< (accelerator, rank), sorted
    std::vector<std::vector<uint32_t>> m_servers;        ///< ranks by server
    std::vector<std::pair<uint32_t, uint32_t>> m_places; ///< by rank: (server, index)
    std::vector<Ring> m_rings;                           ///< by channel
};

} // namespace ns3::collective

#endif /* COLLECTIVE_COMMUNICATOR_H */
