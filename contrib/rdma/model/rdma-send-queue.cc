/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-send-queue.h"

#include "rdma-opcode.h"
#include "rdma-psn.h"

#include "ns3/assert.h"

#include <algorithm>

namespace ns3::rdma
{

namespace
{

/**
 * @param verb what is done
 * @param first whether the packet is the first of its message
 * @param last whether it is the last
 * @param immediate whether the message ends with immediate data
 * @return the opcode of the packet
 */
uint8_t
OpcodeOf(Verb verb, bool first, bool last, bool immediate)
{
    const bool write = IsWrite(verb);
    if (first && last)
    {
        return immediate ? (write ? OP_WRITE_ONLY_IMM : OP_SEND_ONLY_IMM)
                         : (write ? OP_WRITE_ONLY : OP_SEND_ONLY);
    }
    if (last)
    {
        return immediate ? (write ? OP_WRITE_LAST_IMM : OP_SEND_LAST_IMM)
                         : (write ? OP_WRITE_LAST : OP_SEND_LAST);
    }
    if (first)
    {
        return write ? OP_WRITE_FIRST : OP_SEND_FIRST;
    }
    return write ? OP_WRITE_MIDDLE : OP_SEND_MIDDLE;
}

} // namespace

void
SendQueue::Start(uint32_t mtuBytes, uint64_t first)
{
    m_mtuBytes = mtuBytes;
    m_end = first;
}

void
SendQueue::Post(const WorkRequest& request, uint64_t number)
{
    // Parts end where packets end, so that a request split has no more packets than one that is
    // not.
    const uint64_t partBytes = MAX_WIRE_MESSAGE_BYTES / m_mtuBytes * m_mtuBytes;
    uint64_t done = 0;
    do
    {
        const uint64_t bytes = std::min(request.bytes - done, partBytes);
        SendMessage message;
        message.firstSequence = m_end;
        message.firstByte = m_endByte;
        message.remoteAddress = request.remoteAddress + done;
        message.wrId = request.wrId;
        message.requestBytes = request.bytes;
        message.number = number;
        message.requestAddress = request.remoteAddress;
        message.bytes = bytes;
        message.packets = std::max<uint64_t>(1, (bytes + m_mtuBytes - 1) / m_mtuBytes);
        message.immediate = request.immediate;
        message.remoteKey = request.remoteKey;
        message.verb = request.verb;
        done += bytes;
        message.last = done == request.bytes;
        m_messages.Push(message);
        m_end += message.packets;
        m_endByte += bytes;
    } while (done < request.bytes);
}

SendMessage
SendQueue::Pop()
{
    if (m_found > 0)
    {
        --m_found;
    }
    return m_messages.Pop();
}

void
SendQueue::Describe(uint64_t sequence, fabric::RoceFields& fields) const
{
    const SendMessage& message = Find(sequence);
    const uint32_t index = sequence - message.firstSequence;
    const bool last = index + 1 == message.packets;
    const bool immediate = message.last && HasImmediateData(message.verb);
    fields.opcode = OpcodeOf(message.verb, index == 0, last, immediate);
    fields.payloadBytes = PayloadOf(message, index);
    if (index == 0 && IsWrite(message.verb))
    {
        fields.remoteAddress = message.remoteAddress;
        fields.remoteKey = message.remoteKey;
        fields.dmaLength = message.bytes;
    }
    if (last)
    {
        fields.solicited = message.last;
        fields.immediate = immediate ? message.immediate : 0;
    }
    if (m_selfContained)
    {
        fields.remoteAddress = message.requestAddress;
        fields.dmaLength = static_cast<uint32_t>(message.requestBytes);
        fields.msn = message.number & PSN_MASK;
        fields.hasImmediate = HasImmediateData(message.verb);
    }
}

uint64_t
SendQueue::GetOffset(uint64_t sequence) const
{
    // From the front: this is asked for what was just acknowledged.
    for (uint32_t i = 0; i < m_messages.GetSize(); ++i)
    {
        const SendMessage& message = m_messages[i];
        if (sequence < message.GetEnd())
        {
            return message.firstByte + (sequence - message.firstSequence) * m_mtuBytes;
        }
    }
    return m_endByte;
}

const SendMessage&
SendQueue::Search(uint64_t sequence) const
{
    NS_ASSERT_MSG(!IsEmpty() && sequence >= GetFront().firstSequence && sequence < m_end,
                  "packet " << sequence << " is not in the send queue");
    // Nearly always the next one.
    if (m_found + 1 < m_messages.GetSize() && sequence == m_messages[m_found + 1].firstSequence)
    {
        return m_messages[++m_found];
    }
    uint32_t low = 0;
    uint32_t high = m_messages.GetSize();
    while (high - low > 1)
    {
        const uint32_t middle = low + (high - low) / 2;
        (m_messages[middle].firstSequence <= sequence ? low : high) = middle;
    }
    m_found = low;
    return m_messages[low];
}

} // namespace ns3::rdma
