/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-uet-semantics.h"

#include "rdma-opcode.h"

namespace ns3::rdma
{

using fabric::RoceFields;

namespace
{

// Opcodes and flags of the semantic header.
constexpr uint8_t SES_WRITE = 1;
constexpr uint8_t SES_READ = 2; ///< a READ; here, with the context of responses, its data too
constexpr uint8_t SES_FETCHING_ATOMIC = 4; ///< likewise
constexpr uint8_t SES_SEND = 5;
constexpr uint8_t SES_SOM = 1 << 0;
constexpr uint8_t SES_EOM = 1 << 1;
constexpr uint8_t SES_HEADER_DATA = 1 << 2;
constexpr uint8_t SES_INITIATOR_ERROR = 1 << 4; ///< here: the message has immediate data
constexpr uint8_t SES_DELIVERY_COMPLETE = 1 << 5;

// Of the atomic extension header.
constexpr uint8_t ATOMIC_SUM = 0x02;
constexpr uint8_t ATOMIC_COMPARE_SWAP = 0x0d;
constexpr uint8_t ATOMIC_UINT64 = 0x07;

/** Put the operands of an atomic behind an extension header, or its result. */
void
PutAtomic(ByteWriter& out, const RoceFields& roce)
{
    if (roce.opcode == OP_ATOMIC_ACKNOWLEDGE)
    {
        out.Put(roce.original, 8);
        return;
    }
    const bool swap = roce.opcode == OP_COMPARE_SWAP;
    out.Put(swap ? ATOMIC_COMPARE_SWAP : ATOMIC_SUM, 1);
    out.Put(ATOMIC_UINT64, 1);
    out.Put(0, 2); // semantic control
    if (swap)
    {
        out.Put(0, 8);
        out.Put(roce.compare, 8);
        out.Put(0, 8);
    }
    out.Put(roce.operandHigh, 4);
    out.Put(roce.operandLow, 4);
}

/** Read what PutAtomic wrote. @return whether it is known */
bool
GetAtomic(ByteReader& in, RoceFields& roce)
{
    roce.payloadBytes = 0;
    if (roce.response)
    {
        roce.opcode = OP_ATOMIC_ACKNOWLEDGE;
        roce.original = in.Get(8);
        return in.GetLeft() == 0;
    }
    const uint8_t code = in.Get(1);
    const uint8_t type = in.Get(1);
    in.Get(2);
    roce.opcode = code == ATOMIC_COMPARE_SWAP ? OP_COMPARE_SWAP : OP_FETCH_ADD;
    roce.compare = 0;
    if (code == ATOMIC_COMPARE_SWAP)
    {
        in.Get(8);
        roce.compare = in.Get(8);
        in.Get(8);
    }
    roce.operandHigh = in.Get(4);
    roce.operandLow = in.Get(4);
    return in.GetLeft() == 0 && type == ATOMIC_UINT64 &&
           (code == ATOMIC_COMPARE_SWAP || code == ATOMIC_SUM);
}

/** @return the opcode that the fields of a semantic header give */
uint8_t
OpcodeOf(bool write, uint8_t flags)
{
    const bool immediate = flags & SES_HEADER_DATA;
    switch (flags & (SES_SOM | SES_EOM))
    {
    case SES_SOM:
        return write ? OP_WRITE_FIRST : OP_SEND_FIRST;
    case SES_EOM:
        return immediate ? (write ? OP_WRITE_LAST_IMM : OP_SEND_LAST_IMM)
                         : (write ? OP_WRITE_LAST : OP_SEND_LAST);
    case SES_SOM | SES_EOM:
        return immediate ? (write ? OP_WRITE_ONLY_IMM : OP_SEND_ONLY_IMM)
                         : (write ? OP_WRITE_ONLY : OP_SEND_ONLY);
    default:
        return write ? OP_WRITE_MIDDLE : OP_SEND_MIDDLE;
    }
}

/** @return the opcode of a READ or its response */
uint8_t
ReadOpcodeOf(bool response, uint8_t flags)
{
    if (!response)
    {
        return OP_READ_REQUEST;
    }
    switch (flags & (SES_SOM | SES_EOM))
    {
    case SES_SOM:
        return OP_READ_RESPONSE_FIRST;
    case SES_EOM:
        return OP_READ_RESPONSE_LAST;
    case SES_SOM | SES_EOM:
        return OP_READ_RESPONSE_ONLY;
    default:
        return OP_READ_RESPONSE_MIDDLE;
    }
}

} // namespace

bool
IsOfUetAtomic(uint8_t opcode)
{
    return IsAtomic(opcode) || opcode == OP_ATOMIC_ACKNOWLEDGE;
}

void
PutUetSemantics(ByteWriter& out, const RoceFields& roce)
{
    const bool atomic = IsOfUetAtomic(roce.opcode);
    out.Put(atomic                            ? SES_FETCHING_ATOMIC
            : roce.opcode > OP_WRITE_ONLY_IMM ? SES_READ
            : roce.opcode >= OP_WRITE_FIRST   ? SES_WRITE
                                              : SES_SEND,
            1);
    out.Put((IsFirst(roce.opcode) ? SES_SOM : 0) | (IsLast(roce.opcode) ? SES_EOM : 0) |
                (HasImmediate(roce.opcode) ? SES_HEADER_DATA : 0) |
                (roce.hasImmediate ? SES_INITIATOR_ERROR : 0) |
                (roce.solicited ? SES_DELIVERY_COMPLETE : 0),
            1);
    out.Put(roce.msn & 0xffff, 2);     // message ID
    out.Put(roce.msn >> 16 & 0xff, 1); // resource index generation
    out.Put(0, 3);                     // job
    out.Put(0, 2);                     // PID on FEP
    out.Put(0, 2);                     // resource index
    // Buffer offset; initiator.
    out.Put(roce.opcode == OP_ATOMIC_ACKNOWLEDGE ? 0 : roce.remoteAddress, 8);
    out.Put(IsAtomic(roce.opcode) ? 0 : roce.immediate, 4);
    out.Put(roce.remoteKey, 8);              // memory key
    out.Put(0, 8);                           // header data, or payload length and message offset
    out.Put(atomic ? 8 : roce.dmaLength, 4); // request length
    if (atomic)
    {
        PutAtomic(out, roce);
    }
}

bool
GetUetSemantics(ByteReader& in, RoceFields& roce)
{
    const uint8_t opcode = in.Get(1) & 0x3f;
    const uint8_t semantics = in.Get(1);
    roce.opcode = opcode == SES_READ ? ReadOpcodeOf(roce.response, semantics)
                                     : OpcodeOf(opcode == SES_WRITE, semantics);
    roce.hasImmediate = semantics & SES_INITIATOR_ERROR;
    roce.solicited = semantics & SES_DELIVERY_COMPLETE;
    roce.msn = in.Get(2);
    roce.msn |= in.Get(1) << 16;
    in.Get(7);
    roce.remoteAddress = in.Get(8);
    roce.immediate = in.Get(4);
    roce.remoteKey = in.Get(8);
    in.Get(8);
    roce.dmaLength = in.Get(4);
    if (opcode == SES_FETCHING_ATOMIC)
    {
        roce.dmaLength = 0;
        return GetAtomic(in, roce);
    }
    const int64_t left = in.GetLeft();
    roce.payloadBytes = left > 0 ? left : 0;
    return left >= 0 && (opcode == SES_WRITE || opcode == SES_SEND || opcode == SES_READ);
}

} // namespace ns3::rdma
