/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef CLUSTER_MESSAGE_ORDER_H
#define CLUSTER_MESSAGE_ORDER_H

#include "ns3/rdma-ring-buffer.h"

#include <cstdint>

namespace ns3::cluster
{

/**
 * @ingroup cluster
 * The receiving end of a connection over several queue pairs: puts the parts of messages together
 * and messages back in the order in which they were sent.
 */
class MessageOrder
{
  public:
    /** A message, or what has arrived of it. */
    struct Entry
    {
        uint64_t tag{0};   ///< the user's
        uint64_t bytes{0}; ///< arrived so far
        uint32_t parts{0}; ///< arrived so far
    };

    /**
     * A part has arrived.
     *
     * @param number number of its message, from 0 in the order sent; not one that was popped
     * @param bytes of the part
     * @param tag of the message
     */
    void Arrive(uint64_t number, uint64_t bytes, uint64_t tag);

    /** @return number of the next message to pop */
    uint64_t GetNext() const
    {
        return m_next;
    }

    /**
     * Take the next message, if it is complete.
     *
     * @param parts number of parts of a message
     * @param [out] entry the message
     * @return whether it is complete, and taken
     */
    bool Pop(uint32_t parts, Entry& entry);

  private:
    uint64_t m_next{0};                ///< number of the first entry
    rdma::RingBuffer<Entry> m_entries; ///< of messages from there on
};

} // namespace ns3::cluster

#endif /* CLUSTER_MESSAGE_ORDER_H */
