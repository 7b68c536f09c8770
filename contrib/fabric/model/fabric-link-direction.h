/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_LINK_DIRECTION_H
#define FABRIC_LINK_DIRECTION_H

#include "fabric-frame.h"
#include "fabric-time.h"

#include "ns3/event-impl.h"

#include <algorithm>
#include <cstdint>
#include <memory>

namespace ns3::fabric
{

class FrameErrorModel;
class Link;
class Port;

/**
 * @ingroup fabric
 * One direction of a link: the frames in flight, in order of arrival, and the one event that
 * delivers the first of them. It is that event itself, scheduled again and again.
 */
class alignas(64) LinkDirection : public EventImpl
{
  public:
    /** @param link the link @param end the sending end */
    LinkDirection(Link& link, std::size_t end);
    ~LinkDirection() override;

    /** @param receiver the port at the receiving end, whose properties are noted */
    void SetReceiver(Port* receiver);

    /** @param delay propagation delay of the link */
    void SetDelay(Ticks delay);

    /** @param errors which frames are lost, or null */
    void SetErrorModel(FrameErrorModel* errors);

    /**
     * Carry a frame that is not PFC.
     *
     * @param frame the frame
     * @param lastBitAt when its last bit leaves the sender
     * @param now the current time
     */
    void Push(Frame* frame, Ticks lastBitAt, Ticks now)
    {
        Ticks at = lastBitAt + m_latency;
        if (m_count > m_mask)
        {
            Grow();
        }
        if (m_shortened)
        {
            at = BehindLast(at);
        }
        m_ring[(m_head + m_count) & m_mask] = {frame, at};
        ++m_count;
        if (at < m_scheduled)
        {
            Schedule(at, now);
        }
    }

    /** Take back the last frame, which the sender has not begun to send. */
    void RecallLast()
    {
        --m_count;
    }

    /** Steps of Prefetch. */
    static constexpr unsigned PREFETCH_STEPS = 4;

    /**
     * Ask for memory that delivering the first frame will touch. In a large network nearly all of
     * it has left the processor's caches since the last frame, and misses that overlap cost like
     * one.
     *
     * @param step 0 to PREFETCH_STEPS - 1, some events apart: each goes on from what the one before
     *        has brought
     */
    void Prefetch(unsigned step) const;

    /** Lose everything in flight. */
    void Flush();

    /** The link is gone: an event still scheduled does nothing. */
    void Detach()
    {
        m_receiver = nullptr;
    }

    /** @return frames in flight */
    uint32_t GetCount() const
    {
        return m_count;
    }

    /** @return bytes in flight */
    uint64_t GetBytes() const;

    /** @return the port at the receiving end */
    Port* GetReceiver() const
    {
        return m_receiver;
    }

    /** @return context of the receiving node */
    uint32_t GetContext() const
    {
        return m_context;
    }

  private:
    /** A frame in flight. */
    struct InFlight
    {
        Frame* frame; ///< the frame
        Ticks at;     ///< when it is delivered
    };

    void Notify() override;

    /** @param at a time of arrival @return the same, or that of the last frame if that is later */
    Ticks BehindLast(Ticks at);

    /** @param at when to deliver the first frame @param now the current time */
    void Schedule(Ticks at, Ticks now);

    /** @return the first frame in flight, taken out */
    Frame* Pop()
    {
        Frame* frame = m_ring[m_head].frame;
        m_head = (m_head + 1) & m_mask;
        --m_count;
        return frame;
    }

    /** Double the ring. */
    void Grow();

    // In the cache line of the event itself: what carrying a frame needs.
    bool m_hasErrors{false};            ///< there is an error model
    bool m_shortened{false};            ///< the delay was shortened with frames in flight
    Port* m_receiver{nullptr};          ///< receiving end, null once the link is gone
    Ticks m_scheduled{NEVER};           ///< when the event that counts happens
    std::unique_ptr<InFlight[]> m_ring; ///< a power of two of them
    Ticks m_latency{0};                 ///< of the cable and of the receiving port
    uint32_t m_mask;                    ///< size of the ring, less one
    uint32_t m_head{0};                 ///< first frame
    uint32_t m_count{0};                ///< frames in flight
    uint32_t m_context{0};              ///< node of the receiving end

    FrameErrorModel* m_errors{nullptr}; ///< which frames are lost, or null
    Ticks m_delay{0};                   ///< propagation delay
    Link& m_link;                       ///< the link
    std::size_t m_end;                  ///< sending end
};

} // namespace ns3::fabric

#endif /* FABRIC_LINK_DIRECTION_H */
