/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RESPONSE_QUEUE_H
#define RDMA_RESPONSE_QUEUE_H

#include "rdma-echo.h"
#include "rdma-ring-buffer.h"

#include "ns3/fabric-frame.h"

#include <cstdint>

namespace ns3::rdma
{

class AtomicMemory;

/**
 * @ingroup rdma
 * Responder of READs and atomics where responses have the sequence numbers of the request
 * (ResponseStyle::OF_REQUEST; InfiniBand Architecture vol. 1, 9.7.5.1): what is to be answered, in
 * the order asked.
 *
 * A READ that is asked for again, from its first packet or a later one, is executed again, and what
 * was still to be sent from there on is not. An atomic is executed once; the results of the last
 * ones are kept, and one asked for again is answered from there (9.7.5.1.5). Acknowledgments of
 * later requests do not overtake responses: they are put off.
 */
class ResponseQueue
{
  public:
    /** An ACK or NAK that waits for the responses before it. */
    struct Acknowledgment
    {
        uint64_t sequence{0}; ///< packet that it names
        uint8_t syndrome{0};  ///< what it says
        Echo echo;            ///< of the frame that caused it
    };

    /**
     * @param mtuBytes message bytes of a full packet
     * @param limit results of atomics that are kept, at least 1
     */
    ResponseQueue(uint32_t mtuBytes, uint32_t limit)
        : m_mtuBytes(mtuBytes),
          m_limit(limit)
    {
    }

    /** @param bytes that a READ asks for @return packets of its response */
    uint32_t CountPackets(uint32_t bytes) const
    {
        return bytes > 0 ? (bytes + m_mtuBytes - 1) / m_mtuBytes : 1;
    }

    /**
     * Answer a request.
     *
     * @param frame it, a READ request or an atomic
     * @param sequence its number
     * @param again whether it was executed before
     * @param memory what atomics work on
     */
    void Push(const fabric::Frame& frame, uint64_t sequence, bool again, AtomicMemory& memory);

    /** @return whether there is nothing to send */
    bool IsEmpty() const
    {
        return m_responses.IsEmpty();
    }

    /**
     * Take the next packet; there is one.
     *
     * @param [out] fields its headers, but for the MSN
     * @param now the time
     */
    void TakeNext(fabric::RoceFields& fields, Ticks now);

    /** Put an acknowledgment off until the responses before it have left. @param acknowledgment it
     */
    void Defer(const Acknowledgment& acknowledgment);

    /** @return whether one is put off */
    bool HasDeferred() const
    {
        return m_hasDeferred;
    }

    /** @return the one that is put off, and is not any more */
    Acknowledgment TakeDeferred()
    {
        m_hasDeferred = false;
        return m_deferred;
    }

    /** @param at when the last response will have left */
    void SetBusyUntil(Ticks at)
    {
        m_busyUntil = at;
    }

    /** @return what SetBusyUntil was given last */
    Ticks GetBusyUntil() const
    {
        return m_busyUntil;
    }

  private:
    /** What is to be answered. */
    struct Response
    {
        uint64_t sequence; ///< of its next packet
        uint64_t original; ///< of an atomic
        uint32_t bytes;    ///< left to be sent
        uint32_t packets;  ///< left to be sent
        bool begun;        ///< a packet was sent
        bool atomic;       ///< it answers an atomic
        Echo echo;         ///< of the request
    };

    /** The result of an atomic. */
    struct Result
    {
        uint64_t sequence; ///< of the request
        uint64_t original; ///< what was in memory
    };

    /** Drop what is to be sent from a sequence number on. */
    void Truncate(uint64_t sequence);

    /** @return false if it was executed too long ago @param [out] original what was there */
    bool Recall(uint64_t sequence, uint64_t& original) const;

    RingBuffer<Response> m_responses; ///< in the order asked
    RingBuffer<Result> m_results;     ///< of the last atomics, oldest first
    Acknowledgment m_deferred;        ///< see Defer
    bool m_hasDeferred{false};        ///< whether there is one
    Ticks m_busyUntil{0};             ///< see GetBusyUntil
    uint32_t m_mtuBytes;              ///< message bytes of a full packet
    uint32_t m_limit;                 ///< results kept
};

} // namespace ns3::rdma

#endif /* RDMA_RESPONSE_QUEUE_H */
