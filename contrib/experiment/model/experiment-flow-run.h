/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_FLOW_RUN_H
#define EXPERIMENT_FLOW_RUN_H

#include "experiment-flow-summary.h"
#include "experiment-network-stack.h"
#include "experiment-queue-sampler.h"
#include "experiment-result-store.h"
#include "experiment-run-monitor.h"

#include "ns3/cluster-builder.h"
#include "ns3/cluster-cluster-network.h"
#include "ns3/cluster-cluster.h"
#include "ns3/cluster-flow-runner.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * From a list of flows to results: makes the objects, runs the simulation, records and sums up.
 *
 * Use: the defaults of attributes are set, then Build, Run. One object at a time; the simulator is
 * its own from Build on.
 */
class FlowRun
{
  public:
    /** @param plan what to run; must outlive the run */
    explicit FlowRun(const FlowPlan& plan);
    ~FlowRun();

    FlowRun(const FlowRun&) = delete;
    FlowRun& operator=(const FlowRun&) = delete;

    /**
     * Make cluster and network.
     *
     * @param stack what to make the cluster of; applied
     * @param stream first random stream to use
     * @return what cannot work, empty if everything can
     */
    std::string Build(const NetworkStack& stack, int64_t stream);

    /** @return whether there are packets; after Build */
    bool MovesPackets() const;

    /** @return what can run, but hardly as meant; after Build */
    std::vector<std::string> GetWarnings() const;

    /**
     * Write all frames of some accelerators' NIC ports to files SERVER-PORT.pcap.
     *
     * @param accelerators whose ports
     * @param directory where the files go; must be there
     */
    void Capture(const std::vector<uint32_t>& accelerators, const std::string& directory) const;

    /**
     * Look at the longest queue of all switch ports at regular times; Run puts its distribution
     * into the summary.
     *
     * @param interval simulated time between two looks, greater than 0
     */
    void SampleQueues(Time interval);

    /**
     * Run the simulation until all flows are over, or the user interrupts it.
     *
     * @param store where to record
     * @param quiet whether to print no progress
     */
    void Run(ResultStore& store, bool quiet);

    /** @return what the run came to */
    FlowSummary& GetSummary();

    /** @return exit code of the program */
    int GetExitCode() const;

  private:
    /** @return all NIC ports of an accelerator */
    std::vector<uint32_t> GetPorts(const cluster::TopologyGraph::AcceleratorPlace& place) const;

    /** @return why flows cannot move as their verbs say, or empty */
    std::string CheckVerbs() const;

    /** Fill the summary. @param monitor of the run that has ended @param outcome how it ended */
    void SumUp(const RunMonitor& monitor, RunMonitor::Outcome outcome);

    /** Fill the summary's results by flow, and record them. @param store where to record */
    void RecordFlows(ResultStore& store);

    const FlowPlan& m_plan;                          ///< what to run
    std::chrono::steady_clock::time_point m_created; ///< wall time at the start of the set-up
    Ptr<cluster::Cluster> m_cluster;                 ///< devices
    Ptr<cluster::ClusterNetwork> m_network;          ///< messages
    std::unique_ptr<cluster::FlowRunner> m_runner;   ///< flows
    std::unique_ptr<QueueSampler> m_sampler;         ///< queues, or null
    std::vector<std::string> m_doubts;               ///< what makes no sense in the stack
    FlowSummary m_summary;                           ///< what it came to
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_FLOW_RUN_H */
