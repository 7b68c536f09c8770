/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_FLUID_LINKS_H
#define CLUSTER_FLUID_LINKS_H

#include "cluster-message-network.h"

#include "ns3/fabric-time.h"
#include "ns3/rdma-alarm.h"
#include "ns3/rdma-indexed-heap.h"
#include "ns3/rdma-ring-buffer.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace ns3::cluster
{

using fabric::Ticks;

/**
 * @ingroup cluster
 * The user of FluidLinks.
 */
class FluidUser
{
  public:
    virtual ~FluidUser() = default;

    /**
     * The last byte of a message has left its source.
     *
     * @param stream the message's stream
     * @param message the message
     */
    virtual void MessageLeft(uint32_t stream, const Message& message) = 0;
};

/**
 * @ingroup cluster
 * Links whose rates are shared max-min fairly by streams of messages that flow as a fluid
 * (progressive filling: Bertsekas and Gallager, "Data Networks", 6.5.2).
 *
 * A stream has a path: the links that it uses, and of each the share of the stream's rate that
 * crosses it (all of it, or less where the stream divides over several links). Its messages go one
 * after the other. Rates change only when a stream falls idle or starts again, and only those of
 * streams that are coupled with it by links which have less to give than all their streams could
 * take; streams that start at the same time cost one computation. Rates are whole bit/s; what is
 * left over is not used. A message takes bytes / rate, rounded up to the picosecond.
 */
class FluidLinks
{
  public:
    static constexpr uint32_t WHOLE = 1U << 20; ///< share of a link that all of a stream crosses

    /** A link of a path. */
    struct Use
    {
        uint32_t link{0};      ///< its number
        uint32_t share{WHOLE}; ///< parts of WHOLE of the stream that cross it, above 0
    };

    /** @param user who hears of messages that have left; must outlive the object */
    explicit FluidLinks(FluidUser& user);
    ~FluidLinks();

    FluidLinks(const FluidLinks&) = delete;
    FluidLinks& operator=(const FluidLinks&) = delete;

    /** @param context of all events: id of a node, or Simulator::NO_CONTEXT */
    void SetContext(uint32_t context);

    /** @param bitRate its rate, bit/s, above 0 @return its number, from 0 */
    uint32_t AddLink(uint64_t bitRate);

    /** @param path its links, each once, at least one @return its number, from 0 */
    uint32_t AddStream(const std::vector<Use>& path);

    /** @param stream number of a stream @param message to move; its bytes count */
    void Send(uint32_t stream, const Message& message);

    /** @param stream number of a stream @return its rate, bit/s; 0 while it is idle */
    uint64_t GetRate(uint32_t stream) const;

    /** @return times that shares were computed anew */
    uint64_t GetNComputations() const;

    /** No more events. */
    void Stop();

  private:
    using Work = __uint128_t; ///< 10^-12 bit: bit/s times ps

    /** A link of the path of a stream. */
    struct Hop
    {
        uint32_t link{0};  ///< number of the link
        uint32_t share{0}; ///< parts of WHOLE
        uint32_t place{0}; ///< place in the link's list while the stream is active
    };

    /** Messages that go one after the other. */
    struct Stream
    {
        uint32_t index{0};               ///< number of the stream
        bool active{false};              ///< the first message of the queue is under way
        uint32_t heapPlace{UINT32_MAX};  ///< place in m_finishes
        uint32_t visit{0};               ///< last computation that saw the stream
        uint64_t peak{0};                ///< rate if it had all links for itself, bit/s
        uint64_t rate{0};                ///< its rate, bit/s
        Work remaining{0};               ///< of the first message, at updatedAt
        Ticks updatedAt{0};              ///< when remaining was computed
        std::vector<Hop> path;           ///< its links
        rdma::RingBuffer<Message> queue; ///< messages, the one under way first
    };

    /** Where a stream keeps its place in the heap. */
    struct HeapPlace
    {
        static uint32_t& Of(Stream& stream)
        {
            return stream.heapPlace;
        }
    };

    /** An active stream of a link. */
    struct User
    {
        Stream* stream; ///< the stream
        uint32_t hop;   ///< hop of its path
    };

    /** A link. */
    struct Link
    {
        uint64_t bitRate{0};       ///< rate, bit/s
        uint64_t wanted{0};        ///< what its active streams could use at their peak, bit/s
        std::vector<User> active;  ///< streams under way that use it
        uint32_t visit{0};         ///< last computation that saw the link
        uint64_t free{0};          ///< rate not yet given away, during a computation
        uint64_t unfixedShares{0}; ///< of streams without a rate yet, during a computation
    };

    /** @return whether the link has less to give than its streams could take */
    static bool IsScarce(const Link& link);

    /** @return what a stream takes of a link @param rate of the stream @param share see Hop */
    static uint64_t GetPart(uint64_t rate, uint32_t share);

    /** @return rate that the link can give to each stream that has none yet */
    static uint64_t GetLevel(const Link& link);

    /** Start the first message of the queue that has bytes; those without leave at once. */
    void StartNext(Stream& stream);

    /** A stream has something to send again. */
    void Activate(Stream& stream);

    /** A stream has no more to send. */
    void Deactivate(Stream& stream);

    /** Set the end of the first message by its remaining bytes and the rate. */
    void ScheduleFinish(Stream& stream);

    /** Messages have left, or rates are to be computed: the event. */
    void Progress();

    /** Compute the rates of all streams that are coupled to the dirty links. */
    void ComputeRates();

    /** Find the streams and scarce links coupled to the dirty links. */
    void CollectCoupled();

    /** Progressive filling of the collected links. */
    void Fill();

    /** Fill up to the link that is full first. @return numbers of its rate and itself */
    const std::pair<uint64_t, uint32_t>* FindBottleneck();

    /** Give a stream its rate, during a computation. */
    void Fix(Stream& stream, uint64_t rate);

    using ProgressAlarm = rdma::Alarm<FluidLinks, &FluidLinks::Progress>;

    FluidUser& m_user;                                   ///< who hears of messages
    std::vector<Link> m_links;                           ///< by number
    std::vector<std::unique_ptr<Stream>> m_streams;      ///< by number
    rdma::IndexedHeap<Stream, HeapPlace> m_finishes;     ///< active streams by end of the message
    std::vector<uint32_t> m_dirtyLinks;                  ///< whose streams need new rates
    std::vector<uint32_t> m_coupledLinks;                ///< scratch: scarce links
    std::vector<Stream*> m_coupledStreams;               ///< scratch: streams
    std::vector<std::pair<uint64_t, uint32_t>> m_levels; ///< scratch: heap of levels and links
    std::vector<Stream*> m_due;                          ///< scratch of Progress
    uint32_t m_visit{0};                                 ///< number of the computation
    ProgressAlarm* m_progressAlarm;                      ///< event, reference counted
    uint64_t m_nComputations{0};                         ///< times that shares were computed
};

} // namespace ns3::cluster

#endif /* CLUSTER_FLUID_LINKS_H */
