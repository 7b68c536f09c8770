/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UNORDERED_RELIABILITY_H
#define RDMA_UNORDERED_RELIABILITY_H

#include "rdma-message-assembler.h"
#include "rdma-outstanding-packets.h"
#include "rdma-reliability.h"
#include "rdma-sequence-bitmap.h"
#include "rdma-verbs.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * What transports have in common that deliver reliably and in any order: packets may take any path
 * and arrive in any order; their data go to their place at once, and a message is complete, and the
 * user told, when all its packets have come, whatever became of messages before it. A message that
 * needs a receive and finds none posted is held until there is one.
 *
 * Receiver: which packets have come, and messages. A leaf answers (DoReceiveData).
 *
 * There are no atomic operations.
 *
 * Sender: when and on which path each packet left. A leaf says what is lost, and when (Lose,
 * Expire): a packet that is not acknowledged a timeout after it left is lost; without progress the
 * timeout doubles, MaxBackoff times, and after RetryCount timeouts of the oldest packet the queue
 * pair fails.
 */
class UnorderedReliability : public Reliability
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    UnorderedReliability();
    ~UnorderedReliability() override;

    bool IsUnordered() const override;
    bool HasAtomics() const override;

  protected:
    void DoStart(uint64_t firstExpected) override;
    void DoStop() override;
    void DoLeave(fabric::Frame& frame, uint64_t sequence) override;

    // ---- receiver

    /** @return next packet missing */
    uint64_t GetExpected() const
    {
        return m_expected;
    }

    /** @return one past the highest packet that came */
    uint64_t GetArrivedEnd() const
    {
        return m_arrivedEnd;
    }

    /** @return packets that came beyond the next missing */
    const SequenceBitmap& GetEarly() const
    {
        return m_early;
    }

    /** @param sequence a packet @return whether it came before */
    bool HasArrived(uint64_t sequence) const
    {
        return sequence < m_expected || m_early.Test(sequence);
    }

    /**
     * Count a packet that came for the first time and is out of order.
     *
     * @param sequence the packet
     * @return whether it is within the window: no peer that is set up as we are sends another
     */
    bool IsWithinWindow(uint64_t sequence);

    /** Note a packet that came for the first time. @return whether it closed the last hole */
    bool NoteArrival(uint64_t sequence);

    /**
     * Take the data of a packet that came for the first time.
     *
     * @param fields its transport headers
     * @param [out] placement the message that it completes: to be given to Deliver
     * @return whether it completes one
     */
    bool Assemble(const fabric::RoceFields& fields, Placement& placement)
    {
        return m_assembler.Take(fields, placement);
    }

    /** Tell the user of a message, or hold it until a receive is posted. */
    void Deliver(Placement& placement);

    // ---- sender

    /**
     * A packet leaves: see DoLeave.
     *
     * @param frame its frame
     * @param sequence the packet
     * @param bytes that count as in flight until it is acknowledged
     */
    void NoteLeave(fabric::Frame& frame, uint64_t sequence, uint32_t bytes);

    /** @return what was sent */
    const OutstandingPackets& GetPackets() const
    {
        return m_packets;
    }

    /** @return packets that may be outstanding */
    uint32_t GetWindowPackets() const
    {
        return m_windowPackets;
    }

    /** @return timeouts without any progress that a queue pair survives */
    uint32_t GetRetryCount() const
    {
        return m_retryCount;
    }

    /** @param timeout a timeout @param times that it came before @return it, doubled as often */
    Ticks BackOff(Ticks timeout, uint32_t times) const
    {
        return timeout << std::min<uint32_t>(times, m_maxBackoff);
    }

    /**
     * Enter an acknowledgment.
     *
     * @param fields its transport headers
     * @return message bytes that it is news of; -1 if it is of another time
     */
    int64_t Acknowledge(const fabric::RoceFields& fields);

    /** @param sequence a packet in the network that is lost from now on */
    void Lose(uint64_t sequence);

    /** The same, and tell congestion control and path selector. */
    void LoseAndNotify(uint64_t sequence);

    /**
     * Find what was sent too long ago. May fail the queue pair.
     *
     * @param now the time
     * @param timeout without backoff
     * @return when to look again
     */
    Ticks Expire(Ticks now, Ticks timeout);

  private:
    uint64_t DoTakeRepeat() override;
    void DoReceivePosted() override;

    /** Enter the selective part of an ACK. @return message bytes that is news of */
    uint64_t AcknowledgeSelectively(const fabric::RoceFields& fields);

    /** Tell the base what became of the packets. */
    void Publish();

    uint32_t m_windowPackets{0}; ///< see WindowPackets
    uint32_t m_retryCount{0};    ///< see RetryCount
    uint8_t m_maxBackoff{0};     ///< see MaxBackoff

    // receiver
    uint64_t m_expected{0};           ///< next packet missing
    uint64_t m_arrivedEnd{0};         ///< one past the highest packet that came
    SequenceBitmap m_early;           ///< packets that came beyond the next missing
    MessageAssembler m_assembler;     ///< messages
    std::vector<Placement> m_unready; ///< complete messages that found no receive

    // sender
    OutstandingPackets m_packets; ///< what was sent
    uint32_t m_retries{0};        ///< timeouts since the last progress
};

} // namespace ns3::rdma

#endif /* RDMA_UNORDERED_RELIABILITY_H */
