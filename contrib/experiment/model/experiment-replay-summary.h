/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_REPLAY_SUMMARY_H
#define EXPERIMENT_REPLAY_SUMMARY_H

#include "experiment-result-store.h"

#include "ns3/cluster-health.h"
#include "ns3/cluster-topology-graph.h"
#include "ns3/workload-replay-engine.h"
#include "ns3/workload-step-metrics.h"
#include "ns3/workload-trace-importer.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What to run: a trace on a cluster.
 */
struct ReplayPlan
{
    std::string topology;          ///< as the user described it
    std::string traceSource;       ///< as the user described it
    std::string stack;             ///< name of the network stack
    uint32_t seed{1};              ///< of all random numbers
    uint32_t steps{1};             ///< times that the trace is run, one after the other
    cluster::TopologyGraph graph;  ///< the cluster; valid
    workload::ImportedTrace trace; ///< what is run; has a job

    /** @return the plan as JSON, for the record */
    std::string ToJson() const;
};

/**
 * @ingroup experiment
 * What the replay of a trace came to: the answer for the user, and the same figures for programs.
 */
struct ReplaySummary
{
    /** Collectives of a kind and dimension, in all steps. */
    struct Totals
    {
        collective::CollectiveType type{}; ///< what they are
        workload::Dimension dimension{};   ///< what they are for
        uint64_t count{0};                 ///< how many ended
        double bytes{0};                   ///< sum of sizes
        double busBytes{0};                ///< sum of sizes times bus factor
        double seconds{0};                 ///< sum of times from the last start to the last end
        double waiting{0};                 ///< sum of times from the first start to the last
    };

    /// So many collectives are kept one by one; the database has all.
    static constexpr std::size_t MOST_COLLECTIVES = 10'000;

    std::string status;            ///< complete, interrupted, stalled or failed
    uint32_t finishedSteps{0};     ///< steps that all ranks have finished
    workload::StepMetrics metrics; ///< of the steps
    uint64_t nMessages{0};         ///< messages of the trace in a step
    double messageBytes{0};        ///< their bytes
    std::vector<Totals> totals;    ///< by type and dimension
    std::vector<workload::CollectiveRecord> collectives; ///< the first ones, in order of their end
    cluster::ClusterHealth health;                       ///< of the network
    double setupSeconds{0};                              ///< wall time before the first event, s
    double wallSeconds{0};                               ///< wall time of the simulation, s
    uint64_t nEvents{0};                                 ///< events executed
    double simulatedSeconds{0};                          ///< simulated time, s
    std::string database;                                ///< file of the results, or empty
    std::vector<std::string> trouble; ///< why the run is not complete, violated invariants

    /** @param record a collective that has ended @param nRanks of its group */
    void Add(const workload::CollectiveRecord& record, uint32_t nRanks);

    /** @param plan what was run @param out where to print, for people */
    void Print(const ReplayPlan& plan, std::ostream& out) const;

    /** @param plan what was run @return the figures as JSON, with stable keys */
    std::string ToJson(const ReplayPlan& plan) const;

    /** @return the figures that depend on plan and seed alone, by the keys of the JSON */
    std::vector<MetricRow> GetMetrics() const;
};

/**
 * @ingroup experiment
 * Print what each rank moves: bytes and number of collectives by dimension and type, and of
 * messages. Ranks that move the same share a row.
 *
 * @param job the job
 * @param out where to print
 */
void PrintVolumes(const workload::JobGraph& job, std::ostream& out);

} // namespace ns3::experiment

#endif /* EXPERIMENT_REPLAY_SUMMARY_H */
