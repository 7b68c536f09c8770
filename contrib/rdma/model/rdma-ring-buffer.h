/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RING_BUFFER_H
#define RDMA_RING_BUFFER_H

#include "ns3/fabric-ring-buffer.h"

namespace ns3::rdma
{

/** See fabric::RingBuffer. */
template <typename T>
using RingBuffer = fabric::RingBuffer<T>;

} // namespace ns3::rdma

#endif /* RDMA_RING_BUFFER_H */
