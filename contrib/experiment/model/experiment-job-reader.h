/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_JOB_READER_H
#define EXPERIMENT_JOB_READER_H

#include "experiment-yaml-section.h"

#include "ns3/workload-accelerator.h"
#include "ns3/workload-layer-times.h"
#include "ns3/workload-model-shape.h"
#include "ns3/workload-parallelism.h"

#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The training job of a scenario.
 */
struct JobScenario
{
    workload::ModelShape shape;        ///< the model
    workload::Parallelism parallelism; ///< how it is spread over ranks
    workload::Accelerator accelerator; ///< what each rank computes on
    workload::LayerTimes times;        ///< how long the parts of the model take
    std::string timesSource;           ///< where these times are from, in words
    uint32_t steps{2};                 ///< training steps to simulate
    uint32_t warmUpSteps{1};           ///< of these, steps that the averages leave out
    Position position;                 ///< where the job is described
    Position parallelismPosition;      ///< where its parallelism is described
};

/**
 * @ingroup experiment
 * Read the key "job" of a scenario.
 *
 * @param root the section that has the key
 * @param directory of the scenario file
 * @return the job; useless if there were errors
 */
JobScenario ReadJob(YamlSection& root, const std::string& directory);

} // namespace ns3::experiment

#endif /* EXPERIMENT_JOB_READER_H */
