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
    return m_slabs.size() * SLAB_FRAMES * sizeof(Frame);
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
