/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TIMELINE_H
#define EXPERIMENT_TIMELINE_H

#include "ns3/cluster-cluster.h"
#include "ns3/workload-replay-engine.h"

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Records what every rank does when, and writes it as a timeline: one file for Perfetto
 * (ui.perfetto.dev, chrome://tracing), or a file for each rank as the PyTorch profiler writes it,
 * which Holistic Trace Analysis and our own importer read.
 *
 * It only listens to trace sources and reads counters. An operation takes 24 bytes.
 */
class Timeline
{
  public:
    /** @param replay the job @param cluster the devices; both must outlive the recording */
    Timeline(Ptr<workload::ReplayEngine> replay, Ptr<cluster::Cluster> cluster);
    ~Timeline();

    Timeline(const Timeline&) = delete;
    Timeline& operator=(const Timeline&) = delete;

    /** Take a sample of the counters of the network. */
    void Sample();

    /**
     * Write all ranks into one file of the Trace Event Format: a process for each rank, a thread
     * for each stream of computations and for each row of communications (as many as are under way
     * at a time, so that events of a thread never overlap), and counters of the network.
     *
     * @param out where to write
     */
    void WriteTraceEvents(std::ostream& out) const;

    /**
     * Write one rank as the PyTorch profiler does: kernels with their launches, collectives with
     * the arguments of NCCL's kernels. Messages are kernels of the names ncclDevKernel_SendRecv.
     *
     * @param rank which one
     * @param out where to write
     */
    void WriteKineto(uint32_t rank, std::ostream& out) const;

  private:
    /** An operation that was done. */
    struct Event
    {
        uint32_t operation;  ///< index in the graph of the rank
        uint32_t row;        ///< communications: row
        fabric::Ticks start; ///< when it began
        fabric::Ticks end;   ///< when it was over
    };

    /** Counters of the network. */
    struct Counters
    {
        fabric::Ticks time; ///< when
        uint64_t hops;      ///< packet-hops so far
        uint64_t marks;     ///< ECN marks so far
        uint64_t pauses;    ///< PFC pauses so far
    };

    /** What is recorded of a rank. */
    struct Rank
    {
        std::vector<Event> events; ///< in the order of their ends
        std::map<uint32_t, std::pair<fabric::Ticks, uint32_t>> underWay; ///< begin and row
        std::vector<bool> rows; ///< taken by a communication
    };

    /** Trace sink. @param rank who @param step its step @param operation what it begins */
    void Started(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation);
    /** Trace sink. @param rank who @param step its step @param operation what is over */
    void Finished(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation);

    Ptr<workload::ReplayEngine> m_replay; ///< the job
    Ptr<cluster::Cluster> m_cluster;      ///< the devices
    std::vector<Rank> m_ranks;            ///< by rank
    std::vector<Counters> m_counters;     ///< in order
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_TIMELINE_H */
