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
 * Eight first-in-first-out queues of frames, one per priority class, linked through the frames
 * themselves.
 */
class ClassQueues
{
  public:
    /** @param frame the frame to append to the queue of its class */
    void Push(Frame* frame)
    {
        Queue& queue = m_queues[frame->priority];
        frame->next = nullptr;
        if (queue.tail)
        {
            queue.tail->next = frame;
        }
        else
        {
            queue.head = frame;
            m_occupied |= 1U << frame->priority;
        }
        queue.tail = frame;
        ++queue.frames;
        queue.bytes += frame->bytes;
        m_bytes += frame->bytes;
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
        if (!queue.head)
        {
            queue.tail = nullptr;
            m_occupied &= ~(1U << priority);
        }
        --queue.frames;
        queue.bytes -= frame->bytes;
        m_bytes -= frame->bytes;
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

    /** @return bit c is set if the queue of class c is not empty */
    uint8_t GetOccupied() const
    {
        return m_occupied;
    }

    /** @return bytes waiting in a class */
    uint64_t GetBytes(uint8_t priority) const
    {
        return m_queues[priority].bytes;
    }

    /** @return bytes waiting in all classes */
    uint64_t GetBytes() const
    {
        return m_bytes;
    }

    /** @return frames waiting in a class */
    uint32_t GetFrames(uint8_t priority) const
    {
        return m_queues[priority].frames;
    }

    /** Ask for the memory that Push and Pop touch. @param priority a class */
    void Prefetch(uint8_t priority) const
    {
        __builtin_prefetch(&m_occupied);
        __builtin_prefetch(&m_queues[priority]);
    }

  private:
    /** One queue. */
    struct Queue
    {
        Frame* head{nullptr}; ///< first frame
        Frame* tail{nullptr}; ///< last frame
        uint64_t bytes{0};    ///< bytes waiting
        uint32_t frames{0};   ///< frames waiting
    };

    uint64_t m_bytes{0};                   ///< sum over the classes
    uint8_t m_occupied{0};                 ///< bit c: class c has frames
    std::array<Queue, N_CLASSES> m_queues; ///< by class
};

} // namespace ns3::fabric

#endif /* FABRIC_CLASS_QUEUES_H */
