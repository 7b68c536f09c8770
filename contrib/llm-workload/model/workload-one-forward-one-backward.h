/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_ONE_FORWARD_ONE_BACKWARD_H
#define WORKLOAD_ONE_FORWARD_ONE_BACKWARD_H

#include "workload-pipeline-schedule.h"

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * 1F1B (PipeDream-Flush): stage p of P does min(m, P - 1 - p) forward passes, then one forward and
 * one backward in turn, then the backward passes that are left. It holds at most P - p
 * micro-batches in flight. Bubble on an ideal network: (P - 1) / m of the computation.
 *
 * Source: Narayanan et al., SC 2021, section 2.2.1 and figure 4.
 */
class OneForwardOneBackward : public PipelineSchedule
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

#endif /* WORKLOAD_ONE_FORWARD_ONE_BACKWARD_H */
