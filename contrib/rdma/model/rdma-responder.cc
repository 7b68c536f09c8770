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
    if (opcode > OP_WRITE_ONLY_IMM || first == m_inMessage || (continues && write != m_write))
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
        m_inRequest = false;
        m_holdsReceive = !m_write;
    }
}

} // namespace ns3::rdma
