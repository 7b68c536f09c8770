/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ATP_SERVER_H
#define RDMA_ATP_SERVER_H

#include "rdma-reduction-port.h"
#include "rdma-reduction-worker.h"
#include "rdma-ring-buffer.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Parameter server of an aggregation tree of ATP (see fabric::AtpEngine): adds up the sums and
 * single contributions that reach it, each member once, and sends the result to all.
 *
 * A sum some of whose members it has already is dropped; the others among them send again on their
 * own. Whoever sends again after the result was made gets it once more, alone; results are kept as
 * long as some member may ask, which is two windows of chunks.
 *
 * Adding at the host takes no time of its own: what limits a server is its port.
 */
class AtpServer : public ReductionEndpoint
{
  public:
    /** Counters since the start. */
    struct Counters
    {
        uint64_t sums{0};        ///< frames that held several contributions
        uint64_t singles{0};     ///< frames that held one
        uint64_t overlapping{0}; ///< frames dropped since some of their members were there
        uint64_t resent{0};      ///< results sent again
    };

    /** @param port where its host is attached @param node the tree @param headerBytes of frames */
    AtpServer(ReductionPort& port, ReductionServerNode node, uint32_t headerBytes);

    ~AtpServer() override;

    /** @return the counters */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    void Receive(const fabric::Frame& frame) override;
    uint8_t GetPriority() const override;
    bool HasNext(const ReductionPort& port, Ticks now) override;
    bool Next(const ReductionPort& port,
              ReductionFields& fields,
              uint32_t& bytes,
              Ticks now) override;

  private:
    /** A chunk. */
    struct Entry
    {
        ReductionFields fields; ///< sum so far
        std::vector<bool> seen; ///< by member
        uint32_t missing{0};    ///< members that are not in it
        bool isTaken{false};    ///< there is a chunk
    };

    /** @return members whose data a frame holds */
    void Expand(const ReductionFields& fields, std::vector<uint32_t>& members) const;

    /** Queue the result of a chunk. */
    void Answer(ReductionFields fields);

    ReductionPort& m_port;             ///< where we are
    const ReductionServerNode m_node;  ///< the tree
    const uint32_t m_headerBytes;      ///< of frames
    std::vector<Entry> m_entries;      ///< by chunk modulo their number
    std::vector<uint32_t> m_members;   ///< scratch of Receive
    RingBuffer<ReductionFields> m_out; ///< results to be sent
    uint8_t m_priority{3};             ///< class of the last contribution
    Counters m_counters;               ///< counters
};

} // namespace ns3::rdma

#endif /* RDMA_ATP_SERVER_H */
