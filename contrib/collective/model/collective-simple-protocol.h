/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_SIMPLE_PROTOCOL_H
#define COLLECTIVE_SIMPLE_PROTOCOL_H

#include "collective-protocol.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * NCCL's Simple: plain data, and a counter that is written after a memory fence. A slot is an
 * eighth of 4 MiB, a message fills two. Base latency of rings: 8.4 us; a hop takes 3.4 us instead
 * of LL's 0.6 us over NVLink, 14.0 us instead of 2.7 us over the network.
 */
class SimpleProtocol : public Protocol
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();
};

} // namespace ns3::collective

#endif /* COLLECTIVE_SIMPLE_PROTOCOL_H */
