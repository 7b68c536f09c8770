/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TRAINING_RUN_H
#define EXPERIMENT_TRAINING_RUN_H

#include "experiment-job-export.h"
#include "experiment-job-run.h"
#include "experiment-run-monitor.h"
#include "experiment-scenario.h"
#include "experiment-timeline.h"
#include "experiment-training-recorder.h"
#include "experiment-training-summary.h"

#include "ns3/cluster-cluster-network.h"
#include "ns3/cluster-cluster.h"
#include "ns3/collective-engine.h"
#include "ns3/workload-memory.h"
#include "ns3/workload-replay-engine.h"

#include <chrono>
#include <memory>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * From a scenario to results: makes the objects, runs the simulation, records and sums up.
 *
 * Use: the defaults of attributes are set (ApplyDefaults), then Build, Run, Summarize. One object
 * at a time; the simulator is its own from Build on.
 */
class TrainingRun
{
  public:
    /** @param scenario what to run; must outlive the run */
    explicit TrainingRun(const Scenario& scenario);
    ~TrainingRun();

    TrainingRun(const TrainingRun&) = delete;
    TrainingRun& operator=(const TrainingRun&) = delete;

    /** Make what the scenario sets the defaults of objects made from now on, the seed included. */
    void ApplyDefaults() const;

    /**
     * Make cluster, network and job.
     *
     * @param diagnostics where to report what cannot work
     * @return whether nothing was reported
     */
    bool Build(Diagnostics& diagnostics);

    /**
     * Run the simulation to its end, or until the user interrupts it.
     *
     * @param store where to record
     * @param quiet whether to print no progress
     * @param timeline what records the network's counters; null for none
     */
    void Run(ResultStore& store, bool quiet, Timeline* timeline = nullptr);

    /** @return what records all jobs for a timeline, to be given to Run; after Build */
    std::unique_ptr<Timeline> MakeTimeline() const;

    /** @return number of jobs; after Build */
    std::size_t GetNJobs() const;

    /**
     * Write the first job in other formats, as it would run; after Build, instead of Run.
     *
     * @param jobExport which formats, and where
     * @param [out] error why it could not be done
     * @return exit code of the program
     */
    int Export(const JobExport& jobExport, std::string& error) const;

    /** @return what the run came to */
    const TrainingSummary& GetSummary() const;

    /** @return exit code of the program */
    int GetExitCode() const;

  private:
    /** @return whether switches and engine can work as configured @param diagnostics for reports */
    bool CheckObjects(Diagnostics& diagnostics) const;

    /** Trace sink: a job is done. */
    void JobFinished();

    /** Fill the summary. @param monitor of the run that has ended @param outcome how it ended */
    void SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome);

    const Scenario& m_scenario;                      ///< what to run
    std::chrono::steady_clock::time_point m_created; ///< wall time at the start of the set-up
    double m_setupSeconds{0};                        ///< wall time of the set-up, s
    Ptr<cluster::Cluster> m_cluster;                 ///< devices
    Ptr<cluster::ClusterNetwork> m_network;          ///< messages
    Ptr<collective::CollectiveEngine> m_collectives; ///< collectives
    std::vector<std::unique_ptr<JobRun>> m_jobs;     ///< jobs, the main one first
    RunMonitor* m_monitor{nullptr};                  ///< of the run, while it goes on
    TrainingSummary m_summary;                       ///< what it came to
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_TRAINING_RUN_H */
