/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_DOUBLE_TREE_H
#define COLLECTIVE_DOUBLE_TREE_H

#include <cstdint>
#include <vector>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Two binary trees over the same nodes, of logarithmic depth, such that a node that is inner in one
 * is a leaf in the other (but for a root with one child), so that with half of the data on each no
 * node sends or receives more than twice the data (Sanders, Speck and Traeff, "Two-tree algorithms
 * for full bandwidth broadcast, reduction and scan", Parallel Comput. 35, 2009).
 *
 * In the first tree a node's parent is at the distance of the node's lowest set bit, so that all
 * nodes with odd numbers are leaves; node 0 is the root. The second one has the nodes in reverse
 * order if their number is even, and shifted by one if it is odd.
 */
class DoubleTree
{
  public:
    /** Parent of a root. */
    static constexpr uint32_t NOBODY = UINT32_MAX;

    /** @param nNodes number of nodes, greater than 0 */
    explicit DoubleTree(uint32_t nNodes);

    /**
     * @param tree 0 or 1
     * @param node a node
     * @return its parent, or NOBODY
     */
    uint32_t GetParent(uint32_t tree, uint32_t node) const;

    /**
     * @param tree 0 or 1
     * @param node a node
     * @return its children, at most two
     */
    std::vector<uint32_t> GetChildren(uint32_t tree, uint32_t node) const;

  private:
    /** @return place of a node of a tree in the first tree */
    uint32_t ToFirst(uint32_t tree, uint32_t node) const;
    /** @return node of a tree that has a place in the first tree */
    uint32_t FromFirst(uint32_t tree, uint32_t place) const;

    uint32_t m_nNodes; ///< number of nodes
};

} // namespace ns3::collective

#endif /* COLLECTIVE_DOUBLE_TREE_H */
