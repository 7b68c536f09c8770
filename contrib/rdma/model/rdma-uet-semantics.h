/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_UET_SEMANTICS_H
#define RDMA_UET_SEMANTICS_H

#include "rdma-bytes.h"

#include "ns3/fabric-frame.h"

#include <cstdint>

namespace ns3::rdma
{

// The standard semantic header of Ultra Ethernet's data frames and the extension of atomics (UET
// specification 1.0, 3.4); see UetCodec for where the simulator's fields go.

/** @param opcode of a frame @return whether it asks for an atomic, or has its result */
bool IsOfUetAtomic(uint8_t opcode);

/** Put the semantic header of a data frame. @param out takes it @param roce fields of the frame */
void PutUetSemantics(ByteWriter& out, const fabric::RoceFields& roce);

/**
 * Read what PutUetSemantics wrote; the rest is payload.
 *
 * @param in begins with it
 * @param [out] roce fields of the frame, whose field response is set already
 * @return whether it is known and its size fits
 */
bool GetUetSemantics(ByteReader& in, fabric::RoceFields& roce);

} // namespace ns3::rdma

#endif /* RDMA_UET_SEMANTICS_H */
