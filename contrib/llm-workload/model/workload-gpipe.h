/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPIPE_H
#define WORKLOAD_GPIPE_H

#include "workload-pipeline-schedule.h"

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * GPipe: all forward passes, then all backward passes, the last micro-batch first. A stage holds
 * all micro-batches in flight. Bubble on an ideal network: (P - 1) / m of the computation.
 *
 * Source: Huang et al., "GPipe: Efficient Training of Giant Neural Networks using Pipeline
 * Parallelism", NeurIPS 2019, figure 2.
 */
class Gpipe : public PipelineSchedule
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    std::vector<PipelineSlot> DoGetOrder(uint32_t stage,
                                         uint32_t stages,
                                         uint32_t microBatches) const override;
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPIPE_H */
