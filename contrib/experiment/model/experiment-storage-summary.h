/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_STORAGE_SUMMARY_H
#define EXPERIMENT_STORAGE_SUMMARY_H

#include "experiment-job-run.h"
#include "experiment-result-store.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * What a job's storage came to.
 */
struct StorageSummary
{
    bool hasInput{false};              ///< samples were read
    double inputBytes{0};              ///< of samples in a step, all ranks
    double inputWaitSeconds{0};        ///< for samples, in a step, mean over ranks
    double longestInputWaitSeconds{0}; ///< likewise, of the rank that waits longest
    uint32_t nCheckpoints{0};          ///< that are written as a whole or in part
    double checkpointBytes{0};         ///< of one of them, mean
    double checkpointSeconds{0};       ///< from its begin to its last byte on storage, mean
    double stallSeconds{0};            ///< of the rank that waits longest for one, mean

    /** @param job a job that is over, or was broken off @return the figures */
    static StorageSummary Of(const JobRun& job);

    /** @param name of the job, empty if it is the only one @param out where to print, for people */
    void Print(const std::string& name, std::ostream& out) const;

    /** @param prefix of the keys @param [in,out] rows where the figures are added, if any */
    void AddMetrics(const std::string& prefix, std::vector<MetricRow>& rows) const;
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_STORAGE_SUMMARY_H */
