/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_MESSAGE_ASSEMBLER_H
#define RDMA_MESSAGE_ASSEMBLER_H

#include "rdma-ring-buffer.h"
#include "rdma-verbs.h"

#include "ns3/fabric-frame.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * The receiver of transports that complete messages in any order: each packet says to which message
 * it belongs and how long that is, and its data go to their place at once. A message is complete
 * when all its bytes have come, whatever became of those before it.
 *
 * To be given each packet once. See SendQueue::SetSelfContained for what packets must say.
 */
class MessageAssembler
{
  public:
    /**
     * Take a packet.
     *
     * @param fields its transport headers
     * @param [out] placement the message that it completes; without receiveId
     * @return whether it completes one
     */
    bool Take(const fabric::RoceFields& fields, Placement& placement);

    /** @return messages begun or awaited from the oldest incomplete one on */
    uint32_t GetNOpen() const
    {
        return m_messages.GetSize();
    }

  private:
    /** A message of which not all has come, or not all before it. */
    struct Message
    {
        uint64_t bytes{0};     ///< have come
        uint32_t immediate{0}; ///< immediate data
        bool ended{false};     ///< its last packet has come
        bool done{false};      ///< complete
    };

    uint64_t m_first{0};            ///< number of the oldest message
    RingBuffer<Message> m_messages; ///< from there on
};

} // namespace ns3::rdma

#endif /* RDMA_MESSAGE_ASSEMBLER_H */
