/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_JOB_READER_H
#define EXPERIMENT_JOB_READER_H

#include "experiment-attribute-setting.h"
#include "experiment-rank-reader.h"
#include "experiment-storage-reader.h"
#include "experiment-trace-reader.h"
#include "experiment-yaml-section.h"

#include "ns3/workload-accelerator.h"
#include "ns3/workload-expert-popularity.h"
#include "ns3/workload-layer-times.h"
#include "ns3/workload-model-shape.h"
#include "ns3/workload-parallelism.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * The training job of a scenario.
 */
struct JobScenario
{
    /// What to do about a job that does not fit into the accelerators' memory.
    enum MemoryCheck : uint8_t
    {
        WARN,   ///< say so
        REFUSE, ///< do not run it
        IGNORE  ///< run it
    };

    std::string name{"job"};                ///< for people to read
    Time arrival{0};                        ///< when it begins
    std::optional<TraceScenario> trace;     ///< the job as traced; then shape, parallelism and
                                            ///< times mean nothing
    workload::ModelShape shape;             ///< the model
    workload::Parallelism parallelism;      ///< how it is spread over ranks
    workload::ExpertPopularity popularity;  ///< which experts tokens choose
    workload::Accelerator accelerator;      ///< what each rank computes on
    workload::LayerTimes times;             ///< how long the parts of the model take
    StorageScenario storage;                ///< what is read and written
    PlacementScenario placement;            ///< which accelerators ranks take
    ComputationScenario computation;        ///< what makes computations longer
    std::vector<AttributeSetting> settings; ///< how the framework works: attributes of GptJob
    MemoryCheck memoryCheck{WARN};          ///< what to do if it does not fit
    std::string timesSource;                ///< where these times are from, in words
    uint32_t steps{2};                      ///< training steps to simulate
    uint32_t warmUpSteps{1};                ///< of these, steps that the averages leave out
    Position position;                      ///< where the job is described
    Position parallelismPosition;           ///< where its parallelism is described
};

/**
 * @ingroup experiment
 * Report what an importer of the llm-workload module found.
 *
 * @param findings what it found
 * @param diagnostics where errors and notes go
 */
void AddFindings(const std::vector<workload::Finding>& findings, Diagnostics& diagnostics);

/**
 * @ingroup experiment
 * Read the key "job" of a scenario.
 *
 * @param root the section that has the key
 * @param directory of the scenario file
 * @return the job; useless if there were errors
 */
JobScenario ReadJob(YamlSection& root, const std::string& directory);

/**
 * @ingroup experiment
 * Read the key "jobs" of a scenario.
 *
 * @param root the section that has the key
 * @param directory of the scenario file
 * @return the jobs
 */
std::vector<JobScenario> ReadJobs(YamlSection& root, const std::string& directory);

} // namespace ns3::experiment

#endif /* EXPERIMENT_JOB_READER_H */
