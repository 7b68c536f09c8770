/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_FLOW_SUMMARY_H
#define EXPERIMENT_FLOW_SUMMARY_H

#include "experiment-result-store.h"

#include "ns3/cluster-fault.h"
#include "ns3/cluster-flow.h"
#include "ns3/cluster-health.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What to run: flows on a cluster.
 */
struct FlowPlan
{
    std::string topology;                    ///< as the user described it
    std::string flowSource;                  ///< as the user described it
    std::string stack;                       ///< name of the network stack
    std::string loadBalancing;               ///< how switches divide traffic among paths
    std::string asic;                        ///< name of the switching ASIC, or any
    uint32_t seed{1};                        ///< of all random numbers
    std::string faultSource;                 ///< faults as the user described them
    cluster::TopologyGraph graph;            ///< the cluster; valid
    std::vector<Ptr<cluster::Fault>> faults; ///< what goes wrong
    std::vector<cluster::Flow> flows;        ///< in the order of the user's list

    /** @return the plan as JSON, for the record; the flows as the user described them */
    std::string ToJson() const;
};

/**
 * @ingroup experiment
 * Mean, percentiles (nearest rank) and maximum of some values.
 */
struct Distribution
{
    double mean{0};   ///< mean
    double median{0}; ///< 50th percentile
    double p95{0};    ///< 95th percentile
    double p99{0};    ///< 99th percentile
    double max{0};    ///< maximum

    /** @param values some values, one at least @return their distribution */
    static Distribution Of(std::vector<double> values);
};

/**
 * @ingroup experiment
 * What a run of flows came to: the answer for the user, and the same figures for programs.
 *
 * The flow completion time (FCT) runs from the start of the flow to the acknowledgment of its last
 * packet at the sender. Slowdown is that time over the time that the flow takes if it has the
 * network for itself (see cluster::IdealTimes).
 */
struct FlowSummary
{
    /** A flow. */
    struct Result
    {
        std::optional<double> fct;      ///< s; nothing if it is not complete
        std::optional<double> ideal;    ///< s; nothing if there is no way
        std::optional<double> received; ///< from start to arrival at the receiver, s
    };

    /** Flows of similar size that are complete. */
    struct Bin
    {
        uint64_t from{0};      ///< smallest size, bytes
        uint64_t to{0};        ///< largest size, bytes
        uint64_t count{0};     ///< number of flows
        Distribution fct;      ///< s
        Distribution slowdown; ///< of those with an ideal time
    };

    std::string status;                       ///< complete, interrupted, stalled or failed
    std::vector<Result> results;              ///< by flow
    uint64_t nComplete{0};                    ///< flows complete
    uint64_t nFailed{0};                      ///< flows given up
    double makespan{0};                       ///< from the first start to the last completion, s
    uint64_t bytesComplete{0};                ///< bytes of complete flows
    cluster::ClusterHealth health;            ///< of the network
    std::optional<Distribution> longestQueue; ///< bytes, if it was sampled
    double setupSeconds{0};                   ///< wall time before the first event, s
    double wallSeconds{0};                    ///< wall time of the simulation, s
    uint64_t nEvents{0};                      ///< events executed
    double simulatedSeconds{0};               ///< simulated time, s
    std::string directory;                    ///< where results were written, or empty
    std::vector<std::string> trouble;         ///< why the run is not complete, violated invariants

    /**
     * @param plan what was run
     * @return complete flows by size: up to 10 kB, 100 kB and so on; empty bins are left out
     */
    std::vector<Bin> GetBins(const FlowPlan& plan) const;

    /** @param plan what was run @return all complete flows, if there are any */
    std::optional<Bin> GetWhole(const FlowPlan& plan) const;

    /** @return message bytes of complete flows over the makespan, bytes/s */
    double GetGoodput() const;

    /**
     * @return Jain's index of the rates of complete flows, each over the rate that it has alone: 1
     * if all are slowed down alike, 1/n if one of n has all; 0 if there are none
     */
    double GetFairness() const;

    /** @param plan what was run @param out where to print, for people */
    void Print(const FlowPlan& plan, std::ostream& out) const;

    /** @param plan what was run @return the figures as JSON, with stable keys */
    std::string ToJson(const FlowPlan& plan) const;

    /**
     * @param plan what was run
     * @return the figures that depend on plan and seed alone, by the keys of the JSON
     */
    std::vector<MetricRow> GetMetrics(const FlowPlan& plan) const;

    /**
     * The fct.txt of the HPCC family of simulators, of the complete flows in the order of their
     * completion: "sip dip sport dport size start_ns fct_ns standalone_ns". IP addresses are those
     * that the family gives to the nodes of these numbers, and source ports count the flows of a
     * pair from 10000.
     *
     * @param plan what was run
     * @return the file
     */
    std::string ToFctText(const FlowPlan& plan) const;
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_FLOW_SUMMARY_H */
