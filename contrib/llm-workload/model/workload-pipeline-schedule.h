/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_PIPELINE_SCHEDULE_H
#define WORKLOAD_PIPELINE_SCHEDULE_H

#include "ns3/object.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * One pass of one micro-batch through the layers of one stage.
 */
struct PipelineSlot
{
    bool forward{true};     ///< forward or backward
    uint32_t microBatch{0}; ///< which micro-batch, from 0
    uint32_t chunk{0};      ///< which of the stage's chunks of layers, from 0
};

/**
 * @ingroup llm-workload
 * In which order a pipeline stage does the forward and backward passes of its micro-batches.
 *
 * A stage may hold several chunks of layers: with P stages, chunk c of stage p is part c P + p of
 * the model.
 */
class PipelineSchedule : public Object
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /**
     * Make a schedule from a text such as a scenario file holds.
     *
     * @param text TypeId name, such as "ns3::workload::OneForwardOneBackward", with attributes in
     *        brackets if wanted
     * @param [out] error what is wrong with the text, if something is
     * @return the schedule; null if the text is wrong
     */
    static Ptr<PipelineSchedule> Create(const std::string& text, std::string& error);

    /** @return chunks of layers that a stage holds, at least 1 */
    uint32_t GetNChunks() const;

    /**
     * @param stages number of stages
     * @param microBatches number of micro-batches
     * @return why that cannot be scheduled, for people to read; empty if it can
     */
    std::string Check(uint32_t stages, uint32_t microBatches) const;

    /**
     * @param stage which stage, from 0
     * @param stages number of stages
     * @param microBatches number of micro-batches; Check finds nothing wrong with both
     * @return what the stage does, in order: each micro-batch once forward and once backward for
     *         each chunk
     */
    std::vector<PipelineSlot> GetOrder(uint32_t stage,
                                       uint32_t stages,
                                       uint32_t microBatches) const;

  private:
    /** As GetNChunks. */
    virtual uint32_t DoGetNChunks() const;

    /** As Check. */
    virtual std::string DoCheck(uint32_t stages, uint32_t microBatches) const;

    /** As GetOrder. */
    virtual std::vector<PipelineSlot> DoGetOrder(uint32_t stage,
                                                 uint32_t stages,
                                                 uint32_t microBatches) const = 0;
};

} // namespace ns3::workload

#endif /* WORKLOAD_PIPELINE_SCHEDULE_H */
