/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "collective-double-tree.h"

namespace ns3::collective
{

DoubleTree::DoubleTree(uint32_t nNodes)
    : m_nNodes(nNodes)
{
}

uint32_t
DoubleTree::ToFirst(uint32_t tree, uint32_t node) const
{
    if (tree == 0)
    {
        return node;
    }
    return m_nNodes % 2 == 0 ? m_nNodes - 1 - node : (node + m_nNodes - 1) % m_nNodes;
}

uint32_t
DoubleTree::FromFirst(uint32_t tree, uint32_t place) const
{
    if (tree == 0)
    {
        return place;
    }
    return m_nNodes % 2 == 0 ? m_nNodes - 1 - place : (place + 1) % m_nNodes;
}

uint32_t
DoubleTree::GetParent(uint32_t tree, uint32_t node) const
{
    const uint32_t place = ToFirst(tree, node);
    if (place == 0)
    {
        return NOBODY;
    }
    // The parent's lowest bit is the next higher one; if there is no such node, the subtree hangs
    // one level higher.
    const uint32_t bit = place & -place;
    const uint32_t parent = (place ^ bit) | (bit << 1);
    return FromFirst(tree, parent < m_nNodes ? parent : place ^ bit);
}

std::vector<uint32_t>
DoubleTree::GetChildren(uint32_t tree, uint32_t node) const
{
    const uint32_t place = ToFirst(tree, node);
    std::vector<uint32_t> children;
    // Node 0 has one child, the highest bit; others one on each side.
    uint32_t bit = place & -place;
    if (place == 0)
    {
        bit = 1;
        while (bit < m_nNodes)
        {
            bit <<= 1;
        }
    }
    bit >>= 1;
    if (place != 0 && bit > 0)
    {
        children.push_back(FromFirst(tree, place - bit));
    }
    while (bit > 0 && place + bit >= m_nNodes)
    {
        bit >>= 1;
    }
    if (bit > 0)
    {
        children.push_back(FromFirst(tree, place + bit));
    }
    return children;
}

} // namespace ns3::collective
