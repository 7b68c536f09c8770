/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RECEIVE_QUEUE_H
#define RDMA_RECEIVE_QUEUE_H

#include "rdma-ring-buffer.h"

#include "ns3/simple-ref-count.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Receives that wait for messages, first posted first used. A queue pair has one of its own, unless
 * it is given one that several share (shared receive queue, InfiniBand Architecture vol.
 * 1, 10.2.9): then each message takes the receive that is first when it comes, whichever queue pair
 * it is for.
 */
class ReceiveQueue : public SimpleRefCount<ReceiveQueue>
{
  public:
    /** @param receiveId the user's; comes back with the placement */
    void Post(uint64_t receiveId)
    {
        m_receives.Push(receiveId);
    }

    /** @return id of the receive posted first, taken out; there is one */
    uint64_t Take()
    {
        return m_receives.Pop();
    }

    /** @return receives posted and not consumed */
    uint32_t GetSize() const
    {
        return m_receives.GetSize();
    }

  private:
    RingBuffer<uint64_t> m_receives; ///< ids, first posted first
};

} // namespace ns3::rdma

#endif /* RDMA_RECEIVE_QUEUE_H */
