/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_NCCL_MODEL_H
#define COLLECTIVE_NCCL_MODEL_H

#include "collective-communicator.h"
#include "collective-types.h"

#include <cstdint>

namespace ns3::collective
{

/**
 * @ingroup collective
 * NCCL's model of how long a collective takes with an algorithm and a protocol: a latency and a
 * bandwidth from a table of constants, by which it chooses. After NCCL 2.26, src/graph/tuning.cc;
 * what it calls a node is a server here. NVLS and CollNet after the same file (as of commit
 * 5067397c).
 *
 * The bandwidth is that of a server's way out, or of an accelerator's port where there is only one
 * server. Left out: NVLS between servers (NVLSTree); CollNet of other collectives than all-reduce;
 * the influence of CPUs other than Intel's; PCI instead of NVLink inside of servers.
 */
class NcclModel
{
  public:
    /** Algorithms that it knows. */
    enum NcclAlgorithm : uint8_t
    {
        RING,    ///< all collectives
        TREE,    ///< ALL_REDUCE
        PAT,     ///< ALL_GATHER and REDUCE_SCATTER, one rank in each server
        NVLS,    ///< ALL_REDUCE, ALL_GATHER and REDUCE_SCATTER by the switch of one server
        COLLNET, ///< ALL_REDUCE by the switches between servers; direct, or chain if a server has
                 ///< one rank
    };

    /** Protocols that it knows. */
    enum NcclProtocol : uint8_t
    {
        LL,     ///< low latency
        LL128,  ///< low latency, 128 bytes
        SIMPLE, ///< Simple
    };

    /** Generations of accelerators that it has constants for. */
    enum Generation : uint8_t
    {
        VOLTA,     ///< V100
        AMPERE,    ///< A100
        HOPPER,    ///< H100
        BLACKWELL, ///< B200
    };

    /**
     * @param communicator who takes part
     * @param nChannels channels that there are for large buffers
     * @param generation of the accelerators
     */
    NcclModel(const Communicator& communicator, uint32_t nChannels, Generation generation);

    /**
     * @param type the collective, before ALL_TO_ALL
     * @param algorithm an algorithm
     * @param protocol a protocol
     * @param bytes Operation::bytes
     * @return expected duration, s; infinite if NCCL does not do it so
     */
    double GetSeconds(CollectiveType type,
                      NcclAlgorithm algorithm,
                      NcclProtocol protocol,
                      uint64_t bytes) const;

    /**
     * A channel should have enough to do for its threads: 512 of them (640 with LL128), each 8
     * bytes (64 with SIMPLE), times the number of ranks for a ring with LL.
     *
     * @param algorithm an algorithm
     * @param protocol a protocol
     * @param bytes Operation::bytes
     * @return number of channels that are used
     */
    uint32_t GetNChannels(NcclAlgorithm algorithm, NcclProtocol protocol, uint64_t bytes) const;

  private:
    /** @return whether NCCL does a collective so */
    bool IsPossible(CollectiveType type, NcclAlgorithm algorithm, NcclProtocol protocol) const;

    /** @return bytes/us of the buffer */
    double GetBandwidth(CollectiveType type, NcclAlgorithm algorithm, NcclProtocol protocol) const;

    /** @return us until the first bytes are through */
    double GetLatency(CollectiveType type, NcclAlgorithm algorithm, NcclProtocol protocol) const;

    /** @return number of steps of a ring */
    uint32_t GetNSteps(CollectiveType type) const;

    uint32_t m_nRanks;       ///< size of the communicator
    uint32_t m_nServers;     ///< servers that it is on
    uint32_t m_nChannels;    ///< channels for large buffers
    double m_rate;           ///< bytes/us, of data on the narrowest way
    Generation m_generation; ///< of the accelerators
};

} // namespace ns3::collective

#endif /* COLLECTIVE_NCCL_MODEL_H */
