/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TRAINING_SUMMARY_H
#define EXPERIMENT_TRAINING_SUMMARY_H

#include "experiment-result-store.h"
#include "experiment-scenario.h"
#include "experiment-storage-summary.h"

#include "ns3/cluster-health.h"
#include "ns3/workload-memory.h"
#include "ns3/workload-step-metrics.h"

#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What one of several jobs came to.
 */
struct JobSummary
{
    std::string name;              ///< for people to read
    double arrivalSeconds{0};      ///< when it began, s
    uint32_t finishedSteps{0};     ///< steps that all its ranks have finished
    workload::StepMetrics metrics; ///< of its steps
    StorageSummary storage;        ///< of its storage
};

/**
 * @ingroup experiment
 * What a training run came to: the answer for the user, and the same figures for programs.
 */
struct TrainingSummary
{
    std::string status;               ///< complete, interrupted, stalled or failed
    uint32_t finishedSteps{0};        ///< steps that all ranks have finished
    std::vector<JobSummary> jobs;     ///< all jobs; of the first one is all that follows
    workload::MemoryUse memory;       ///< of an accelerator; zero for a trace
    workload::StepMetrics metrics;    ///< of the steps
    cluster::ClusterHealth health;    ///< of the network
    uint32_t nicPorts{0};             ///< NIC ports of the cluster
    double setupSeconds{0};           ///< wall time before the first event, s
    double wallSeconds{0};            ///< wall time of the simulation, s
    uint64_t nEvents{0};              ///< events executed
    double simulatedSeconds{0};       ///< simulated time, s
    std::string database;             ///< file of the results, or empty
    std::vector<std::string> trouble; ///< why the run is not complete, violated invariants

    /** @param scenario what was run @param out where to print, for people */
    void Print(const Scenario& scenario, std::ostream& out) const;

    /** @param scenario what was run @return the figures as JSON, with stable keys */
    std::string ToJson(const Scenario& scenario) const;

    /** @return the figures that depend on scenario and seed alone, by the keys of the JSON */
    std::vector<MetricRow> GetMetrics() const;
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_TRAINING_SUMMARY_H */
