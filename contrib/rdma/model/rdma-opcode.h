/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_OPCODE_H
#define RDMA_OPCODE_H

#include "ns3/fabric-frame.h"

#include <cstdint>
#include <string>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * BTH opcodes of the Reliable Connection service (InfiniBand Architecture vol. 1, 9.2.1, table 38)
 * and of the RoCEv2 congestion notification (Annex A17.9.3).
 *
 * Unscoped and eight bits wide: it is stored in fabric::RoceFields::opcode.
 */
enum Opcode : uint8_t
{
    OP_SEND_FIRST = 0x00,
    OP_SEND_MIDDLE = 0x01,
    OP_SEND_LAST = 0x02,
    OP_SEND_LAST_IMM = 0x03,
    OP_SEND_ONLY = 0x04,
    OP_SEND_ONLY_IMM = 0x05,
    OP_WRITE_FIRST = 0x06,
    OP_WRITE_MIDDLE = 0x07,
    OP_WRITE_LAST = 0x08,
    OP_WRITE_LAST_IMM = 0x09,
    OP_WRITE_ONLY = 0x0a,
    OP_WRITE_ONLY_IMM = 0x0b,
    OP_READ_REQUEST = 0x0c,
    OP_READ_RESPONSE_FIRST = 0x0d,
    OP_READ_RESPONSE_MIDDLE = 0x0e,
    OP_READ_RESPONSE_LAST = 0x0f,
    OP_READ_RESPONSE_ONLY = 0x10,
    OP_ACKNOWLEDGE = 0x11,
    OP_ATOMIC_ACKNOWLEDGE = 0x12,
    OP_COMPARE_SWAP = 0x13,
    OP_FETCH_ADD = 0x14,

    /**
     * On the wire, what acknowledges READ responses where they are acknowledged at all (IRN,
     * SIGCOMM 2018, section 5.2, names no opcode; this one is reserved). In frames it is
     * OP_ACKNOWLEDGE with RoceFields::response.
     */
    OP_READ_ACKNOWLEDGE = 0x1e,

    OP_CNP = 0x81,
    OP_NOTICE = fabric::NOTICE_OPCODE, ///< a switch says how long its queue is

    // Frames of other transports that have no counterpart in InfiniBand; not on a RoCEv2 wire.
    OP_TRIM_NAK = 0xf0, ///< a packet came without its payload
    OP_PROBE = 0xf1,    ///< asks for an acknowledgment
    OP_CREDIT = 0xf2,   ///< credit for the sender
};

/** @return whether a frame with this opcode is for Reliability::ReceiveControl */
constexpr bool
IsControl(uint8_t opcode)
{
    return opcode >= OP_TRIM_NAK;
}

/** UDP destination port of RoCEv2 (IANA). */
constexpr uint16_t ROCE_UDP_PORT = 4791;

/** Bytes of each header (IBA vol. 1, chapter 9). */
constexpr uint32_t BTH_BYTES = 12;
constexpr uint32_t RETH_BYTES = 16;
constexpr uint32_t AETH_BYTES = 4;
constexpr uint32_t IMM_DT_BYTES = 4;
constexpr uint32_t ATOMIC_ETH_BYTES = 28;
constexpr uint32_t ATOMIC_ACK_ETH_BYTES = 8;
constexpr uint32_t ICRC_BYTES = 4;

/** Bytes behind the AETH of a selective acknowledgment, without and with bitmap: see SackHeader. */
constexpr uint32_t SACK_BYTES = 4;
constexpr uint32_t SACK_BITMAP_BYTES = 12;

/** Bytes of Bolt's header in a notice: see BoltHeader. */
constexpr uint32_t BOLT_BYTES = 16;

/** Zero bytes that a CNP carries behind its BTH (IBA Annex A17.9.3). */
constexpr uint32_t CNP_RESERVED_BYTES = 16;

/**
 * @param opcode a BTH opcode
 * @return whether frames with it are known: one of enum Opcode
 */
constexpr bool
IsKnownOpcode(uint8_t opcode)
{
    return opcode <= OP_FETCH_ADD || opcode == OP_CNP || opcode == OP_NOTICE ||
           opcode == OP_READ_ACKNOWLEDGE;
}

/** @return whether a frame with this opcode has an RDMA extended header */
constexpr bool
HasReth(uint8_t opcode)
{
    return opcode == OP_WRITE_FIRST || opcode == OP_WRITE_ONLY || opcode == OP_WRITE_ONLY_IMM ||
           opcode == OP_READ_REQUEST;
}

/** @return whether a frame with this opcode asks for an atomic operation */
constexpr bool
IsAtomic(uint8_t opcode)
{
    return opcode == OP_COMPARE_SWAP || opcode == OP_FETCH_ADD;
}

