/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_IN_NETWORK_H
#define COLLECTIVE_IN_NETWORK_H

#include "collective-algorithm.h"

#include "ns3/type-id.h"

#include <cstdint>
#include <memory>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Collectives by switches that add up and copy: all-reduce, reduce-scatter, all-gather, broadcast,
 * reduce and barrier. Every rank sends its buffer to the network once and gets the result once: an
 * all-reduce takes S/B where a ring takes 2 (n-1)/n S/B, and 2 d hops of latency in a tree of depth
 * d instead of 2 (n-1) steps.
 *
 * - All-reduce, reduce and barrier are one reduction of the whole group.
 * - A reduce-scatter is n reductions, of part r to rank r; the others hear that it is done. Every
 *   rank sends the whole buffer, its own part too: S/B, a ring (n-1)/n S/B.
 * - An all-gather is n multicasts, of part r from rank r; the others say that they are ready.
 *
 * Where the servers have several ranks each, equally many, an all-reduce goes first through the
 * scale-up domain: every rank reduces a slice of its server's buffers, the network reduces the
 * slices of the ranks in equal places of their servers, and the ranks of a server gather the slices
 * (NCCL's CollNet direct). The slices go through these phases in chunks. The other collectives are
 * flat, with all ranks in one group.
 *
 * The network makes its groups as Scheme says. With cluster::ScaleUpReduction it is the scale-up
 * switch that reduces (NVLS); it has only ranks of one server, in one group. Where it cannot (no
 * engine, no free slots, two ranks behind one NIC port, no scale-up switch that has all; or, for
 * switches outside, all ranks in one scale-up domain), the Library of CollectiveEngine does it, if
 * Fallback is set.
 */
class InNetwork : public Algorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    InNetwork();
    ~InNetwork() override;

  private:
    bool DoSupports(CollectiveType type) const override;
    std::string DoCheck() const override;
    Ptr<const Algorithm> DoGetFallback(CollectiveType type) const override;
    std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                      const Operation& operation,
                                      uint32_t rank) const override;

    TypeId m_scheme;      ///< type of the workers
    bool m_fallback;      ///< do without the network if need be
    uint64_t m_chunkSize; ///< bytes
};

} // namespace ns3::collective

#endif /* COLLECTIVE_IN_NETWORK_H */
