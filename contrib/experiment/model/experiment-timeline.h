/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TIMELINE_H
#define EXPERIMENT_TIMELINE_H

#include "experiment-run-monitor.h"
#include "experiment-timeline-job.h"

#include "ns3/cluster-cluster.h"

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Records what every rank of the jobs on a cluster does when, and the counters of the network, and
 * writes them as one timeline for Perfetto (ui.perfetto.dev, chrome://tracing).
 *
 * It only listens to trace sources and reads counters.
 */
class Timeline
{
  public:
    /** @param cluster the devices; must outlive the recording */
    explicit Timeline(Ptr<cluster::Cluster> cluster);
    ~Timeline();

    Timeline(const Timeline&) = delete;
    Timeline& operator=(const Timeline&) = delete;

    /** Record a job as well, from now on. @param name for people to read @param replay the job */
    void AddJob(const std::string& name, Ptr<workload::ReplayEngine> replay);

    /** @param index a job, in the order added @return what is recorded of it */
    const TimelineJob& GetJob(std::size_t index) const;

    /** Take a sample now and every 10 us of a run. @param monitor of the run */
    void Watch(RunMonitor& monitor);

    /** Take a sample of the counters of the network. */
    void Sample();

    /**
     * Write everything into one file of the Trace Event Format: a process for each rank, a thread
     * for its steps, for each stream of computations and for each row of communications (as many as
     * are under way at a time, so that events of a thread never overlap), and counters of the
     * network.
     *
     * @param out where to write
     */
    void WriteTraceEvents(std::ostream& out) const;

  private:
    /** Counters of the network. */
    struct Counters
    {
        fabric::Ticks time; ///< when
        uint64_t hops;      ///< packet-hops so far
        uint64_t marks;     ///< ECN marks so far
        uint64_t pauses;    ///< PFC pauses so far
    };

    Ptr<cluster::Cluster> m_cluster;                  ///< the devices
    std::vector<std::unique_ptr<TimelineJob>> m_jobs; ///< jobs
    std::vector<Counters> m_counters;                 ///< in order
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_TIMELINE_H */
