/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_OBLIVIOUS_SPRAY_H
#define RDMA_OBLIVIOUS_SPRAY_H

#include "rdma-entropy-set.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Each packet on the next path of the set, whatever became of the others: oblivious packet
 * spraying. The order changes from round to round (see EntropySet::Walk), so that senders do not
 * march in step.
 */
class ObliviousSpray : public EntropySet
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    ObliviousSpray();
    ~ObliviousSpray() override;

  private:
    uint16_t DoSelect(uint64_t sequence, bool retransmission) override;
};

} // namespace ns3::rdma

#endif /* RDMA_OBLIVIOUS_SPRAY_H */
