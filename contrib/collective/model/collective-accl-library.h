/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_ACCL_LIBRARY_H
#define COLLECTIVE_ACCL_LIBRARY_H

#include "collective-ring-library.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * Choices in the manner of ACCL (Dong et al., "EFLOPS: Algorithm and System Co-Design for a High
 * Performance Distributed Training Platform", HPCA 2020; "ACCL: Architecting Highly Scalable
 * Distributed Training Systems With Highly Efficient Collective Communication Library", IEEE Micro
 * 2021): all-reduces by halving and doubling, whose first steps stay in the server where ranks are
 * packed, so that S/g per rank leaves it; in two dimensions with rings where the number of ranks is
 * no power of two; reduce-scatters and all-gathers in as few steps. ACCL spreads its messages over
 * connections of disjoint paths, which PacketMessageNetwork does (QueuePairs, DisjointPaths).
 */
class AcclLibrary : public RingLibrary
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    Choice DoChoose(const Communicator& communicator, const Operation& operation) const override;
};

} // namespace ns3::collective

#endif /* COLLECTIVE_ACCL_LIBRARY_H */
