/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_GPT_JOB_H
#define WORKLOAD_GPT_JOB_H

#include "workload-expert-popularity.h"
#include "workload-gpt-groups.h"
#include "workload-gpt-storage.h"
#include "workload-job-graph.h"
#include "workload-layer-times.h"
#include "workload-memory.h"
#include "workload-model-shape.h"
#include "workload-parallelism.h"
#include "workload-pipeline-schedule.h"
#include "workload-volumes.h"

#include "ns3/object.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * Generates the operation graph of a training step of a transformer, as Megatron-LM does it.
 *
 * Per micro-batch and layer: attention, then MLP; after each an All-Reduce over the tensor group,
 * or with sequence parallelism an All-Gather before and a Reduce-Scatter after. The backward pass
 * does the same in reverse: input gradient, communication, weight gradient. The embedding (first
 * stage) and the output layer (last stage) have their tensor communication too: one All-Reduce of
 * the activations each, and the loss three of one FP32 number per token.
 *
 * Between stages: a message per micro-batch each way, per tensor rank, in the order that the
 * pipeline schedule gives.
 *
 * Gradients are collected in buckets in the order in which the backward pass of the last
 * micro-batch makes them; a full bucket is reduced over the data group on a stream of its own while
 * the backward pass goes on. After that: the tied word embedding's gradients between first and last
 * stage, the norm of all gradients (4 bytes over all stages and tensor ranks), the optimizer.
 *
 * Replicas may share out what they hold (ZeRO, Rajbhandari et al., SC 2020). Stages 1 (optimizer
 * state) and 2 (gradients too) have the same traffic: a Reduce-Scatter of each bucket instead of
 * its All-Reduce, and after the optimizer, which has only its share to do, an All-Gather of each
 * bucket's parameters. Stage 3 (parameters too, as FSDP does) gathers the parameters of each layer
 * before its forward and again before its backward pass, one layer ahead of the computation, and
 * reduces and scatters its gradients behind each backward pass: 3/2 of the traffic, for every
 * micro-batch.
 *
 * A layer with experts has an All-to-All in the expert group before them and one behind, forward
 * and backward, in which each rank holds the tokens of its share of the micro-batch, as often as
 * experts are chosen; every expert gets the same number unless SetPopularity says otherwise; then
 * exchanges are uneven (ExpertTraffic), and the experts of a rank compute for the tokens that they
 * got. The draws of a layer hold for all its micro-batches. Each rank keeps whole experts (expert
 * tensor size 1) and reduces their gradients with the ranks that have the same ones. Shared experts
 * are split over the tensor group.
 *
 * Ranks of a context group have a part of each sequence each; see GptLayerBuilder.
 *
 * Deliberate differences from Megatron-LM: attention and MLP are one computation each; no dropout,
 * no evaluation; bucket boundaries follow parts of layers, not single tensors.
 */
class GptJob : public Object
{
  public:
    /// Streams of the generated graphs.
    enum Stream : uint16_t
    {
        COMPUTE,          ///< computation
        TENSOR,           ///< collectives of the tensor group
        EXPERT,           ///< tokens to experts and back
        DATA,             ///< gradients, and what follows from them
        PARAMETERS,       ///< parameters that replicas have shared out (ZeRO)
        SEND_FORWARD,     ///< activations to the next stage
        SEND_BACKWARD,    ///< gradients to the previous stage
        RECEIVE_FORWARD,  ///< activations from the previous stage
        RECEIVE_BACKWARD, ///< gradients from the next stage
        SEND_CONTEXT,     ///< keys and values, and their gradients, to a context rank
        RECEIVE_CONTEXT,  ///< the same from a context rank
        SNAPSHOT,         ///< copy of the state that an asynchronous checkpoint is written from
        INPUT,            ///< samples: this one and those that follow, one for each stripe
        STATE = INPUT + GptStorage::MOST_STRIPES,    ///< checkpoints, likewise
        N_STREAMS = STATE + GptStorage::MOST_STRIPES ///< streams
    };

    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    GptJob();
    ~GptJob() override;

    /**
     * @param shape the model
     * @param parallelism how it is split
     * @return what makes the job impossible, for people to read; empty if nothing does
     */
    std::vector<std::string> Check(const ModelShape& shape, const Parallelism& parallelism) const;

    /**
     * @param shape the model
     * @param parallelism how it is split; Check finds nothing wrong
     * @param times how long the parts of the model take
     * @return the job; ranks of a stage share their graph
     */
    JobGraph Build(const ModelShape& shape,
                   const Parallelism& parallelism,
                   const LayerTimes& times) const;

    /** @param storage what is read and written, to be called before Build; by default nothing */
    void SetStorage(const StorageOptions& storage);

    /**
     * @param shape the model
     * @param parallelism how it is split; Check finds nothing wrong
     * @return who reads and writes how much
     */
    GptStorage MakeStorage(const ModelShape& shape, const Parallelism& parallelism) const;

    /** @param popularity how popular experts are; by default all get the same from everybody */
    void SetPopularity(ExpertPopularity popularity);

    /**
     * @param stream first random stream to use
     * @return number of streams used: 1
     */
    int64_t AssignStreams(int64_t stream);

    /** @return bytes per element of what is sent */
    ElementSizes GetElementSizes() const;

    /**
     * @param shape the model
     * @param parallelism how it is split; Check finds nothing wrong
     * @return memory of an accelerator in the stage that needs most
     */
    MemoryUse GetMemory(const ModelShape& shape, const Parallelism& parallelism) const;

    /** @return what is kept in memory, and how */
    MemoryOptions GetMemoryOptions() const;

    /** @return the pipeline schedule; null if there is no such one */
    Ptr<PipelineSchedule> MakeSchedule() const;

  private:
    friend class GptStageBuilder;

    void AddGroups(GptGroups& table,
                   const ModelShape& shape,
                   const Parallelism& parallelism,
                   bool partsTwice) const;

    std::string m_schedule;        ///< TypeId of the pipeline schedule
    uint64_t m_bucketParameters;   ///< parameters in a bucket; 0: all
    uint32_t m_zeroStage;          ///< what replicas share out
    uint32_t m_gradientElement;    ///< bytes per element of gradients
    uint32_t m_activationElement;  ///< bytes per element of activations
    uint32_t m_dispatchElement;    ///< bytes per element of activations to experts
    uint32_t m_dispatchScaleBlock; ///< elements on that way that share a scale
    uint32_t m_combineElement;     ///< bytes per element of activations from experts
    bool m_overlapGradients;       ///< reduce buckets while the backward pass goes on
    bool m_overlapTensor;          ///< weight gradients beside the communication of input gradients
    bool m_gradientNorm;           ///< All-Reduce of the gradients' norm
    uint32_t m_optimizerElement;   ///< bytes of the optimizer per parameter
    bool m_keepsScores;            ///< attention scores stay in memory
    StorageOptions m_storage;      ///< what is read and written
    ExpertPopularity m_popularity; ///< how popular experts are
    Ptr<UniformRandomVariable> m_random; ///< which experts tokens choose
};

} // namespace ns3::workload

#endif /* WORKLOAD_GPT_JOB_H */
