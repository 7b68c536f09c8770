/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_TRANSMIT_SCHEDULER_H
#define RDMA_TRANSMIT_SCHEDULER_H

#include "rdma-alarm.h"
#include "rdma-indexed-heap.h"

#include "ns3/fabric-frame.h"
#include "ns3/fabric-port.h"

#include <array>
#include <cstdint>

namespace ns3::rdma
{

class QueuePair;

/** A queue pair as its TransmitScheduler sees it; a member of the queue pair. */
struct TransmitState
{
    QueuePair* next{nullptr};   ///< ring: the one whose turn is after ours
    Ticks notBefore{0};         ///< when it may send next
    uint32_t place{UINT32_MAX}; ///< in the heap
    int32_t deficit{0};         ///< bytes that it may send in this turn
    uint8_t priority{0};        ///< class of its data
    bool inRing{false};         ///< it is in the ring of its class
};

/** Place of a queue pair in the pacing heap. */
struct TransmitPlace
{
    /** @param queuePair a queue pair @return its place */
    static uint32_t& Of(QueuePair& queuePair);
};

/**
 * @ingroup rdma
 * Which queue pair of a port sends the next data frame.
 *
 * Queue pairs that have something to send are in one of two places: those that may send now in a
 * ring per class, the others, that wait for their time (pacing, RNR), in a heap by that time.
 * The highest class that is not paused goes first; within a class the ring goes round, each queue
 * pair sending a quantum of bytes in its turn (what it sends too much is taken off its next turn),
 * so that service is fair by bytes. The cost of a packet does not depend on the number of queue
 * pairs.
 *
 * The port is woken when the earliest in the heap may send, and only if it is idle until then.
 */
class TransmitScheduler
{
  public:
    /** @param port whose frames */
    explicit TransmitScheduler(fabric::Port& port);
    ~TransmitScheduler();

    TransmitScheduler(const TransmitScheduler&) = delete;
    TransmitScheduler& operator=(const TransmitScheduler&) = delete;

    /** @param context id of the node: context of the events */
    void SetContext(uint32_t context);

    /** @param frameBytes size of a full frame of a queue pair of the port; the largest is the
     * quantum */
    void RaiseQuantum(uint32_t frameBytes);

    /** @param queuePair has something to send; it is sent at once if it may be */
    void Update(QueuePair& queuePair);

    /**
     * The same, for calls out of a congestion control: nothing is sent before the event is over, so
     * that a law that changes its rate is not told of packets sent in the middle of it.
     *
     * @param queuePair has something to send, or may send at another time than before
     */
    void UpdateLater(QueuePair& queuePair);

    /** @param queuePair to be forgotten; it takes as long as there are others */
    void Remove(QueuePair& queuePair);

    /** Ask for the memory of the queue pair that Pull would take. */
    void PrefetchNext() const;

    /**
     * @param eligible bit c is set if class c is not paused
     * @param at when it will start: now or soon
     * @return the next frame, or null
     */
    fabric::Frame* Pull(uint8_t eligible, Ticks at);

    /** @return the queue pair whose frame Pull gave last */
    QueuePair* GetServed() const
    {
        return m_served;
    }

    /**
     * @param eligible bit c is set if class c is not paused
     * @param at when the port will be idle
     * @return whether there will be something to pull; if not, the port is kicked later
     */
    bool WillPull(uint8_t eligible, Ticks at);

  private:
    /** Kick the port: the time of the earliest queue pair of the heap has come. */
    void Wake();

    /** Begin to serve a queue pair; idle time earned nothing. @param state its @param now the time
     */
    void Admit(TransmitState& state, Ticks now) const;

    /** Put a queue pair into the heap, or to its place there, and set the alarm. */
    void Wait(QueuePair& queuePair, Ticks now);

    /** Move those whose time has come to their rings. @param now the time */
    void MoveDue(Ticks now);

    /** @param queuePair to be appended to the ring of its class */
    void PushRing(QueuePair& queuePair);

    /** @param priority a class whose ring is not empty; the first leaves it */
    void PopRing(uint8_t priority);

    fabric::Port& m_port;                                        ///< whose frames
    std::array<QueuePair*, fabric::N_CLASSES> m_tails{};         ///< by class: last of the ring
    uint8_t m_occupied{0};                                       ///< bit c: ring c is not empty
    int32_t m_quantum{1};                                        ///< bytes per turn
    QueuePair* m_served{nullptr};                                ///< see GetServed
    IndexedHeap<QueuePair, TransmitPlace> m_waiting;             ///< by time
    Alarm<TransmitScheduler, &TransmitScheduler::Wake>* m_alarm; ///< when the earliest may send
};

} // namespace ns3::rdma

#endif /* RDMA_TRANSMIT_SCHEDULER_H */
