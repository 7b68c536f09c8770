/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_HEADERS_H
#define RDMA_FALCON_HEADERS_H

#include "rdma-bytes.h"
#include "rdma-falcon-format.h"

#include "ns3/fabric-frame.h"

namespace ns3::rdma
{

// What is behind PSP's header in frames of RDMA over Falcon: see FalconCodec for the layouts'
// sources, and where the simulator's fields go.

/** @param opcode of a frame @return whether there is a packet of Falcon for it */
bool HasFalconFormat(uint8_t opcode);

/** Put the headers of Falcon and RDMA, and the payload. @param out takes them @param frame it */
void PutFalcon(ByteWriter& out, const fabric::Frame& frame);

/**
 * Read what PutFalcon wrote.
 *
 * @param in begins with it, and ends with it
 * @param [in,out] frame whose sentAt is known
 * @return whether it is known and its size fits
 */
bool GetFalcon(ByteReader& in, fabric::Frame& frame);

} // namespace ns3::rdma

#endif /* RDMA_FALCON_HEADERS_H */
