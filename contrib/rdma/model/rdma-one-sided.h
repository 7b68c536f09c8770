/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_ONE_SIDED_H
#define RDMA_ONE_SIDED_H

#include "rdma-data-requests.h"
#include "rdma-queue-pair.h"
#include "rdma-reliability.h"
#include "rdma-response-queue.h"
#include "rdma-verbs.h"

#include "ns3/event-id.h"
#include "ns3/fabric-frame.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * READs and atomics of a queue pair, both as requester and as responder; made at the first of them.
 *
 * It is the user of the queue pair inside that sends and takes responses with a sequence of their
 * own (ResponseStyle::OWN_SEQUENCE).
 */
class OneSided : public CompletionHandler
{
  public:
    /** @param owner a connected queue pair @param limit see QueuePair::MaxRdAtomic */
    OneSided(QueuePair& owner, uint32_t limit);
    ~OneSided() override;

    // ---- requester

    /** @return which requests wait, and for what */
    DataRequests& GetRequests()
    {
        return m_requests;
    }

    /** Where the responder repeats responses: see that the queue pair fails when they end. */
    void StartWatch();

    /** A packet of a response has come. */
    void NoteSign()
    {
        m_lastSign = fabric::NowTicks();
    }

    // ---- responder

    /** @return answers with the sequence numbers of requests */
    ResponseQueue& GetResponseQueue()
    {
        return m_responses;
    }

    /**
     * Answer a request with a message of its own.
     *
     * @param placement the request
     */
    void Serve(const Placement& placement);

    // ---- both

    /** @return the queue pair inside, or null */
    const Ptr<QueuePair>& GetChannel() const
    {
        return m_channel;
    }

    /** @return the queue pair inside, made now if there is none */
    QueuePair& MakeChannel();

    /** @return the queue pair that this belongs to */
    QueuePair& GetOwner() const
    {
        return m_owner;
    }

    // ---- the queue pair inside
    void SendCompleted(QueuePair& queuePair, const Completion& completion) override;
    void MessagePlaced(QueuePair& queuePair, const Placement& placement) override;

  private:
    /** Look whether responses come. */
    void Watch();

    QueuePair& m_owner;        ///< whose READs and atomics
    DataRequests m_requests;   ///< requester
    ResponseQueue m_responses; ///< responder
    Ptr<QueuePair> m_channel;  ///< queue pair inside, if it is used
    EventId m_watch;           ///< next call of Watch
    Ticks m_lastSign{0};       ///< when a packet of a response came, or the first was asked for
};

} // namespace ns3::rdma

#endif /* RDMA_ONE_SIDED_H */
