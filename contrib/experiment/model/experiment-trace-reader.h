/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TRACE_READER_H
#define EXPERIMENT_TRACE_READER_H

#include "experiment-yaml-section.h"

#include "ns3/workload-job-scaling.h"
#include "ns3/workload-trace-importer.h"

#include <optional>
#include <string>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * A job as it was traced, or as another program wrote it.
 */
struct TraceScenario
{
    std::string source;               ///< where it is, as TraceImporter::Import takes it
    workload::TraceOptions options;   ///< how it is read
    workload::ScalingOptions scaling; ///< how it is made larger
    Position position;                ///< where the scenario names it
};

/**
 * @ingroup experiment
 * Read the key "trace" of a job.
 *
 * @param job the section of the job
 * @param directory of the scenario file
 * @return the trace, whose files are there; nothing if the job is none
 */
std::optional<TraceScenario> ReadTrace(YamlSection& job, const std::string& directory);

} // namespace ns3::experiment

#endif /* EXPERIMENT_TRACE_READER_H */
