/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_RESPONDER_H
#define RDMA_RESPONDER_H

#include "rdma-receive-queue.h"
#include "rdma-verbs.h"

#include "ns3/fabric-frame.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3::rdma
{

/** What became of a packet that was next in order. */
enum class AcceptResult : uint8_t
{
    PARTIAL,   ///< accepted; its message goes on, or is part of a larger request
    COMPLETED, ///< accepted, and a message is complete
    NOT_READY, ///< refused: it needs a receive and none is posted; nothing has changed
    INVALID,   ///< refused: it does not continue what came before; nothing has changed
};

/**
 * @ingroup rdma
 * The responder of a queue pair above the sequence numbers: takes packets in order, exactly once,
 * and makes messages of them; consumes receives.
 */
class Responder
{
  public:
    Responder()
        : m_msn(0),
          m_inMessage(false),
          m_holdsReceive(false),
          m_inRequest(false),
          m_sharesReceives(false),
          m_write(false)
    {
    }

    /**
     * Take the next packet.
     *
     * @param fields its transport headers
     * @param [out] placement the message that it completes, if the result says so
     * @return what became of it
     */
    AcceptResult Accept(const fabric::RoceFields& fields, Placement& placement);

    /**
     * Say in a placement what a data request, or the last packet of a response, says.
     *
     * @param fields its transport headers
     * @param [out] placement all but number and bytes
     */
    static void DescribeData(const fabric::RoceFields& fields, Placement& placement);

    /**
     * Forget what has come of the message of the wire that is not complete: it comes again from its
     * first packet on. It keeps its receive.
     *
     * @param doneBytes of the same request in messages of the wire that are complete
     */
    void Rewind(uint64_t doneBytes);

    /** @param receives the receive queue from now on, which others may share */
    void SetReceiveQueue(Ptr<ReceiveQueue> receives)
    {
        m_receives = receives;
        m_sharesReceives = true;
    }

    /** @return whether the receive queue was given, and others may use it */
    bool SharesReceives() const
    {
        return m_sharesReceives;
    }

    /** @param receiveId id of a receive to append to the receive queue */
    void PostReceive(uint64_t receiveId)
    {
        if (!m_receives)
        {
            m_receives = Create<ReceiveQueue>();
        }
        m_receives->Post(receiveId);
    }

    /**
     * Consume a receive for a message that was put together elsewhere.
     *
     * @param [out] receiveId its id
     * @return false if none is posted
     */
    bool TakeReceive(uint64_t& receiveId)
    {
        if (GetNReceives() == 0)
        {
            return false;
        }
        receiveId = m_receives->Take();
        return true;
    }

    /** @return receives posted and not consumed */
    uint32_t GetNReceives() const
    {
        return m_receives ? m_receives->GetSize() : 0;
    }

    /** @return messages of the wire completed so far, modulo 2^24: the MSN of the next ACK */
    uint32_t GetMsn() const
    {
        return m_msn;
    }

  private:
    /** See Accept; for READ, atomics and the answers to them. */
    AcceptResult AcceptData(const fabric::RoceFields& fields, Placement& placement);

    uint64_t m_bytes{0};          ///< of the request so far
    uint64_t m_remoteAddress{0};  ///< of the request
    uint64_t m_receiveId{0};      ///< receive that the request consumed
    uint32_t m_nRequests{0};      ///< requests completed
    uint32_t m_msn : 24;          ///< messages completed
    bool m_inMessage : 1;         ///< a message of the wire has begun and not ended
    bool m_holdsReceive : 1;      ///< the next SEND has its receive already
    bool m_inRequest : 1;         ///< a request has begun and not ended
    bool m_sharesReceives : 1;    ///< see SharesReceives
    bool m_write : 1;             ///< it is a WRITE
    Ptr<ReceiveQueue> m_receives; ///< receive queue, null before the first receive
};

} // namespace ns3::rdma

#endif /* RDMA_RESPONDER_H */
