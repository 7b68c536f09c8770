/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_CLASS_QUEUES_H
#define FABRIC_CLASS_QUEUES_H

#include "fabric-frame.h"

#include <array>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Frames and bytes that went through a port in one class.
 */
struct ClassTraffic
{
    uint64_t txFrames{0}; ///< frames whose sending began, or is settled
    uint64_t txBytes{0};  ///< their bytes, FCS included
    uint64_t rxFrames{0}; ///< frames that arrived
    uint64_t rxBytes{0};  ///< their bytes, FCS included
};

/**
 * @ingroup fabric
 * Eight first-in-first-out queues of frames, one per priority class, linked through the frames
 * themselves. What a port counts by class lies in the cache line of the queue, since each frame
 * touches both.
 */
class ClassQueues
{
  public:
    /**
     * @param frame the frame to append to the queue of its class
     * @return whether that was empty
     */
    bool Push(Frame* frame)
    {
        Queue& queue = m_queues[frame->priority];
        frame->next = nullptr;
        const bool first = !queue.head;
        if (first)
        {
            queue.head = frame;
        }
        else
        {
            queue.tail->next = frame;
        }
        queue.tail = frame;
        ++queue.frames;
        queue.bytes += frame->bytes;
        return first;
    }

    /**
     * @param priority a class whose queue is not empty
     * @return its first frame, taken out
     */
    Frame* Pop(uint8_t priority)
    {
        Queue& queue = m_queues[priority];
        Frame* frame = queue.head;
        queue.head = frame->next;
        __builtin_prefetch(queue.head); // it has lain in memory since it came, and is next
        --queue.frames;
        queue.bytes -= frame->bytes;
        return frame;
    }

    /**
     * @param priority a class
     * @return its first frame, left in place, or null
     */
    const Frame* Front(uint8_t priority) const
    {
        return m_queues[priority].head;
    }

    /** @return bytes waiting in a class */
    uint64_t GetBytes(uint8_t priority) const
    {
        return m_queues[priority].bytes;
    }

    /** @return bytes waiting in all classes */
    uint64_t GetBytes() const
    {
        uint64_t bytes = 0;
        for (const Queue& queue : m_queues)
        {
            bytes += queue.bytes;
        }
        return bytes;
    }

    /** @return what went through in a class */
    ClassTraffic& GetTraffic(uint8_t priority)
    {
        return m_queues[priority].traffic;
    }

    /** @return what went through in a class */
    const ClassTraffic& GetTraffic(uint8_t priority) const
    {
        return m_queues[priority].traffic;
    }

    /** @return frames waiting in a class */
    uint32_t GetFrames(uint8_t priority) const
    {
        return m_queues[priority].frames;
    }

    /** Ask for the memory that a frame touches. @param priority a class */
    void Prefetch(uint8_t priority) const
    {
        __builtin_prefetch(&m_queues[priority]);
    }

  private:
    /** One queue, and what belongs to it. */
    struct alignas(64) Queue
    {
        Frame* head{nullptr}; ///< first frame
        Frame* tail{nullptr}; ///< last frame, if there is one
        uint64_t bytes{0};    ///< bytes waiting
        uint32_t frames{0};   ///< frames waiting
        ClassTraffic traffic; ///< what went through
    };

    static_assert(sizeof(Queue) == 64, "a frame touches one line");

    std::array<Queue, N_CLASSES> m_queues; ///< by class
};

} // namespace ns3::fabric

#endif /* FABRIC_CLASS_QUEUES_H */
