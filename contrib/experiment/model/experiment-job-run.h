/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_JOB_RUN_H
#define EXPERIMENT_JOB_RUN_H

#include "experiment-job-reader.h"

#include "ns3/cluster-topology-graph.h"
#include "ns3/collective-engine.h"
#include "ns3/random-variable-stream.h"
#include "ns3/workload-checkpoint-log.h"
#include "ns3/workload-memory.h"
#include "ns3/workload-replay-engine.h"
#include "ns3/workload-step-metrics.h"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * One of the jobs of a training run: its graph, its place, and the engine that plays it.
 */
class JobRun
{
  public:
    /**
     * @param job what to run; must outlive the object
     * @param index which of the jobs, from 0
     * @param isAlone whether it is the only one; then how its framework works has been made the
     *        default of new objects, else it is set on the job's own
     */
    JobRun(const JobScenario& job, uint32_t index, bool isAlone);
    ~JobRun();

    JobRun(const JobRun&) = delete;
    JobRun& operator=(const JobRun&) = delete;

    /**
     * Make the job and give its ranks their accelerators.
     *
     * @param graph the cluster
     * @param collectives what does the communication
     * @param [in,out] taken by accelerator: whether a job has it
     * @param diagnostics where to report what cannot work
     * @return whether nothing was reported
     */
    bool Build(const cluster::TopologyGraph& graph,
               const Ptr<collective::CollectiveEngine>& collectives,
               std::vector<bool>& taken,
               Diagnostics& diagnostics);

    /** @return what is run */
    const JobScenario& GetScenario() const;

    /** @return what plays it */
    const Ptr<workload::ReplayEngine>& GetReplay() const;

    /** @return memory of an accelerator; zero for a trace */
    const workload::MemoryUse& GetMemory() const;

    /** @return its checkpoints so far, by step */
    std::map<uint32_t, workload::CheckpointRecord> GetCheckpoints() const;

    /** @return what the job came to so far */
    workload::StepMetrics ComputeMetrics() const;

  private:
    std::shared_ptr<workload::JobGraph> MakeGraph(uint32_t nAccelerators, Diagnostics& diagnostics);
    std::shared_ptr<workload::JobGraph> ImportTrace(uint32_t nAccelerators,
                                                    Diagnostics& diagnostics) const;
    bool Place(const std::shared_ptr<workload::JobGraph>& job,
               const cluster::TopologyGraph& graph,
               std::vector<bool>& taken,
               Diagnostics& diagnostics);
    void SlowDown(const std::vector<uint32_t>& accelerators, UniformRandomVariable& random);
    void CheckMemory(const workload::MemoryUse& use, Diagnostics& diagnostics);

    const JobScenario& m_job;                               ///< what to run
    int64_t m_firstStream;                                  ///< first random stream
    std::vector<AttributeSetting> m_ownSettings;            ///< attributes of this job alone
    Ptr<workload::ReplayEngine> m_replay;                   ///< what plays it
    std::unique_ptr<workload::CheckpointLog> m_checkpoints; ///< its checkpoints; null if none
    workload::MemoryUse m_memory;                           ///< memory of an accelerator
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_JOB_RUN_H */
