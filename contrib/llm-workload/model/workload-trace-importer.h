/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef WORKLOAD_TRACE_IMPORTER_H
#define WORKLOAD_TRACE_IMPORTER_H

#include "workload-chakra-importer.h"
#include "workload-finding.h"
#include "workload-job-graph.h"
#include "workload-trace-files.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3::workload
{

/**
 * @ingroup llm-workload
 * How a trace is read.
 */
struct TraceOptions
{
    std::string format{"auto"};         ///< one of TraceImporter::GetFormats
    uint32_t nRanks{0};                 ///< AICB: ranks of the job; 0: what the file says. Others,
                                        ///< if there is one rank: make so many that do the same
    uint32_t nAccelerators{0};          ///< AICB: ranks if neither the file nor nRanks says
    bool repairSequenceParallel{false}; ///< AICB: see AicbOptions
    std::string groupFile;              ///< Chakra: file of groups; empty: none
    std::string executionTraces;        ///< Kineto: PyTorch execution traces of the ranks, as
                                        ///< FindTraceFiles takes them; empty: none
    ChakraOptions chakra;               ///< Chakra: how nodes are understood
};

/**
 * @ingroup llm-workload
 * A trace that was read, whatever its format.
 */
struct ImportedTrace
{
    std::string format;             ///< what it was
    std::vector<std::string> files; ///< its files
    std::shared_ptr<JobGraph> job;  ///< what it says; null if it cannot be used
    std::vector<Finding> findings;  ///< what is to be said about it, in the order found
};

/**
 * @ingroup llm-workload
 * Reads traces of any format into a JobGraph.
 */
class TraceImporter
{
  public:
    /** @return names of formats, "auto" first */
    static std::vector<std::string> GetFormats();

    /** @return a line for each format, for the help of programs */
    static std::string GetHelpText();

    /**
     * @param path where the trace is, see FindTraceFiles
     * @param options how to read it
     * @return the trace
     */
    static ImportedTrace Import(const std::string& path, const TraceOptions& options);

    /**
     * @param begin the first bytes of a file, inflated
     * @return its format; empty if it is none that is known
     */
    static std::string DetectFormat(const std::string& begin);
};

} // namespace ns3::workload

#endif /* WORKLOAD_TRACE_IMPORTER_H */
