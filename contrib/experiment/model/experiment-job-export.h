/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_JOB_EXPORT_H
#define EXPERIMENT_JOB_EXPORT_H

#include "experiment-program-options.h"

#include "ns3/collective-engine.h"
#include "ns3/workload-job-graph.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Writes a job, however it came to be, for other simulators.
 */
class JobExport
{
  public:
    /** Add the options of programs that export jobs. @param options of the program */
    void AddOptions(ProgramOptions& options);

    /** @return whether the user wants anything to be written */
    bool IsWanted() const;

    /**
     * Write what the user wants.
     *
     * @param job a job in which JobGraph::Check finds nothing
     * @param domains by rank: the server that it is in
     * @param engine how collectives are done that a format does not have
     * @param [out] error why it could not be done
     * @return EXIT_OK, EXIT_BAD_INPUT if a format cannot say what the job does, or EXIT_FAILED
     */
    int Write(const workload::JobGraph& job,
              const std::vector<uint32_t>& domains,
              Ptr<const collective::CollectiveEngine> engine,
              std::string& error) const;

  private:
    std::string m_chakra; ///< directory for Chakra execution traces, or empty
    std::string m_goal;   ///< file for GOAL, or empty
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_JOB_EXPORT_H */
