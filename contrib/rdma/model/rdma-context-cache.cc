/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-context-cache.h"

namespace ns3::rdma
{

bool
ContextCache::Use(uint32_t index)
{
    if (index >= m_links.size())
    {
        m_links.resize(index + 1);
    }
    const bool hit = m_links[index].isHere;
    if (hit)
    {
        Remove(index);
    }
    else if (m_size == m_entries)
    {
        Remove(m_oldest);
    }
    Link& link = m_links[index];
    link.isHere = true;
    link.older = m_newest;
    link.newer = NONE;
    (m_newest == NONE ? m_oldest : m_links[m_newest].newer) = index;
    m_newest = index;
    ++m_size;
    return hit;
}

void
ContextCache::Remove(uint32_t index)
{
    Link& link = m_links[index];
    link.isHere = false;
    (link.newer == NONE ? m_newest : m_links[link.newer].older) = link.older;
    (link.older == NONE ? m_oldest : m_links[link.older].newer) = link.newer;
    --m_size;
}

} // namespace ns3::rdma
