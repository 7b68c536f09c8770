/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_NET_REDUCE_REDUCTION_H
#define RDMA_NET_REDUCE_REDUCTION_H

#include "rdma-alarm.h"
#include "rdma-reduction-worker.h"
#include "rdma-ring-buffer.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Host of NetReduce (Liu et al., ASPLOS 2023): to the host it is a ring of RoCEv2 connections under
 * each leaf switch, in which it sends its data to the next host and receives from the one before;
 * what it receives is the sum, since the switch has changed it on the way.
 *
 * So loss is a matter of the connection: packets have sequence numbers (the chunk), the receiver
 * takes them in order, acknowledges them and reports a gap at once, and the sender goes back to the
 * packet that is missing, also after RetryTime without progress. A window of Slots packets not
 * acknowledged keeps the switch's slots from being written over too early.
 *
 * Deliberately different: the connection is made of frames of kind REDUCTION with the size of
 * RoCEv2's, not of a QueuePair, and has no rate control of its own.
 */
class NetReduceReduction : public ReductionWorker
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    NetReduceReduction();
    ~NetReduceReduction() override;

    TypeId GetEngineTypeId() const override;

  protected:
    void DoDispose() override;

  private:
    /** The connections of a tree to the next host and from the one before. */
    struct Connection
    {
        RingBuffer<ReductionFields> pending; ///< sent and not acknowledged
        uint32_t first{0};                   ///< sequence of the first of them
        uint32_t cursor{0};                  ///< how many of them need not be sent again
        uint32_t expected{0};                ///< sequence of the next result
        uint32_t owed{0};                    ///< results not acknowledged
        bool ackNow{false};                  ///< acknowledge at once
        bool gap{false};                     ///< report that `expected` is missing
        bool gapTold{false};                 ///< reported already
        Ticks progressAt{0};                 ///< last acknowledgment, or first packet sent
    };

    Shape GetShape() const override;
    void DoJoin() override;
    bool DoHasNext(Stream& stream, Ticks now) override;
    bool DoNext(Stream& stream, ReductionFields& fields, Ticks now) override;
    void DoReceive(Stream& stream, const fabric::Frame& frame) override;

    /** @return whether an acknowledgment or report is due */
    bool OwesAck(const Stream& stream, const Connection& connection) const;

    /** The next host has acknowledged, or reports a gap. */
    void TakeAck(Connection& connection, const ReductionFields& fields);

    /** A result has come. */
    void TakeResult(Stream& stream, Connection& connection, const fabric::Frame& frame);

    /** Event: no acknowledgment for too long. */
    void Tick();

    using TickAlarm = Alarm<NetReduceReduction, &NetReduceReduction::Tick>;

    Time m_retryTime;                      ///< without an acknowledgment
    uint32_t m_ackEvery;                   ///< results
    std::vector<Connection> m_connections; ///< by tree
    TickAlarm* m_alarm;                    ///< event, reference counted
};

} // namespace ns3::rdma

#endif /* RDMA_NET_REDUCE_REDUCTION_H */
