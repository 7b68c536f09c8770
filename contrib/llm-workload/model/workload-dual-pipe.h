/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_DUAL_PIPE_H
#define WORKLOAD_DUAL_PIPE_H

#include "workload-pipeline-schedule.h"

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * DualPipe: micro-batches enter the pipeline at both ends. Stage p holds parts p and P - 1 - p of
 * the model; chunk 0 is the way from stage 0 to P - 1, chunk 1 the way back. Half of the
 * micro-batches go either way. In the middle of the step each stage does a forward pass of one way
 * and a backward pass of the other together, layer by layer in turn, so that the exchanges with
 * experts of one are beside the computation of the other; both results go on when both are done. At
 * both ends of the step backward passes
 * are split as in ZB-H1.
 *
 * Bubble on an ideal network: (P / 2 - 1) (F&B + B' - 3 W), with F&B the two passes done together
 * and B' the whole backward pass; without communication F&B = F + B + W and B' = B + W, so
 * (P / 2 - 1) (F + 2 B - W). The closed form holds where F = B. Parameters are held twice, and
 * gradients summed over both stages that hold a part.
 *
 * Source: DeepSeek-AI, "DeepSeek-V3 Technical Report", 2024, section 3.2.1, figure 5 and table 2.
 */
class DualPipe : public PipelineSchedule
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    uint32_t DoGetNChunks() const override;
    bool DoHoldsPartsTwice() const override;
    double DoGetBubble(uint32_t stages, const PassTimes& times) const override;
    std::string DoCheck(uint32_t stages, uint32_t microBatches) const override;
    std::vector<PipelineSlot> DoGetOrder(uint32_t stage,
                                         uint32_t stages,
                                         uint32_t microBatches) const override;
};

} // namespace ns3::workload

#endif /* WORKLOAD_DUAL_PIPE_H */
