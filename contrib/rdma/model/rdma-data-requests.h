/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_DATA_REQUESTS_H
#define RDMA_DATA_REQUESTS_H

#include "rdma-ring-buffer.h"
#include "rdma-send-queue.h"
#include "rdma-verbs.h"

#include <cstdint>

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Requester of READs and atomics, above the sequence numbers: how many may be outstanding, which
 * requests have to wait for that or for a fence, and the order of completions.
 *
 * No more READs and atomics than a limit are outstanding (max_rd_atomic; InfiniBand Architecture
 * vol. 1, 9.7.3.1, "RDMA READ and atomic resources"); one more waits, and everything behind it. So
 * does a request with a fence until all before it have their data (10.8.3.3). Requests complete in
 * the order posted, so that one behind a READ waits for its data.
 */
class DataRequests
{
  public:
    /** @param limit READs and atomics that may be outstanding, at least 1 */
    explicit DataRequests(uint32_t limit)
        : m_limit(limit)
    {
    }

    /** @param request to be posted @return whether it must wait */
    bool MustHold(const WorkRequest& request) const
    {
        return !m_held.IsEmpty() || !MayPost(request);
    }

    /** @param request one that must wait */
    void Hold(const WorkRequest& request)
    {
        m_held.Push(request);
    }

    /** @return whether a request waited and need not wait any more */
    bool HasReleased() const
    {
        return !m_held.IsEmpty() && MayPost(m_held[0]);
    }

    /** @return whether requests wait */
    bool HasHeld() const
    {
        return !m_held.IsEmpty();
    }

    /** @return the request that has waited longest, taken out; there is one */
    WorkRequest TakeHeld()
    {
        return m_held.Pop();
    }

    /** A READ or atomic is posted. @param number requests before it @param parts answers that it
     * gets */
    void NotePosted(uint64_t number, uint32_t parts = 1)
    {
        m_posted.Push({number, 0, parts});
        ++m_outstanding;
    }

    /**
     * The data of the oldest have come, or the next part of them.
     *
     * @param original of an atomic
     */
    void NoteAnswer(uint64_t original);

    /**
     * The data of one have come, in any order.
     *
     * @param number requests before it, 32 bits
     * @param original of an atomic
     */
    void NoteAnswer(uint32_t number, uint64_t original);

    /** @param message a request that is acknowledged, after all before it */
    void NoteAcknowledged(const SendMessage& message)
    {
        m_acknowledged.Push(message);
    }

    /** @return whether the oldest request that is acknowledged is complete */
    bool HasCompleted() const
    {
        return !m_acknowledged.IsEmpty() &&
               (!AsksForData(m_acknowledged[0].verb) || m_posted[0].parts == 0);
    }

    /** @return whether any request is acknowledged and not taken */
    bool HasAcknowledged() const
    {
        return !m_acknowledged.IsEmpty();
    }

    /**
     * Take the oldest request that is acknowledged; there is one.
     *
     * @param [out] original of an atomic
     * @return the request
     */
    SendMessage TakeAcknowledged(uint64_t& original);

    /** @return READs and atomics whose data have not come */
    uint32_t GetNOutstanding() const
    {
        return m_outstanding;
    }

    /** @return answers that have come */
    uint64_t GetNAnswers() const
    {
        return m_answers;
    }

    /** @return requests that wait, or are acknowledged and not complete */
    uint32_t GetNPending() const
    {
        return m_held.GetSize() + m_acknowledged.GetSize();
    }

    /**
     * Responses show that one is missing (ResponseStyle::OF_REQUEST).
     *
     * @param sequence the one missing
     * @return whether that is news
     */
    bool NoteGap(uint64_t sequence)
    {
        const bool news = sequence != m_gapAt;
        m_gapAt = sequence;
        return news;
    }

    /** What was missing is asked for anew: see NoteGap. */
    void ForgetGap()
    {
        m_gapAt = UINT64_MAX;
    }

  private:
    /** A READ or atomic that is posted and not complete. */
    struct Posted
    {
        uint64_t number;   ///< requests before it
        uint64_t original; ///< of an atomic
        uint32_t parts;    ///< answers that have not come
    };

    /** @param request a request @return whether limit and fence let it go */
    bool MayPost(const WorkRequest& request) const
    {
        return AsksForData(request.verb) && m_outstanding >= m_limit
                   ? false
                   : !request.fence || m_outstanding == 0;
    }

    /** @param posted whose data have come @param original of an atomic */
    void Answer(Posted& posted, uint64_t original);

    RingBuffer<WorkRequest> m_held;         ///< requests that wait, oldest first
    RingBuffer<Posted> m_posted;            ///< READs and atomics, oldest first
    RingBuffer<SendMessage> m_acknowledged; ///< requests, oldest first
    uint64_t m_gapAt{UINT64_MAX};           ///< response that is known to be missing
    uint32_t m_limit;                       ///< see DataRequests
    uint32_t m_outstanding{0};              ///< see GetNOutstanding
    uint64_t m_answers{0};                  ///< see GetNAnswers
};

} // namespace ns3::rdma

#endif /* RDMA_DATA_REQUESTS_H */
