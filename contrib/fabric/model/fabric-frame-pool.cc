/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-frame-pool.h"

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(FramePool);

TypeId
FramePool::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::FramePool")
                            .SetParent<Object>()
                            .SetGroupName("Fabric")
                            .AddConstructor<FramePool>();
    return tid;
}

FramePool::FramePool() = default;

FramePool::~FramePool() = default;

Ptr<FramePool>
FramePool::Of(Ptr<Node> node)
{
    auto pool = node->GetObject<FramePool>();
    if (!pool)
    {
        pool = CreateObject<FramePool>();
        node->AggregateObject(pool);
    }
    return pool;
}

uint64_t
FramePool::GetNOutstanding() const
{
    return m_outstanding;
}

uint64_t
FramePool::GetReservedBytes() const
{
    return m_slabs.size() * SLAB_FRAMES * sizeof(Frame) +
           m_signalSlabs.size() * SLAB_SIGNALS * sizeof(FrameSignals);
}

FrameSignals*
FramePool::AttachSignals(Frame* frame, const SignalRequest& request)
{
    FramePool* pool = frame->pool;
    if (!pool->m_freeSignals)
    {
        pool->GrowSignals();
    }
    FrameSignals* signals = pool->m_freeSignals;
    pool->m_freeSignals = signals->next;
    ++pool->m_signalsOutstanding;
    // The records of hops are not cleared: nHops says which are valid.
    signals->request = request;
    signals->echoed = false;
    signals->nHops = 0;
    signals->overflow = false;
    signals->grant = {false, request.grantHint > 0, request.grantHint};
    signals->bolt = {0, (request.bolt & BOLT_INCREASE) != 0, false, 0};
    signals->arrivedAt = 0;
    signals->utilization = 0;
    signals->csig = {};
    frame->bytes += request.GetWireBytes();
    frame->signals = signals;
    return signals;
}

void
FramePool::ReleaseSignals(FrameSignals* signals)
{
    FramePool* pool = signals->pool;
    signals->next = pool->m_freeSignals;
    pool->m_freeSignals = signals;
    --pool->m_signalsOutstanding;
}

uint64_t
FramePool::GetNSignalsOutstanding() const
{
    return m_signalsOutstanding;
}

void
FramePool::GrowSignals()
{
    m_signalSlabs.push_back(std::make_unique<FrameSignals[]>(SLAB_SIGNALS));
    FrameSignals* slab = m_signalSlabs.back().get();
    for (std::size_t i = SLAB_SIGNALS; i > 0; --i)
    {
        slab[i - 1].pool = this;
        slab[i - 1].next = m_freeSignals;
        m_freeSignals = &slab[i - 1];
    }
}

void
FramePool::Grow()
{
    m_slabs.push_back(std::make_unique<Frame[]>(SLAB_FRAMES));
    Frame* slab = m_slabs.back().get();
    for (std::size_t i = SLAB_FRAMES; i > 0; --i)
    {
        slab[i - 1].next = m_free;
        m_free = &slab[i - 1];
    }
}

} // namespace ns3::fabric
