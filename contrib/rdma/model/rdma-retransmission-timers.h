/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RETRANSMISSION_TIMERS_H
#define RDMA_RETRANSMISSION_TIMERS_H

#include "rdma-alarm.h"
#include "rdma-indexed-heap.h"

#include <cstdint>

namespace ns3::rdma
{

class QueuePair;

/** The timer of a queue pair; a member of the queue pair. */
struct TimerState
{
    Ticks at{NEVER};            ///< when it expires, NEVER if it does not run
    uint32_t place{UINT32_MAX}; ///< in the heap
};

/** Place of a queue pair in the heap of timers. */
struct TimerPlace
{
    /** @param queuePair a queue pair @return its place */
    static uint32_t& Of(QueuePair& queuePair);
};

/**
 * @ingroup rdma
 * The retransmission timers of all queue pairs of a NIC, with one event for all.
 *
 * Timers are set for each acknowledgment and hardly ever expire. A queue pair whose timer moves
 * later, or stops, keeps its place in the heap and is put right when that time comes. The event is
 * never further away than HORIZON: a simulation in which no timer runs any more ends soon, and not
 * when the last one would have expired.
 */
class RetransmissionTimers
{
  public:
    /** Time after which we look whether any timer runs at all: 50 us. */
    static constexpr Ticks HORIZON = 50'000'000;

    RetransmissionTimers();
    ~RetransmissionTimers();

    RetransmissionTimers(const RetransmissionTimers&) = delete;
    RetransmissionTimers& operator=(const RetransmissionTimers&) = delete;

    /** @param context id of the node: context of the events */
    void SetContext(uint32_t context);

    /** @param queuePair whose timer to set @param at when QueuePair::HandleTimer is called */
    void Set(QueuePair& queuePair, Ticks at);

    /** @param queuePair to be forgotten */
    void Remove(QueuePair& queuePair);

  private:
    /** Call those that expire now. */
    void Wake();

    IndexedHeap<QueuePair, TimerPlace> m_heap;                         ///< by time or earlier
    Alarm<RetransmissionTimers, &RetransmissionTimers::Wake>* m_alarm; ///< the earliest
};

} // namespace ns3::rdma

#endif /* RDMA_RETRANSMISSION_TIMERS_H */
