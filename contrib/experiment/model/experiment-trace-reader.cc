/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-trace-reader.h"

#include "ns3/workload-trace-files.h"

#include <filesystem>
#include <vector>

namespace ns3::experiment
{

namespace
{

/** @return a path that is relative to a directory */
std::string
Join(const std::string& directory, const std::string& path)
{
    return (std::filesystem::path(directory) / path).lexically_normal().string();
}

/** Read a key that names files. @return them, with their directory; empty if they are not there */
std::string
ReadFiles(YamlSection& section,
          const std::string& key,
          const std::string& help,
          const std::string& directory,
          YamlSection::Presence presence = YamlSection::OPTIONAL)
{
    std::string files;
    section.Text(key, help, files, presence);
    if (files.empty())
    {
        return "";
    }
    std::string error;
    const std::string path = Join(directory, files);
    workload::FindTraceFiles(path, error);
    if (!error.empty())
    {
        section.Fail(key, error);
        return "";
    }
    return path;
}

/** Read how Chakra traces are understood. */
void
ReadChakraOptions(YamlSection& section, workload::ChakraOptions& chakra)
{
    section.Choice("producer",
                   "Chakra: who wrote the trace, which decides what its sizes mean.",
                   chakra.producer,
                   {"auto", "astra-sim", "stg", "pytorch", "text"});
    section.Integer(
        "elementBytes", "Chakra, producer stg: bytes of an element.", chakra.elementBytes, 1, 16);
    section.Real(
        "peakFlops",
        "Chakra: operations/s of computations that say operations and no time; 0: they take "
        "no time.",
        chakra.peakFlops,
        0,
        1e21);
    section.Real("memoryRate",
                 "Chakra: bytes/s of the accelerator's memory for these; 0: bytes take no time.",
                 chakra.memoryRate,
                 0,
                 1e18);
}

} // namespace

std::optional<TraceScenario>
ReadTrace(YamlSection& job, const std::string& directory)
{
    if (!job.Has("trace") && !job.IsDescribing())
    {
        return std::nullopt;
    }
    YamlSection section = job.Section("trace",
                                      "Instead of model, parallelism and times: a trace, or a "
                                      "workload that somebody else wrote. It runs on the first "
                                      "accelerators that are free.");
    TraceScenario trace;
    trace.source = ReadFiles(section,
                             "file",
                             "The trace, relative to this file, as replay takes it: a file, a "
                             "directory, an archive, a pattern, or what the names begin with.",
                             directory,
                             YamlSection::REQUIRED);
    auto& options = trace.options;
    section.Choice(
        "format", "Format of the trace.", options.format, workload::TraceImporter::GetFormats());
    section.Boolean(
        "repairSequenceParallel",
        "AICB: give a backward Reduce-Scatter of 0 bytes, as some versions of AICB write "
        "it, the size of its row's forward All-Gather.",
        options.repairSequenceParallel);
    section.Integer(
        "ranks",
        "Ranks of an AICB workload that does not say how many (0: all accelerators that "
        "are free); of a trace of one rank: so many that do the same.",
        options.nRanks,
        0,
        1U << 17);
    options.groupFile =
        ReadFiles(section, "groups", "Chakra: file of groups, relative to this file.", directory);
    options.executionTraces =
        ReadFiles(section,
                  "executionTraces",
                  "Kineto: PyTorch execution traces of the ranks, relative to "
                  "this file.",
                  directory);
    ReadChakraOptions(section, options.chakra);
    section.Integer("replicas",
                    "Make the job so many times larger by data-parallel replicas.",
                    trace.scaling.replicas,
                    1,
                    1U << 17);
    std::vector<Position> positions;
    section.TextList(
        "dataGroups",
        "Names of the groups of the trace that are data parallel, for replicas. AICB's "
        "are known.",
        trace.scaling.dataGroups,
        positions);
    trace.position = section.GetPosition();
    section.Finish();
    return job.Has("trace") ? std::optional(trace) : std::nullopt;
}

} // namespace ns3::experiment
