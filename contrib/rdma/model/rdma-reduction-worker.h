/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_REDUCTION_WORKER_H
#define RDMA_REDUCTION_WORKER_H

#include "rdma-alarm.h"
#include "rdma-reduction-port.h"
#include "rdma-ring-buffer.h"

#include "ns3/fabric-frame.h"
#include "ns3/fabric-time.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3::rdma
{

using fabric::ReductionFields;
using fabric::ReductionUse;
using fabric::Ticks;

/**
 * @ingroup rdma
 * Data of all members of a group that the network adds up or copies.
 */
struct ReductionTransfer
{
    uint64_t bytes{0};                          ///< of the result; 0: only that all have come
    ReductionUse use{ReductionUse::SUM_TO_ALL}; ///< what becomes of it
    uint32_t root{0};                           ///< member that `use` speaks of
    uint8_t priority{3}; ///< class on the wire; the last one's is the group's
    uint64_t cookie{0};  ///< the user's
};

/**
 * @ingroup rdma
 * The host at which a tree ends, if the scheme has one (see ReductionWorker::MakeServer).
 */
struct ReductionServerNode
{
    uint32_t tree{0};     ///< number of the tree
    uint32_t nMembers{0}; ///< of the group
    uint32_t slots{0};    ///< chunks that may be under way

    /** By scope and place: members below a child of a switch. */
    std::vector<std::vector<std::vector<uint32_t>>> members;
};

class ReductionWorker;

/** Who hears of the transfers of a worker, at events of its node. */
class ReductionHandler
{
  public:
    virtual ~ReductionHandler() = default;

    /** All of the result has come. */
    virtual void TransferCompleted(ReductionWorker& worker, const ReductionTransfer& transfer) = 0;

    /** It never will. @param reason for people to read */
    virtual void TransferFailed(ReductionWorker& worker,
                                const ReductionTransfer& transfer,
                                const std::string& reason) = 0;
};

/**
 * @ingroup rdma
 * A member of a group whose data is added up in the network: the end of its aggregation trees at a
 * host, and the base of all schemes.
 *
 * Transfers are cut into chunks of PayloadBytes, numbered through all transfers of the group; chunk
 * k is number k div T of tree k mod T out of T. Chunk c of a tree uses slot c modulo the tree's
 * slots: a member sends it when it has the result of the chunk that had the slot before. Every
 * member sends one frame for every chunk, and gets one, see fabric::ReductionFields.
 *
 * The leaf classes say which frames may be under way besides, what is done about lost ones, and
 * which engine the switches have (GetEngineTypeId).
 */
class ReductionWorker : public Object, public ReductionEndpoint
{
  public:
    /** Where a member joins a tree. */
    struct TreeEnd
    {
        uint32_t tree{0};  ///< number of the tree
        uint16_t place{0}; ///< of the member among the children of its leaf switch
        uint16_t scope{0}; ///< number of the leaf switch in the tree
    };

    /** What a scheme uses unless the attributes say something else. */
    struct Shape
    {
        uint32_t trees;        ///< of a group
        uint32_t slots;        ///< of a tree
        uint32_t payloadBytes; ///< of a frame
        uint32_t headerBytes;  ///< of a frame
    };

    /** Counters since the start. */
    struct Counters
    {
        uint64_t sent{0};       ///< contributions, repeated ones included
        uint64_t repeated{0};   ///< contributions sent again
        uint64_t results{0};    ///< results taken
        uint64_t duplicates{0}; ///< results that had come before
        uint64_t marked{0};     ///< results that tell of congestion
        uint64_t timeouts{0};   ///< chunks whose timer has expired
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ReductionWorker();
    ~ReductionWorker() override;

    /** @return type of the fabric::ReductionEngine that it works with */
    virtual TypeId GetEngineTypeId() const = 0;

    /** @return trees that a group should have, as far as there are different ones */
    uint32_t GetNTrees() const;

    /** @return whether each tree ends at a host, which adds up what the switches do not */
    virtual bool UsesServers() const;

    /**
     * @param port where the host is attached; must outlive the server
     * @param node what to know of the tree
     * @return what is there at the host at which the tree ends
     */
    virtual std::unique_ptr<ReductionEndpoint> MakeServer(ReductionPort& port,
                                                          const ReductionServerNode& node) const;

    /** @return chunks of a tree that may be under way */
    uint32_t GetNSlots() const;

    /** @return data of a frame */
    uint32_t GetPayloadBytes() const;

    /** @return bytes of a frame besides */
    uint32_t GetHeaderBytes() const;

    /**
     * Join a group.
     *
     * @param ports where each tree is joined; must outlive the worker
     * @param ends by tree: where
     * @param member our number
     * @param nMembers of the group
     * @param handler who hears of transfers; must outlive the worker
     */
    void Join(const std::vector<ReductionPort*>& ports,
              const std::vector<TreeEnd>& ends,
              uint32_t member,
              uint32_t nMembers,
              ReductionHandler* handler);

    /** Leave the group. */
    void Leave();

    /**
     * @param ordinal place of the transfer in the order of the group: 0, 1, ..., all of which are
     *        posted by all members in the end
     * @param transfer what to do
     */
    void Post(uint32_t ordinal, const ReductionTransfer& transfer);

    /** @return our number in the group */
    uint32_t GetMember() const;

    /** @return why nothing can be posted any more; empty if it can */
    const std::string& GetFailure() const
    {
        return m_failure;
    }

    /** @return transfers posted and not over */
    uint64_t GetNPending() const;

    /** @return the counters */
    const Counters& GetCounters() const
    {
        return m_counters;
    }

    // ---- ReductionEndpoint
    uint8_t GetPriority() const override;
    void Receive(const fabric::Frame& frame) override;
    bool HasNext(const ReductionPort& port, Ticks now) override;
    bool Next(const ReductionPort& port,
              ReductionFields& fields,
              uint32_t& bytes,
              Ticks now) override;

    /** TracedCallback signature for a result taken: what it says, and by whom. */
    typedef void (*ResultTracedCallback)(uint32_t member, const ReductionFields& fields);

  protected:
    /** What is known of a tree. */
    struct Stream
    {
        uint32_t index{0};            ///< which one of the worker
        TreeEnd end;                  ///< where it is joined
        uint32_t limit{0};            ///< chunks that were posted
        uint32_t next{0};             ///< first chunk that was never sent, if they go in order
        uint32_t lowest{0};           ///< first chunk without a result
        std::vector<uint32_t> chunks; ///< by slot: the chunk that has it, or will
        std::vector<uint8_t> sent;    ///< by slot: times that the chunk was sent
        RingBuffer<uint32_t> ready;   ///< chunks that may be sent
    };

    void DoDispose() override;

    /** @return the trees */
    std::vector<Stream>& GetStreams()
    {
        return m_streams;
    }

    /** @return the counters, to be counted on */
    Counters& Count()
    {
        return m_counters;
    }

    /** @return id of the node */
    uint32_t GetNodeId() const;

    /** @return members of the group */
    uint32_t GetNMembers() const;

    /** @return whether a chunk was sent and its result has not come */
    static bool IsOutstanding(const Stream& stream, uint32_t chunk)
    {
        const std::size_t slot = chunk % stream.chunks.size();
        return stream.chunks[slot] == chunk && stream.sent[slot] > 0;
    }

    /** @param chunk one that was posted and has no result @return what its contribution says */
    ReductionFields Describe(const Stream& stream, uint32_t chunk) const;

    /** @return whether there is a chunk that its slot lets go */
    bool HasReady(const Stream& stream) const
    {
        return m_inOrder ? stream.next < stream.limit &&
                               stream.chunks[stream.next % stream.chunks.size()] == stream.next
                         : !stream.ready.IsEmpty();
    }

    /** Take the next chunk that is ready. @return whether there was one */
    bool TakeReady(Stream& stream, ReductionFields& fields);

    /** Take a result. @return whether it is the first one of its chunk */
    bool Accept(Stream& stream, const fabric::Frame& frame);

    /** There may be something to send. */
    void Kick(const Stream& stream);

    /** All transfers fail, and the group can be used no more. @param reason why */
    void FailAll(const std::string& reason);

  private:
    /** A transfer under way. */
    struct Active
    {
        uint64_t first{0};          ///< number of its first chunk
        uint64_t nChunks{0};        ///< number of chunks
        uint64_t left{0};           ///< chunks without a result
        ReductionTransfer transfer; ///< what was posted
    };

    /**
     * @return whether chunks go in the order of their numbers, for windows that are smaller than
     * the slots: otherwise each slot goes on by itself
     */
    virtual bool IsInOrder() const;

    /** @return what the scheme uses */
    virtual Shape GetShape() const = 0;

    /** @return whether DoNext has something */
    virtual bool DoHasNext(Stream& stream, Ticks now);

    /** @return whether there is something to send, and what */
    virtual bool DoNext(Stream& stream, ReductionFields& fields, Ticks now);

    /** A frame that is no contribution has come. */
    virtual void DoReceive(Stream& stream, const fabric::Frame& frame);

    /** Streams have been made. */
    virtual void DoJoin();

    /** Let the chunks of the transfers that are posted in order be sent. */
    void Extend();

    /** Event: no result has come for too long. */
    void GiveUp();

    /** @return the transfer of a chunk */
    const Active& FindTransfer(uint64_t number) const;

    uint32_t m_treesWanted;                        ///< 0: as the scheme
    uint32_t m_slotsWanted;                        ///< 0: as the scheme
    uint32_t m_payloadWanted;                      ///< 0: as the scheme
    uint32_t m_headerWanted;                       ///< 0: as the scheme
    uint32_t m_slots{0};                           ///< of a tree
    uint32_t m_payloadBytes{0};                    ///< of a frame
    uint32_t m_headerBytes{0};                     ///< of a frame
    std::vector<ReductionPort*> m_ports;           ///< by tree
    std::vector<Stream> m_streams;                 ///< by tree
    std::size_t m_turn{0};                         ///< whose turn it is
    uint32_t m_member{0};                          ///< our number
    uint32_t m_nMembers{0};                        ///< of the group
    ReductionHandler* m_handler{nullptr};          ///< who hears of transfers
    uint8_t m_priority{3};                         ///< class
    uint32_t m_nextOrdinal{0};                     ///< first one that was not posted
    uint64_t m_nChunks{0};                         ///< posted
    std::map<uint32_t, ReductionTransfer> m_early; ///< posted before one in front of it
    std::deque<Active> m_active;                   ///< by first chunk
    using WatchAlarm = Alarm<ReductionWorker, &ReductionWorker::GiveUp>;

    Time m_giveUpTime;     ///< without a result
    Ticks m_progressAt{0}; ///< last result, or post when nothing was under way
    WatchAlarm* m_watch;   ///< event, reference counted
    bool m_inOrder{false}; ///< see IsInOrder
    std::string m_failure; ///< why all transfers failed
    Counters m_counters;   ///< counters
    TracedCallback<uint32_t, const ReductionFields&> m_resultTrace; ///< trace: a result came
};

} // namespace ns3::rdma

#endif /* RDMA_REDUCTION_WORKER_H */
