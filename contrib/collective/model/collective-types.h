/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_TYPES_H
#define COLLECTIVE_TYPES_H

#include "ns3/nstime.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::collective
{

/** What a group of accelerators does together; the last two concern one pair. */
enum class CollectiveType : uint8_t
{
    ALL_REDUCE,     ///< everybody ends with the sum of all buffers
    REDUCE_SCATTER, ///< rank r ends with part r of the sum
    ALL_GATHER,     ///< everybody ends with the parts of all ranks
    BROADCAST,      ///< everybody ends with the root's buffer
    REDUCE,         ///< the root ends with the sum of all buffers
    ALL_TO_ALL,     ///< rank r ends with part r of every rank's buffer
    ALL_TO_ALL_V,   ///< the same with parts of any size (ExchangeSizes)
    BARRIER,        ///< nobody goes on before everybody has come; no bytes
    SEND,           ///< one message to a peer
    RECEIVE,        ///< one message from a peer
};

/** Number of types in which a communicator takes part: those before SEND. */
constexpr uint32_t N_COLLECTIVE_TYPES = 8;

/** @param type a type @return its name as in a scenario file: "all-reduce", "send", ... */
std::string GetTypeName(CollectiveType type);

/**
 * @ingroup collective
 * Sizes of the parts of an all-to-all-v at one rank. What rank a sends to rank b must be what rank
 * b receives from rank a.
 */
struct ExchangeSizes
{
    std::vector<uint64_t> sent;     ///< bytes to each rank; the own part stays and costs nothing
    std::vector<uint64_t> received; ///< bytes from each rank
};

/**
 * @ingroup collective
 * One participation of one accelerator: what it posts to the CollectiveEngine.
 *
 * All ranks of a collective post the same type, communicator, sequence, bytes and root, each at its
 * own time.
 */
struct Operation
{
    /** Sequence for "the next one of this communicator at this rank": the count of such posts. */
    static constexpr uint32_t AUTO_SEQUENCE = UINT32_MAX;

    CollectiveType type{CollectiveType::ALL_REDUCE}; ///< what to do
    uint32_t communicator{0};                        ///< who (collectives)
    uint32_t sequence{AUTO_SEQUENCE}; ///< which one (collectives): the same number at all ranks;
                                      ///< two in flight at a rank must differ modulo 65536
    uint64_t bytes{0};   ///< size of the buffer as nccl-tests count it: the whole array of a rank,
                         ///< for ALL_GATHER the array that everybody ends with, for
                         ///< REDUCE_SCATTER and ALL_TO_ALL the one that everybody starts with
    uint32_t root{0};    ///< rank that sends (BROADCAST) or gets (REDUCE) the data
    uint32_t peer{0};    ///< the other accelerator (SEND, RECEIVE)
    uint32_t tag{0};     ///< SEND matches RECEIVE by (peer, tag), in the order of posting
    uint8_t priority{3}; ///< class on the wire of the scale-out fabric
    uint64_t cookie{0};  ///< the user's; comes back with the completion
    std::shared_ptr<const ExchangeSizes>
        sizes; ///< ALL_TO_ALL_V: the parts; `bytes` is for bandwidths
};

/**
 * @ingroup collective
 * Who is told that an operation is over. Calls come in the context of the accelerator's node; a new
 * operation may be posted from inside.
 */
class OperationHandler
{
  public:
    virtual ~OperationHandler() = default;

    /**
     * All data of this rank has come and been reduced, and all it sent is confirmed.
     *
     * @param accelerator whose participation is over
     * @param operation as posted, with the sequence that was used
     */
    virtual void OperationCompleted(uint32_t accelerator, const Operation& operation) = 0;

    /**
     * The operation will never complete at this rank.
     *
     * @param accelerator whose participation failed
     * @param operation as posted
     * @param reason for people to read
     */
    virtual void OperationFailed(uint32_t accelerator,
                                 const Operation& operation,
                                 const std::string& reason) = 0;
};

/**
 * @ingroup collective
 * What the trace sources of the engine tell of a participation.
 */
struct OperationRecord
{
    uint32_t accelerator{0};      ///< who
    uint32_t rank{0};             ///< its rank; 0 for SEND and RECEIVE
    uint32_t nRanks{0};           ///< size of the communicator; 2 for SEND and RECEIVE
    Operation operation;          ///< what, with the sequence that was used
    std::string algorithm;        ///< TypeId name of the algorithm; empty if none was needed
    std::string protocol;         ///< TypeId name of its protocol; empty for plain messages
    uint32_t nChannels{0};        ///< channels that it uses; 0 if no algorithm was needed
    Time posted;                  ///< when this rank joined
    Time finished;                ///< when it was done; zero in the trace of the start
    double algorithmBandwidth{0}; ///< bytes / (finished - posted), bytes/s; 0 if that is undefined
    double busBandwidth{0};       ///< the former times GetBusFactor, bytes/s
};

/**
 * Ratio of bus bandwidth to algorithm bandwidth as nccl-tests define it (doc/PERFORMANCE.md): bus
 * bandwidth is comparable with the rate of the bottleneck link whatever the number of ranks.
 *
 * @param type the collective
 * @param nRanks size of the communicator
 * @return 2(n-1)/n for ALL_REDUCE; (n-1)/n for REDUCE_SCATTER, ALL_GATHER, ALL_TO_ALL and
 * ALL_TO_ALL_V; else 1
 */
double GetBusFactor(CollectiveType type, uint32_t nRanks);

} // namespace ns3::collective

#endif /* COLLECTIVE_TYPES_H */
