/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_LL_PROTOCOL_H
#define COLLECTIVE_LL_PROTOCOL_H

#include "collective-protocol.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * NCCL's LL (low latency): each 8 bytes are stored as one, 4 of data and 4 of a flag, so that half
 * of the wire is data. A slot is 8 lines of 16 bytes for each of 512 threads. Base latency of
 * rings: 6.6 us.
 */
class LlProtocol : public Protocol
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();
};

} // namespace ns3::collective

#endif /* COLLECTIVE_LL_PROTOCOL_H */
