/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_ZERO_BUBBLE_H1_H
#define WORKLOAD_ZERO_BUBBLE_H1_H

#include "workload-pipeline-schedule.h"

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * ZB-H1: 1F1B whose backward passes are split. A stage computes the gradient of the activations at
 * once, as the stage before waits for it, and the gradient of the weights p micro-batches later at
 * stage p, so that there is something left to do when the last gradients come in. It holds no more
 * activations than the first stage of 1F1B does.
 *
 * Bubble on an ideal network: (P - 1) (F + B - W), with B the gradient of the activations and W
 * that of the weights; where W is longer than B, it fills no more than B.
 *
 * Source: Qi, Wan, Huang, Lin, "Zero Bubble Pipeline Parallelism", ICLR 2024, section 2.3 and
 * figure 3. Deliberate difference: the step is synchronous, without the optimizer's validation
 * after the step that lets the paper's H2 leave out the synchronization.
 */
class ZeroBubbleH1 : public PipelineSchedule
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    double DoGetBubble(uint32_t stages, const PassTimes& times) const override;
    std::vector<PipelineSlot> DoGetOrder(uint32_t stage,
                                         uint32_t stages,
                                         uint32_t microBatches) const override;
};

} // namespace ns3::workload

#endif /* WORKLOAD_ZERO_BUBBLE_H1_H */
