/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_CHECKPOINT_LOG_H
#define WORKLOAD_CHECKPOINT_LOG_H

#include "workload-replay-engine.h"

#include <cstdint>
#include <map>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * What a checkpoint came to.
 */
struct CheckpointRecord
{
    uint64_t bytes{0};      ///< written
    fabric::Ticks start{0}; ///< when the first rank began, with the copy if there is one
    fabric::Ticks end{0};   ///< when the last rank had the last reply of storage
    fabric::Ticks stall{0}; ///< longest time that a rank did nothing but wait for it in the steps
                            ///< up to the next checkpoint
};

/**
 * @ingroup llm-workload
 * Writes down the checkpoints of a job. It only listens.
 */
class CheckpointLog
{
  public:
    /** @param replay the job, not started yet; must outlive the log */
    explicit CheckpointLog(Ptr<ReplayEngine> replay);
    ~CheckpointLog();

    CheckpointLog(const CheckpointLog&) = delete;
    CheckpointLog& operator=(const CheckpointLog&) = delete;

    /** @return checkpoints that were begun, by step */
    std::map<uint32_t, CheckpointRecord> GetRecords() const;

  private:
    void Started(uint32_t rank, uint32_t step, OperationGraph::Index operation);
    void Finished(uint32_t rank, uint32_t step, OperationGraph::Index operation);

    /** @return whether an operation is a part of a checkpoint, seen from a rank of the model */
    bool IsPart(uint32_t rank, OperationGraph::Index operation) const;

    Ptr<ReplayEngine> m_replay;                     ///< the job
    std::map<uint32_t, CheckpointRecord> m_records; ///< by step
};

} // namespace ns3::workload

#endif /* WORKLOAD_CHECKPOINT_LOG_H */
