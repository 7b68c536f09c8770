/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-falcon-headers.h"

#include "rdma-psn.h"
#include "rdma-syndrome.h"

#include <algorithm>

namespace ns3::rdma
{

using fabric::Frame;
using fabric::RoceFields;

namespace
{

constexpr uint64_t VERSION = 1; ///< of Falcon, and of RDMA over Falcon
constexpr uint64_t RDMA = 2;    ///< protocol type

// Types of packets.
constexpr uint8_t TYPE_PULL_REQUEST = 0;
constexpr uint8_t TYPE_PULL_DATA = 3;
constexpr uint8_t TYPE_PUSH_DATA = 5;
constexpr uint8_t TYPE_NACK = 8;
constexpr uint8_t TYPE_BACK = 9;
constexpr uint8_t TYPE_EACK = 10;

// Codes of NACKs.
constexpr uint8_t NACK_RESOURCES = 1;
constexpr uint8_t NACK_RNR = 2;
constexpr uint8_t NACK_NOT_RECOVERABLE = 7;

// Notifications of packets out of the windows.
constexpr uint64_t OWN_REQUESTS = 1;
constexpr uint64_t OWN_DATA = 2;

constexpr uint8_t LEVEL_MASK = 31;  ///< of the receiver's buffers, in a syndrome
constexpr uint8_t MAX_HOPS = 15;    ///< that an acknowledgment can tell
constexpr uint32_t TIME_SHIFT = 17; ///< units of T1 and T2 are 2^17 ps
constexpr uint8_t RESPONSE_BIT = 1; ///< of the reserved ones in the first byte

/** @return type of the packet of a request or a response */
uint8_t
TypeOf(uint8_t opcode)
{
    return IsDataRequest(opcode) ? TYPE_PULL_REQUEST
           : IsResponse(opcode)  ? TYPE_PULL_DATA
                                 : TYPE_PUSH_DATA;
}

/** @return whether a frame says that a packet came without its payload */
bool
IsTrimNak(const RoceFields& roce)
{
    return roce.opcode == OP_TRIM_NAK;
}

/** @param bytes of a message @return bytes behind them that make a multiple of 4 */
uint32_t
PadOf(uint32_t bytes)
{
    return -bytes & 3;
}

/** @return whether a frame with this opcode has an address, key and length */
bool
HasFalconReth(uint8_t opcode)
{
    return (opcode >= OP_WRITE_FIRST && opcode <= OP_WRITE_ONLY_IMM) || opcode == OP_READ_REQUEST;
}

/** Put the headers of RDMA behind the first. */
void
PutExtended(ByteWriter& out, const RoceFields& roce)
{
    if (HasFalconReth(roce.opcode))
    {
        out.Put(roce.remoteAddress, 8);
        out.Put(roce.remoteKey, 4);
        out.Put(roce.dmaLength, 4);
    }
    if (IsAtomic(roce.opcode))
    {
        out.Put(roce.remoteAddress, 8);
        out.Put(roce.remoteKey, 4);
        out.Put(roce.operandHigh, 4);
        out.Put(roce.operandLow, 4);
        out.Put(roce.compare, 8);
    }
    if (roce.opcode <= OP_SEND_ONLY_IMM)
    {
        out.Put(0, FALCON_SETH_BYTES);
        out.Put(roce.remoteAddress, FALCON_OETH_BYTES);
    }
    else if (IsDataRequest(roce.opcode))
    {
        out.Put(0, FALCON_SETH_BYTES);
        out.Put(0, 8); // STETH
        out.Put(0, 4);
    }
    else if (IsResponse(roce.opcode))
    {
        if (roce.opcode == OP_ATOMIC_ACKNOWLEDGE)
        {
            out.Put(roce.original, 8);
        }
        out.Put(roce.opcode == OP_ATOMIC_ACKNOWLEDGE ? 0 : roce.remoteAddress, 8);
        out.Put(roce.immediate, 4);
    }
    if (HasImmediate(roce.opcode))
    {
        out.Put(0, HasFalconReth(roce.opcode) ? FALCON_SETH_BYTES : 0);
        out.Put(roce.immediate, 4);
    }
}

/** Read what PutExtended wrote. */
void
GetExtended(ByteReader& in, RoceFields& roce)
{
    if (HasFalconReth(roce.opcode))
    {
        roce.remoteAddress = in.Get(8);
        roce.remoteKey = in.Get(4);
        roce.dmaLength = in.Get(4);
    }
    if (IsAtomic(roce.opcode))
    {
        roce.remoteAddress = in.Get(8);
        roce.remoteKey = in.Get(4);
        roce.operandHigh = in.Get(4);
        roce.operandLow = in.Get(4);
        roce.compare = in.Get(8);
    }
    if (roce.opcode <= OP_SEND_ONLY_IMM)
    {
        in.Get(FALCON_SETH_BYTES);
        roce.remoteAddress = in.Get(FALCON_OETH_BYTES);
    }
    else if (IsDataRequest(roce.opcode))
    {
        in.Get(FALCON_SETH_BYTES);
        in.Get(FALCON_STETH_BYTES);
    }
    else if (IsResponse(roce.opcode))
    {
        const uint64_t first = in.Get(8);
        if (roce.opcode == OP_ATOMIC_ACKNOWLEDGE)
        {
            roce.original = first;
            in.Get(8);
        }
        else
        {
            roce.remoteAddress = first;
        }
        roce.immediate = in.Get(4);
    }
    if (HasImmediate(roce.opcode))
    {
        in.Get(HasFalconReth(roce.opcode) ? FALCON_SETH_BYTES : 0);
        roce.immediate = in.Get(4);
    }
}

/** @return bytes that the ULP's packet of a pull request's data has, headers and padding included
 */
uint32_t
GetPullBytes(const RoceFields& roce)
{
    return IsAtomic(roce.opcode)
               ? FalconRdmaBytes(OP_ATOMIC_ACKNOWLEDGE)
               : FalconRdmaBytes(OP_READ_RESPONSE_ONLY) + roce.dmaLength + PadOf(roce.dmaLength);
}

/** Put a request or a response. */
void
PutTransaction(ByteWriter& out, const RoceFields& roce)
{
    const uint8_t type = TypeOf(roce.opcode);
    out.Put(VERSION << 28 | roce.destinationQp, 4);
    out.Put(0, 3); // destination function
    out.Put(RDMA << 5 | type << 1 | roce.ackRequest, 1);
    out.Put(0, 4); // base of the window of data
    out.Put(0, 4); // base of the window of requests
    out.Put(roce.msn, 4);
    out.Put(roce.psn, 4);
    const uint32_t pad = PadOf(roce.payloadBytes);
    if (type == TYPE_PULL_REQUEST)
    {
        out.Put(GetPullBytes(roce) & 0xffff, 4);
        out.Put(0, 4);
    }
    else if (type == TYPE_PUSH_DATA)
    {
        out.Put((FalconRdmaBytes(roce.opcode) + roce.payloadBytes + pad) & 0xffff, 4);
    }
    out.Put(VERSION << 28 | pad << 10 | (roce.solicited ? 1 << 8 : 0) | roce.opcode, 4);
    out.Put(roce.destinationQp, 3);
    out.Put(0, 1);
    out.Put(roce.psn, 4);
    PutExtended(out, roce);
    out.data.resize(out.data.size() + roce.payloadBytes + pad, 0);
}

/** Read what PutTransaction wrote behind its first eight bytes. */
bool
GetTransaction(ByteReader& in, uint8_t type, RoceFields& roce)
{
    in.Get(8);
    roce.msn = in.Get(4) & PSN_MASK;
    roce.psn = in.Get(4) & PSN_MASK;
    const uint64_t length = type == TYPE_PULL_DATA ? 0 : in.Get(4) & 0xffff;
    in.Get(type == TYPE_PULL_REQUEST ? 4 : 0);
    const auto ulpBytes = static_cast<uint64_t>(std::max<int64_t>(0, in.GetLeft()));
    const uint64_t rbth = in.Get(4);
    const auto pad = static_cast<uint32_t>(rbth >> 10 & 3);
    roce.opcode = static_cast<uint8_t>(rbth);
    roce.solicited = rbth >> 8 & 1;
    roce.response = type == TYPE_PULL_DATA;
    const bool same = in.Get(3) == roce.destinationQp;
    in.Get(1);
    if (rbth >> 28 != VERSION || !HasFalconFormat(roce.opcode) || IsControl(roce.opcode) ||
        roce.opcode == OP_ACKNOWLEDGE || TypeOf(roce.opcode) != type || !same ||
        in.Get(4) != roce.psn)
    {
        return false;
    }
    GetExtended(in, roce);
    const int64_t payload = in.GetLeft() - pad;
    if (payload < 0 || (!HasPayload(roce.opcode) && payload + pad > 0))
    {
        return false;
    }
    roce.payloadBytes = static_cast<uint32_t>(payload);
    const uint64_t expected = type == TYPE_PULL_REQUEST ? GetPullBytes(roce) : ulpBytes;
    return PadOf(roce.payloadBytes) == pad &&
           (type == TYPE_PULL_DATA || length == (expected & 0xffff));
}

/** Put what ACKs and NACKs begin with. @param base of the window of data @param last bits of the
 * last word: the RUE's value and, in ACKs, notifications */
void
PutAnswer(ByteWriter& out, const Frame& frame, uint8_t type, uint32_t base, uint64_t last)
{
    const RoceFields& roce = frame.roce;
    const uint64_t response = roce.response ? RESPONSE_BIT : 0;
    out.Put(VERSION << 28 | response << 24 | roce.destinationQp, 4);
    out.Put(uint64_t{type} << 1, 4);
    out.Put(base, 4);
    out.Put(roce.msn, 4);
    out.Put(roce.echoedSentAt >> TIME_SHIFT, 4);
    out.Put((frame.sentAt - roce.echoedHold) >> TIME_SHIFT, 4);
    const uint64_t hops = std::min(roce.echoedHops, MAX_HOPS);
    const uint64_t level = IsAck(roce.syndrome) ? roce.syndrome & LEVEL_MASK : 0;
    out.Put(hops << 28 | level << 23 | (roce.echoedCe ? 1 : 0) << 9, 4);
    out.Put(last, 4);
}

/** Put a BACK or an EACK. */
void
PutAck(ByteWriter& out, const Frame& frame)
{
    const RoceFields& roce = frame.roce;
    const bool extended = roce.payloadBytes > 0;
    PutAnswer(out,
              frame,
              extended ? TYPE_EACK : TYPE_BACK,
              roce.psn,
              uint64_t{roce.echoedEntropy} << 2 | (roce.again ? OWN_DATA : 0) |
                  (roce.syn ? OWN_REQUESTS : 0));
    if (!extended)
    {
        return;
    }
    const bool requests = roce.hasImmediate;
    for (const bool shown : {!requests && roce.response, !requests}) // acknowledged, received
    {
        out.Put(shown ? roce.outOfOrder : 0, 4);
        out.Put(shown ? roce.sackPsn : 0, 4);
        out.Put(shown ? roce.sackBitmap : 0, 8);
    }
    out.Put(requests ? roce.sackBitmap : 0, 8);
}

/** Put a NACK. */
void
PutNack(ByteWriter& out, const Frame& frame)
{
    const RoceFields& roce = frame.roce;
    PutAnswer(out, frame, TYPE_NACK, roce.sackPsn, roce.echoedEntropy);
    out.Put(roce.psn, 4);
    out.Put(IsTrimNak(roce)        ? NACK_RESOURCES
            : IsRnr(roce.syndrome) ? NACK_RNR
                                   : NACK_NOT_RECOVERABLE,
            1);
    out.Put(IsRnr(roce.syndrome) ? roce.syndrome & LEVEL_MASK : 0, 1);
    out.Put(roce.hasImmediate ? 1 << 7 : 0, 1);
    out.Put(roce.syndrome, 1);
}

/** @param unit a time of 32 bits in units of T1 @param now the time of the frame that tells it
 * @return the last such time that is not after that */
int64_t
GetTime(uint64_t unit, int64_t now)
{
    const int64_t units = now >> TIME_SHIFT;
    return (units - static_cast<uint32_t>(units - static_cast<int64_t>(unit))) *
           (int64_t{1} << TIME_SHIFT);
}

/** Read what PutAnswer wrote behind its first eight bytes. @return the last word */
uint64_t
GetAnswer(ByteReader& in, uint8_t first, Frame& frame)
{
    RoceFields& roce = frame.roce;
    roce.opcode = OP_ACKNOWLEDGE;
    roce.response = first & RESPONSE_BIT;
    roce.psn = in.Get(4) & PSN_MASK;
    roce.msn = in.Get(4) & PSN_MASK;
    roce.echoedSentAt = GetTime(in.Get(4), frame.sentAt);
    const int64_t hold = frame.sentAt - GetTime(in.Get(4), frame.sentAt);
    roce.echoedHold = static_cast<uint32_t>(std::min<int64_t>(hold, UINT32_MAX));
    const uint64_t congestion = in.Get(4);
    roce.echoedHops = static_cast<uint8_t>(congestion >> 28);
    roce.syndrome = congestion >> 23 & LEVEL_MASK;
    roce.echoedCe = congestion >> 9 & 1;
    return in.Get(4);
}

/** Read what PutAck wrote behind its first eight bytes. */
bool
GetAck(ByteReader& in, uint8_t type, uint8_t first, Frame& frame)
{
    RoceFields& roce = frame.roce;
    const uint64_t last = GetAnswer(in, first, frame);
    roce.echoedEntropy = static_cast<uint16_t>(last >> 2);
    roce.again = (last & OWN_DATA) > 0;
    roce.syn = (last & OWN_REQUESTS) > 0;
    if (type == TYPE_EACK)
    {
        in.Get(8); // acknowledged: see FalconCodec
        in.Get(8);
        const uint64_t upper = in.Get(8);
        roce.outOfOrder = static_cast<uint32_t>(upper >> 32);
        roce.sackPsn = static_cast<uint32_t>(upper);
        roce.sackBitmap = in.Get(8);
        if (const uint64_t requests = in.Get(8); requests > 0)
        {
            roce.hasImmediate = true;
            roce.sackBitmap = requests;
        }
        roce.payloadBytes = SACK_BITMAP_BYTES;
    }
    return in.GetLeft() == 0;
}

/** Read what PutNack wrote behind its first eight bytes. */
bool
GetNack(ByteReader& in, uint8_t first, Frame& frame)
{
    RoceFields& roce = frame.roce;
    roce.echoedEntropy = static_cast<uint16_t>(GetAnswer(in, first, frame));
    roce.sackPsn = roce.psn;
    roce.psn = in.Get(4) & PSN_MASK;
    const auto code = static_cast<uint8_t>(in.Get(1));
    in.Get(1);
    roce.hasImmediate = in.Get(1) >> 7;
    roce.syndrome = static_cast<uint8_t>(in.Get(1));
    roce.opcode = code == NACK_RESOURCES ? OP_TRIM_NAK : OP_ACKNOWLEDGE;
    return in.GetLeft() == 0 && !IsAck(roce.syndrome) &&
           (code == NACK_RESOURCES || (code == NACK_RNR && IsRnr(roce.syndrome)) ||
            (code == NACK_NOT_RECOVERABLE && !IsRnr(roce.syndrome)));
}

} // namespace

bool
HasFalconFormat(uint8_t opcode)
{
    return opcode <= OP_FETCH_ADD || opcode == OP_TRIM_NAK;
}

void
PutFalcon(ByteWriter& out, const Frame& frame)
{
    const RoceFields& roce = frame.roce;
    if (roce.opcode == OP_ACKNOWLEDGE && IsAck(roce.syndrome))
    {
        PutAck(out, frame);
    }
    else if (roce.opcode == OP_ACKNOWLEDGE || IsTrimNak(roce))
    {
        PutNack(out, frame);
    }
    else
    {
        PutTransaction(out, roce);
    }
}

bool
GetFalcon(ByteReader& in, Frame& frame)
{
    RoceFields& roce = frame.roce;
    const auto first = static_cast<uint8_t>(in.Get(1));
    roce.destinationQp = static_cast<uint32_t>(in.Get(3));
    in.Get(3);
    const auto types = static_cast<uint8_t>(in.Get(1));
    const uint8_t type = types >> 1 & 0xf;
    if (first >> 4 != VERSION)
    {
        return false;
    }
    switch (type)
    {
    case TYPE_PULL_REQUEST:
    case TYPE_PULL_DATA:
    case TYPE_PUSH_DATA:
        roce.ackRequest = types & 1;
        return types >> 5 == RDMA && GetTransaction(in, type, roce);
    case TYPE_BACK:
    case TYPE_EACK:
        return GetAck(in, type, first, frame);
    case TYPE_NACK:
        return GetNack(in, first, frame);
    default:
        return false;
    }
}

} // namespace ns3::rdma