/** @return whether a frame with this opcode asks for an answer with data */
constexpr bool
IsDataRequest(uint8_t opcode)
{
    return opcode == OP_READ_REQUEST || IsAtomic(opcode);
}

/** @return whether a frame with this opcode is an answer with data, or a part of it */
constexpr bool
IsResponse(uint8_t opcode)
{
    return (opcode >= OP_READ_RESPONSE_FIRST && opcode <= OP_READ_RESPONSE_ONLY) ||
           opcode == OP_ATOMIC_ACKNOWLEDGE;
}

/** @return whether a frame with this opcode has an ACK extended header */
constexpr bool
HasAeth(uint8_t opcode)
{
    return opcode == OP_ACKNOWLEDGE || opcode == OP_READ_RESPONSE_FIRST ||
           opcode == OP_READ_RESPONSE_LAST || opcode == OP_READ_RESPONSE_ONLY ||
           opcode == OP_ATOMIC_ACKNOWLEDGE || opcode == OP_READ_ACKNOWLEDGE;
}

/** @return whether a frame with this opcode has immediate data */
constexpr bool
HasImmediate(uint8_t opcode)
{
    return opcode == OP_SEND_LAST_IMM || opcode == OP_SEND_ONLY_IMM ||
           opcode == OP_WRITE_LAST_IMM || opcode == OP_WRITE_ONLY_IMM;
}

/** @return whether a frame with this opcode carries bytes of a message */
constexpr bool
HasPayload(uint8_t opcode)
{
    return opcode < OP_ACKNOWLEDGE && opcode != OP_READ_REQUEST;
}

/** @return whether this is the first frame of a message, or the only one */
constexpr bool
IsFirst(uint8_t opcode)
{
    return opcode == OP_SEND_FIRST || opcode == OP_SEND_ONLY || opcode == OP_SEND_ONLY_IMM ||
           opcode == OP_WRITE_FIRST || opcode == OP_WRITE_ONLY || opcode == OP_WRITE_ONLY_IMM ||
           opcode == OP_READ_RESPONSE_FIRST || opcode == OP_READ_RESPONSE_ONLY ||
           opcode == OP_ATOMIC_ACKNOWLEDGE || IsDataRequest(opcode);
}

/** @return whether this is the last frame of a message, or the only one */
constexpr bool
IsLast(uint8_t opcode)
{
    return (opcode >= OP_SEND_LAST && opcode <= OP_SEND_ONLY_IMM) ||
           (opcode >= OP_WRITE_LAST && opcode <= OP_WRITE_ONLY_IMM) ||
           opcode == OP_READ_RESPONSE_LAST || opcode == OP_READ_RESPONSE_ONLY ||
           opcode == OP_ATOMIC_ACKNOWLEDGE || IsDataRequest(opcode);
}

/**
 * Size of a RoCEv2 frame over IPv4, from the destination MAC address to the frame check sequence:
 * 14 Ethernet + 20 IPv4 + 8 UDP + 12 BTH + extended headers + payload padded to 4 + 4 ICRC + 4 FCS,
 * and at least 64.
 *
 * @param opcode a known opcode
 * @param payloadBytes bytes of the message in the frame, or of the SackHeader of an acknowledgment;
 * ignored for other opcodes
 * @return the size, bytes
 */
constexpr uint32_t
RoceFrameBytes(uint8_t opcode, uint32_t payloadBytes)
{
    uint32_t bytes = 14 + 20 + 8 + BTH_BYTES + ICRC_BYTES + 4;
    bytes += HasReth(opcode) ? RETH_BYTES : 0;
    bytes += HasAeth(opcode) ? AETH_BYTES : 0;
    bytes += HasImmediate(opcode) ? IMM_DT_BYTES : 0;
    bytes += IsAtomic(opcode) ? ATOMIC_ETH_BYTES : 0;
    bytes += opcode == OP_ATOMIC_ACKNOWLEDGE ? ATOMIC_ACK_ETH_BYTES : 0;
    bytes += HasPayload(opcode) || opcode == OP_ACKNOWLEDGE ? (payloadBytes + 3) / 4 * 4 : 0;
    bytes += opcode == OP_CNP ? CNP_RESERVED_BYTES : 0;
    bytes += opcode == OP_NOTICE ? BOLT_BYTES : 0;
    return bytes < 64 ? 64 : bytes;
}

/**
 * @param opcode a BTH opcode
 * @return its name as in the specification, such as "RDMA WRITE First"; "opcode 0x42" if not known
 */
std::string OpcodeName(uint8_t opcode);

} // namespace ns3::rdma

#endif /* RDMA_OPCODE_H */
