/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_JOB_RECORDER_H
#define EXPERIMENT_JOB_RECORDER_H

#include "experiment-result-store.h"

#include "ns3/workload-replay-engine.h"

#include <cstdint>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Writes the steps and collectives of one job into a result store.
 */
class JobRecorder
{
  public:
    /**
     * @param store where to write
     * @param replay the job; both must outlive the recorder
     * @param index which of the jobs of the run, from 0
     */
    JobRecorder(ResultStore& store, Ptr<workload::ReplayEngine> replay, uint32_t index);
    ~JobRecorder();

    JobRecorder(const JobRecorder&) = delete;
    JobRecorder& operator=(const JobRecorder&) = delete;

  private:
    /** Trace sink. @param rank who @param step what it has finished */
    void StepFinished(uint32_t rank, uint32_t step);
    /** Trace sink. @param record what has ended */
    void CollectiveFinished(const workload::CollectiveRecord& record);

    ResultStore& m_store;                 ///< where to write
    Ptr<workload::ReplayEngine> m_replay; ///< the job
    uint32_t m_index;                     ///< which of the jobs
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_JOB_RECORDER_H */
