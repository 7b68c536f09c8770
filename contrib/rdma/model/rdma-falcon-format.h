/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_FORMAT_H
#define RDMA_FALCON_FORMAT_H

#include "rdma-opcode.h"

#include <cstdint>

namespace ns3::rdma
{

// Bytes of Falcon's headers (OCP Falcon transport protocol specification, rev. 0.9, 7, and RDMA
// over Falcon, rev. 0.9, 8): see FalconCodec.

/** UDP destination port of PSP (PSP architecture specification), in which Falcon travels. */
constexpr uint16_t PSP_UDP_PORT = 1000;

constexpr uint32_t PSP_HEADER_BYTES = 16;     ///< without virtualization cookie
constexpr uint32_t PSP_ICV_BYTES = 16;        ///< integrity check value, behind the payload
constexpr uint32_t FALCON_BASE_BYTES = 24;    ///< of all but ACKs and NACKs
constexpr uint32_t FALCON_PUSH_BYTES = 4;     ///< reserved 2, request length 2
constexpr uint32_t FALCON_PULL_BYTES = 8;     ///< the same, and reserved 4
constexpr uint32_t FALCON_BACK_BYTES = 32;    ///< base acknowledgment
constexpr uint32_t FALCON_BITMAPS_BYTES = 40; ///< what an extended one has more
constexpr uint32_t FALCON_NACK_BYTES = 40;    ///< negative acknowledgment
constexpr uint32_t FALCON_RBTH_BYTES = 12;    ///< RDMA base transport header
constexpr uint32_t FALCON_SETH_BYTES = 4;     ///< sequence number of the message
constexpr uint32_t FALCON_OETH_BYTES = 4;     ///< offset in the message
constexpr uint32_t FALCON_STETH_BYTES = 12;   ///< sink tag: where data of READs go

/** Ethernet, IPv4, UDP, PSP, integrity check value, frame check sequence. */
constexpr uint32_t FALCON_LINK_BYTES = 14 + 20 + 8 + PSP_HEADER_BYTES + PSP_ICV_BYTES + 4;

/** @param opcode of a request or a response @return bytes of RDMA's headers behind Falcon's */
constexpr uint32_t
FalconRdmaBytes(uint8_t opcode)
{
    const bool send = opcode <= OP_SEND_ONLY_IMM;
    const bool write = opcode >= OP_WRITE_FIRST && opcode <= OP_WRITE_ONLY_IMM;
    uint32_t bytes = FALCON_RBTH_BYTES;
    bytes += write || opcode == OP_READ_REQUEST ? RETH_BYTES : 0;
    bytes += IsAtomic(opcode) ? ATOMIC_ETH_BYTES : 0;
    bytes += opcode == OP_ATOMIC_ACKNOWLEDGE ? ATOMIC_ACK_ETH_BYTES : 0;
    bytes +=
        send || IsDataRequest(opcode) || (write && HasImmediate(opcode)) ? FALCON_SETH_BYTES : 0;
    bytes += send ? FALCON_OETH_BYTES : 0;
    bytes += IsDataRequest(opcode) || IsResponse(opcode) ? FALCON_STETH_BYTES : 0;
    bytes += HasImmediate(opcode) ? IMM_DT_BYTES : 0;
    return bytes;
}

/** @param opcode of a request or a response @return bytes of Falcon's headers */
constexpr uint32_t
FalconHeaderBytes(uint8_t opcode)
{
    return FALCON_BASE_BYTES + (IsDataRequest(opcode) ? FALCON_PULL_BYTES
                                : IsResponse(opcode)  ? 0
                                                      : FALCON_PUSH_BYTES);
}

/**
 * Size of a frame of RDMA over Falcon over PSP over IPv4, from the destination MAC address to the
 * frame check sequence.
 *
 * @param opcode of a request or a response
 * @param payloadBytes bytes of the message in the frame, padded to a multiple of 4
 * @return the size, bytes
 */
constexpr uint32_t
FalconFrameBytes(uint8_t opcode, uint32_t payloadBytes)
{
    return FALCON_LINK_BYTES + FalconHeaderBytes(opcode) + FalconRdmaBytes(opcode) +
           (payloadBytes + 3) / 4 * 4;
}

} // namespace ns3::rdma

#endif /* RDMA_FALCON_FORMAT_H */
