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
    if (verb == Verb::READ_RESPONSE)
    {
        return first ? (last ? OP_READ_RESPONSE_ONLY : OP_READ_RESPONSE_FIRST)
                     : (last ? OP_READ_RESPONSE_LAST : OP_READ_RESPONSE_MIDDLE);
    }
    if (verb == Verb::ATOMIC_RESPONSE)
    {
        return OP_ATOMIC_ACKNOWLEDGE;
    }
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
        if (AsksForData(request.verb))
        {
            message.bytes = 0;
            const bool many = m_reads != ONE_REQUEST && request.verb == Verb::READ;
            message.packets = many ? message.packets : 1;
        }
        message.operand = request.operand;
        message.compare = request.compare;
        message.immediate = request.immediate;
        message.remoteKey = request.remoteKey;
        message.verb = request.verb;
        done += bytes;
        message.last = done == request.bytes;
        m_messages.Push(message);
        m_end += message.packets;
        m_endByte += message.bytes;
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

uint32_t
SendQueue::Describe(uint64_t sequence, fabric::RoceFields& fields) const
{
    const SendMessage& message = Find(sequence);
    const uint32_t index = sequence - message.firstSequence;
    if (AsksForData(message.verb))
    {
        return DescribeDataRequest(message, index, fields);
    }
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
    if (message.verb >= Verb::READ_RESPONSE)
    {
        fields.immediate = message.immediate; // to which request it is the answer
        fields.original = message.requestAddress;
    }
    return 1;
}

void
SendQueue::DescribePlace(uint64_t sequence, fabric::RoceFields& fields) const
{
    const SendMessage& message = Find(sequence);
    const uint64_t offset = (sequence - message.firstSequence) * m_mtuBytes;
    fields.remoteAddress = message.remoteAddress - message.requestAddress + offset;
    if (IsWrite(message.verb))
    {
        fields.remoteAddress += message.requestAddress;
        fields.remoteKey = message.remoteKey;
        fields.dmaLength = message.bytes;
    }
}

uint32_t
SendQueue::DescribeDataRequest(const SendMessage& message,
                               uint32_t index,
                               fabric::RoceFields& fields) const
{
    fields.payloadBytes = 0;
    fields.solicited = message.last;
    fields.remoteKey = message.remoteKey;
    fields.remoteAddress = message.remoteAddress + uint64_t{index} * m_mtuBytes;
    if (message.verb == Verb::READ)
    {
        fields.opcode = OP_READ_REQUEST;
        fields.dmaLength = message.requestBytes - index * uint32_t{m_mtuBytes};
        if (m_selfContained)
        {
            fields.msn = message.number & PSN_MASK;
            fields.hasImmediate = false;
        }
        if (m_reads == SPLIT)
        {
            fields.solicited = index + 1 == message.packets;
            fields.dmaLength = std::min<uint32_t>(fields.dmaLength, m_mtuBytes);
            return 1;
        }
        return message.packets - index;
    }
    fields.opcode = message.verb == Verb::FETCH_ADD ? OP_FETCH_ADD : OP_COMPARE_SWAP;
    fields.compare = message.compare;
    fields.operandLow = static_cast<uint32_t>(message.operand);
    fields.operandHigh = message.operand >> 32;
    return 1;
}

uint64_t
SendQueue::FindDataRequest(uint64_t from) const
{
    for (uint32_t i = 0; m_reads == COUNTED && i < m_messages.GetSize(); ++i)
    {
        const SendMessage& message = m_messages[i];
        if (message.GetEnd() > from && AsksForData(message.verb))
        {
            return std::max(from, message.firstSequence);
        }
    }
    return UINT64_MAX;
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
            return message.firstByte +
                   std::min<uint64_t>(message.bytes,
                                      (sequence - message.firstSequence) * m_mtuBytes);
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
