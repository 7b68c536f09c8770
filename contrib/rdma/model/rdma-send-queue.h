/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_SEND_QUEUE_H
#define RDMA_SEND_QUEUE_H

#include "rdma-ring-buffer.h"
#include "rdma-verbs.h"

#include "ns3/fabric-frame.h"

#include <algorithm>
#include <cstdint>

namespace ns3::rdma
{

/** Largest message of the wire: 2^31 bytes (InfiniBand Architecture vol. 1, 9.2.1, 9.7.6.1). */
constexpr uint64_t MAX_WIRE_MESSAGE_BYTES = uint64_t{1} << 31;

/**
 * @ingroup rdma
 * Part of a work request that is one message on the wire: the request itself unless it has more
 * than 2^31 bytes.
 */
struct SendMessage
{
    uint64_t firstSequence;  ///< sequence number of its first packet
    uint64_t firstByte;      ///< bytes of all messages before it
    uint64_t remoteAddress;  ///< WRITE: where it goes
    uint64_t wrId;           ///< of the work request
    uint64_t requestBytes;   ///< of the work request, all parts
    uint64_t requestAddress; ///< WRITE: where the whole work request goes
    uint64_t number;         ///< requests before it
    uint32_t bytes;          ///< of this part, that we send
    uint32_t packets;        ///< of this part
    uint32_t immediate;      ///< of the work request
    uint32_t remoteKey;      ///< of the work request
    Verb verb;               ///< of the work request
    bool last;               ///< the work request ends here
    uint64_t operand;        ///< atomics: see WorkRequest
    uint64_t compare;        ///< atomics: see WorkRequest

    /** @return sequence number one past its last packet */
    uint64_t GetEnd() const
    {
        return firstSequence + packets;
    }
};

/**
 * @ingroup rdma
 * The work requests of a queue pair that are not yet acknowledged, cut into messages and packets.
 *
 * Each packet has a sequence number, given when its request is posted. All packets of a message but
 * the last carry a full path MTU, so that everything about a packet follows from its number:
 * nothing is stored per packet.
 *
 * A request larger than a message of the wire becomes several messages. Only the last packet of the
 * last one has the solicited-event bit, and raises the one notification at the responder.
 *
 * A READ or an atomic is one packet of ours without payload. Where the Reliable Connection service
 * numbers responses as requests (see SetCountsResponses) it takes as many sequence numbers as there
 * are response packets, and asked for from the middle, it is a READ of the rest.
 */
class SendQueue
{
  public:
    /** @param mtuBytes message bytes of a full packet, at least 1 @param first first sequence */
    void Start(uint32_t mtuBytes, uint64_t first);

    /**
     * Let each packet say all that is needed to make messages of packets in any order: number, size
     * and address of its request, and whether that has immediate data.
     */
    void SetSelfContained()
    {
        m_selfContained = true;
    }

    /** A READ takes a sequence number for each packet of its response. */
    void SetCountsResponses()
    {
        m_reads = COUNTED;
    }

    /** A READ takes a packet for each of its response, which each ask for that one. */
    void SetSplitsReads()
    {
        m_reads = SPLIT;
    }

    /** @param sequence a packet of the queue @return whether it is a READ or atomic */
    bool IsDataRequest(uint64_t sequence) const
    {
        return AsksForData(Find(sequence).verb);
    }

    /** @param sequence a packet of the queue @return requests before its request */
    uint64_t GetNumber(uint64_t sequence) const
    {
        return Find(sequence).number;
    }

    /**
     * @param from a packet, from the first of the oldest message on
     * @return the first from there on whose response is counted, or UINT64_MAX
     */
    uint64_t FindDataRequest(uint64_t from) const;

    /**
     * @param sequence a packet of the queue
     * @return whether its message ends there
     */
    bool IsEnd(uint64_t sequence) const
    {
        return Find(sequence).GetEnd() == sequence + 1;
    }

    /** @return message bytes posted since the start */
    uint64_t GetEndByte() const
    {
        return m_endByte;
    }

