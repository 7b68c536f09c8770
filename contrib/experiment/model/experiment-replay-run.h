/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_REPLAY_RUN_H
#define EXPERIMENT_REPLAY_RUN_H

#include "experiment-network-stack.h"
#include "experiment-replay-summary.h"
#include "experiment-run-monitor.h"
#include "experiment-timeline.h"

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster-network.h"
#include "ns3/cluster-cluster.h"
#include "ns3/collective-engine.h"
#include "ns3/workload-replay-engine.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * From a trace and a cluster to results: makes the objects, runs the simulation, records and sums
 * up.
 *
 * Use: the defaults of attributes are set, then Build, Run. One object at a time; the simulator is
 * its own from Build on.
 */
class ReplayRun
{
  public:
    /** @param plan what to run; must outlive the run */
    explicit ReplayRun(const ReplayPlan& plan);
    ~ReplayRun();

    ReplayRun(const ReplayRun&) = delete;
    ReplayRun& operator=(const ReplayRun&) = delete;

    /**
     * Make cluster, network and job.
     *
     * @param stack what to make the cluster of; applied
     * @return what cannot work, empty if everything can
     */
    std::string Build(const NetworkStack& stack);

    /** @return the job as it runs; after Build */
    Ptr<workload::ReplayEngine> GetReplay() const;

    /** @return the devices; after Build */
    Ptr<cluster::Cluster> GetCluster() const;

    /**
     * Run the simulation to its end, or until the user interrupts it.
     *
     * @param store where to record
     * @param quiet whether to print no progress
     * @param timeline what records the network's counters; null for none
     */
    void Run(ResultStore& store, bool quiet, Timeline* timeline = nullptr);

    /** @return what the run came to */
    ReplaySummary& GetSummary();

    /** @return exit code of the program */
    int GetExitCode() const;

  private:
    /** Trace sink. @param record a collective that has ended */
    void CollectiveFinished(const workload::CollectiveRecord& record);

    /** Fill the summary. @param monitor of the run that has ended @param outcome how it ended */
    void SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome);

    const ReplayPlan& m_plan;                        ///< what to run
    std::chrono::steady_clock::time_point m_created; ///< wall time at the start of the set-up
    Ptr<cluster::Cluster> m_cluster;                 ///< devices
    Ptr<cluster::ClusterNetwork> m_network;          ///< messages
    Ptr<collective::CollectiveEngine> m_collectives; ///< collectives
    Ptr<workload::ReplayEngine> m_replay;            ///< job
    ReplaySummary m_summary;                         ///< what it came to
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_REPLAY_RUN_H */
