/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_SYMBOLIC_MEMORY_H
#define COLLECTIVE_SYMBOLIC_MEMORY_H

#include "ns3/collective-schedule.h"
#include "ns3/collective-types.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::collective::test
{

/**
 * What each byte of each rank's buffers is made of while a collective is executed: which ranks have
 * contributed to it, and from which offset of theirs. Finds data that is missing, added twice, in
 * the wrong place, or sent before it was there.
 */
class SymbolicMemory
{
  public:
    /**
     * Fill the buffers with what the collective starts from.
     *
     * @param operation the collective
     * @param nRanks number of ranks, up to 64
     * @param sizes for an all-to-all-v: bytes from each rank to each rank
     */
    SymbolicMemory(const Operation& operation,
                   uint32_t nRanks,
                   std::vector<std::vector<uint64_t>> sizes = {});

    /** A rank sends. */
    void Send(uint32_t rank, const Step& step);

    /** A rank has received, or copied or added own data. */
    void Receive(uint32_t rank, const Step& step);

    /** @return the first thing that was wrong, also with what the buffers hold now; or "" */
    std::string Check();

  private:
    /** What a byte is made of. */
    struct Cell
    {
        uint64_t ranks{0};  ///< bit r: rank r has contributed; 0: there is no data
        uint64_t offset{0}; ///< where the contributions come from
    };

    using Cells = std::vector<Cell>;
    using Key = std::tuple<uint32_t, uint32_t, uint8_t, uint32_t>; ///< from, to, channel, key

    /** A message under way. */
    struct Payload
    {
        uint64_t heard{0}; ///< ranks that the sender knows to have begun
        Cells cells;       ///< the data
    };

    /** What the network reduces or copies. */
    struct Result
    {
        uint64_t heard{0};    ///< ranks that the senders know to have begun
        uint64_t from{0};     ///< bit r: rank r has sent
        uint64_t received{0}; ///< bit r: rank r has got it
        uint64_t bytes{0};    ///< size
        Cells cells;          ///< the data so far
    };

    /** A rank sends to the network. */
    void Contribute(uint32_t rank, const Step& step, Payload payload);

    /** A rank has received from the network. @return whether to go on with what it got */
    bool TakeResult(uint32_t rank, const Step& step, Payload& payload);

    /** @return the part of rank `from`'s buffer that goes to rank `to` in an all-to-all(-v) */
    Part GetSentPart(uint32_t from, uint32_t to) const;

    /** @return where it goes to in rank `to`'s output */
    Part GetReceivedPart(uint32_t from, uint32_t to) const;

    /** Put or add cells into the ranges of a step. */
    void Write(uint32_t rank, const Step& step, const Cells& cells);

    /** Note a mistake, if it is the first. */
    void Complain(uint32_t rank, const std::string& what);

    /** @return the bytes of a range; an empty range and a complaint if it is out of bounds */
    Cell* Find(uint32_t rank, const Range& range);

    /** Compare a range with what it has to be. */
    void Expect(uint32_t rank, Range range, uint64_t ranks, uint64_t offset);

    const Operation m_operation;                      ///< the collective
    const uint32_t m_nRanks;                          ///< number of ranks
    const std::vector<std::vector<uint64_t>> m_sizes; ///< all-to-all-v: from each rank to each
    std::vector<std::array<Cells, 3>> m_buffers;      ///< by rank and Buffer
    std::vector<uint64_t> m_heard;                    ///< by rank: who is known to have begun
    std::map<Key, Payload> m_payloads;                ///< under way
    std::map<std::pair<uint8_t, uint32_t>, std::map<uint32_t, Result>>
        m_results;       ///< by channel and key, and group
    std::string m_error; ///< the first mistake
};

} // namespace ns3::collective::test

#endif /* COLLECTIVE_SYMBOLIC_MEMORY_H */
