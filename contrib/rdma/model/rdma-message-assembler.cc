/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-message-assembler.h"

#include "rdma-opcode.h"
#include "rdma-psn.h"
#include "rdma-responder.h"

#include "ns3/assert.h"

namespace ns3::rdma
{

bool
MessageAssembler::Take(const fabric::RoceFields& fields, Placement& placement)
{
    // Numbers of messages have 24 bits on the way, as PSNs have.
    const uint64_t number = ToSequence(fields.msn, m_first);
    NS_ASSERT_MSG(number >= m_first, "a packet of message " << number << ", complete already");
    while (m_first + m_messages.GetSize() <= number)
    {
        m_messages.Push(Message());
    }
    Message& message = m_messages[static_cast<uint32_t>(number - m_first)];
    message.bytes += IsDataRequest(fields.opcode) ? fields.dmaLength : fields.payloadBytes;
    const bool write = fields.opcode >= OP_WRITE_FIRST;
    if (IsLast(fields.opcode) && fields.solicited)
    {
        message.ended = true;
        message.immediate = fields.immediate;
    }
    // The length has 32 bits on the way. Once the last packet is here, less than that is missing.
    if (!message.ended || static_cast<uint32_t>(message.bytes) != fields.dmaLength)
    {
        return false;
    }
    message.done = true;
    placement.number = number;
    placement.bytes = message.bytes;
    placement.remoteAddress = fields.remoteAddress;
    placement.receiveId = 0;
    placement.immediate = message.immediate;
    // Any packet of the message may be the one that completes it: all say whether there is
    // immediate data.
    placement.verb = write ? (fields.hasImmediate ? Verb::WRITE_WITH_IMMEDIATE : Verb::WRITE)
                           : (fields.hasImmediate ? Verb::SEND_WITH_IMMEDIATE : Verb::SEND);
    if (fields.opcode > OP_WRITE_ONLY_IMM)
    {
        Responder::DescribeData(fields, placement);
        placement.immediate = message.immediate;
    }
    while (!m_messages.IsEmpty() && m_messages[0].done)
    {
        m_messages.Pop();
        ++m_first;
    }
    return true;
}

} // namespace ns3::rdma
