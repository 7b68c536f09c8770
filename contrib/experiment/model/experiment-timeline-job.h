/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TIMELINE_JOB_H
#define EXPERIMENT_TIMELINE_JOB_H

#include "ns3/fabric-time.h"
#include "ns3/workload-replay-engine.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Records what every rank of a job does when, for timelines. It only listens to trace sources. An
 * operation takes 24 bytes.
 */
class TimelineJob
{
  public:
    /** An operation that was done; delays are not recorded. */
    struct Event
    {
        uint32_t operation;  ///< index in the graph of the rank
        uint32_t row;        ///< communications: row, as many as are under way at a time
        fabric::Ticks start; ///< when it began
        fabric::Ticks end;   ///< when it was over
    };

    /** A step of a rank: from its first operation to the end of its last one. */
    struct Step
    {
        fabric::Ticks start; ///< when it began
        fabric::Ticks end;   ///< when it was over
    };

    /** @param name for people to read, may be empty @param replay the job; must outlive this */
    TimelineJob(std::string name, Ptr<workload::ReplayEngine> replay);
    ~TimelineJob();

    TimelineJob(const TimelineJob&) = delete;
    TimelineJob& operator=(const TimelineJob&) = delete;

    /** @return for people to read */
    const std::string& GetName() const;

    /** @return the job */
    const workload::JobGraph& GetJob() const;

    /** @param rank a rank @return what it did, in the order of the ends */
    const std::vector<Event>& GetEvents(uint32_t rank) const;

    /** @param rank a rank @return its steps that are over or under way */
    const std::vector<Step>& GetSteps(uint32_t rank) const;

    /** @param rank a rank @return number of rows that its communications took */
    uint32_t GetNRows(uint32_t rank) const;

  private:
    /** What is recorded of a rank. */
    struct Rank
    {
        std::vector<Event> events; ///< in the order of their ends
        std::vector<Step> steps;   ///< by number
        std::map<std::pair<uint32_t, uint32_t>, std::pair<fabric::Ticks, uint32_t>>
            underWay;           ///< by step and operation: begin and row
        std::vector<bool> rows; ///< taken by a communication
    };

    /** Trace sink. @param rank who @param step its step @param operation what it begins */
    void Started(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation);
    /** Trace sink. @param rank who @param step its step @param operation what is over */
    void Finished(uint32_t rank, uint32_t step, workload::OperationGraph::Index operation);

    std::string m_name;                   ///< for people to read
    Ptr<workload::ReplayEngine> m_replay; ///< the job
    std::vector<Rank> m_ranks;            ///< by rank
};

/** @param kind of an operation @return whether it is a collective or a message */
bool IsCommunication(workload::OperationKind kind);

} // namespace ns3::experiment

#endif /* EXPERIMENT_TIMELINE_JOB_H */
