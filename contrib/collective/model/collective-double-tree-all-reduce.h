/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_DOUBLE_TREE_ALL_REDUCE_H
#define COLLECTIVE_DOUBLE_TREE_ALL_REDUCE_H

#include "collective-algorithm.h"

namespace ns3::collective
{

/**
 * @ingroup collective
 * All-reduce on two binary trees (DoubleTree) that carry half of the buffer each: data are added on
 * the way up to the root, and the result is sent down again, in chunks. NCCL's "tree".
 *
 * The nodes of the trees are servers; in each the ranks form a chain below the one whose NIC is
 * used, which is another one for each channel. With one rank per server, latency a and b per byte
 * it takes about 2 log2(n) a + 2 S b: an inner rank of one tree, a leaf of the other, sends S/2 up
 * in both and S/2 down twice.
 */
class DoubleTreeAllReduce : public ChunkedAlgorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    bool DoSupports(CollectiveType type) const override;
    std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                      const Operation& operation,
                                      uint32_t rank) const override;
};

} // namespace ns3::collective

#endif /* COLLECTIVE_DOUBLE_TREE_ALL_REDUCE_H */
