/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_LL128_PROTOCOL_H
#define COLLECTIVE_LL128_PROTOCOL_H

#include "collective-protocol.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * NCCL's LL128: lines of 128 bytes that arrive at once, 8 of them a flag. A slot is 120 words of 8
 * bytes for each of 640 threads. Base latency of rings: 14 us; a hop takes 1.9 us instead of LL's
 * 0.6 us over NVLink, 4.0 us instead of 2.7 us over the network.
 */
class Ll128Protocol : public Protocol
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();
};

} // namespace ns3::collective

#endif /* COLLECTIVE_LL128_PROTOCOL_H */
