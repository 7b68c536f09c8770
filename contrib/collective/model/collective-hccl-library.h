/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_HCCL_LIBRARY_H
#define COLLECTIVE_HCCL_LIBRARY_H

#include "collective-ring-library.h"

#include <cstdint>

namespace ns3::collective
{

/**
 * @ingroup collective
 * Choices in the manner of HCCL (Huawei, "HCCL_ALGO" in the CANN 8.0 environment variable
 * reference): inside a server all ranks exchange directly (mesh); between servers halving and
 * doubling if their number is a power of two, else rings; and where servers have several ranks and
 * the buffer is large, the pipeline that uses the links inside and between servers at once, here
 * HierarchicalAllReduce. All-to-alls are pairwise. From which size on HCCL takes the pipeline is
 * not published.
 */
class HcclLibrary : public RingLibrary
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    Choice DoChoose(const Communicator& communicator, const Operation& operation) const override;

    uint64_t m_pipelineThreshold; ///< smallest buffer of the pipeline, bytes
};

} // namespace ns3::collective

#endif /* COLLECTIVE_HCCL_LIBRARY_H */
