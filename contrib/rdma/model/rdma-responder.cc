/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-responder.h"

#include "rdma-opcode.h"
#include "rdma-psn.h"

namespace ns3::rdma
{

AcceptResult
Responder::Accept(const fabric::RoceFields& fields, Placement& placement)
{
    const uint8_t opcode = fields.opcode;
    const bool first = IsFirst(opcode);
    const bool write = opcode >= OP_WRITE_FIRST;
    const bool continues = m_inMessage || m_inRequest;
    if (opcode > OP_WRITE_ONLY_IMM)
    {
        return continues && !IsResponse(opcode) ? AcceptResult::INVALID
                                                : AcceptData(fields, placement);
    }
    if (first == m_inMessage || (continues && write != m_write))
    {
        return AcceptResult::INVALID;
    }
    const bool last = IsLast(opcode);
    const bool immediate = HasImmediate(opcode);
    const bool consumes = write ? immediate : first && !m_inRequest;
    if (consumes && !m_holdsReceive && GetNReceives() == 0)
    {
        return AcceptResult::NOT_READY;
    }

    if (consumes && !m_holdsReceive)
    {
        m_receiveId = m_receives->Take();
    }
    m_holdsReceive = false;
    if (first && !m_inRequest)
    {
        m_inRequest = true;
        m_write = write;
        m_bytes = 0;
        m_remoteAddress = fields.remoteAddress;
    }
    m_bytes += fields.payloadBytes;
    m_inMessage = !last;
    if (!last)
    {
        return AcceptResult::PARTIAL;
    }
    m_msn = (m_msn + 1) & PSN_MASK;
    if (!fields.solicited)
    {
        return AcceptResult::PARTIAL;
    }
    m_inRequest = false;
    placement.number = m_nRequests++;
    placement.bytes = m_bytes;
    placement.remoteAddress = m_remoteAddress;
    placement.receiveId = consumes || !write ? m_receiveId : 0;
    placement.immediate = fields.immediate;
    placement.verb = write ? (immediate ? Verb::WRITE_WITH_IMMEDIATE : Verb::WRITE)
                           : (immediate ? Verb::SEND_WITH_IMMEDIATE : Verb::SEND);
    return AcceptResult::COMPLETED;
}

AcceptResult
Responder::AcceptData(const fabric::RoceFields& fields, Placement& placement)
{
    const uint8_t opcode = fields.opcode;
    if (IsDataRequest(opcode))
    {
        m_bytes = opcode == OP_READ_REQUEST ? fields.dmaLength : 0;
    }
    else if (!IsResponse(opcode) || IsFirst(opcode) == m_inMessage)
    {
        return AcceptResult::INVALID;
    }
    else
    {
        m_bytes = (m_inMessage ? m_bytes : 0) + fields.payloadBytes;
        m_inMessage = !IsLast(opcode);
        if (m_inMessage)
        {
            return AcceptResult::PARTIAL;
        }
    }
    m_msn = (m_msn + 1) & PSN_MASK;
    // A READ may come as many requests, of which the last ends it.
    placement.number = fields.solicited ? m_nRequests++ : m_nRequests;
    placement.bytes = m_bytes;
    DescribeData(fields, placement);
    return AcceptResult::COMPLETED;
}

void
Responder::DescribeData(const fabric::RoceFields& fields, Placement& placement)
{
    placement.remoteAddress = fields.remoteAddress;
    placement.receiveId = 0;
    placement.immediate = fields.immediate;
    placement.operand = uint64_t{fields.operandHigh} << 32 | fields.operandLow;
    placement.compare = fields.compare;
    placement.verb = fields.opcode == OP_READ_REQUEST         ? Verb::READ
                     : fields.opcode == OP_FETCH_ADD          ? Verb::FETCH_ADD
                     : fields.opcode == OP_COMPARE_SWAP       ? Verb::COMPARE_SWAP
                     : fields.opcode == OP_ATOMIC_ACKNOWLEDGE ? Verb::ATOMIC_RESPONSE
                                                              : Verb::READ_RESPONSE;
}

void
Responder::Rewind(uint64_t doneBytes)
{
    if (!m_inMessage)
    {
        return;
    }
    m_inMessage = false;
    m_bytes = doneBytes;
    if (doneBytes == 0)
    {
        m_holdsReceive = m_inRequest && !m_write;
        m_inRequest = false;
    }
}

} // namespace ns3::rdma
