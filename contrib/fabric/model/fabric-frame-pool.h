/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_FRAME_POOL_H
#define FABRIC_FRAME_POOL_H

#include "fabric-frame.h"
#include "fabric-signals.h"

#include "ns3/node.h"
#include "ns3/object.h"

#include <memory>
#include <vector>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Memory of frames: slabs that grow with the largest number of frames alive at once.
 *
 * A pool is aggregated to the nodes that allocate from it; nodes may share one. A frame may be
 * released by another node than the one that allocated it; it goes back to its own pool.
 */
class FramePool : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FramePool();
    ~FramePool() override;

    FramePool(const FramePool&) = delete;
    FramePool& operator=(const FramePool&) = delete;

    /**
     * @param node a node
     * @return the pool aggregated to the node, aggregating a new one where there was none
     */
    static Ptr<FramePool> Of(Ptr<Node> node);

    /** @return a frame whose fields are all zero but for its pool */
    Frame* Allocate();

    /** @param frame the frame to give back to the pool it came from */
    static void Release(Frame* frame);

    /**
     * Give a frame space for signals. What they add to its size on the wire is added to its bytes.
     *
     * @param frame a frame without signals
     * @param request what is asked for
     * @return the signals, empty, which the frame owns
     */
    static FrameSignals* AttachSignals(Frame* frame, const SignalRequest& request);

    /**
     * Take the signals of a frame, to be echoed or kept. The size of the frame stays.
     *
     * @param frame a frame with or without signals
     * @return the signals, now owned by the caller, or null
     */
    static FrameSignals* DetachSignals(Frame* frame)
    {
        FrameSignals* signals = frame->signals;
        frame->signals = nullptr;
        return signals;
    }

    /**
     * Send signals back to who asked for them. What they add to the size of the frame on the wire
     * is added to its bytes.
     *
     * @param frame an acknowledgment without signals
     * @param signals what came with a data frame; the acknowledgment owns it from now on
     */
    static void EchoSignals(Frame* frame, FrameSignals* signals)
    {
        signals->echoed = true;
        frame->bytes += signals->request.GetWireBytes();
        frame->signals = signals;
    }

    /** @param signals signals that no frame owns, to be given back to their pool */
    static void ReleaseSignals(FrameSignals* signals);

    /** @return number of signals handed out and not yet given back */
    uint64_t GetNSignalsOutstanding() const;

    /** @return number of frames handed out and not yet given back */
    uint64_t GetNOutstanding() const;

    /** @return bytes held by the slabs */
    uint64_t GetReservedBytes() const;

  private:
    /** Add one slab to the free list. */
    void Grow();

    /** Add one slab to the free list of signals. */
    void GrowSignals();

    static constexpr std::size_t SLAB_FRAMES = 512;  ///< 64 KiB a slab
    static constexpr std::size_t SLAB_SIGNALS = 128; ///< 64 KiB a slab

    std::vector<std::unique_ptr<Frame[]>> m_slabs; ///< all memory of the pool
    Frame* m_free{nullptr};                        ///< free list
    uint64_t m_outstanding{0};                     ///< frames handed out

    std::vector<std::unique_ptr<FrameSignals[]>> m_signalSlabs; ///< all memory of signals
    FrameSignals* m_freeSignals{nullptr};                       ///< free list of signals
    uint64_t m_signalsOutstanding{0};                           ///< signals handed out
};

inline Frame*
FramePool::Allocate()
{
    if (!m_free)
    {
        Grow();
    }
    Frame* frame = m_free;
    m_free = frame->next;
    *frame = Frame{};
    frame->pool = this;
    ++m_outstanding;
    return frame;
}

inline void
FramePool::Release(Frame* frame)
{
    if (frame->kind == FrameKind::FABRIC && frame->fabric.carried)
    {
        Release(frame->fabric.carried);
    }
    FramePool* pool = frame->pool;
    if (frame->packet)
    {
        frame->packet = nullptr;
    }
    if (frame->signals)
    {
        ReleaseSignals(frame->signals);
    }
    frame->next = pool->m_free;
    pool->m_free = frame;
    --pool->m_outstanding;
}

} // namespace ns3::fabric

#endif /* FABRIC_FRAME_POOL_H */
