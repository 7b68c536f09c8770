/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-response-queue.h"

#include "rdma-atomic-memory.h"
#include "rdma-opcode.h"
#include "rdma-psn.h"
#include "rdma-syndrome.h"

#include <algorithm>

namespace ns3::rdma
{

void
ResponseQueue::Push(const fabric::Frame& frame, uint64_t sequence, bool again, AtomicMemory& memory)
{
    const fabric::RoceFields& fields = frame.roce;
    Response response{
        sequence, 0, fields.dmaLength, 1, false, IsAtomic(fields.opcode), Echo(frame)};
    if (again)
    {
        Truncate(sequence);
    }
    if (!response.atomic)
    {
        response.packets = CountPackets(fields.dmaLength);
        m_responses.Push(response);
        return;
    }
    response.bytes = 0;
    if (again)
    {
        if (Recall(sequence, response.original))
        {
            m_responses.Push(response);
        }
        return; // executed too long ago: not by a requester that keeps to the limit
    }
    const uint64_t operand = uint64_t{fields.operandHigh} << 32 | fields.operandLow;
    response.original = fields.opcode == OP_FETCH_ADD
                            ? memory.FetchAdd(fields.remoteAddress, operand)
                            : memory.CompareSwap(fields.remoteAddress, fields.compare, operand);
    if (m_results.GetSize() == m_limit)
    {
        m_results.Pop();
    }
    m_results.Push({sequence, response.original});
    m_responses.Push(response);
}

void
ResponseQueue::TakeNext(fabric::RoceFields& fields, Ticks now)
{
    Response& response = m_responses[0];
    const bool last = response.packets == 1;
    fields.psn = ToPsn(response.sequence);
    fields.syndrome = SYNDROME_ACK;
    fields.response = true;
    fields.payloadBytes = std::min(m_mtuBytes, response.bytes);
    if (response.atomic)
    {
        fields.opcode = OP_ATOMIC_ACKNOWLEDGE;
        fields.original = response.original;
    }
    else if (response.begun)
    {
        fields.opcode = last ? OP_READ_RESPONSE_LAST : OP_READ_RESPONSE_MIDDLE;
    }
    else
    {
        fields.opcode = last ? OP_READ_RESPONSE_ONLY : OP_READ_RESPONSE_FIRST;
    }
    response.echo.Put(fields, now);
    response.begun = true;
    response.bytes -= fields.payloadBytes;
    ++response.sequence;
    --response.packets;
    if (last)
    {
        m_responses.Pop();
    }
}

void
ResponseQueue::Truncate(uint64_t sequence)
{
    const uint32_t n = m_responses.GetSize();
    for (uint32_t i = 0; i < n; ++i)
    {
        Response response = m_responses.Pop();
        if (response.sequence >= sequence)
        {
            continue;
        }
        const uint64_t left = std::min<uint64_t>(response.packets, sequence - response.sequence);
        response.bytes = left < response.packets ? left * m_mtuBytes : response.bytes;
        response.packets = left;
        m_responses.Push(response);
    }
}

bool
ResponseQueue::Recall(uint64_t sequence, uint64_t& original) const
{
    for (uint32_t i = 0; i < m_results.GetSize(); ++i)
    {
        if (m_results[i].sequence == sequence)
        {
            original = m_results[i].original;
            return true;
        }
    }
    return false;
}

void
ResponseQueue::Defer(const Acknowledgment& acknowledgment)
{
    // An ACK tells all that older ones tell. A NAK is said once, so that it must not get lost; what
    // comes behind it before the packet that it names has come says nothing else.
    if (m_hasDeferred && !IsAck(m_deferred.syndrome) &&
        acknowledgment.sequence < m_deferred.sequence)
    {
        return;
    }
    m_deferred = acknowledgment;
    m_hasDeferred = true;
}

} // namespace ns3::rdma
