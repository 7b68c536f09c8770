/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_INTERLEAVED_SCHEDULE_H
#define WORKLOAD_INTERLEAVED_SCHEDULE_H

#include "workload-pipeline-schedule.h"

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Interleaved 1F1B: each of P stages holds v chunks of layers, and micro-batches go in groups of P
 * through chunk after chunk. Stage p does min(m v, 2 (P - 1 - p) + (v - 1) P) forward passes, then
 * one forward and one backward in turn, then the backward passes that are left. Bubble on an ideal
 * network: (P - 1) / (m v) of the computation. The number of micro-batches must be a multiple of P.
 *
 * Source: Narayanan et al., SC 2021, section 2.2.2 and figure 4 (bottom).
 */
class InterleavedSchedule : public PipelineSchedule
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

  private:
    uint32_t DoGetNChunks() const override;
    std::string DoCheck(uint32_t stages, uint32_t microBatches) const override;
    std::vector<PipelineSlot> DoGetOrder(uint32_t stage,
                                         uint32_t stages,
                                         uint32_t microBatches) const override;

    uint32_t m_chunks; ///< v
};

} // namespace ns3::workload

#endif /* WORKLOAD_INTERLEAVED_SCHEDULE_H */
