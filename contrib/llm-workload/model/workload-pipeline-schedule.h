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
 * What a pass through the layers of a stage computes.
 */
enum class PipelinePass : uint8_t
{
    FORWARD,        ///< activations
    BACKWARD,       ///< both gradients
    INPUT_GRADIENT, ///< gradients of activations, for the stage before; weights come later
    WEIGHT_GRADIENT ///< gradients of weights, of which no other stage waits
};

/**
 * @ingroup llm-workload
 * One pass of one micro-batch through the layers of one stage.
 */
struct PipelineSlot
{
    PipelinePass pass{PipelinePass::FORWARD}; ///< what is computed
    uint32_t microBatch{0};                   ///< which micro-batch, from 0
    uint32_t chunk{0};                        ///< which of the stage's chunks of layers, from 0
    bool withNext{false}; ///< a forward pass, done layer by layer in turn with the BACKWARD pass of
                          ///< the next slot, so that each computes while the other communicates
};

/**
 * @ingroup llm-workload
 * How long the passes of one micro-batch through one chunk of one stage take.
 */
struct PassTimes
{
    double forward{0};        ///< F
    double inputGradient{0};  ///< B of zero-bubble papers: the backward pass without weights
    double weightGradient{0}; ///< W
};

/**
 * @ingroup llm-workload
 * In which order a pipeline stage does the forward and backward passes of its micro-batches.
 *
 * A stage may hold several chunks of layers. Unless a schedule says otherwise, with P stages, chunk
 * c of stage p is part c P + p of the model.
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

    /** @return whether each part of the model is held by two stages, p and P - 1 - p */
    bool HoldsPartsTwice() const;

    /** @param stages number of stages @return parts into which the layers are divided */
    uint32_t GetNParts(uint32_t stages) const;

    /**
     * @param stage which stage
     * @param stages number of stages
     * @param chunk which of its chunks
     * @return the part of the model that it is, from 0
     */
    uint32_t GetPart(uint32_t stage, uint32_t stages, uint32_t chunk) const;

    /**
     * @param part a part of the model
     * @param stages number of stages
     * @param chunk chunk that a micro-batch came from or goes to
     * @return the stage that does this part for that micro-batch
     */
    uint32_t GetStage(uint32_t part, uint32_t stages, uint32_t chunk) const;

    /**
     * Time for which a stage has nothing to do in a step where communication takes no time and all
     * parts take the same: the closed form of the schedule's source.
     *
     * @param stages number of stages
     * @param times of one chunk
     * @return the time, in the unit of the times
     */
    double GetBubble(uint32_t stages, const PassTimes& times) const;

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

    /** As HoldsPartsTwice; then the second chunk of stage p is the first one of P - 1 - p. */
    virtual bool DoHoldsPartsTwice() const;

    /** As GetBubble; by default (P - 1) (F + B + W). */
    virtual double DoGetBubble(uint32_t stages, const PassTimes& times) const;

    /** As Check. */
    virtual std::string DoCheck(uint32_t stages, uint32_t microBatches) const;

    /** As GetOrder. */
    virtual std::vector<PipelineSlot> DoGetOrder(uint32_t stage,
                                                 uint32_t stages,
                                                 uint32_t microBatches) const = 0;
};

} // namespace ns3::workload

#endif /* WORKLOAD_PIPELINE_SCHEDULE_H */