    /** @param request what to append @param number requests before it, for self-contained packets
     */
    void Post(const WorkRequest& request, uint64_t number = 0);

    /** @return whether everything is acknowledged */
    bool IsEmpty() const
    {
        return m_messages.IsEmpty();
    }

    /** @return messages (parts of requests) not yet acknowledged as a whole */
    uint32_t GetNMessages() const
    {
        return m_messages.GetSize();
    }

    /** @return sequence number one past the last packet posted */
    uint64_t GetEnd() const
    {
        return m_end;
    }

    /** @return message bytes of a full packet */
    uint32_t GetMtuBytes() const
    {
        return m_mtuBytes;
    }

    /** @return the oldest message; there is one */
    const SendMessage& GetFront() const
    {
        return m_messages[0];
    }

    /** @return the oldest message, taken out; there is one */
    SendMessage Pop();

    /**
     * @param sequence a packet, from the first of the oldest message to GetEnd() - 1
     * @return its payload
     */
    uint32_t GetPayload(uint64_t sequence) const
    {
        const SendMessage& message = Find(sequence);
        return PayloadOf(message, sequence - message.firstSequence);
    }

    /**
     * Fill in where the data of a packet of a SEND or WRITE go: of a WRITE address, key and length
     * of its message, as the first packet has them; of a SEND the offset, as address.
     *
     * @param sequence the packet
     * @param [in,out] fields its headers
     */
    void DescribePlace(uint64_t sequence, fabric::RoceFields& fields) const;

    /**
     * Fill in what the transport headers say of a packet: opcode, payload, RETH, immediate data,
     * solicited event.
     *
     * @param sequence a packet, from the first of the oldest message to GetEnd() - 1
     * @param [out] fields the fields of its frame
     * @return sequence numbers that it takes: 1, but for READs whose responses are counted
     */
    uint32_t Describe(uint64_t sequence, fabric::RoceFields& fields) const;

    /**
     * @param sequence a packet, from the first of the oldest message to GetEnd()
     * @return message bytes of all packets before it since the start
     */
    uint64_t GetOffset(uint64_t sequence) const;

  private:
    /** How many packets a READ has. */
    enum Reads : uint8_t
    {
        ONE_REQUEST, ///< one
        COUNTED,     ///< see SetCountsResponses
        SPLIT,       ///< see SetSplitsReads
    };

    /** @param message a message @param index a packet of it, from 0 @return its payload */
    uint32_t PayloadOf(const SendMessage& message, uint32_t index) const
    {
        const uint32_t before = index * uint32_t{m_mtuBytes};
        return before < message.bytes ? std::min<uint32_t>(m_mtuBytes, message.bytes - before) : 0;
    }

    /** @param sequence a packet that is in the queue @return its message */
    const SendMessage& Find(uint64_t sequence) const
    {
        if (m_found < m_messages.GetSize())
        {
            const SendMessage& message = m_messages[m_found];
            if (sequence >= message.firstSequence && sequence < message.GetEnd())
            {
                return message;
            }
        }
        return Search(sequence);
    }

    /** Describe a READ or atomic. See Describe. @param message it @param index of the packet */
    uint32_t DescribeDataRequest(const SendMessage& message,
                                 uint32_t index,
                                 fabric::RoceFields& fields) const;

    /** See Find; by binary search. */
    const SendMessage& Search(uint64_t sequence) const;

    uint64_t m_end{0};                  ///< one past the last packet posted
    uint64_t m_endByte{0};              ///< bytes posted since the start
    uint16_t m_mtuBytes{1};             ///< message bytes of a full packet
    bool m_selfContained{false};        ///< see SetSelfContained
    Reads m_reads{ONE_REQUEST};         ///< how READs are asked for
    mutable uint32_t m_found{0};        ///< index of the message that was found last
    RingBuffer<SendMessage> m_messages; ///< the messages, oldest first
};

} // namespace ns3::rdma

#endif /* RDMA_SEND_QUEUE_H */
