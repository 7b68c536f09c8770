/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_STEP_METRICS_H
#define WORKLOAD_STEP_METRICS_H

#include "workload-model-shape.h"
#include "workload-parallelism.h"

#include <array>
#include <cstdint>

namespace ns3::workload
{

class ReplayEngine;

/**
 * @ingroup llm-workload
 * How well collectives of one kind did over the measured steps.
 */
struct CollectiveMetrics
{
    uint64_t count{0};      ///< collectives per step, of all groups
    double bytes{0};        ///< mean size
    double seconds{0};      ///< mean time from the last rank's start to the last rank's end
    double busBandwidth{0}; ///< as nccl-tests define it, bytes/s: sum of size x factor over sum
                            ///< of seconds
    double limit{0};        ///< what busBandwidth can be at most on this network, bytes/s; 0: not
                            ///< known, as with InNetwork
    double closedFormSeconds{0}; ///< mean of size x factor / limit
    double gap{0};               ///< seconds / closedFormSeconds - 1
};

/**
 * @ingroup llm-workload
 * What a user wants to know of a training step, averaged over the steps after the warm-up and over
 * ranks. Times in seconds.
 *
 * stepSeconds = computeSeconds + sum of exposedSeconds + sum of waitingSeconds + idleSeconds.
 */
struct StepMetrics
{
    uint32_t nRanks{0};         ///< ranks of the job
    uint32_t nWarmUpSteps{0};   ///< steps left out at the start
    uint32_t nMeasuredSteps{0}; ///< steps that count; 0: nothing below is known
    double stepSeconds{0};      ///< mean time of a step: from the last rank's end to the next one
    double minStepSeconds{0};   ///< shortest step
    double maxStepSeconds{0};   ///< longest step
    double modelFlops{0};       ///< operations of a step (ModelShape::GetModelFlops)
    double mfu{0};              ///< modelFlops / (stepSeconds x ranks x peak); 0 if peak unknown
    double tokensPerSecond{0};  ///< tokens of the global batch / stepSeconds
    double computeSeconds{0};   ///< computing
    std::array<double, N_DIMENSIONS> exposedSeconds{}; ///< not computing, communicating
    std::array<double, N_DIMENSIONS> waitingSeconds{}; ///< not computing, waiting for partners
    double idleSeconds{0};                             ///< nothing under way
    double bubbleSeconds{0};     ///< pipeline bubble: waiting for other stages, and idle
    double bubbleOfCompute{0};   ///< bubbleSeconds / computeSeconds: comparable with (P-1)/m
    CollectiveMetrics gradients; ///< All-Reduce or Reduce-Scatter of the data dimension, whichever
                                 ///< has more bytes
    CollectiveMetrics tensor; ///< All-Reduce or All-Gather of the tensor dimension, whichever has
                              ///< more bytes

    /** @return sum of exposedSeconds */
    double GetExposedSeconds() const;
};

/**
 * @ingroup llm-workload
 * What the metrics need to know besides the run; all zero for a job that is no training step.
 */
struct StepFacts
{
    double modelFlops{0}; ///< operations of a step, of all ranks
    double tokens{0};     ///< tokens of a step
    double peakFlops{0};  ///< of one accelerator, operations/s

    /**
     * @param shape the model
     * @param parallelism how it is split
     * @param peakFlops peak of one accelerator, operations/s
     * @return the facts
     */
    static StepFacts Of(const ModelShape& shape, const Parallelism& parallelism, double peakFlops);
};

/**
 * @ingroup llm-workload
 * @param engine a run, finished or broken off; only steps that all ranks have finished count
 * @param facts about the job
 * @param nWarmUpSteps steps to leave out at the start; if no more have run, the last one counts
 * @return the metrics
 */
StepMetrics ComputeStepMetrics(const ReplayEngine& engine,
                               const StepFacts& facts,
                               uint32_t nWarmUpSteps = 1);

} // namespace ns3::workload

#endif /* WORKLOAD_STEP_METRICS_H */
